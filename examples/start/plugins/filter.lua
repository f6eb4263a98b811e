--- NAME: takes the full stop away at the end of headings.
--
-- A filter changes an article on its way to the pages; the file stays as it is. To use it, add its name
-- to galley.yaml:
--
--     plugins:
--       - NAME
--
-- Its golden cases are in NAME.test beside it: `galley test NAME` runs them.
---@type galley.Plugin
return {
  kind = "filter",
  name = "NAME",
  api = 1,

  -- What galley.yaml may set; a wrong name or type there is an error before anything runs.
  options = {
    keep = { type = "list", default = { "etc." }, help = "endings that stay" },
  },

  -- A function for each kind of node it wants to see. Keys are selectors: "heading", "link[url^='http:']",
  -- "list > item". `galley render FILE --to tree` shows the nodes of an article. An answer replaces the
  -- node, false removes it, nothing keeps it.
  nodes = {
    heading = function(heading, ctx)
      local last = heading.last
      if not last or last.type ~= "text" then return end
      for _, ending in ipairs(ctx.options.keep) do
        if last.text:sub(-#ending) == ending then return end
      end
      last.text = last.text:gsub("%.$", "")
    end,
  },
}
