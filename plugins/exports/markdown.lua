--- The articles as Markdown files with their front matter, after the filters; for another generator or an archive.
local several -- then each article is a file

return {
  kind = "export",
  name = "markdown",
  api = 1,
  extension = "md",
  media_type = "text/markdown",
  options = { front_matter = { type = "boolean", default = true, help = "the front matter too" } },
  head = function(articles) several = #articles > 1 end,
  entry = function(article, ctx)
    local body, problem = galley.markdown.write(article.document)
    if not body then
      ctx.log.warn(("%s: %s; its body is written as it stands in the source"):format(article.path, problem))
      body = article.source:gsub("^\u{FEFF}", ""):gsub("^%-%-%-\r?\n.-\n%-%-%-[ \t]*\r?\n\r?\n?", "", 1)
    end
    if not ctx.options.front_matter or #article.meta:keys() == 0 then return body end
    return "---\n" .. galley.yaml.write(article.meta):gsub("\n*$", "\n") .. "---\n\n" .. body
  end,
  join = function(article, ctx, text)
    if several then ctx.out:file(article.path):write(text):close() else ctx.out:write(text) end
  end,
}
