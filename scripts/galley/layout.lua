--- Running a layout in a worker: its templates, the pages it lists, and what templates see.
--
-- Pages are listed on every worker, in the same order, and each is rendered by whichever worker takes
-- it; so `pages` must give the same list every time.
local closest = require("galley.closest")
local slips = require("galley.slips")

return function(engine, loaded, site, corpus, config)
  local template = loaded.modules("galley.template") -- templates are code too: the layout's own
  local layout, ctx, found = loaded.table, loaded.context, loaded.found
  local page_url = "/"
  local base = (site.url or ""):match("^%a[%w+.-]*://[^/]*(/.*)$") or "/"
  base = base:gsub("/*$", "")

  -- Pages are seen from where they stand; only the 404 page may be served from anywhere.
  local function url(to)
    to = tostring(to)
    if page_url == "/404.html" then
      return to:sub(1, 1) == "/" and to:sub(2, 2) ~= "/" and base .. to or to
    end
    return engine.relative_url(page_url, to)
  end

  local environment = setmetatable({ site = site, corpus = corpus, options = ctx.options, url = url,
    absolute = function(to) return (site.url or ""):gsub("/*$", "") .. tostring(to) end },
    { __index = function(_, name)
      if name == "now" then return ctx.now end
      if name == "words" then return ctx.words() end
    end })

  -- A name that prints nothing since nothing gives it may be meant so; one that is nearly another is told, once.
  local told = {}
  environment["absent name"] = function(names, name)
    if told[name] then return end
    told[name] = true
    local other = slips.of(name, closest.keys(names)) or slips.of(name, closest.keys(environment))
    if not other then return end
    local file, line = (engine.raised_at(config.home) or ""):match("^(.-):(%d+)$")
    engine.report{ severity = "warning", file = file, line = tonumber(line),
      message = ("nothing is called '%s' here; did you mean '%s'?"):format(name, other) }
  end

  local folders = {}
  for _, folder in ipairs(config.templates or {}) do folders[#folders + 1] = folder end
  local templates = template.loader(function(name)
    if name:find("%.%.") then return nil end
    for _, folder in ipairs(folders) do
      local text = engine.read_file(folder.path .. name)
      if text then return text, folder.shown .. name end
    end
  end, { names = function() return config.template_names or {} end })

  function ctx.render(name, values) return templates:render(name, values or {}, environment) end
  --- The same page, not as a string: what is only to be written never becomes Lua's.
  function ctx.page(name, values) return templates:compose(name, values or {}, environment, engine.keep_page) end
  ctx.url = url
  --- What make(article) answers (texts, or nil), made once in the whole build, by whichever worker needs it first: it must
  --- depend on the article alone, not on the page. What comes back are pieces, for {{ raw(piece) }}; tostring makes text of one.
  ctx.once = engine.once
  --- What article:html() gives, as a piece, rendered when the page is put together.
  ctx.body = engine.body

  --- Whether the output will have a file at a site path that is copied there: a picture beside an article, or one in static/.
  function ctx.has(path)
    path = tostring(path):gsub("^/", "")
    if path == "" or ("/" .. path .. "/"):find("/../", 1, true) then return false end
    for _, folder in ipairs(config.files) do
      if engine.is_file(folder .. path) then return true end
    end
    return false
  end

  local emitted
  local pages = {}

  --- The list of { path, render or content }, made once a worker.
  function pages.list()
    if emitted then return emitted end
    local list = {}
    local function is_output(output)
      return type(output) == "table" and type(output.path) == "string" and (output.render ~= nil or output.content ~= nil)
    end
    ctx.emit = function(output)
      if not is_output(output) then error("emit wants { path = \"x.html\", render = function or content = text }", 2) end
      list[#list + 1] = output
    end
    if layout.pages then
      local outputs = layout.pages(corpus, ctx) or {}
      local problem = type(outputs) ~= "table" and ("pages returns a list of outputs, not a %s"):format(type(outputs))
      for i, output in ipairs(not problem and outputs or {}) do
        if not is_output(output) then problem = ("output %d that pages returns is no { path = \"x.html\", render = function or content = text }"):format(i) end
        list[#list + 1] = output
      end
      if problem then error(("%s: %s"):format(engine.written_at(layout.pages), problem), 0) end
    end
    emitted = list
    return list
  end

  --- The path and content of page i, and the function that made it.
  function pages.render(i)
    local output = pages.list()[i]
    local path = output.path:gsub("^/", "")
    page_url = "/" .. path
    if output.render then return path, output.render(), output.render end
    return path, output.content, layout.pages
  end

  if layout.page then
    function pages.page(article)
      page_url = article.url
      return layout.page(article, ctx)
    end
  end
  return pages
end
