return {
  name = "url", title = "galley.url", kind = "module", what = "URLs by RFC 3986: parts, resolving, encoding. Nothing is fetched.",
  entries = {
    { name = "parse", what = "The parts: scheme, user, host, port, path, query, fragment. What is percent-encoded stays so.", parameters = { "url string" }, result = { "table|nil" },
      errors = 'nil, message, "malformed" for blanks, control characters, wrong hosts and ports', example = 'return galley.url.parse("https://Example.org:8080/a?b=c#d")', gives = '{"fragment":"d","host":"example.org","path":"/a","port":8080,"query":"b=c","scheme":"https"}' },
    { name = "build", what = "Parts put together; the query may be a table, as for url.query.", parameters = { "parts table" }, result = { "string" }, example = 'return galley.url.build { scheme = "https", host = "x.org", path = "/a", query = { q = "a b" } }', gives = '"https://x.org/a?q=a+b"' },
    { name = "resolve", what = "What a reference means on a page.", parameters = { "base string", "reference string" }, result = { "string|nil" }, errors = "as of parse", example = 'return galley.url.resolve("https://x.org/news/a.html", "../img/b.png")', gives = '"https://x.org/img/b.png"' },
    { name = "encode", what = "Percent-encodes all bytes but letters, digits and - . _ ~.", parameters = { "text string", "keep? string more characters to leave" }, result = { "string" }, example = 'return galley.url.encode("a b/é", "/")', gives = '"a%20b/%C3%A9"' },
    { name = "decode", what = "Undoes percent-encoding.", parameters = { "text string" }, result = { "string|nil" }, errors = 'nil, message, "malformed" for a % without two digits, or when the bytes are no UTF-8', example = 'return galley.url.decode("a%20b")', gives = '"a b"' },
    { name = "query", what = "A table as a query, keys in the order of their bytes, a list repeats its key; or a list of { key, value } in its order.", parameters = { "values table" }, result = { "string" }, example = 'return galley.url.query { b = "x&y", a = { 1, 2 } }', gives = '"a=1&a=2&b=x%26y"' },
    { name = "parse_query", what = "A query as a list of { key, value }, and as a table by key.", parameters = { "query string" }, result = { "table[]", "table<string,string> the last of equal keys" }, example = 'return galley.url.parse_query("a=1&b=x+y")', gives = '[["a","1"],["b","x y"]], {"a":"1","b":"x y"}' },
    { name = "is_absolute", what = "Whether it names a scheme.", parameters = { "url string" }, result = { "boolean" }, example = 'return galley.url.is_absolute("/a")', gives = "false" },
  },
}
