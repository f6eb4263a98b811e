--- Links to other sites: rel, target, a class and a mark, as the house wants them.
return {
  kind = "filter",
  name = "external-links",
  api = 1,
  options = {
    rel = { type = "string", default = "noopener", help = "as in noopener nofollow; empty for none" },
    target = { type = "string", default = "", help = "_blank opens a new tab" },
    class = { type = "string", default = "external", help = "a class for the site's style; empty for none" },
    own = { type = "list", default = {}, help = "hosts that are ours beside the site's (with and without www), with their subdomains" },
    trusted = { type = "list", default = {}, help = "hosts whose links get the class but no rel" },
  },
  nodes = {
    ["link[url]"] = function(link, ctx)
      local parts = galley.url.parse(link.url)
      local host = parts and parts.host and parts.host:lower()
      if not host or host == "" or (parts.scheme and not parts.scheme:lower():find("^https?$")) then return end
      local function is_one_of(list)
        for _, name in ipairs(list) do
          name = tostring(name):lower():gsub("^www%.", "") -- a site with and without it is one
          if host == name or host:sub(-#name - 1) == "." .. name then return true end
        end
      end
      local options = ctx.options
      local site = ctx.site.url and galley.url.parse(ctx.site.url)
      if site and site.host and is_one_of{ site.host } or is_one_of(options.own) then return end
      local function add(name, value)
        if value == "" then return end
        local seen, list = {}, {}
        for word in ((link.attributes[name] or "") .. " " .. value):gmatch("%S+") do
          if not seen[word] then list[#list + 1] = word end
          seen[word] = true
        end
        link.attributes[name] = table.concat(list, " ")
      end
      add("class", options.class)
      if not is_one_of(options.trusted) then add("rel", options.rel) end
      if options.target ~= "" then link.attributes.target = options.target end
    end,
  },
}
