--- Code blocks with their words marked: comments, keywords, strings, numbers, for the site's style.
--
-- The language is the first word behind the fence (```python). A block stays as it is without one, with one
-- that nobody knows, and with `{.plain}` behind it. Only HTML changes: the text of the block, and so every
-- other export, stays. The classes are hl-comment, hl-keyword and so on (`galley api highlight`); the layouts
-- that come with Galley have colours for them, light and dark.
local missing
do
  local names, problem, code = galley.highlight.languages()
  if not names and code == "missing" then missing = problem end
end

local function language_of(node, options)
  local language = (node.info or ""):match("^%s*{?%.?([^%s{}]+)") or options.language
  return options.names[language] or language
end

return {
  kind = "filter",
  name = "code-highlighting",
  api = 1,
  options = {
    prefix = { type = "string", default = "hl-", help = "before the names of classes" },
    language = { type = "string", default = "", help = "of blocks that name none; empty: they stay plain" },
    names = { type = "map", default = {}, help = "other names of languages, as in { pycon: python }" },
    except = { type = "list", default = {}, help = "languages that stay plain" },
    unknown = { type = "boolean", default = false, help = "warn of languages that nobody knows" },
  },
  nodes = {
    code_block = function(node, ctx)
      local options = ctx.options
      local language = language_of(node, options)
      if missing or language == "" or node.html or (" " .. (node.class or "") .. " "):find(" plain ", 1, true) then return end
      for _, other in ipairs(options.except) do
        if other == language then return end
      end
      local html, problem, code = galley.highlight.html(node.text, language, options.prefix)
      if html then
        node.html = html
      elseif options.unknown and code == "unknown" then
        ctx.log.warn(problem, node)
      end
    end,
  },
  -- Without the library the site is built all the same, and one line says what it lacks.
  collect = missing and function(article) return article.document:find("code_block[info]") and true or nil end or nil,
  combine = missing and function(values, ctx)
    for _, entry in ipairs(values) do
      if entry.value then
        ctx.log.warn("code stays plain: " .. missing)
        return
      end
    end
  end or nil,
}
