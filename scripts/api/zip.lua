return {
  name = "zip", title = "galley.zip", kind = "module", what = "Zip archives, made in memory by the library libzip.\nThe same entries give the same bytes.",
  entries = {
    { name = "new", what = "An empty archive.", parameters = {}, result = { "galley.Zip|nil" }, errors = 'nil, message, "missing" in a build without libzip',
      example = 'local zip = galley.zip.new()\nzip:add("a.txt", "text")\nreturn #zip:bytes() > 100', gives = "true", needs = "zip" },
  },
}
