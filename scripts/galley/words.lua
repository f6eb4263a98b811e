--- In a worker: what layouts, exports and filters say to readers, in the language of the article or of the site.
--
-- The words of a language are those of plugins/words/en.yaml, over them those of the language, over them those of its variant
-- (pt, then pt-BR); at each step a file of that name in the site's data/words/ comes over the shipped one. So what is missing is
-- said in English. A language of which there is no file has the site's words. What is wrong in a file is told before, in the
-- parent: galley.words_check.
--
-- words.search is a text; a word with something to fill in is a function, words.page{ number = 2 }, which chooses the form by
-- values.count where the word has forms. words.date(date) and words.weekday_date(date) write a day. words.taxonomy(name) is
-- { one =, other = } or nil; words.own.NAME is a word of the site's own. words.forms.NAME has a word's forms as they are written.
local closest = require("galley.closest")
local plurals = require("galley.plurals")

local words = {}

local function is_group(value) return type(value) == "table" or type(value) == "userdata" end

--- "pt_br" as files are called: "pt-BR"; nil for what is no language.
function words.tag(language)
  if not language:find("^%a%a%a?$") and not language:find("^%a%a%a?[-_]%w[%w_-]*$") then return nil end
  local parts = {}
  for part in language:gmatch("%w+") do
    parts[#parts + 1] = #parts == 0 and part:lower() or #part == 2 and part:upper()
      or #part == 4 and part:sub(1, 1):upper() .. part:sub(2):lower() or part:lower()
  end
  return table.concat(parts, "-")
end

-- What stands in a language's file, over what stands in those before it.
local function lay_over(all, file)
  for name, value in pairs(file) do
    if name == "own" or name == "taxonomies" then
      local group = {}
      for key, word in pairs(all[name] or {}) do group[key] = word end
      for key, word in pairs(value) do group[key] = word end
      all[name] = group
    else
      all[name] = value
    end
  end
end

-- Days as galley.date formats them, by what the pattern asks for of them; made when they are first wanted.
local function writer_of_days(pattern, all)
  local made = {}
  local by_month, by_weekday = pattern:find("{month}", 1, true), pattern:find("{weekday}", 1, true)
  local by_day = all.first_day and all.first_day ~= "1" and pattern:find("{day}", 1, true)
  return function(date)
    local month, weekday = by_month and date.month or 0, by_weekday and date.weekday or 0
    local first = by_day and date.day == 1
    local key = month * 64 + weekday * 2 + (first and 1 or 0)
    local format = made[key]
    if not format then
      local parts = { day = first and all.first_day or "%-d", month_number = "%-m", year = "%Y",
        month = all.months[month], weekday = all.weekdays[weekday] }
      format = pattern:gsub("{([%a_]+)}", function(name) return parts[name] and (parts[name]:gsub("%%%f[^%%-mdY]", "%%%%")) end)
      made[key] = format
    end
    return date:format(format)
  end
end

-- A word that is filled in, of one form or of several.
local function filler_of(word, language)
  return function(values)
    local form = word
    if is_group(word) then form = word[plurals.form(language, tonumber(values.count) or 0)] or word.other end
    return (form:gsub("{([%a_]+)}", values))
  end
end

local function own_of(group, language)
  local own = {}
  for name, word in pairs(group or {}) do
    own[name] = (is_group(word) or word:find("{%a")) and filler_of(word, language) or word
  end
  return setmetatable(own, { __index = function(_, name)
    error(("the site has no word '%s' of its own%s"):format(tostring(name),
      closest.name(name, closest.keys(own)) and closest.hint(name, closest.keys(own)) or "; write it below own: in data/words/" .. language .. ".yaml"), 2)
  end })
end

-- Words as scripts see them, out of everything that stands in the files.
local function made_of(all, language)
  local result = { language = language, forms = all, own = own_of(all.own, language) }
  for name, word in pairs(all) do
    if name == "date" or name == "weekday_date" then
      result[name] = writer_of_days(word, all)
    elseif name == "months" or name == "weekdays" then
      result[name] = word
    elseif name ~= "taxonomies" and name ~= "own" then
      result[name] = (is_group(word) or word:find("{%a")) and filler_of(word, language) or word
    end
  end
  function result.taxonomy(name) return all.taxonomies[name] end
  return setmetatable(result, { __index = function(_, name)
    local known = closest.keys(all)
    error(("there is no word '%s'%s"):format(tostring(name), closest.name(name, known) and closest.hint(name, known)
      or "; a word of the site's own stands below own: in data/words/, and is words.own." .. tostring(name)), 2)
  end })
end

--- A function that gives the words of a language, the site's for nil. read(path) gives a file's text or nil; `shipped` is
-- the folder of Galley's own files, `of_site` what stands in data/words/, by language.
function words.opener(read, shipped, of_site, site_language)
  local of_tag, of_language, files = {}, {}, {}
  for name, file in pairs(is_group(of_site) and of_site or {}) do
    if is_group(file) then of_tag[words.tag(name) or name] = file end
  end

  local function shipped_file(tag)
    if files[tag] == nil then
      local text = read(shipped .. tag .. ".yaml")
      files[tag] = text and galley.yaml.plain(galley.yaml.parse(text)) or false
    end
    return files[tag]
  end

  -- Lays the files of a language over `all`; false where there is none.
  local function lay(all, language)
    local any, tag = false, nil
    for part in language:gmatch("%w+") do
      tag = tag and tag .. "-" .. part or part
      local from, own = shipped_file(tag), of_tag[tag]
      if from then lay_over(all, from) end
      if own then lay_over(all, own) end
      any = any or from or own
    end
    return any
  end

  local function open(language)
    local known = of_language[language]
    if known then return known end
    local site = words.tag(site_language) or "en"
    local tag, all = words.tag(language) or site, {}
    lay(all, "en")
    if tag ~= site then -- what only the site itself knows is said in its language where this one lacks it
      local others = {}
      lay(others, site)
      lay_over(all, { own = others.own, taxonomies = others.taxonomies })
    end
    if not lay(all, tag) then
      tag = site
      if not lay(all, tag) then tag = "en" end
    end
    known = made_of(all, tag)
    of_language[language] = known
    return known
  end

  local of_site_itself
  return function(language)
    if language == nil then
      of_site_itself = of_site_itself or open(site_language)
      return of_site_itself
    end
    return of_language[language] or open(language)
  end
end

return words
