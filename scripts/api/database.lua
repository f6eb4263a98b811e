return {
  name = "Database", class = "galley.Database", variable = "db", title = "Databases", kind = "object", needs = "sqlite",
  what = "What galley.sqlite.new gives. A database ends with bytes; any use of it after that raises an error.",
  sample = "return (galley.sqlite.new())",
  entries = {
    { name = "run", what = "Runs one statement. Values take the places of its question marks: text, numbers, booleans (1 and 0) and nil. Without values it may be several statements.", parameters = { "sql string", "... string|number|boolean|nil" }, result = {},
      errors = "raised as SQLite says it, and for other than as many values as question marks", example = 'local db = galley.sqlite.new()\ndb:run("CREATE TABLE t (a, b)")\nreturn pcall(db.run, db, "INSERT INTO t VALUES (?, ?)", "x", 1)', gives = "true", needs = "sqlite" },
    { name = "chunks", what = "The file in pieces of 1 MB, for `for`: it is never in memory twice. The database ends behind the last.", parameters = {}, result = { "fun():string for a for loop" },
      example = 'local db = galley.sqlite.new()\ndb:run("CREATE TABLE t (a)")\nlocal size = 0\nfor chunk in db:chunks() do size = size + #chunk end\nreturn size', gives = "8192", needs = "sqlite" },
    { name = "bytes", what = "The bytes of the database's file; the database ends.", result = { "string" }, example = 'local db = galley.sqlite.new()\ndb:run("CREATE TABLE t (a)")\nreturn db:bytes():sub(1, 6)', gives = '"SQLite"', needs = "sqlite" },
  },
}
