--- Moves a folder of pictures: the files, and all that names them.
--
-- In Markdown's pictures and links, `<img>`, `<source>` and `<a>`, texts of the front matter, and shortcodes. Only
-- addresses that begin with the folder change; the same words in prose and code stay.
--
--     galley edit move-images --param from=images/old --param to=pictures/archive
local html_tags = require("html_tags")

local function literal(text) return (text:gsub("%p", "%%%0")) end

return {
  kind = "edit", name = "move-images", api = 1,
  options = {
    from = { type = "string", required = true, help = "the folder, as in addresses: images/old" },
    to = { type = "string", required = true, help = "the folder to be" },
    within = { type = "string", default = "static", help = "the folder of the site that holds it; content for pictures beside articles, \"\" for none: files stay" },
  },

  article = function(article, ctx)
    local from, to = ctx.options.from:gsub("^/+", ""):gsub("/+$", ""), ctx.options.to:gsub("^/+", ""):gsub("/+$", "")
    local folder = galley.path.folder(article.path)
    -- The address with the new folder: from the site's root, behind a {{ base }}, or relative to the article.
    local function follow(url)
      local base, rest = url:match("^(/)" .. literal(from) .. "(/.*)$")
      if not base then base, rest = url:match("^({{[^{}]*}}/?)" .. literal(from) .. "(/.*)$") end
      if not base then base, rest = url:match("^(https?://[^/]+/)" .. literal(from) .. "(/.*)$") end
      if base and base:find("^http") and base:gsub("/$", "") ~= (ctx.site.url or ""):gsub("/$", "") then base = nil end
      if base then return base .. to .. rest end
      if url:find("^[/#{]") or url:find("^%a[%w+.-]*:") or url == "" then return url end
      local path = galley.path.normalise(galley.path.join(folder, url))
      rest = path:match("^" .. literal(from) .. "(/.*)$")
      if not rest then return url end
      return (url:find("^%./") and "./" or "") .. galley.path.relative(to .. rest, folder)
    end
    for node in article.document:each("image, link") do
      local new = follow(node.url)
      if new ~= node.url then node.url = new end
    end
    local function in_tag(tag)
      for _, name in ipairs{ "src", "href", "poster", "data-src" } do tag = html_tags.with(tag, name, follow) or tag end
      return html_tags.with(tag, "srcset", function(list) -- "a.png 1x, b.png 2x"
        return (list:gsub("[^%s,]+", function(url) return follow(url) end))
      end) or tag
    end
    for _, name in ipairs{ "img", "source", "a", "video" } do html_tags.each(article.document, name, in_tag) end
    for node in article.document:each("shortcode") do
      local new = node.text:gsub("([\"'])([^\"'\n]+)(%1)", function(open, url, close) return open .. follow(url) .. close end)
      new = new:gsub("(=)([^%s\"'<>=%%}]+)", function(equals, url) return equals .. follow(url) end)
      new = new:gsub("(%s)(/?" .. literal(from) .. "/[^%s\"'<>=%%}]+)", function(blank, url) return blank .. follow(url) end)
      if new ~= node.text then node.text = new end
    end
    local function value_of(value)
      if type(value) ~= "string" then return value end
      local rest = value:match("^" .. literal(from) .. "(/%S*)$")
      return rest and to .. rest or follow(value)
    end
    local todo = { article.meta }
    while #todo > 0 do -- maps and lists alike
      local holder = table.remove(todo)
      for key, value in pairs(galley.yaml.plain(holder)) do
        if type(value) == "table" then
          todo[#todo + 1] = holder[key]
        elseif value_of(value) ~= value then
          holder[key] = value_of(value)
        end
      end
    end
  end,

  site = function(ctx)
    local within = ctx.options.within
    if within == "" then return end
    local from, to = ctx.options.from:gsub("^/+", ""):gsub("/+$", ""), ctx.options.to:gsub("^/+", ""):gsub("/+$", "")
    if ctx.exists(within .. "/" .. from) then
      ctx.move(within .. "/" .. from, within .. "/" .. to)
    elseif #ctx.changed == 0 then
      ctx.log.warn(("there is no folder '%s/%s', and no article names it"):format(within, from))
    end
  end,
}
