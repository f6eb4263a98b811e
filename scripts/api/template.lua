return {
  name = "template", title = "galley.template", kind = "module", what = "Templates as layouts have them: Lua in HTML, every value escaped for the place where it stands.",
  entries = {
    { name = "compile", what = "A template from text.", parameters = { "text string", "options? table name: for messages, and its extension decides how values are escaped" }, result = { "table|nil", "string|nil the message with the template's line" },
      errors = "nil, message", example = 'return galley.template.render(galley.template.compile("<a title=\'{{ x }}\'>{{ x }}</a>"), { x = "<\'>" })', gives = "\"<a title='&lt;&#39;&gt;'>&lt;&#39;&gt;</a>\"" },
    { name = "render", what = "A page from a compiled template and its values.", parameters = { "template table", "values? table", "environment? table names behind the values" }, result = { "string" }, errors = "raised, with the template's name and line",
      example = 'local page = galley.template.compile("{% for i = 1, n do %}{{ i }} {% end %}")\nreturn galley.template.render(page, { n = 3 })', gives = '"1 2 3 "' },
    { name = "loader", what = "Templates that include and extend each other, by name: loader:get(name) gives a compiled one.", parameters = { "load_text function from a name to its text and its path, or nil", "options? table names: a function that lists names, for \"did you mean\"" }, result = { "table" },
      example = 'local files = { ["a.html"] = \'{( "b.html", { x = 1 } )}\', ["b.html"] = "<p>{{ x }}</p>" }\nlocal loader = galley.template.loader(function(name) return files[name], name end)\nreturn galley.template.render(loader:get("a.html"))', gives = '"<p>1</p>"' },
  },
}
