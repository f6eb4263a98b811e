--- Paths of files, as text: nothing here asks the disk. Folders are parted by "/".
--
-- galley.path in scripts: join, normalise, folder, name, stem, extension, with_extension, is_absolute, relative, match.

local path = {}

local function check(value, name, what)
  if type(value) ~= "string" then
    error(("path.%s: %s must be a string, not %s"):format(name, what, value == nil and "nil" or "a " .. type(value)), 3)
  end
  return value
end

--- Without ".", "..", doubled and trailing slashes; "." for nothing. ".." beyond the root of an absolute path is dropped.
function path.normalise(text)
  check(text, "normalise", "the path")
  local absolute = text:sub(1, 1) == "/"
  local parts = {}
  for part in text:gmatch("[^/]+") do
    if part == ".." and #parts > 0 and parts[#parts] ~= ".." then
      parts[#parts] = nil
    elseif part ~= "." and not (part == ".." and absolute) then
      parts[#parts + 1] = part
    end
  end
  local joined = table.concat(parts, "/")
  if absolute then return "/" .. joined end
  return joined == "" and "." or joined
end

--- Joins parts; one that is absolute forgets those before it.
function path.join(...)
  local joined = ""
  for i = 1, select("#", ...) do
    local part = check((select(i, ...)), "join", "part " .. i)
    if part:sub(1, 1) == "/" or joined == "" then
      joined = part
    elseif part ~= "" then
      joined = joined .. (joined:sub(-1) == "/" and "" or "/") .. part
    end
  end
  return path.normalise(joined)
end

--- What stands before the last name: "" when there is nothing.
function path.folder(text)
  local trimmed = check(text, "folder", "the path"):gsub("(.)/+$", "%1")
  local folder = trimmed:match("^(.*)/")
  if folder == "" then return "/" end
  return folder and (folder:gsub("(.)/+$", "%1")) or ""
end

--- The last name of a path.
function path.name(text)
  return (check(text, "name", "the path"):gsub("/+$", ""):match("[^/]*$"))
end

-- Stem and extension of a name; a leading dot begins no extension.
local function split(name)
  local stem, extension = name:match("^(.+)%.([^.]*)$")
  if not stem or stem:find("^%.*$") then return name, "" end
  return stem, extension
end

--- The last name without its extension.
function path.stem(text)
  check(text, "stem", "the path")
  return (split(path.name(text)))
end

--- What stands behind the last dot of the last name, without the dot; "" when there is none.
function path.extension(text)
  check(text, "extension", "the path")
  local _, extension = split(path.name(text))
  return extension
end

--- The path with another extension, or with none ("").
function path.with_extension(text, extension)
  check(text, "with_extension", "the path")
  check(extension, "with_extension", "the extension")
  local folder, stem = path.folder(text), split(path.name(text))
  local name = extension == "" and stem or stem .. "." .. extension:gsub("^%.", "")
  if folder == "" then return name end
  return folder .. (folder == "/" and "" or "/") .. name
end

function path.is_absolute(text)
  return check(text, "is_absolute", "the path"):sub(1, 1) == "/"
end

--- The way to `text` from the folder `from`. Both absolute or both not; else the path as it is.
function path.relative(text, from)
  text, from = path.normalise(check(text, "relative", "the path")), path.normalise(check(from, "relative", "the folder"))
  if path.is_absolute(text) ~= path.is_absolute(from) or from:find("^%.%.") then return text end
  local to_parts, from_parts = {}, {}
  for part in text:gmatch("[^/]+") do to_parts[#to_parts + 1] = part ~= "." and part or nil end
  for part in from:gmatch("[^/]+") do from_parts[#from_parts + 1] = part ~= "." and part or nil end
  local shared = 0
  while shared < #to_parts and shared < #from_parts and to_parts[shared + 1] == from_parts[shared + 1] do shared = shared + 1 end
  local parts = {}
  for _ = shared + 1, #from_parts do parts[#parts + 1] = ".." end
  table.move(to_parts, shared + 1, #to_parts, #parts + 1, parts)
  return #parts == 0 and "." or table.concat(parts, "/")
end

-- ---------------------------------------------------------------- globs

-- Whether a sequence matches a pattern of items in which one item ("star") stands for any number: the last star seen is
-- the only one that is ever tried again, so the work is the product of the lengths at most.
local function match_sequence(sequence, pattern, star, same)
  local i, j, star_at, tried = 1, 1, nil, nil
  while i <= #sequence do
    if pattern[j] == star and j <= #pattern then
      star_at, tried = j, i
      j = j + 1
    elseif j <= #pattern and same(sequence[i], pattern[j]) then
      i, j = i + 1, j + 1
    elseif star_at then
      tried = tried + 1
      i, j = tried, star_at + 1
    else
      return false
    end
  end
  while pattern[j] == star and j <= #pattern do j = j + 1 end
  return j > #pattern
end

local star, any, deep = {}, {}, {}

local function same_character(character, item)
  if type(item) == "string" then return character == item end
  if item == any then return true end
  local found = false
  for k = 1, #item, 2 do found = found or (character >= item[k] and character <= item[k + 1]) end
  return found ~= item.negated
end

local characters_of = "[%z\1-\127\194-\253][\128-\191]*"

-- One name of a glob as a list of items: a character, any, star, or a set.
local function compile_name(glob)
  if glob == "**" then return deep end
  local items, at = {}, 1
  while at <= #glob do
    local character = glob:match("^" .. characters_of, at) or glob:sub(at, at)
    local body, last = glob:match("^%[(%]?[^%]]*)%]()", at)
    if character == "*" then
      items[#items + 1] = star
    elseif character == "?" then
      items[#items + 1] = any
    elseif character == "[" and body and body ~= "" then
      local set = { negated = body:find("^[!^]") ~= nil }
      local list = {}
      for one in body:sub(set.negated and 2 or 1):gmatch(characters_of) do list[#list + 1] = one end
      local k = 1
      while k <= #list do
        local range = list[k + 1] == "-" and list[k + 2]
        set[#set + 1], set[#set + 2] = list[k], range or list[k]
        k = k + (range and 3 or 1)
      end
      items[#items + 1] = set
      at = last - #character
    elseif character == "\\" and at < #glob then
      at = at + 1
      character = glob:match("^" .. characters_of, at) or glob:sub(at, at)
      items[#items + 1] = character
    else
      items[#items + 1] = character
    end
    at = at + #character
  end
  return items
end

local function same_name(name, items)
  local list = {}
  for character in name:gmatch(characters_of) do list[#list + 1] = character end
  return match_sequence(list, items, star, same_character)
end

local MOST_ALTERNATIVES = 256

-- The alternatives of {a,b}, written out; a few too many where there are too many.
local function expand(glob, into)
  local before, inside, after = glob:match("^(.-)(%b{})(.*)$")
  if not before then
    into[#into + 1] = glob
    return
  end
  if #into > MOST_ALTERNATIVES then return end
  local depth, start = 0, 2
  for at = 2, #inside do
    local byte = inside:sub(at, at)
    if byte == "{" then depth = depth + 1 end
    if byte == "," and depth == 0 or at == #inside then
      expand(before .. inside:sub(start, at - 1) .. after, into)
      start = at + 1
    end
    if byte == "}" then depth = depth - 1 end
  end
end

local compiled, compiled_count = {}, 0

local function compile(glob)
  local found = compiled[glob]
  if found then return found end
  if #glob > 1000 then error("path.match: the pattern is longer than 1000 bytes", 3) end
  local alternatives, result = {}, {}
  expand(glob, alternatives)
  if #alternatives > MOST_ALTERNATIVES then error("path.match: the pattern has more than 256 alternatives", 3) end
  for i, alternative in ipairs(alternatives) do
    local names = {}
    for name in (alternative:gsub("^%./", "")):gmatch("[^/]+") do names[#names + 1] = compile_name(name) end
    names.absolute = alternative:sub(1, 1) == "/"
    result[i] = names
  end
  if compiled_count >= 100 then compiled, compiled_count = {}, 0 end
  compiled[glob], compiled_count = result, compiled_count + 1
  return result
end

--- Whether the whole path matches a glob: * any characters of one name, ? one, [a-z] and [!a-z] sets, ** any number of
-- folders, {a,b} alternatives, \ takes the next character as it is. Case counts.
function path.match(text, glob)
  text, glob = check(text, "match", "the path"), check(glob, "match", "the pattern")
  local names = {}
  for name in (text:gsub("^%./", "")):gmatch("[^/]+") do names[#names + 1] = name end
  local absolute = path.is_absolute(text)
  for _, alternative in ipairs(compile(glob)) do
    if alternative.absolute == absolute and match_sequence(names, alternative, deep, same_name) then return true end
  end
  return false
end

return path
