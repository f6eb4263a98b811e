return {
  name = "path", title = "galley.path", kind = "module", what = 'Paths of files, as text: nothing here asks the disk. Folders are parted by "/".',
  entries = {
    { name = "join", what = "Joins parts; one that is absolute forgets those before it. The result is normalised.", parameters = { "... string" }, result = { "string" }, example = 'return galley.path.join("news", "../img", "a.png")', gives = '"img/a.png"' },
    { name = "normalise", what = 'Without ".", ".." where it can be, doubled and trailing slashes; "." for nothing.', parameters = { "path string" }, result = { "string" }, example = 'return galley.path.normalise("a//b/./c/..")', gives = '"a/b"' },
    { name = "folder", what = 'What stands before the last name; "" when there is nothing.', parameters = { "path string" }, result = { "string" }, example = 'return galley.path.folder("news/a.md")', gives = '"news"' },
    { name = "name", what = "The last name.", parameters = { "path string" }, result = { "string" }, example = 'return galley.path.name("news/a.md")', gives = '"a.md"' },
    { name = "stem", what = "The last name without its extension.", parameters = { "path string" }, result = { "string" }, example = 'return galley.path.stem("news/a.md")', gives = '"a"' },
    { name = "extension", what = 'What stands behind the last name\'s last dot; "" when there is none.', parameters = { "path string" }, result = { "string" }, example = 'return galley.path.extension("news/a.tar.gz")', gives = '"gz"' },
    { name = "with_extension", what = 'The path with another extension, or with none ("").', parameters = { "path string", "extension string" }, result = { "string" }, example = 'return galley.path.with_extension("news/a.md", "html")', gives = '"news/a.html"' },
    { name = "is_absolute", what = "Whether it begins with a slash.", parameters = { "path string" }, result = { "boolean" }, example = 'return galley.path.is_absolute("/a")', gives = "true" },
    { name = "relative", what = "The way to a path from a folder.", parameters = { "path string", "folder string" }, result = { "string" }, example = 'return galley.path.relative("img/a.png", "news/2025")', gives = '"../../img/a.png"' },
    { name = "match", what = "Whether the whole path matches a glob: * and ? within a name, [a-z] and [!a-z] sets, ** any folders, {a,b} alternatives, \\ before a character that is meant.",
      parameters = { "path string", "glob string" }, result = { "boolean" }, errors = "raised for a glob of more than 1000 bytes or 256 alternatives", example = 'return galley.path.match("news/2025/a.md", "news/**/*.{md,txt}")', gives = "true" },
  },
}
