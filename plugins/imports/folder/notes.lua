--- What an import of a folder has to say: by article, and at the end for the whole of it.
return function()
  local notes = {}
  local by_article, general, inherited, converted, replaced = {}, {}, {}, {}, {}
  local shortcodes, tops, left, plain, links = {}, {}, {}, {}, 0

  local function count(counts, key, example)
    local entry = counts[key]
    if not entry then
      entry = { key = key, count = 0, example = example, articles = 0 }
      counts[key], counts[#counts + 1] = entry, entry
    end
    entry.count = entry.count + 1
    if example and entry.last ~= example then entry.articles, entry.last = entry.articles + 1, example end
    return entry
  end

  local function add(kind, path, text)
    if not path then
      general[#general + 1] = { kind, text }
    else
      by_article[path] = by_article[path] or { unsure = {}, note = {} }
      table.insert(by_article[path][kind], text)
    end
  end

  notes.known = {} -- files of configuration and data, which were read
  function notes.unsure(path, text) add("unsure", path, text) end
  function notes.note(path, text) add("note", path, text) end
  function notes.lost(text) add("lost", nil, text) end
  --- Something of the whole site that a person has to do; said once.
  function notes.person(text)
    for _, one in ipairs(general) do if one[2] == text then return end end
    add("unsure", nil, text)
  end
  --- What was said of one article, once.
  function notes.take(path)
    local list = by_article[path] or {}
    by_article[path] = nil
    return list
  end
  function notes.inherited(key, from) count(inherited, ("%s (from %s)"):format(key, from)) end
  function notes.left(what) count(left, what) end
  function notes.converted(kind) count(converted, kind) end
  function notes.replaced(name) count(replaced, name) end
  function notes.rewritten(number) links = links + number end
  function notes.plain(path) count(plain, "plain", path) end
  --- A shortcode that stays; what closes one is not counted.
  function notes.shortcode(path, name) if not name:find("^/") and not name:find("^end%l") then count(shortcodes, name, path) end end
  --- A file that is no content; `content` is the folder that has all content.
  function notes.elsewhere(path, content)
    if notes.known[path] then return end
    if path:sub(1, #content) == content then path = path:sub(#content + 1) end
    count(tops, path:match("^([^/]+)/") or "(files at the top)", path)
  end
  --- An address with a shortcode that leads nowhere.
  function notes.address(path, url) add("unsure", path, ("the address %s is not understood and stays"):format(url)) end

  local function all(counts, form)
    local parts = {}
    for i, entry in ipairs(counts) do parts[i] = form:format(entry.key, entry.count) end
    return table.concat(parts, ", ")
  end

  --- Everything that is left to say.
  function notes.say(ctx, generator, number)
    ctx.note(("a folder of %s with %d Markdown file%s"):format(generator.name, number, number == 1 and "" or "s"))
    for _, one in ipairs(general) do ctx[one[1]](one[2]) end
    if #converted > 0 then ctx.note("front matter that is YAML now: " .. all(converted, "%s (%d)")) end
    if #inherited > 0 then ctx.note("keys that articles got: " .. all(inherited, "%s in %d")) end
    if links > 0 or #replaced > 0 then
      ctx.note(("%d links lead to articles now%s"):format(links, #replaced > 0 and "; in place of " .. all(replaced, "%s (%d)") or ""))
    end
    if #left > 0 then ctx.lost("left out: " .. all(left, "%s (%d)")) end
    for _, entry in ipairs(plain) do
      ctx.lost(("%d Markdown file%s without front matter %s no page%s of the site: %s%s"):format(entry.count, entry.count == 1 and "" or "s",
        entry.count == 1 and "is" or "are", entry.count == 1 and "" or "s", entry.example, entry.count > 1 and " and others" or ""))
    end
    table.sort(shortcodes, function(a, b) return a.key < b.key end)
    for _, entry in ipairs(shortcodes) do
      ctx.unsure(("the shortcode %s stays as it is: %d time%s in %d article%s, first in %s"):format(entry.key, entry.count, entry.count == 1 and "" or "s",
        entry.articles, entry.articles == 1 and "" or "s", entry.example))
    end
    if #shortcodes > 0 then ctx.note("the filter shortcodes renders those that it knows (galley plugins filter/shortcodes); a filter of your own can do the others") end
    table.sort(tops, function(a, b) return a.key < b.key end)
    for _, entry in ipairs(tops) do
      local advice = generator.elsewhere[entry.key]
      ctx.lost(("%s: %d file%s %s not content%s"):format(entry.key, entry.count, entry.count == 1 and "" or "s", entry.count == 1 and "is" or "are",
        advice and "; " .. advice or ""))
    end
  end

  return notes
end
