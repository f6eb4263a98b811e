return {
  name = "Zip", class = "galley.Zip", variable = "zip", title = "Archives", kind = "object", needs = "zip",
  what = "What galley.zip.new gives. An archive ends with bytes; any use of it after that raises an error.",
  sample = "return (galley.zip.new())",
  entries = {
    { name = "add", what = "Adds a file.", parameters = { "name string its path in the archive, with slashes", "bytes string what is in it", "options? table store: true leaves it uncompressed, as the first file of an EPUB must be" }, result = {},
      errors = "raised for a path that leaves the archive, and for a name that is there", example = 'local zip = galley.zip.new()\nzip:add("a.txt", "text", { store = true })\nreturn zip:bytes():find("text", 1, true) ~= nil', gives = "true", needs = "zip" },
    { name = "bytes", what = "The whole archive, which ends with it.", result = { "string" }, example = 'local zip = galley.zip.new()\nzip:add("a.txt", "text")\nreturn zip:bytes():sub(1, 2)', gives = '"PK"', needs = "zip" },
  },
}
