local sample = 'local list = galley.yaml.parse("tags: [b, a, b]").tags\n'
return {
  name = "List", class = "galley.List", variable = "list", title = "Lists of values", kind = "object",
  what = "A list of article.meta, galley.yaml or json.parse with ordered: list[i], #list, ipairs and pairs; list[#list + 1] = value adds.",
  sample = 'return galley.yaml.parse("a: [1]").a',
  item = "[integer] any", length = true,
  entries = {
    { name = "add", what = "Adds a value at the end, or at a position.", parameters = { "value any", "position? integer" }, result = { "galley.List itself" }, errors = "raised after the freeze, and for a position that is not there", example = sample .. 'return list:add("c", 1)', gives = '["c","b","a","b"]' },
    { name = "remove", what = "Removes all items that equal a value.", parameters = { "value any" }, result = { "integer how many" }, errors = "raised after the freeze", example = sample .. 'return list:remove("b"), list', gives = '2, ["a"]' },
    { name = "remove_at", what = "Removes the item at a position.", parameters = { "position integer" }, result = { "boolean whether there was one" }, errors = "raised after the freeze", example = sample .. 'return list:remove_at(1), list', gives = 'true, ["a","b"]' },
    { name = "replace", what = "Replaces all items that equal a value.", parameters = { "old any", "new any" }, result = { "integer how many" }, errors = "raised after the freeze", example = sample .. 'return list:replace("b", "x"), list', gives = '2, ["x","a","x"]' },
    { name = "has", what = "Whether an item equals a value.", parameters = { "value any" }, result = { "boolean" }, example = sample .. 'return list:has("a")', gives = 'true' },
  },
}
