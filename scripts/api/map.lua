local sample = 'local map = galley.yaml.parse("title: Tea\\ntags: [b, a]")\n'
return {
  name = "Map", class = "galley.Map", variable = "map", title = "Maps", kind = "object",
  what = "An ordered map of article.meta, galley.yaml or json.parse with ordered. map.key reads, map.key = value sets, nil removes; pairs goes in order, over the keys that were there when the loop began, and keys may be removed in it; # counts. A method is hidden by a key of the same name: then use map[\"key\"] and these by another map.",
  sample = 'return (galley.yaml.parse("a: 1"))',
  item = "[string] any", length = true,
  entries = {
    { name = "get", what = "The value of a key, also one that is named like a method.", parameters = { "key string" }, result = { "any" }, example = sample .. 'return map:get("title")', gives = '"Tea"' },
    { name = "set", what = "Sets a key; a new one stands last.", parameters = { "key string", "value any" }, result = { "galley.Map itself" }, errors = "raised after the freeze, and for what is not plain data", example = sample .. 'return map:set("n", 1)', gives = '{"title":"Tea","tags":["b","a"],"n":1}' },
    { name = "remove", what = "Removes a key.", parameters = { "key string" }, result = { "boolean whether it was there" }, errors = "raised after the freeze", example = sample .. 'return map:remove("tags"), map', gives = 'true, {"title":"Tea"}' },
    { name = "rename", what = "Gives an entry another key; it stays where it stands.", parameters = { "from string", "to string" }, result = { "boolean whether it was there" }, errors = "raised when the new key is there already", example = sample .. 'return map:rename("title", "headline"), map', gives = 'true, {"headline":"Tea","tags":["b","a"]}' },
    { name = "insert_before", what = "Sets a key that, where it is new, stands before another one.", parameters = { "beside string", "key string", "value any" }, result = {}, errors = "raised when the other key is not there", example = sample .. 'map:insert_before("tags", "date", "2024-01-02")\nreturn map', gives = '{"title":"Tea","date":"2024-01-02","tags":["b","a"]}' },
    { name = "insert_after", what = "Sets a key that, where it is new, stands behind another one.", parameters = { "beside string", "key string", "value any" }, result = {}, errors = "as of insert_before", example = sample .. 'map:insert_after("title", "date", "2024-01-02")\nreturn map', gives = '{"title":"Tea","date":"2024-01-02","tags":["b","a"]}' },
    { name = "keys", what = "The keys in order.", result = { "string[]" }, example = sample .. 'return map:keys()', gives = '["title","tags"]' },
  },
}
