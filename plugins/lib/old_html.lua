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

--- { document, words, lost, info } of HTML; nil and a message.
function old_html.read(html, options)
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
  if html:find("#", 1, true) and document:find('link[url^="#"]') then -- the marks of footnotes are no words any more
    local before = galley.text.words(document:plain())
    local marks = footnotes.make(document)
    words = words - math.min(before - galley.text.words(document:plain()), marks)
  end
  return { document = document, words = words, lost = lost, info = info }
end

return old_html
