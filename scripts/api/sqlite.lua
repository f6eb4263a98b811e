return {
  name = "sqlite", title = "galley.sqlite", kind = "module", what = "SQLite databases, made in memory by the library sqlite3. No other file can be reached.",
  entries = {
    { name = "new", what = "An empty database.", parameters = {}, result = { "galley.Database|nil" }, errors = 'nil, message, "missing" in a build without sqlite3',
      example = 'local db = galley.sqlite.new()\ndb:run("CREATE TABLE t (a)")\ndb:run("INSERT INTO t VALUES (?)", 1)\nreturn db:bytes():sub(1, 13)', gives = '"SQLite format"', needs = "sqlite" },
  },
}
