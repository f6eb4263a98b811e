return {
  name = "yaml", title = "galley.yaml", kind = "module", what = "YAML 1.2, as front matter has it: maps and lists keep their order and can be changed like article.meta.",
  entries = {
    { name = "parse", what = "Reads YAML: the value, and a list of messages about it.", parameters = { "text string", "options? table name: a file's name for messages" }, result = { "any", "string[]|string" },
      errors = 'nil, message, "malformed" or "limit"', example = 'return (galley.yaml.parse("title: Tea\\ntags: [b, a]"))', gives = '{"title":"Tea","tags":["b","a"]}' },
    { name = "write", what = "Writes plain data, maps and lists; keys of plain tables in the order of their bytes.", parameters = { "value any" }, result = { "string" }, errors = "raised for functions, cycles and tables that are both list and map",
      example = 'return galley.yaml.write({ title = "No", n = 1 })', gives = "\"'n': 1\\ntitle: 'No'\\n\"" },
    { name = "place", what = "Where an entry of a map or list stands in its source.", parameters = { "map galley.Map|galley.List", "key string|integer" }, result = { "integer|nil line", "integer column" }, units = "line and column from 1, columns in bytes",
      example = 'return galley.yaml.place(galley.yaml.parse("a: 1\\nb: 2"), "b")', gives = '2, 1' },
    { name = "plain", what = "Plain Lua tables with what a map or list holds; any other value as it is.", parameters = { "value any" }, result = { "any" },
      example = 'return type(galley.yaml.plain(galley.yaml.parse("a: 1")))', gives = '"table"' },
  },
}
