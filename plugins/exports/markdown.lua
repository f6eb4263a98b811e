--- The articles as Markdown files with their front matter, after the filters; for another generator or an archive.
return {
  kind = "export",
  name = "markdown",
  api = 1,
  extension = "md",
  media_type = "text/markdown",
  options = { front_matter = { type = "boolean", default = true, help = "the front matter too" } },
  write = function(articles, ctx)
    local several = #articles > 1
    for article in articles:each() do
      local body, problem = galley.markdown.write(article.document)
      if not body then
        ctx.log.warn(("%s: %s; its body is written as it stands in the source"):format(article.path, problem))
        body = article.source:gsub("^\u{FEFF}", ""):gsub("^%-%-%-\r?\n.-\n%-%-%-[ \t]*\r?\n\r?\n?", "", 1)
      end
      local out = several and ctx.out:file(article.path) or ctx.out
      if ctx.options.front_matter and #article.meta:keys() > 0 then
        out:write("---\n", (galley.yaml.write(article.meta):gsub("\n*$", "\n")), "---\n\n")
      end
      out:write(body)
      if several then out:close() end
    end
  end,
}
