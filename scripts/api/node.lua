--- A constructor a type: all take the same, so that one table is enough.
local types = {
  { "document", "a whole document", "" },
  { "block_quote", "a quotation", "" },
  { "list", "a list of items", "ordered, start, tight, delimiter" },
  { "item", "an item of a list", "" },
  { "code_block", "lines of code", "text, info" },
  { "html_block", "raw HTML", "text" },
  { "paragraph", "a paragraph", "" },
  { "heading", "a heading", "level" },
  { "thematic_break", "a line between parts", "" },
  { "table", "a table; its children are rows", "" },
  { "table_row", "a row of a table", "header" },
  { "table_cell", "a cell of a row", "alignment" },
  { "footnote_definition", "a footnote", "label, back (what the link from it back to the text is called, with {number})" },
  { "figure", "a picture or quotation with what belongs to it", "" },
  { "caption", "a figure's caption", "" },
  { "attribution", "who said it", "speaker, role" },
  { "directive", "a ::: block; without a name it is called by its first class, else div", "name, form, label" },
  { "definition_list", "terms and what they mean", "" },
  { "definition_term", "a term", "" },
  { "definition", "what a term means", "" },
  { "notes", "the notes to editors below ENDS", "" },
  { "more", "the mark where an excerpt ends", "" },
  { "text", "plain text", "text" },
  { "softbreak", "a line end that is a blank", "" },
  { "linebreak", "a line end that stays", "" },
  { "code", "code in a line", "text" },
  { "html_inline", "raw HTML in a line", "text" },
  { "emph", "emphasis", "" },
  { "strong", "strong emphasis", "" },
  { "strikethrough", "text that is struck out", "" },
  { "subscript", "lowered text", "" },
  { "superscript", "raised text", "" },
  { "span", "text with attributes", "" },
  { "link", "a link", "url, title" },
  { "image", "an image", "url, title, alt" },
  { "footnote_reference", "a mark that names a footnote", "label" },
  { "task", "a list item's checkbox", "checked" },
  { "shortcode", "another generator's `{{< >}}` or `{% %}`, kept as it is", "text" },
}

local examples = {
  heading = { 'return galley.markdown.html(galley.node.heading { level = 2, "News" })', '"<h2>News</h2>\\n"' },
  link = { 'return galley.markdown.html(galley.node.paragraph { galley.node.link { url = "/a", "here" } })', '"<p><a href=\\"/a\\">here</a></p>\\n"' },
  text = { 'return galley.node.text("a & b").text', '"a & b"' },
  image = { 'return galley.node.image { url = "a.png", alt = "A cat" }.alt', '"A cat"' },
  code_block = { 'return galley.markdown.html(galley.node.code_block { info = "lua", "return 1\\n" })', '"<pre><code class=\\"language-lua\\">return 1\\n</code></pre>\\n"' },
  directive = { 'return galley.node.directive { name = "note", "Mind this." }:plain()', '"Mind this."' },
}

local entries = {}
for i, row in ipairs(types) do
  local name, what, fields = row[1], row[2], row[3]
  local example = examples[name]
  entries[i] = {
    name = name,
    what = ("A new %s node: %s.%s"):format(name, what, fields ~= "" and " Its fields: " .. fields .. "." or ""),
    parameters = { "content? table|string|galley.Node fields and attributes by name, children in order; text becomes text nodes" },
    result = { "galley.Node" },
    errors = "raised for a field or a child that the type cannot have",
    example = example and example[1] or ("return galley.node.%s().type"):format(name),
    gives = example and example[2] or ('"%s"'):format(name),
  }
end

return {
  name = "node", title = "galley.node", kind = "module",
  what = "A constructor for each type of node: galley.node.heading{ level = 2, \"Text\" }.",
  entries = entries,
}
