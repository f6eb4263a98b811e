--- What imports of HTML share: a tree out of HTML, with the words counted, and titles that have markup in them.
local footnotes = require("footnotes")
local old_html = {}

--- Plain text of a title or a summary that may have tags and references in it.
function old_html.plain(text)
  if not text then return nil end
  if text:find("<", 1, true) then text = text:gsub("<[%a/!][^<>]*>", "") end
  if text:find("&", 1, true) then text = galley.html.unescape(text) end
  return (text:gsub("[%s]+", " "):gsub("^ ", ""):gsub(" $", ""))
end

--- Makes addresses full that are below a base: that of <base href>, or of xml:base; nil for none.
function old_html.rebase(document, base)
  for node in (base and document or galley.node.document{}):each("link, image") do
    local url = node.url
    if url and url ~= "" and not url:find("^#") and not galley.url.is_absolute(url) then node.url = galley.url.resolve(base, url) or url end
  end
end

-- What Google's documents put before addresses.
local redirect = "^https://www%.google%.com/url%?q=([^&]+)"

-- The text behind a bullet or a number that Word writes as text, and the number.
local function item_of(paragraph)
  local text = paragraph.first and paragraph.first.type == "text" and paragraph.first.text or ""
  for _, mark in ipairs{ "·", "•", "§", "o", "–", "-", "▪", "%d+[.)]" } do
    local found, rest = text:match("^%s*(" .. mark .. ")\u{A0}[%s\u{A0}]*(.*)$")
    if found then return rest, tonumber(found:match("^%d+")) end
  end
end

-- Word's lists are paragraphs.
local function word_lists(document)
  local list, paragraphs = nil, {}
  for paragraph in document:each("paragraph") do paragraphs[#paragraphs + 1] = paragraph end
  for _, paragraph in ipairs(paragraphs) do
    local rest, number = item_of(paragraph)
    if rest and paragraph.first.next == nil and not rest:find("%S") then rest = nil end
    local ordered = number ~= nil
    if not rest then
      list = nil
    else
      if not list or list.next ~= paragraph or list.ordered ~= ordered then
        list = galley.node.list{ tight = true, ordered = ordered }
        if ordered then list.start = number end
        paragraph:insert_before(list)
      end
      paragraph.first.text = rest
      list:append(galley.node.item{ paragraph:clone() })
      paragraph:remove()
    end
  end
end

--- { document, words, lost, info } of HTML; nil and a message.
function old_html.read(html, options)
  if html:find("<[qQ][%s>]") then html = html:gsub("<[qQ]>", "“"):gsub("<[qQ]%s[^<>]*>", "“"):gsub("</[qQ]>", "”") end
  local document, info = galley.html.document(html, options)
  if not document then return nil, (info:gsub("^html.document: ", "")) end
  local lost, counts, order = {}, {}, {}
  for name in (info.lost or ""):gmatch("[^\n]+") do
    if not counts[name] then order[#order + 1] = name end
    counts[name] = (counts[name] or 0) + 1
  end
  local said = { iframe = "became a link", video = "became a link", audio = "became a link", embed = "became a link", object = "became a link" }
  for _, name in ipairs(order) do
    local times = counts[name] > 1 and (" (%d times)"):format(counts[name]) or ""
    if said[name] then
      lost[#lost + 1] = ("<%s> %s%s"):format(name, said[name], times)
    elseif name:find(" ", 1, true) then
      lost[#lost + 1] = name .. times
    else
      lost[#lost + 1] = ("<%s> is left out%s"):format(name, times)
    end
  end
  local words = galley.text.words(info.text or "") + info.added
  if html:find("google.com/url?q=", 1, true) then
    for link in document:each('link[url^="https://www.google.com/url?q="]') do
      link.url = galley.url.decode(link.url:match(redirect) or "") or link.url
    end
  end
  if html:find("MsoListParagraph", 1, true) then
    local before = galley.text.words(document:plain())
    word_lists(document)
    words = words - before + galley.text.words(document:plain()) -- the marks are none any more
  end
  if html:find("#", 1, true) and document:find('link[url^="#"]') then -- the marks of footnotes are no words any more
    local before = galley.text.words(document:plain())
    local marks = footnotes.make(document)
    words = words - math.min(before - galley.text.words(document:plain()), marks)
  end
  return { document = document, words = words, lost = lost, info = info }
end

return old_html
