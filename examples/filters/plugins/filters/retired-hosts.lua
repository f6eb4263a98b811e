--- Links to a host that is no more are marked, and say so to readers.
return {
  kind = "filter", name = "retired-hosts", api = 1,
  options = { hosts = { type = "list", default = {}, help = "hosts that are gone" } },
  nodes = {
    link = function(link, ctx)
      local parts = galley.url.parse(link.url)
      for _, host in ipairs(ctx.options.hosts) do
        if parts and parts.host == host then
          link.class = (link.class and link.class .. " " or "") .. "retired"
          link.title = "This site is no longer there"
        end
      end
    end,
  },
}
