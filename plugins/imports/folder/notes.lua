--- What an import of a folder has to say: of each article, whatever worker makes it, and of the whole folder.
return function()
  local notes = {}
  local by_article, general = {}, {}
  local strangers, left, plain = {}, {}, {}

  local function count(counts, key, example)
    local entry = counts[key]
    if not entry then
      entry = { key = key, count = 0, example = example }
      counts[key], counts[#counts + 1] = entry, entry
    end
    entry.count = entry.count + 1
    return entry
  end

  local function of(path)
    by_article[path] = by_article[path] or { unsure = {}, note = {}, lost = {}, counts = {}, shortcodes = {} }
    return by_article[path]
  end

  local function add(kind, path, text)
    if path then table.insert(of(path)[kind], text) else general[#general + 1] = { kind, text } end
  end

  -- What is summed up over all articles: "one|many".
  local function sum(path, text, number)
    local counts = of(path).counts
    counts[text] = (counts[text] or 0) + (number or 1)
  end

  notes.known = {} -- files of configuration and data, which were read
  function notes.unsure(path, text) add("unsure", path, text) end
  function notes.note(path, text) add("note", path, text) end
  function notes.lost(path, text) add("lost", path, text) end
  --- Something of the whole site that a person has to do; said once.
  function notes.person(text)
    for _, one in ipairs(general) do if one[2] == text then return end end
    add("unsure", nil, text)
  end
  --- What was said of one article, once: lists unsure, lost and note, and counts.
  function notes.take(path)
    local said = of(path)
    by_article[path] = nil
    return said
  end
  function notes.inherited(path, key, from) sum(path, ("article got the key %s (from %s)|articles got the key %s (from %s)"):format(key, from, key, from)) end
  function notes.converted(path, kind) sum(path, ("article had its front matter in %s, which is YAML now|articles had their front matter in %s, which is YAML now"):format(kind, kind)) end
  function notes.replaced(path, name) sum(path, ("address was made by %s and is written out now|addresses were made by %s and are written out now"):format(name, name)) end
  function notes.rewritten(path, number) if number > 0 then sum(path, "link leads to an article now|links lead to articles now", number) end end
  function notes.left(what) count(left, what) end
  function notes.plain(path) count(plain, "plain", path) end
  --- A shortcode that stays; what closes one is not counted.
  function notes.shortcode(path, name)
    if name:find("^/") or name:find("^end%l") then return end
    local said = of(path)
    if not said.shortcodes[name] then table.insert(said.unsure, ("the shortcode %s stays as it is"):format(name)) end
    said.shortcodes[name] = true
    sum(path, "shortcode stays; the filter shortcodes renders those that it knows (galley plugins filter/shortcodes), a filter of your own can do the others|" ..
      "shortcodes stay; the filter shortcodes renders those that it knows (galley plugins filter/shortcodes), a filter of your own can do the others")
  end
  --- A file that is no content; `content` is the folder that has all content.
  function notes.elsewhere(path, content) strangers[#strangers + 1] = { path, content } end
  --- An address with a shortcode that leads nowhere.
  function notes.address(path, url) add("unsure", path, ("the address %s is not understood and stays"):format(url)) end

  --- Everything that is left to say.
  function notes.say(ctx, generator, number)
    ctx.note(("a folder of %s with %d Markdown file%s"):format(generator.name, number, number == 1 and "" or "s"))
    for _, one in ipairs(general) do ctx[one[1]](one[2]) end
    for _, entry in ipairs(left) do ctx.lost(("left out: %s (%d)"):format(entry.key, entry.count)) end
    for _, entry in ipairs(plain) do
      ctx.lost(("%d Markdown file%s without front matter %s no page%s of the site: %s%s"):format(entry.count, entry.count == 1 and "" or "s",
        entry.count == 1 and "is" or "are", entry.count == 1 and "" or "s", entry.example, entry.count > 1 and " and others" or ""))
    end
    local tops = {}
    for _, one in ipairs(strangers) do
      local path, content = one[1], one[2]
      local below = path:sub(1, #content) == content and path:sub(#content + 1) or path
      if not notes.known[path] then count(tops, below:match("^([^/]+)/") or "(files at the top)") end
    end
    table.sort(tops, function(a, b) return a.key < b.key end)
    for _, entry in ipairs(tops) do
      local advice = generator.elsewhere[entry.key]
      ctx.lost(("%s: %d file%s %s not content%s"):format(entry.key, entry.count, entry.count == 1 and "" or "s", entry.count == 1 and "is" or "are",
        advice and "; " .. advice or ""))
    end
  end

  return notes
end
