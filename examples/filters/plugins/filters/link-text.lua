--- Links whose text says nothing ("here", "click here", "this link") are reported at their line.
local empty = { here = true, ["click here"] = true, this = true, ["this link"] = true, link = true, ["read more"] = true }
return {
  kind = "filter", name = "link-text", api = 1,
  nodes = {
    link = function(link, ctx)
      local text = link:plain():lower()
      if empty[text] then
        local place = link.position
        ctx.log.note(("line %s: the link text '%s' says nothing"):format(place and place.line or "?", text))
      end
    end,
  },
}
