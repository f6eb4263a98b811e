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
    footnote_reference = function(node) return ("[note %s]"):format(node.number) end,
    footnote_definition = function(node, inner) return writers.indent(inner, "    ", ("[note %s] "):format(node.number)) end,
  })
end

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
  write = function(articles, ctx)
    local rules = rules_of(ctx.options, ctx)
    for article, position in articles:each() do
      local out, notes = ctx.out, { article = article }
      local title = writers.wrap(writers.clean(article.title), ctx.options.width)
      if position > 1 then out:write("\n\n", ("="):rep(ctx.options.width), "\n\n") end
      out:write(title, "\n", ("="):rep(math.min(galley.text.width(title), ctx.options.width)), "\n\n")
      local by = {}
      for i, author in ipairs(article.authors) do by[i] = writers.clean(author.name) end
      if article.date or #by > 0 then
        out:write(article.date and article.date:format("%-d %B %Y") or "", article.date and #by > 0 and ", " or "", table.concat(by, ", "), "\n\n")
      end
      out:write(writers.write(rules, article.document, notes), "\n")
      for i, url in ipairs(notes) do out:write(i == 1 and "\n" or "", ("[%d] %s\n"):format(i, url)) end
    end
  end,
}
