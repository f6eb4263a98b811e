--- Shortcodes of Hugo and Jekyll as nodes and directives: articles of another generator without their templates.
--
-- Known are figure, youtube, vimeo, tweet, x, instagram, gist, ref, relref, link, post_url, highlight, details and Liquid's
-- include and raw. What is not known stays as it is, byte for byte; `directives: true` turns
-- that too into directives, so that filters of the site can render them: `{% include alert.html text="x" %}`
-- becomes `::alert{text=x}`.

local make = {}

-- Each is called with a shortcode's arguments.
function make.figure(given)
  local image = galley.node.image{ url = given.src or given[1] or "", galley.node.text{ text = given.alt or "" } }
  for _, name in ipairs{ "width", "height", "class" } do
    if given[name] then image.attributes[name] = given[name] end
  end
  local figure = galley.node.figure{ given.link and galley.node.link{ url = given.link, image } or image }
  local text = given.caption or given.title or given.attr
  if text then
    local caption = galley.node.caption{}
    local parsed = galley.markdown.parse(text).first
    if parsed and parsed.type == "paragraph" then
      for child in parsed:children() do caption:append(child) end
    else
      caption:append(text)
    end
    figure:append(caption)
  end
  return figure
end

local function embed(pattern, count)
  return function(given)
    local id = given.id or given[count or 1]
    if not id or not id:find("^[%w_-]+$") then return nil end
    local user = given.user or (count == 2 and given[1]) or ""
    local url = pattern:gsub("USER", (user:gsub("[^%w_-]", ""))):gsub("ID", id)
    local node = galley.node.directive{ name = "embed", label = given.title }
    node.attributes.url = url
    return node
  end
end

make.youtube = embed("https://www.youtube.com/watch?v=ID")
make.vimeo = embed("https://vimeo.com/ID")
make.instagram = embed("https://www.instagram.com/p/ID/")
make.gist = embed("https://gist.github.com/USER/ID", 2)
make.tweet = function(given)
  if given[1] and not given.id and not given[2] then return embed("https://twitter.com/i/status/ID")(given) end
  return embed("https://twitter.com/USER/status/ID", 2)(given)
end
make.x, make.twitter = make.tweet, make.tweet

-- The path that `ref "a.md"` or `post_url 2020-01-02-title` means, as it is written in a link.
local function target(given, ctx, name)
  local path = given[1] or given.path
  if not path then return nil end
  if name == "post_url" then
    for _, found in ipairs{ "posts/", "_posts/", "" } do
      local article = ctx.corpus:find(found .. path .. ".md")
      if article then return article.url end
    end
    return "/" .. path:gsub("^%d+%-%d+%-%d+%-", "") .. "/"
  end
  if path:find("^#") then return path end
  local article = ctx.corpus:find((path:gsub("^/", ""):gsub("#.*$", "")))
  return article and article.url .. (path:match("#.*$") or "") or path
end

local addresses = { ref = true, relref = true, link = true, post_url = true }

-- A shortcode of an address inside of a link's or an image's own.
local function address(node, ctx)
  if not node.url or not node.url:find("{[{%%]") then return end
  local changed = node.url:gsub("{[{%%][<%%]?.-[>%%]?[%%}]}", function(code)
    local shortcode = galley.node.shortcode(code)
    local name = shortcode.name
    if name and addresses[name] then return target(shortcode.arguments, ctx, name) end
    if name == "site.baseurl" or name == "site.url" then return "" end
    if ctx.options.variables[name or ""] then return tostring(ctx.options.variables[name]) end
  end)
  if changed ~= node.url then node.url = changed end
end

local function block(node, ctx)
  if node.closing then return nil end
  local name, given = node.name or "", node.arguments
  local tag = node.text:find("^{{") and not node.text:find("^{{[<%%]")
  if tag then -- {{ site.title }}
    local value = ctx.options.variables[name]
    return value ~= nil and galley.node.text{ text = tostring(value) } or nil
  end
  if addresses[name] then
    local url = target(given, ctx, name)
    return url and galley.node.text{ text = url } or nil
  end
  if name == "highlight" then
    local code = node.text:match("^.-[%%}]}\r?\n?(.*){[{%%][<%%]?%-?%s*/?%s*[%a]*highlight%s*%-?[>%%]?[%%}]}%s*$")
    return code and galley.node.code_block{ info = given[1] or "", fenced = true, text = code } or nil
  end
  if name == "include" then
    name = (table.remove(given, 1) or ""):gsub("%.%w+$", ""):gsub("^.*/", "")
    if not ctx.options.directives and not make[name] then return nil end
  end
  if make[name] then
    local made = make[name](given)
    if not made or node.alone then return made end
    return nil -- a figure within a line has no place
  end
  if not ctx.options.directives or not node.alone or not name:find("^%a[%w_-]*$") then return nil end
  if ctx.options.statements[name] then return nil end
  local directive = galley.node.directive{ name = name }
  for key, value in pairs(given) do
    if key == "id" or key == "class" then directive[key] = value elseif type(key) == "string" then directive.attributes[key] = value end
  end
  if #given > 0 then directive.label = table.concat(given, " ") end
  return directive
end

local function is_edge(node) return node.type == "softbreak" or node.type == "linebreak" or (node.type == "text" and not node.text:find("%S")) end

-- What stands between {{< details "Summary" >}} and its end: blocks, or the lines of one paragraph.
local function fold(opening)
  local inside, closing, paragraph = {}, opening.next, opening.parent
  while closing and not (closing.type == "shortcode" and closing.name == "details" and closing.closing) do
    inside[#inside + 1] = closing
    closing = closing.next
  end
  if not closing then return end
  local given = opening.arguments
  local box = galley.node.directive{ name = "details", label = given.summary or given.title or given[1] }
  if paragraph.type ~= "paragraph" then
    for _, node in ipairs(inside) do box:append(node) end
    closing:remove()
    opening:replace(box)
  elseif not opening.previous and not closing.next then
    while inside[1] and is_edge(inside[1]) do table.remove(inside, 1):remove() end
    while inside[1] and is_edge(inside[#inside]) do table.remove(inside):remove() end
    opening:remove()
    closing:remove()
    paragraph:replace(box)
    if #inside > 0 then box:append(paragraph) end
  end
end

return {
  kind = "filter",
  name = "shortcodes",
  api = 1,
  options = {
    directives = { type = "boolean", default = false, help = "what is not known becomes a directive" },
    variables = { type = "map", default = {}, help = "values of {{ site.title }} and the like" },
    statements = { type = "map", default = { ["if"] = true, ["else"] = true, ["for"] = true, assign = true, capture = true, comment = true,
      unless = true, case = true, when = true, raw = true }, help = "of templates; they stay as they are" },
  },
  nodes = {
    shortcode = block,
    link = address,
    image = address,
  },
  leave = function(article)
    local openings = {}
    for node in article.document:each("shortcode[name=details]") do
      if not node.closing then table.insert(openings, 1, node) end -- the innermost first
    end
    for _, opening in ipairs(openings) do fold(opening) end
  end,
}
