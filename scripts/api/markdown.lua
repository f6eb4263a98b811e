return {
  name = "markdown", title = "galley.markdown", kind = "module", what = "Markdown as a tree, and a tree as Markdown or HTML.",
  entries = {
    { name = "parse", what = "Reads Markdown: the document, and a list of messages about it.",
      parameters = { "text string", 'options? table dialect: its parts as "tables,footnotes"; name: a file\'s name for messages' }, result = { "galley.Node|nil", "string[]|string" },
      errors = 'nil, message, "malformed" or "limit"; raised for text that is not UTF-8 or has NUL bytes',
      example = 'local document = galley.markdown.parse("# Title\\n\\nSome *text*.")\nreturn document.first.level, document:plain()', gives = '1, "Title\\nSome text."' },
    { name = "write", what = "A node as Markdown; a document is read again and must be the same tree. What Markdown cannot say is said as near as it can be: no blanks or breaks at the ends of lines and emphasis, no empty paragraphs, an image alone in a paragraph as a figure, a list tight or loose as its items want it. The node itself stays as it is.",
      parameters = { "node galley.Node", 'options? table dialect: what its reader has switched on, as in parse' }, result = { "string|nil", "string" },
      errors = 'nil, message, "unwritable" for a tree that has no Markdown, such as a link in a link',
      example = 'local document = galley.markdown.parse("# Title\\n\\nSome *text*.")\ndocument.first.level = 2\nreturn galley.markdown.write(document)', gives = '"## Title\\n\\nSome *text*.\\n"' },
    { name = "html", what = "A node's HTML; a document's is its body. galley.html(node) is the same.", parameters = { "node galley.Node", "options? table unsafe: raw HTML and all addresses pass" }, result = { "string" },
      example = 'return galley.markdown.html(galley.markdown.parse("Some *text*."))', gives = '"<p>Some <em>text</em>.</p>\\n"' },
  },
}
