--- Makes http addresses https ones, in the targets of links only.
--
-- Pictures, code, text and link titles stay; so do addresses of this machine, of the
-- house (http://wiki/, .local, .internal, .onion) and of plain numbers. Where
-- a link's text is its own address (<http://example.org>), the text follows.
--
--     galley edit https --param hosts=example.org,www.example.org
local html_tags = require("html_tags")

-- The last names of hosts that nobody reaches by https: this machine's, a house's own, Tor's.
local inner = { localhost = true, ["local"] = true, internal = true, test = true, invalid = true, onion = true, lan = true }

return {
  kind = "edit", name = "https", api = 1,
  options = {
    hosts = { type = "list", default = {}, help = "only these hosts (default: all)" },
    except = { type = "list", default = {}, help = "not these hosts, which have no https" },
  },

  article = function(article, ctx)
    local function among(list, host)
      for _, one in ipairs(list) do if one:lower() == host then return true end end
      return false
    end
    local function secure(url)
      local rest = url:match("^[Hh][Tt][Tt][Pp]://(.+)$")
      if not rest then return url end
      local host = (rest:match("^[^/?#]*"):match("@?([^@]*)$"):match("^[^:]*") or ""):lower()
      local last = host:match("[^.]*$")
      if not host:find("%a") or not host:find(".", 1, true) or inner[last] or rest:find("^[^/?#]*:%d") then return url end
      if #ctx.options.hosts > 0 and not among(ctx.options.hosts, host) then return url end
      if among(ctx.options.except, host) then return url end
      return "https://" .. rest
    end
    for node in article.document:each("link") do
      local old = node.url
      local new = secure(old)
      if new ~= old then
        local child = node.first
        if child and child.type == "text" and not child.next and child.text == old then child.text = new end
        node.url = new
      end
    end
    html_tags.each(article.document, "a", function(tag) return html_tags.with(tag, "href", secure) end)
  end,
}
