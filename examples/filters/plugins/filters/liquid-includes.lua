--- Liquid `{% include "name.html", a: "b" %}` as directives, so that other filters can render them.
return {
  kind = "filter", name = "liquid-includes", api = 1,
  nodes = {
    shortcode = function(node)
      local path, rest = node.text:match("^{%%%-?%s*include%s+[\"']?([%w_/.-]+)[\"']?,?(.-)%-?%%}$")
      local name = path and path:match("(%a[%w_-]*)%.?%w*$")
      if not name or not node.alone then return end
      local directive = galley.node.directive{ name = name }
      for key, value in rest:gmatch('([%a_]+)%s*[:=]%s*"([^"]*)"') do
        directive.attributes["data-" .. key:gsub("_", "-")] = value
      end
      return directive
    end,
  },
}
