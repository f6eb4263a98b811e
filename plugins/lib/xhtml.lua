--- A tree as XHTML, for writers.write: strict XML that mail programs and reading devices take alike. Of raw HTML
--- blocks what the tree has words for is kept, of tags within a text only their content.
--
-- The context says what leads out of the text:
--     context.id(name)         an id fit for XML, the same for the same name
--     context.address(url)     where a link leads; "" for its words alone
--     context.picture(url)     a picture's address; nil shows its description in place of it
--     context.referred         a table: the notes that were referred to
local writers = require("writers")
local xml = require("xml")

-- Characters that XML has no names for, ids that begin with a digit, empty attributes: what XHTML is strict about.
local function attributes(node, book)
  local id = node.id
  return id and id ~= "" and (' id="%s"'):format(xml.text(book.id(id))) or ""
end

local function around(name) return function(node, inner, book) return ("<%s%s>%s</%s>"):format(name, attributes(node, book), inner, name) end end
local function block(name) return function(node, inner, book) return ("<%s%s>\n%s\n</%s>"):format(name, attributes(node, book), inner, name) end end
local function nothing() return "" end

-- A block of raw HTML by what Galley's tree has words for: no script, no style, no frame passes that way.
local function foreign(node, _, context, _, rules)
  local tree = galley.html.document(node.text)
  return tree and (writers.write(rules, tree, context):gsub("\n+$", "")) or ""
end

local rules = {
  gap = "\n", tight_gap = "\n", inline_gap = "",
  text = function(node) return xml.text(node.text) end,
  code = function(node) return "<code>" .. xml.text(node.text) .. "</code>" end,
  softbreak = function() return "\n" end, linebreak = function() return "<br/>\n" end,
  emph = around("em"), strong = around("strong"), strikethrough = around("del"), superscript = around("sup"), subscript = around("sub"),
  span = around("span"),
  paragraph = function(node, inner, context)
    if writers.is_tight(node) then return inner end
    return ("<p%s>%s</p>"):format(attributes(node, context), inner)
  end,
  block_quote = block("blockquote"),
  figure = function(node, inner, book) -- an attribution stands inside the quotation
    return ("<figure%s>\n%s\n</figure>"):format(attributes(node, book), inner)
  end,
  attribution = function(_, inner) return "<p class=\"byline\">" .. inner .. "</p>" end,
  html_inline = function(node) return node.text:find("^<[bB][rR]%s*/?>$") and "<br/>" or "" end,
  html_block = foreign,
  caption = around("figcaption"), shortcode = nothing, more = nothing,
  heading = function(node, inner, book)
    local level = math.min(math.max(node.level, 2), 6)
    return ("<h%d%s>%s</h%d>"):format(level, attributes(node, book), inner, level)
  end,
  item = function(_, inner) return "<li>" .. inner .. "</li>" end,
  list = function(node, inner)
    if not node.ordered then return "<ul>\n" .. inner .. "\n</ul>" end
    return ("<ol%s>\n%s\n</ol>"):format(node.start ~= 1 and (' start="%d"'):format(node.start) or "", inner)
  end,
  task = function(node) return node.checked and "☑" or "☐" end,
  code_block = function(node) return "<pre><code>" .. xml.text(node.text) .. "</code></pre>" end,
  thematic_break = function() return "<hr/>" end,
  definition_list = block("dl"), definition_term = around("dt"), definition = block("dd"), notes = block("section"),
  directive = function(node, inner) return node.form == "inline" and inner or "<div>" .. inner .. "</div>" end,
  table_cell = function(node, inner)
    local name = node.parent.header and "th" or "td" -- the directions are the dialect's own: left, right, center
    return ("<%s%s>%s</%s>"):format(name, node.alignment and (' style="text-align: %s"'):format(node.alignment) or "", inner, name)
  end,
  table_row = function(_, inner) return "<tr>" .. inner .. "</tr>" end,
  table = function(_, inner) return "<table>\n" .. inner .. "\n</table>" end,
  footnote_reference = function(node, _, book)
    local first = not book.referred[node.number] -- where the note leads back to
    book.referred[node.number] = true
    return ('<a epub:type="noteref" role="doc-noteref" href="#%s"%s>%s</a>'):format(book.id("note-" .. node.number),
      first and (' id="%s"'):format(book.id("to-note-" .. node.number)) or "", node.number)
  end,
  footnote_definition = function(node, inner, book)
    local back, found = "", 0
    if book.referred[node.number] then
      back = (' <a epub:type="backlink" role="doc-backlink" href="#%s">↩</a>'):format(book.id("to-note-" .. node.number))
    end
    inner, found = inner:gsub("^<p>", "%0" .. node.number .. ". ")
    if found == 0 then inner = "<p>" .. node.number .. ".</p>\n" .. inner end
    inner, found = inner:gsub("</p>$", function(last) return back .. last end)
    if found == 0 and back ~= "" then inner = inner .. "\n<p>" .. back .. "</p>" end
    return ('<aside epub:type="footnote" role="doc-footnote" id="%s">\n%s\n</aside>'):format(book.id("note-" .. node.number), inner)
  end,
  link = function(node, inner, book)
    local url = book.address(node.url or "")
    if url == "" then return inner end
    return ('<a href="%s">%s</a>'):format(xml.text(url), inner)
  end,
  image = function(node, _, book)
    local file = book.picture(node.url or "")
    local alt = xml.text(node.alt or "")
    if not file then return alt ~= "" and "<em>" .. alt .. "</em>" or "" end
    return ('<img src="%s" alt="%s"/>'):format(xml.text(file), alt)
  end,
}

return rules
