return {
  name = "csv", title = "galley.csv", kind = "module", what = "Tables as comma-separated values, by RFC 4180.",
  entries = {
    { name = "parse", what = "Reads rows. With header the first row names the fields, and each further row is a table by name; short rows are filled with \"\".",
      parameters = { "text string", 'options? table separator: one character, "," by default; header: true' }, result = { "table[]", "string[]|nil the names, with header" },
      errors = "nil, \"line:column: error: what is wrong\", \"malformed\"",
      example = 'return galley.csv.parse("name,age\\nAda,36\\n", { header = true })', gives = '[{"age":"36","name":"Ada"}], ["name","age"]' },
    { name = "write", what = "Writes rows: lists, or tables by name where columns are given. A list in a cell is joined by \"; \".",
      parameters = { "rows table[]", 'options? table columns: a list of names; header: false leaves their row out; separator; line_end: "\\r\\n" by default; safe: true puts \' before text that a spreadsheet would run as a formula' },
      result = { "string" }, errors = "raised for cells that hold maps or functions",
      example = 'return galley.csv.write({ { title = "A, B", n = 1 } }, { columns = { "n", "title" }, line_end = "\\n" })', gives = '"n,title\\n1,\\"A, B\\"\\n"' },
  },
}
