--- Who wrote what: WordPress's users, and the bylines of the plugins for several authors (Co-Authors Plus, PublishPress
-- Authors), which are terms of a taxonomy `author` and guests that are items of their own.
local elements = require("xml_elements")
local old_html = require("old_html")

local get = elements.get
local authors = {}

-- A list of people by the names that an item may use for them; each found by any, the first keeps a name.
function authors.new() return { by_key = {}, used = {}, order = {} } end

local function keep(people, person, ...)
  for i = 1, select("#", ...) do
    local key = (select(i, ...) or ""):lower()
    if key ~= "" and not people.by_key[key] then people.by_key[key] = person end
  end
end

local function text_of(record, name)
  local text = old_html.plain(get(record, name) or "")
  return text ~= "" and text or nil
end

--- A <wp:author>.
function authors.user(people, record)
  local login = get(record, "wp:author_login") or ""
  local both = (text_of(record, "wp:author_first_name") or "") .. " " .. (text_of(record, "wp:author_last_name") or "")
  local name = text_of(record, "wp:author_display_name") or galley.text.trim(both)
  if login == "" or name == "" then return end
  local person = { name = name, email = text_of(record, "wp:author_email") }
  keep(people, person, login, galley.text.slug(login))
end

--- An item of the kind `guest-author`; `meta(key)` gives its fields.
function authors.guest(people, record, meta)
  local function field(key)
    local text = old_html.plain(meta(key) or "")
    return text ~= "" and text or nil
  end
  local name = field("cap-display_name") or text_of(record, "title")
  if not name then return end
  local person = { name = name, email = field("cap-user_email"), url = field("cap-website"), bio = field("cap-description") }
  local slug = (get(record, "wp:post_name") or ""):gsub("^cap%-", "")
  -- A guest that is linked to a user stands for him.
  for _, key in ipairs{ field("cap-user_login") or "", slug, field("cap-linked_account") or "" } do people.by_key[key:lower()] = key ~= "" and person or nil end
end

--- A <wp:term> of the taxonomy `author`: its name is a login, or what readers see.
function authors.term(people, slug, name)
  local person = people.by_key[name:lower()] or people.by_key[slug:gsub("^cap%-", ""):lower()]
  if not person and name ~= "" and name:find("[^%l%d._-]") then person = { name = name } end
  if person then keep(people, person, slug, (slug:gsub("^cap%-", "")), name) end
end

local function use(people, person)
  if not people.used[person.name] then
    people.used[person.name] = person
    people.order[#people.order + 1] = person
  end
end

local function of_term(people, term)
  local name, slug = old_html.plain(term.name), term.slug or ""
  local person = people.by_key[name:lower()] or people.by_key[slug:lower()] or people.by_key[slug:gsub("^cap%-", ""):lower()]
  return person or { name = name ~= "" and name or slug, unknown = name == "" or not name:find("[^%l%d._-]") }
end

--- An item's authors: their names in order. `creator` as it is written, `terms` { name, slug } of the taxonomy `author`,
-- which come first if there are any. What is unclear goes to `unsure`, if it is given.
function authors.of(people, creator, terms, unsure)
  local function say(form, ...) if unsure then unsure[#unsure + 1] = form:format(...) end end
  local names, known = {}, {}
  local function add(person)
    if person.name == "" or known[person.name] then return end
    known[person.name], names[#names + 1] = true, person.name
    use(people, person)
  end
  local login = creator:gsub("^[%s<>\"']+", ""):gsub("[%s<>\"']+$", "")
  if login ~= creator then say("the author is written '%s'; read as '%s'", creator, login) end
  for _, term in ipairs(terms) do
    local person = of_term(people, term)
    if person.unknown then say("the author '%s' has no name in the export", person.name) end
    add(person)
  end
  if #names > 0 then return names end
  if login == "" then
    say("there is no author")
    return names
  end
  local person = people.by_key[login:lower()]
  if not person then say("the author '%s' has no name in the export", login) end
  add(person or { name = old_html.plain(login) })
  return names
end

--- The profiles of all that authors.of named: { path below data/, content }. Addresses for mail are no one else's business,
-- unless they are asked for.
function authors.profiles(people, emails)
  local list, taken, mails = {}, {}, 0
  for _, person in ipairs(people.order) do
    local slug = galley.text.slug(person.name)
    if slug ~= "" and not taken[slug] then
      taken[slug] = true
      if person.email and not emails then mails = mails + 1 end
      local text = {}
      for _, pair in ipairs{ { "name", person.name }, { "bio", person.bio }, { "url", person.url }, { "email", emails and person.email or nil } } do
        if pair[2] then text[#text + 1] = galley.yaml.write{ [pair[1]] = pair[2] } end
      end
      list[#list + 1] = { path = ("authors/%s.yaml"):format(slug), content = table.concat(text) }
    end
  end
  return list, mails
end

return authors
