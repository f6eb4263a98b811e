--- An index of the people and organisations that articles name, with the spellings that differ.
--
-- Layouts, exports and checks find it as ctx.site.collected.names: a list sorted by name of
--     { name = "Type 1", kind = "term", count = 12, articles = { paths }, spellings = { { text =, count =, articles = } } }
-- where name is the most frequent of the spellings. kind is person (one who is quoted or an author),
-- organisation (by its words, or in capitals), term (Type 1), amount (£700m) or name. The check
-- `name-variants` reports the rarer spellings. An article itself is not changed.
local inner = { of = true, ["for"] = true, the = true, ["and"] = true, de = true, van = true, von = true, der = true, da = true, ["&"] = true }
local bodies = {}
for word in ("University College School Hospital Institute Trust Council Foundation Department Ministry Office Agency Centre Center Committee Commission Association Society Group Company Ltd Inc Bank Union Service Services Administration Bureau Court Board Academy Museum Library")
  :gmatch("%a+") do bodies[word] = true end
local scales = { m = "m", mn = "m", million = "m", bn = "bn", billion = "bn", b = "bn", k = "k", thousand = "k", tn = "tn", trillion = "tn" }

-- Two spellings are of one name when these are equal.
local function folded(text)
  return (galley.text.lower(galley.text.normalise(text, "NFKC") or text):gsub("[%s%p]+", ""):gsub("\u{2019}", ""))
end

local function is_capital(word) return word:find("^%u") or word:find("^\xC3[\x80-\x9E]") end

local function add(found, key, text, kind)
  local entry = found[key]
  if not entry then
    entry = { kind = kind, texts = {} }
    found[key] = entry
  end
  entry.texts[text] = (entry.texts[text] or 0) + 1
end

local before_names = { the = true, dr = true, mr = true, mrs = true, ms = true, prof = true, professor = true, sir = true, dame = true }

local function add_sequence(found, words, first_of_sentence, ignored)
  for i = 1, #words - 1 do
    if words[i] == "and" and words[i + 1] == "the" then -- two names
      add_sequence(found, table.move(words, i + 2, #words, 1, {}), false, ignored)
      words = table.move(words, 1, i - 1, 1, {})
      break
    end
  end
  while #words > 0 and inner[words[#words]] do words[#words] = nil end
  while #words > 0 and before_names[words[1]:lower()] do
    table.remove(words, 1)
    first_of_sentence = false
  end
  if #words == 0 then return end
  local text = table.concat(words, " ")
  local capitals = #words == 1 and text:find("^%u[%u%d&]+$")
  if #words == 1 and not capitals and not (text:find("%l%u") or text:find("%a&%a")) then return end -- one word may be any word
  if first_of_sentence and #words == 2 and ignored[words[1]:lower()] then return end
  if ignored[text:lower()] then return end
  local kind = capitals and "organisation" or "name"
  for _, word in ipairs(words) do if bodies[word] then kind = "organisation" end end
  add(found, folded(text), text, kind)
end

local function read_line(line, found, ignored)
  for _, sign in ipairs{ "£", "$", "€" } do
    for number, blank, scale in line:gmatch((sign == "$" and "%$" or sign) .. "(%d[%d.,]*)(%s?)(%a*)") do
      if scales[scale] then add(found, "amount" .. sign .. number .. scales[scale], sign .. number .. blank .. scale, "amount") end
    end
  end
  for word, blank, number in line:gmatch("%f[%w](%a%a+)([ -]?)(%d%d?)%f[^%w]") do -- Type 1, type 1, Type1
    if not ignored[word:lower()] then add(found, folded(word .. number), word .. blank .. number, "term") end
  end
  local words, starts = {}, true
  local sentence = true
  for token in (line .. " ."):gmatch("%S+") do
    local before, word, after = token:match("^([%p]*)(.-)([%p]*)$")
    word = word:gsub("\u{2019}s$", ""):gsub("'s$", "")
    local opens = before ~= "" or token:find("^\xE2\x80[\x98\x9C]")
    if opens and #words > 0 then
      add_sequence(found, words, starts, ignored)
      words = {}
    end
    if word ~= "" and is_capital(word) and word:find("^[%w\x80-\xff'&.-]+$") and not word:find("\xE2\x80[\x98-\x9D\x93\x94]") then
      if #words == 0 then starts = sentence end
      words[#words + 1] = word
    elseif #words > 0 and inner[word] and after == "" then
      words[#words + 1] = word
    else
      add_sequence(found, words, starts, ignored)
      words = {}
    end
    if after ~= "" and #words > 0 then
      add_sequence(found, words, starts, ignored)
      words = {}
    end
    sentence = after:find("[.!?:]") ~= nil
  end
end

local function set_of(list)
  local set = {}
  for _, word in ipairs(list) do set[tostring(word):lower()] = true end
  return set
end

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

return {
  kind = "filter",
  name = "names",
  api = 1,
  options = {
    least = { type = "integer", default = 1, help = "in fewer articles than these, a name is left out" },
    ignore = { type = "list", default = { "the", "a", "an", "in", "on", "at", "and", "but", "if", "when", "this", "that", "for", "our", "we", "as", "it",
      "i", "he", "she", "they", "to", "from", "with", "after", "before", "by", "about", "over", "under", "only", "of", "until", "around" }, help = "words that begin no name, and names to leave out" },
  },
  collect = function(article, ctx)
    local found, ignored = {}, set_of(ctx.options.ignore)
    for line in article:text():gmatch("[^\n]+") do read_line(line, found, ignored) end
    for _, author in ipairs(article.authors) do
      if is_capital(author.name) then add(found, folded(author.name), author.name, "person") end
    end
    for attribution in article.document:each("attribution") do
      local speaker = attribution.speaker
      if speaker and speaker ~= "" then add(found, folded(speaker), speaker, "person") end
    end
    return next(found) and found or nil
  end,
  combine = function(values, ctx)
    local groups = {}
    for _, one in ipairs(values) do
      local path = one.article.path
      for key, entry in pairs(one.value) do
        local group = groups[key]
        if not group then
          group = { kind = entry.kind, spellings = {}, articles = {} }
          groups[key] = group
        end
        if entry.kind == "person" or (entry.kind == "term" and group.kind == "name") then group.kind = entry.kind end
        group.articles[#group.articles + 1] = path
        for text, count in pairs(entry.texts) do
          local spelling = group.spellings[text]
          if not spelling then
            spelling = { text = text, count = 0, articles = {} }
            group.spellings[text] = spelling
          end
          spelling.count = spelling.count + count
          spelling.articles[#spelling.articles + 1] = path
        end
      end
    end
    local index = {}
    for _, key in ipairs(sorted_keys(groups)) do
      local group, list, count, capital = groups[key], {}, 0, false
      for _, text in ipairs(sorted_keys(group.spellings)) do
        local spelling = group.spellings[text]
        list[#list + 1], count = spelling, count + spelling.count
        capital = capital or is_capital(text) or group.kind == "amount"
      end
      table.sort(list, function(a, b)
        if a.count ~= b.count then return a.count > b.count end
        return a.text < b.text
      end)
      if capital and #group.articles >= ctx.options.least then -- "page 3" is no name, "type 1" one because of "Type 1"
        index[#index + 1] = { name = list[1].text, kind = group.kind, count = count, articles = group.articles, spellings = list }
      end
    end
    table.sort(index, function(a, b)
      local left, right = a.name:lower(), b.name:lower()
      if left ~= right then return left < right end
      return a.name < b.name
    end)
    return index
  end,
}
