return {
  name = "highlight", title = "galley.highlight", kind = "module", what = "Program code with its words marked by what they are, by GNU Source-highlight; the filter code-highlighting does it for a site.",
  entries = {
    { name = "html", what = "The code escaped, with spans around comments, keywords, types, strings, numbers and so on; their classes begin with the prefix. Text is never lost; no span reaches over a line's end.",
      parameters = { "code string", "language string as in a code block's info; any case", 'prefix? string of the classes; "hl-"' }, result = { "string|nil" },
      errors = 'nil, message, "missing" in a build without the library; "unknown" for a language; "limit" beyond 1 MB',
      example = 'return galley.highlight.html("return 1 < 2", "lua")', gives = '"<span class=\\"hl-keyword\\">return</span> <span class=\\"hl-number\\">1</span> &lt; <span class=\\"hl-number\\">2</span>"' },
    { name = "languages", what = "The names of the languages, sorted.", parameters = {}, result = { "string[]|nil" }, errors = 'nil, message, "missing" as of html',
      example = 'local names = galley.highlight.languages()\nreturn names and #names > 100', gives = "true" },
  },
}
