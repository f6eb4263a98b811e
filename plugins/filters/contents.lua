--- A table of contents: in place of a `::toc` line, before the first heading, or only as `article.meta.toc`.
--
-- `article.meta.toc` is a list of { id, title, level } for layouts. `toc: false` in the front matter of an
-- article switches it off, `toc: true` puts one in however few headings there are.
local elements = require("elements")

local function headings(document, options)
  local list = {}
  for heading in document:each("heading") do
    local title = galley.text.trim(heading:plain())
    if heading.level >= options.from and heading.level <= options.to and heading.id and title ~= "" then
      list[#list + 1] = { id = heading.id, title = title, level = heading.level }
    end
  end
  return list
end

-- Lists in lists of all that is deeper than `above`: a level that is skipped opens no empty list, and what
-- comes back to it (2, 4, 3) stands under what both are below.
local function build(list, at, above, options)
  local result = { options.ordered and "ol" or "ul" }
  while at <= #list and list[at].level > above do
    local item = { "li", { "a", href = "#" .. list[at].id, list[at].title } }
    local before = list[at].level
    at = at + 1
    if at <= #list and list[at].level > before then
      item[3], at = build(list, at, before, options)
    end
    result[#result + 1] = item
  end
  return result, at
end

local function whole(list, options, title)
  local nav = { "nav", class = "toc", ["aria-label"] = title ~= "" and title or nil }
  if title ~= "" then nav[#nav + 1] = { "p", class = "toc-title", title } end
  nav[#nav + 1] = build(list, 1, 0, options)
  return elements.block(nav)
end

return {
  kind = "filter",
  name = "contents",
  api = 1,
  options = {
    from = { type = "integer", default = 2, help = "the highest level of headings in it" },
    to = { type = "integer", default = 3, help = "the lowest" },
    least = { type = "integer", default = 3, help = "fewer headings get none" },
    place = { type = "string", choices = { "mark", "top", "heading", "none" }, default = "mark",
      help = "mark: only where ::toc stands; top: first in the article; heading: before the first one" },
    title = { type = "string", help = "what stands over it; \"\" for nothing (default: the language's Contents)" },
    ordered = { type = "boolean", default = false, help = "with numbers" },
  },
  leave = function(article, ctx)
    local options, document = ctx.options, article.document
    local wish, list = article.meta.toc, headings(article.document, ctx.options)
    local title = options.title or ctx.words(article.lang).contents
    local enough = wish ~= false and #list > 0 and (wish == true or #list >= options.least)
    local mark = document:find("directive[name=toc]")
    if mark then
      mark:replace(enough and whole(list, options, title) or {})
    elseif enough and options.place == "top" then
      document:prepend(whole(list, options, title))
    elseif enough and options.place == "heading" then
      document:find("heading"):insert_before(whole(list, options, title))
    end
    article.meta.toc = enough and list or nil
  end,
}
