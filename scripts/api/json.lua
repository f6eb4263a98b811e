return {
  name = "json", title = "galley.json", kind = "module",
  what = "JSON, strictly by RFC 8259. Keys of tables are written in the order of their bytes, so that the same data gives the same text.",
  fields = { "null userdata stands for null, so that lists keep their positions; equal to itself only" },
  entries = {
    { name = "parse", what = "Reads JSON. Maps and lists become tables, null json.null. With ordered they become maps and lists like article.meta, which keep the order of keys, and null is nil.",
      parameters = { "text string", 'options? table name: a file\'s name for messages; ordered: true; big = "text": whole numbers beyond 64 bits as text (else as floats)' },
      result = { "any", "string|nil the message", 'string|nil "malformed"' },
      errors = "nil, \"line:column: error: what is wrong\", \"malformed\"; nesting ends at 200 levels",
      example = 'return galley.json.parse(\'{"b": [1, 2.5, null], "a": "\\\\u00e9"}\')', gives = '{"a":"é","b":[1,2.5,null]}' },
    { name = "write", what = "Writes plain data, maps and lists of article.meta, dates and terms. A table is a list or a map; the empty one is a list (see object). U+2028 and U+2029 are escaped.",
      parameters = { "value any", "options? table indent: blanks a level; ascii: escape all else; script: escape < > & so that it may stand in a script element" },
      result = { "string" }, errors = "raised for functions, cycles, tables that are both, NaN, and strings that are not UTF-8",
      example = 'return galley.json.write({ b = true, a = { 1, 2 } })', gives = '"{\\"a\\":[1,2],\\"b\\":true}"' },
    { name = "object", what = "Marks a table as a map, so that it is written as {} when it is empty.", parameters = { "values? table" }, result = { "table" },
      example = "return galley.json.write(galley.json.object())", gives = '"{}"' },
  },
}
