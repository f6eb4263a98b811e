--- The text of an author's archive, saved from a browser: finds the articles in it, and says how sure it is.
---
--- Nothing in such a text is marked, so every line is judged by what it looks like and by what stands around it. A line
--- that is short and ends like a title is one where something before it can end an article (the beginning, a related
--- marker, ENDS and its notes, a caption, a paragraph) and what follows reads like a lead, best behind a date or a
--- byline. Each article gets a confidence, and whatever was a guess is told.
local lines = require("lines")
local titles = require("titles")
local tree_of = require("trees")
local text_of = galley.text

local names = { { "paragraphs", "paragraph" }, { "lists", "list" }, { "items", "item" }, { "subheadings", "subheading" },
  { "captions", "caption" }, { "quotations", "quotation" }, { "links", "link" }, { "ends", "ENDS" }, { "notes", "paragraph of notes" },
  { "related", "related marker" } }

local function shape_of(counts)
  local parts = {}
  for _, name in ipairs(names) do
    local count = counts[name[1]]
    if count > 0 then
      local word = name[2]
      if count ~= 1 and word ~= "ENDS" then word = word == "paragraph of notes" and "paragraphs of notes" or word .. "s" end
      parts[#parts + 1] = ("%d %s"):format(count, word)
    end
  end
  return table.concat(parts, ", ")
end

local function summary_of(article)
  for _, block in ipairs(article.blocks) do
    if block.role == "paragraph" then return block.text end
  end
end

return {
  kind = "import",
  name = "archive-text",
  api = 1,
  description = "Articles out of the text of an author's archive, as a browser saves it: titles, authors, lists, quotations, captions, notes.",
  options = {
    author = { type = "string", help = "the author, where the text does not say" },
    summary = { type = "boolean", default = false, help = "put each article's first paragraph into its summary too" },
    threshold = { type = "number", default = 0.6, help = "how sure, from 0 to 1, a line must be a title" },
    folder = { type = "string", default = "", help = "a folder for the articles, below --into" },
  },
  read = function(source, ctx)
    local units = lines.units(source:text())
    local articles, owner, orphans = titles.split(units, ctx.options.threshold)
    if #articles == 0 then ctx.unsure("no article was found: no short line is followed by a paragraph; --option threshold=0.4 looks less strictly") end
    for _, block in ipairs(units) do
      if block.role == "furniture" then ctx.lost(("line %d belongs to the page: \"%s\""):format(block.line, block.text)) end
    end
    for _, block in ipairs(orphans) do
      ctx.lost(("line %d belongs to no article: \"%s\""):format(block.line, text_of.truncate(block.text, 80)))
    end
    local total, least = {}, 1
    for _, article in ipairs(articles) do
      local document, text = tree_of(article)
      local authors = ctx.options.author and { ctx.options.author } or article.names or article.owner or owner
      local doubts = #article.unsure
      local confidence = math.max(0.1, math.min(0.99, article.score - 0.03 * doubts))
      if article.counts.paragraphs < 2 then confidence = confidence - 0.2 end
      least = math.min(least, confidence)
      if not article.date then article.unsure[#article.unsure + 1] = "there is no date; give it one" end
      local embargo = article.embargo
      if embargo then
        local what = embargo.date and "stands as `embargo`; give it its zone" or "has no date that is understood; it is a draft until it has its `embargo`"
        article.unsure[#article.unsure + 1] = ("line %d, \"%s\", %s"):format(embargo.line, embargo.text, what)
      end
      if article.dropped then table.insert(article.lost, ("\"%s\" is left out: nothing stands behind it"):format(article.dropped)) end
      for key, count in pairs(article.counts) do total[key] = (total[key] or 0) + count end
      local path = text_of.slug(article.title, 64)
      coroutine.yield{
        path = (ctx.options.folder ~= "" and ctx.options.folder .. "/" or "") .. path,
        meta = { { "title", article.title }, { "date", article.date }, { "authors", authors }, { "topics", article.topics },
          { "embargo", embargo and embargo.date }, { "status", embargo and not embargo.date and "draft" or nil },
          { "summary", ctx.options.summary and summary_of(article) or nil } },
        document = document, text = text, title = article.title, place = article.line, shape = ("line %d: %s"):format(article.line, shape_of(article.counts)),
        confidence = confidence, unsure = article.unsure, lost = article.lost,
      }
    end
    if #articles > 0 then ctx.note(("%d %s%s; in all %s"):format(#articles, #articles == 1 and "article" or "articles", owner and " by " .. table.concat(owner, " and ") or "", shape_of(total))) end
  end,
}
