--- In the parent: whether a site's words, data/words/de.yaml, are words that something says. See galley.words.
local closest = require("galley.closest")
local words = require("galley.words")

local check = {}

local parts_of_days = { day = true, month = true, month_number = true, weekday = true, year = true }
local case_names = { "zero", "one", "two", "few", "many", "other" }
local cases = {}
for _, name in ipairs(case_names) do cases[name] = true end

local function is_map(value) return type(value) == "userdata" and tostring(value):find("^a map") ~= nil end
local function is_list(value) return type(value) == "userdata" and not is_map(value) end

-- What may be filled in: { number = true }; nil for a word of the site's own, of which nobody knows.
local function blanks_of(name, english)
  if name == "date" or name == "weekday_date" then return parts_of_days end
  local blanks = {}
  for _, form in pairs(type(english) == "table" and english or { english }) do
    for blank in form:gmatch("{([%a_]+)}") do blanks[blank] = true end
  end
  return blanks
end

--- Reports what is wrong in a file of words: report(line, column, message). `english` is what is in Galley's own en.yaml.
function check.file(language, file, english, report)
  local function at(map, key, message, ...)
    local line, column = galley.yaml.place(map, key)
    report(line, column, message:format(...))
  end

  local function text(map, key, name, blanks)
    local value = map[key]
    if type(value) ~= "string" then
      at(map, key, "'%s' wants text; put it in quotes", name)
      return
    end
    for blank in value:gmatch("{([%a_]+)}") do
      if blanks and not blanks[blank] then
        local known = closest.keys(blanks)
        at(map, key, "nothing is filled in for {%s} in '%s'%s", blank, name,
          #known > 0 and closest.way_out(blank, known) or "; take it out")
      end
    end
  end

  -- One text, or a map of texts by case.
  local function word(map, key, blanks, forms)
    if not is_map(map[key]) then return text(map, key, key, blanks) end
    if not forms then return at(map, key, "'%s' wants text; it has one form only", key) end
    for name in pairs(map[key]) do
      if cases[name] then
        text(map[key], name, key .. "." .. name, blanks)
      else
        at(map[key], name, "there is no case '%s'%s", tostring(name), closest.way_out(name, case_names))
      end
    end
    if map[key].other == nil then at(map, key, "'%s' lacks the case 'other', which stands in for every other one", key) end
  end

  if not words.tag(language) then
    return report(1, 1, ("'%s' is no language; name the file after one, such as de.yaml or pt-BR.yaml"):format(language))
  end
  if not is_map(file) then return report(1, 1, "words are expected here, one a line, such as search: Suche") end
  local known = closest.keys(english)
  known[#known + 1] = "own"
  for name, value in pairs(file) do
    local model = english[name]
    if name == "own" or name == "taxonomies" then
      if is_map(value) then
        for key in pairs(value) do word(value, key, nil, true) end
      else
        at(file, name, "'%s' wants a map of words", name)
      end
    elseif model == nil then
      local hint = closest.hint(name, known)
      at(file, name, "there is no word '%s'%s", tostring(name), hint ~= "" and hint or "; write it below own: if it is the site's own")
    elseif name == "months" or name == "weekdays" then
      if not is_list(value) or #value ~= #model then
        at(file, name, "'%s' wants a list of %d names", name, #model)
      else
        for i = 1, #value do if type(value[i]) ~= "string" then at(file, name, "a name in '%s' is no text; put it in quotes", name) end end
      end
    else
      word(file, name, blanks_of(name, model), type(model) == "table")
    end
  end
end

return check
