--- SELECTION of the command line: paths, globs, --where, --sort, --limit.
--
-- The parent reads the words (`read`), a worker chooses the articles (`choose`). A path is relative to the
-- content folder or to the current one; a folder means everything below it; in a glob `*` stays within a
-- folder, `**` does not.
local closest = require("galley.closest")
local select = require("galley.select")

local selection = {}

--- The options that commands with a SELECTION have.
selection.options = {
  { name = "where", value = "EXPR", help = "articles for which this is true: 'date > \"2025\" and has(topics, \"health\")'" },
  { name = "sort", value = "FIELD", help = "by this field; -FIELD for the reverse" },
  { name = "limit", value = "N", type = "integer", help = "at most so many articles" },
}

local function is_glob(word) return word:find("[*?%[]") ~= nil end

-- A glob as a Lua pattern over the whole path.
local function pattern_of(glob)
  local text = glob:gsub("[%^%$%(%)%%%.%+%-]", "%%%0"):gsub("%*%*/", "\1"):gsub("%*%*", "\2"):gsub("%*", "[^/]*")
    :gsub("%?", "[^/]"):gsub("\1", "\3"):gsub("\2", ".*")
  return text
end

-- "**/" is any number of folders, none among them; a pattern cannot say that, so both forms are tried.
local function matches(path, pattern)
  local plain = pattern:gsub("\3", "")
  if path:find("^" .. plain .. "$") then return true end
  return pattern:find("\3") ~= nil and path:find("^" .. pattern:gsub("\3", ".*/") .. "$") ~= nil
end

-- The word as a path below the content folder.
local function inside(site, word)
  word = word:gsub("^%./", "")
  local prefix = site.content_prefix
  if #prefix > 0 and word:sub(1, #prefix) == prefix and galley.files.kind(prefix .. word) == nil then
    return word:sub(#prefix + 1)
  end
  local folder = (site.config.content or "content") .. "/" -- as seen from the site's own folder
  if word:sub(1, #folder) == folder and galley.files.kind(prefix .. word) == nil then return word:sub(#folder + 1) end
  if word:sub(1, 1) == "/" or word:find("%.%./") then
    local real, root = galley.files.real(word), galley.files.real(site.content)
    if real and root and real:sub(1, #root + 1) == root .. "/" then return real:sub(#root + 2) end
  end
  return word
end

--- A table for `choose`, or nil and a message for a wrong command line.
function selection.read(site, words, options)
  local result = { words = {}, where = options.where, sort = options.sort, limit = options.limit }
  if options.where then
    local compiled, problem = select.compile(options.where)
    if not compiled then return nil, ("--where '%s': %s"):format(options.where, problem) end
  end
  for _, word in ipairs(words) do
    local path = inside(site, word)
    local kind = not is_glob(word) and galley.files.kind(site.content_prefix .. path)
    if is_glob(word) and not kind then
      result.words[#result.words + 1] = { glob = pattern_of(path), shown = word }
    elseif kind == "folder" then
      result.words[#result.words + 1] = { folder = path == "." and "" or path:gsub("/*$", "/"), shown = word }
    elseif kind == "file" then
      result.words[#result.words + 1] = { path = path, shown = word }
    else
      local names = {}
      for _, entry in ipairs(galley.files.kind(site.content) == "folder" and galley.files.list(site.content) or {}) do
        if entry.article then names[#names + 1] = entry.path end
        if #names >= 5000 then break end
      end
      return nil, ("there is no article '%s'%s"):format(word, closest.hint(path, names))
    end
  end
  -- Whether the expression looks into bodies, which are not there before the filters have run.
  for word in (options.where or ""):gmatch("[%a_]+") do
    for _, name in ipairs{ "text", "words", "links", "document", "summary", "html", "images", "quotes", "headings", "excerpt" } do
      result.late = result.late or word == name
    end
  end
  return result
end

--- For commands that work on files rather than on the corpus: a map from the number (as text) of each
-- chosen path to true, or nil for all; nil and a message when a word means nothing.
function selection.numbers(site, words, paths)
  if #words == 0 then return nil end
  local chosen = {}
  for _, word in ipairs(words) do
    local path, found = inside(site, word):gsub("/+$", ""), false
    if path == "." or path == site.content then path = "" end
    local pattern = is_glob(word) and pattern_of(path)
    for i, candidate in ipairs(paths) do
      if path == "" or candidate == path or candidate:sub(1, #path + 1) == path .. "/" or (pattern and matches(candidate, pattern)) then
        chosen[tostring(i - 1)] = true
        found = true
      end
    end
    if not found then return nil, ("there is no article '%s'%s"):format(word, closest.hint(path, paths)) end
  end
  return chosen
end

local states = { draft = "is a draft; --drafts takes it too",
  embargoed = "is under embargo; --embargoed takes it too", expired = "has expired; --expired takes it too" }

--- In a worker: the articles, in the corpus's order unless --sort says otherwise, nil, and what to warn of; nil and a
--- message.
-- before: the bodies are not there yet, so a late `where` has to wait.
function selection.choose(corpus, wanted, before)
  local list = corpus.articles
  if #wanted.words > 0 then
    local paths, folders, globs = {}, {}, {}
    for _, word in ipairs(wanted.words) do
      if word.path then
        local article = corpus:find(word.path)
        if article == nil then return nil, ("'%s' could not be read, or is no article"):format(word.shown) end
        paths[word.path] = word
      elseif word.folder then
        folders[#folders + 1] = word
      else
        globs[#globs + 1] = word
      end
    end
    local function take(path)
      local found = paths[path]
      if found then found.used = true end
      for _, word in ipairs(folders) do
        if path:sub(1, #word.folder) == word.folder then found, word.used = true, true end
      end
      for _, word in ipairs(globs) do
        if matches(path, word.glob) then found, word.used = true, true end
      end
      return found ~= nil
    end
    list = list:filter(function(article) return take(article.path) end)
    for _, word in ipairs(wanted.words) do
      if not word.used then
        local article = word.path and corpus:find(word.path)
        return nil, ("'%s' %s"):format(word.shown, article and (states[article.status] or "is not published") or "matches no article")
      end
    end
  end
  if before and (wanted.late or not wanted.early) and (wanted.where or wanted.sort) then return list end
  local where, asked = wanted.where, {}
  if where then
    local problem
    where, problem, asked = select.compile(where)
    if not where then return nil, problem end
  end
  return select.articles(list, { where = where, sort = wanted.sort, limit = wanted.limit }), nil, select.unknown(asked)
end

return selection
