--- Bodies of the block editor: blocks that stand in another item, and blocks whose text WordPress makes when it shows a page.
local deepest = 4

-- These say nothing by themselves.
local silent = { spacer = true, separator = true, more = true, nextpage = true, ["post-title"] = true, ["post-content"] = true, ["post-date"] = true }

-- Blocks without content, <!-- wp:name {...} /-->, replaced by what of(name, attributes) gives.
local function replace(body, of)
  local parts, from, at = {}, 1, 1
  while true do
    local first, last = body:find("<!--", at, true)
    if not first then break end
    local _, close = body:find("-->", last + 1, true)
    if not close then break end
    local name, attributes
    if body:sub(close - 3, close - 3) == "/" then name, attributes = body:sub(last + 1, close - 4):match("^%s*wp:(%l[%w/-]*)%s*(.-)%s*$") end
    if name then
      parts[#parts + 1] = body:sub(from, first - 1)
      parts[#parts + 1] = of((name:gsub("^core/", "")), attributes)
      from = close + 1
    end
    at = close + 1
  end
  if from == 1 then return body end
  parts[#parts + 1] = body:sub(from)
  return table.concat(parts)
end

-- The footnotes, which WordPress keeps beside the body, as JSON: with an arrow back each, as its pages have them.
local function list_of(footnotes)
  local list, parts = galley.json.parse(footnotes or ""), {}
  for _, note in ipairs(type(list) == "table" and list or {}) do
    local content = type(note) == "table" and note.content
    if type(content) ~= "string" then return nil end
    parts[#parts + 1] = ("<li>%s <a href=\"#%s\">↩</a></li>"):format(content, galley.html.escape(tostring(note.id)))
  end
  return #parts > 0 and "<ol>" .. table.concat(parts) .. "</ol>" or nil
end

--- The body with shared blocks and footnotes filled in. `shared`: the blocks' bodies by id; `footnotes`: of the item; what is left
-- out goes to notes.lost.
return function(body, shared, notes, footnotes)
  if not body:find("/-->", 1, true) then return body end
  local counts, order = {}, {}
  local function lose(name)
    if not counts[name] then order[#order + 1] = name end
    counts[name] = (counts[name] or 0) + 1
    return ""
  end
  for depth = 1, deepest do
    local filled = false
    body = replace(body, function(name, attributes)
      local reference = name == "block" and attributes:match('"ref"%s*:%s*(%d+)')
      if reference and shared[reference] and depth < deepest then
        filled = true
        return shared[reference]
      end
      return silent[name] and "" or name == "footnotes" and list_of(footnotes) or lose(name)
    end)
    if not filled then break end
  end
  if counts.block then notes.lost[#notes.lost + 1] = "a block that several articles share is left out: it is not in the export" end
  local names, all = {}, 0
  for _, name in ipairs(order) do
    if name ~= "block" then
      all = all + counts[name]
      names[#names + 1] = counts[name] > 1 and ("%s (%d times)"):format(name, counts[name]) or name
    end
  end
  if all > 0 then
    local many = all > 1
    notes.lost[#notes.lost + 1] = ("WordPress makes the text of %s when it shows the page, so %s left out: %s"):format(many and "these blocks" or "this block",
      many and "they are" or "it is", table.concat(names, ", "))
  end
  return body
end
