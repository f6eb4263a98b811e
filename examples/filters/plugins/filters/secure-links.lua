--- http: becomes https: for hosts that are known to answer there.
return {
  kind = "filter", name = "secure-links", api = 1,
  options = { hosts = { type = "list", default = { "www.gsa.gov", "github.com", "twitter.com", "en.wikipedia.org" } } },
  nodes = {
    ["link[url^='http:']"] = function(link, ctx)
      for _, host in ipairs(ctx.options.hosts) do
        if link.url:match("^http://([^/]+)") == host then link.url = link.url:gsub("^http:", "https:") end
      end
    end,
  },
}
