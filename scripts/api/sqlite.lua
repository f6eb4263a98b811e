return {
  name = "sqlite", title = "galley.sqlite", kind = "module", what = "SQLite databases, made by the library sqlite3: in memory, or in a nameless temporary file where articles are exported. No other file can be reached.",
  entries = {
    { name = "new", what = "An empty database.", parameters = {}, result = { "galley.Database|nil" }, errors = 'nil, message, "missing" in a build without sqlite3',
      example = 'local db = galley.sqlite.new()\ndb:run("CREATE TABLE t (a)")\ndb:run("INSERT INTO t VALUES (?)", 1)\nreturn db:bytes():sub(1, 13)', gives = '"SQLite format"', needs = "sqlite" },
  },
}
