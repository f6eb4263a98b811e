--- Plain text: title, date and authors, the body filled to a width, links as notes at the end.
local writers = require("writers")

local function rules_of(options, ctx)
  return writers.derive(writers.plain, {
    width = options.width,
    link = function(node, inner, notes)
      local url = node.url or ""
      if url == "" or url == inner or url:find("^#") or not options.links then return inner end
      local address = writers.absolute(url, ctx, notes.article)
      if address == "" then return inner end
      notes[#notes + 1] = address
      return ("%s [%d]"):format(inner, #notes)
    end,
    footnote_reference = function(node, _, notes) return "[" .. notes.words.note_mark{ number = node.number } .. "]" end,
    footnote_definition = function(node, inner, notes)
      return writers.indent(inner, "    ", "[" .. notes.words.note_mark{ number = node.number } .. "] ")
    end,
  })
end

local made = setmetatable({}, { __mode = "k" }) -- the rules, once for each ctx

return {
  kind = "export",
  name = "text",
  api = 1,
  extension = "txt",
  media_type = "text/plain",
  options = {
    width = { type = "integer", default = 72, help = "columns; 0 leaves paragraphs as one line" },
    links = { type = "boolean", default = true, help = "the addresses of links as numbered notes" },
  },
  between = function(ctx) return "\n\n" .. ("="):rep(ctx.options.width) .. "\n\n" end,
  entry = function(article, ctx)
    made[ctx] = made[ctx] or rules_of(ctx.options, ctx)
    local words = ctx.words(article.lang)
    local notes, by, parts = { article = article, words = words }, {}, {}
    local function add(...) for _, part in ipairs{ ... } do parts[#parts + 1] = part end end
    local title = writers.wrap(writers.clean(article.title), ctx.options.width)
    add(title, "\n", ("="):rep(math.min(galley.text.width(title), ctx.options.width)), "\n\n")
    for i, author in ipairs(article.authors) do by[i] = writers.clean(author.name) end
    if article.date or #by > 0 then
      add(article.date and words.date(article.date) or "", article.date and #by > 0 and ", " or "", table.concat(by, ", "), "\n\n")
    end
    add(writers.write(made[ctx], article.document, notes), "\n")
    for i, url in ipairs(notes) do add(i == 1 and "\n" or "", ("[%d] %s\n"):format(i, url)) end
    return table.concat(parts)
  end,
}
