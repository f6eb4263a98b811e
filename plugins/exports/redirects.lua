--- Redirects from the old addresses that articles list (`aliases`, `redirect_from`), for Apache, nginx or Netlify.
--
-- Each old address is meant alone, with and without a stroke at its end, and nothing below it. apache: lines for the
-- site's configuration or .htaccess; nginx: lines for its `server` block; netlify: the file _redirects.
local function both(path) return path:sub(-1) == "/" and { path, path:sub(1, -2) } or { path, path .. "/" } end

local forms = {
  -- Redirect takes all that begins so, RedirectMatch a pattern for the whole
  apache = function(from, to) return ('RedirectMatch 301 "^%s/?$" "%s"\n'):format(from:gsub("/$", ""):gsub("[%^%.%[%]|()?*+]", "\\%0"), to) end,
  nginx = function(from, to)
    local lines = {}
    for i, path in ipairs(both(from)) do lines[i] = ('location = "%s" { return 301 "%s"; }\n'):format(path, to) end
    return table.concat(lines)
  end,
  netlify = function(from, to) return ("%s %s 301\n"):format(from, to) end,
}

-- A path as all three can hold it; nil for what is no path of this site. Apache and nginx match decoded paths.
-- below: "/site" where the site is not at its host's root.
local function path_of(alias, form, below)
  if type(alias) ~= "string" then return nil end
  local path = alias:gsub("^%a[%w+.-]*://[^/]*", ""):gsub("[?#].*$", "")
  if path:sub(1, 1) ~= "/" then path = "/" .. path end
  path = galley.url.decode(path) or path
  if path:sub(1, #below + 1) ~= below .. "/" then path = below .. path end
  if path:find('[%c"\\$;{}]') or path == below .. "/" then return nil end
  return form == "netlify" and galley.url.encode(path, "/~!()',=@&+") or path
end

return {
  kind = "export",
  name = "redirects",
  api = 1,
  extension = "txt",
  path = "_redirects",
  bodies = false,
  options = {
    form = { type = "string", default = "netlify", choices = { "apache", "nginx", "netlify" }, help = "for which server" },
    keys = { type = "list", default = { "aliases", "redirect_from" }, help = "where the front matter has old addresses" },
  },
  write = function(articles, ctx)
    local form, seen, taken = ctx.options.form, {}, {}
    local below = (ctx.site.url or ""):match("^%a[%w+.-]*://[^/]*(.-)/*$") or ""
    for article in ctx.corpus.articles:each() do taken[below .. (galley.url.decode(article.url) or article.url)] = article end
    for article in articles:each() do
      for _, key in ipairs(ctx.options.keys) do
        local given = article.meta[key]
        for _, alias in ipairs(type(given) == "userdata" and given or { given }) do
          local from = path_of(alias, form, below)
          local plain = from and galley.url.decode(from) or ""
          local there = taken[plain] or taken[both(plain)[2]]
          if not from then
            ctx.log.warn(("%s: '%s' cannot be redirected; write a path such as /old/page"):format(article.path, tostring(alias)))
          elseif there and there ~= article then
            ctx.log.warn(("%s: '%s' is the address of %s"):format(article.path, plain, there.path))
          elseif seen[from] then
            ctx.log.warn(("%s: '%s' already leads to %s"):format(article.path, from, seen[from]))
          elseif not there then -- servers put the stroke there themselves
            for _, path in ipairs(both(from)) do seen[path] = article.url end
            ctx.out:write(forms[form](from, below .. galley.url.encode(article.url, "/")))
          end
        end
      end
    end
  end,
}
