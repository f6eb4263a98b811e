--- Redirects from the old addresses that articles list (`aliases`, `redirect_from`), for Apache, nginx or Netlify.
local forms = {
  apache = function(from, to) return ('Redirect 301 "%s" "%s"\n'):format(from, to) end,
  nginx = function(from, to) return ('location = "%s" { return 301 "%s"; }\n'):format(from, to) end,
  netlify = function(from, to) return ("%s %s 301\n"):format(from, to) end,
}

-- A path as all three can hold it; nil for what is no path of this site. Apache and nginx match decoded paths.
local function path_of(alias, form)
  if type(alias) ~= "string" then return nil end
  local path = alias:gsub("^%a[%w+.-]*://[^/]*", ""):gsub("[?#].*$", "")
  if path:sub(1, 1) ~= "/" then path = "/" .. path end
  path = galley.url.decode(path) or path
  if path:find('[%c"\\$;{}]') or path == "/" then return nil end
  return form == "netlify" and galley.url.encode(path, "/~!()'*,=:@&+") or path
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
    local form, seen = ctx.options.form, {}
    for article in articles:each() do
      for _, key in ipairs(ctx.options.keys) do
        local given = article.meta[key]
        for _, alias in ipairs(type(given) == "userdata" and given or { given }) do
          local from = path_of(alias, form)
          if not from then
            ctx.log.warn(("%s: '%s' cannot be redirected; write a path such as /old/page"):format(article.path, tostring(alias)))
          elseif seen[from] then
            ctx.log.warn(("%s: '%s' already leads to %s"):format(article.path, from, seen[from]))
          elseif from ~= article.url then
            seen[from] = article.url
            ctx.out:write(forms[form](from, galley.url.encode(article.url, "/")))
          end
        end
      end
    end
  end,
}
