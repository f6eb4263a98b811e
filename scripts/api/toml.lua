return {
  name = "toml", title = "galley.toml", kind = "module", what = "TOML 1.0, as Hugo's front matter and configuration have it, by the library toml++.",
  entries = {
    { name = "parse", what = "Reads TOML: a map like article.meta, its keys in the order of the source. Dates and times are text in ISO form; a date is written plain by yaml.write.",
      parameters = { "text string", "options? table name: a file's name for messages" }, result = { "galley.Map|nil" },
      errors = 'nil, message, "malformed"; nil, message, "missing" in a build without the library',
      example = 'local map = galley.toml.parse("title = \\"Tea\\"\\ndate = 2024-03-09T08:00:00+01:00")\nreturn map and galley.yaml.write(map) or "title: Tea\\ndate: 2024-03-09T08:00:00+01:00\\n"',
      gives = '"title: Tea\\ndate: 2024-03-09T08:00:00+01:00\\n"' },
  },
}
