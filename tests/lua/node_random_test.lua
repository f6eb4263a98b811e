--- Random programs over trees beside a plain model in Lua: after every change both are the same tree of the same nodes,
-- a change that must not be raises an error and changes nothing, and loops and walks see what they are said to see
-- while the tree changes under them.
--
--     galley lua tests/lua/node_random_test.lua [PROGRAMS [SEED]]

local programs, seed = tonumber((...)) or 2000, tonumber((select(2, ...))) or 1
local random = math.random

-- ---------------------------------------------------------------- the model

local content = { document = "blocks", block_quote = "blocks", item = "blocks", list = "items", paragraph = "inlines", emph = "inlines", strong = "inlines" }
local kind = { block_quote = "blocks", list = "blocks", paragraph = "blocks", item = "items", text = "inlines", emph = "inlines", strong = "inlines" }

-- A node: { type, object, parent, home, moves, ... its children }. `home` says which document it is of; a move to another
-- document counts in `moves`, since a loop does not follow it there.
local nodes

local function add(object, type, home)
  local node = { type = type, object = object, home = home, moves = 0 }
  nodes[#nodes + 1] = node
  return node
end

local function index_of(node)
  for i, child in ipairs(node.parent) do if child == node then return i end end
end

local function unlink(node)
  if node.parent then table.remove(node.parent, index_of(node)) end
  node.parent = nil
end

local function is_within(node, ancestor)
  while node and node ~= ancestor do node = node.parent end
  return node ~= nil
end

local function set_home(node, home)
  if node.home ~= home then node.home, node.moves = home, node.moves + 1 end
  for _, child in ipairs(node) do set_home(child, home) end
end

--- What a piece stands for: a document for its children, or for those of its one paragraph among inlines.
local function nodes_of(piece, wanted)
  if piece.type ~= "document" then return { piece } end
  if wanted == "inlines" and #piece == 1 and piece[1].type == "paragraph" then piece = piece[1] end
  return table.move(piece, 1, #piece, 1, {})
end

--- Whether all pieces can stand in `parent`.
local function can_stand(parent, pieces)
  local wanted = content[parent.type]
  for _, piece in ipairs(pieces) do
    if type(piece) == "string" then
      if not wanted then return false end
    else
      if is_within(parent, piece) then return false end
      for _, node in ipairs(nodes_of(piece, wanted)) do
        if kind[node.type] ~= wanted or is_within(parent, node) then return false end
      end
    end
  end
  return true
end

local made -- strings that became nodes: their objects are looked up after the change

local function of_string(text, home, wanted)
  local node = add(nil, "text", home)
  node.text = text
  for _, outer in ipairs(wanted == "inlines" and {} or wanted == "blocks" and { "paragraph" } or { "paragraph", "item" }) do
    local above = add(nil, outer, home)
    above[1], node.parent = node, above
    node = above
  end
  made[#made + 1] = node
  return node
end

--- Puts the pieces before the child at `marker`, which stands for a place.
local function put(parent, before, pieces, taken_out)
  local marker = { parent = parent }
  table.insert(parent, before and index_of(before) or #parent + 1, marker)
  if taken_out then unlink(taken_out) end
  for _, piece in ipairs(pieces) do
    local wanted = content[parent.type]
    for _, node in ipairs(type(piece) == "string" and { of_string(piece, parent.home, wanted) } or nodes_of(piece, wanted)) do
      unlink(node)
      table.insert(parent, index_of(marker), node)
      node.parent = parent
      set_home(node, parent.home)
    end
  end
  unlink(marker)
end

-- ---------------------------------------------------------------- both together

local log -- what the program did, for the message

local function show(node)
  local parts = {}
  for i, child in ipairs(node) do parts[i] = show(child) end
  return node.type .. (#parts > 0 and "(" .. table.concat(parts, " ") .. ")" or "")
end

local function compare(node, object)
  if not node.object then node.object = object end
  if node.object ~= object then return "another node than " .. node.type end
  if object.type ~= node.type then return ("%s is %s"):format(node.type, object.type) end
  if node.text and object.text ~= node.text then return ("%q is %q"):format(node.text, object.text) end
  if #object ~= #node then return ("%s has %d children"):format(show(node), #object) end
  if (object.first and true) ~= (#node > 0 and true or nil) then return "first" end
  local previous
  for i, child in ipairs(node) do
    local found = object[i]
    if found.parent ~= object or found.index ~= i or found.previous ~= previous then return "links of " .. child.type end
    previous = found
    local why = compare(child, found)
    if why then return why end
  end
  if object.last ~= previous then return "last" end
end

local function check_all()
  for _, node in ipairs(made) do
    if node.parent then node.object = node.parent.object and node.parent.object[index_of(node)] end
  end
  made = {}
  for _, node in ipairs(nodes) do
    if not node.parent and node.object then
      local why = compare(node, node.object)
      if not why and node.object.parent then why = node.type .. " has a parent" end
      if why then error(why .. "\n  " .. table.concat(log, "\n  "), 0) end
    end
  end
end

--- Does one thing to both; `right` says whether it may be done.
local function both(name, right, call, model)
  log[#log + 1] = name
  local good, message = pcall(call)
  if good ~= right then error(("%s: %s\n  %s"):format(right and "an error" or "no error", tostring(message), table.concat(log, "\n  ")), 0) end
  if right then model() end
  check_all()
end

local function pick() return nodes[random(#nodes)] end
local function name_of(node) return ("%s%d"):format(node.type, (function() for i, other in ipairs(nodes) do if other == node then return i end end end)()) end

local function some_pieces()
  local pieces, objects, names = {}, {}, {}
  for i = 1, random(4) == 1 and random(0, 3) or 1 do
    pieces[i] = random(5) == 1 and "word" or pick()
    objects[i] = pieces[i] == "word" and "word" or pieces[i].object
    names[i] = pieces[i] == "word" and "word" or name_of(pieces[i])
  end
  return pieces, #pieces == 1 and random(2) == 1 and objects[1] or objects, table.concat(names, " ")
end

local function change()
  local node, choice = pick(), random(10)
  local parent = node.parent
  if choice <= 2 then
    local pieces, argument, names = some_pieces()
    local right = can_stand(node, pieces)
    local front = choice == 2
    both(("%s %s %s"):format(name_of(node), front and "prepend" or "append", names), right,
      function() if front then node.object:prepend(argument) else node.object:append(argument) end end,
      function() put(node, front and node[1] or nil, pieces) end)
  elseif choice <= 4 then
    local pieces, argument, names = some_pieces()
    local right = parent ~= nil and can_stand(parent, pieces)
    local after = choice == 4
    both(("%s insert %s %s"):format(name_of(node), after and "after" or "before", names), right,
      function() if after then node.object:insert_after(argument) else node.object:insert_before(argument) end end,
      function()
        local before = node
        if after then before = parent[index_of(node) + 1] end
        put(parent, before, pieces)
      end)
  elseif choice == 5 then
    local pieces, argument, names = some_pieces()
    local right = parent ~= nil and can_stand(parent, pieces)
    both(("%s replace %s"):format(name_of(node), names), right, function() node.object:replace(argument) end, function() put(parent, node, pieces, node) end)
  elseif choice == 6 then
    both(name_of(node) .. " remove", node.type ~= "document", function() node.object:remove() end, function() unlink(node) end)
  elseif choice == 7 then
    local wrapper = pick()
    local right = parent and wrapper.type ~= "document" and content[wrapper.type] and content[wrapper.type] == kind[node.type] and not is_within(wrapper, node)
      and kind[wrapper.type] == content[parent.type] and not is_within(parent, wrapper)
    both(("%s wrap %s"):format(name_of(node), name_of(wrapper)), right and true or false, function() node.object:wrap(wrapper.object) end, function()
      put(parent, node, { wrapper })
      put(wrapper, nil, { node })
    end)
  elseif choice == 8 then
    local right = parent ~= nil
    for _, child in ipairs(node) do right = right and kind[child.type] == content[parent.type] end
    both(name_of(node) .. " unwrap", right, function() node.object:unwrap() end, function()
      local list = table.move(node, 1, #node, 1, {})
      put(parent, node, list)
      unlink(node)
    end)
  else
    local types = { "block_quote", "list", "paragraph", "item", "text", "emph", "strong" }
    local type = types[random(#types)]
    log[#log + 1] = "make " .. type
    if #nodes < 60 then add(type == "text" and galley.node.text("new") or galley.node[type](), type, "loose") end
  end
end

-- ---------------------------------------------------------------- loops and walks

local function descendants(node, list)
  for _, child in ipairs(node) do
    list[#list + 1] = child
    descendants(child, list)
  end
  return list
end

local function loop()
  local root, sort = pick(), random(3)
  local wanted, snapshot, moves = sort == 3 and (random(2) == 1 and "text" or "emph") or nil, {}, {}
  for _, node in ipairs(sort == 1 and root or descendants(root, {})) do
    if not wanted or node.type == wanted then
      snapshot[#snapshot + 1] = node
      moves[node] = node.moves
    end
  end
  local at, root_moves = 0, root.moves
  local function expected()
    while true do
      at = at + 1
      local node = snapshot[at]
      if not node then return nil end
      local there = root.moves == root_moves and node.moves == moves[node]
      if sort == 1 then there = there and node.parent == root else there = there and node ~= root and is_within(node, root) end
      if there then return node end
    end
  end
  log[#log + 1] = ("loop %d over %s"):format(sort, name_of(root))
  local object = root.object
  for found in (sort == 1 and object:children() or sort == 2 and object:descendants() or object:each(wanted)) do
    local node = expected()
    if not node or found ~= node.object then error(("the loop gave %s, not %s\n  %s"):format(found, node and name_of(node), table.concat(log, "\n  ")), 0) end
    for _ = 1, random(0, 2) do change() end
  end
  local rest = expected()
  if rest then error(("the loop ended before %s\n  %s"):format(name_of(rest), table.concat(log, "\n  ")), 0) end
end

local function walk()
  local root = pick()
  while root.parent do root = root.parent end
  local wanted, visits = { text = random(2) == 1, emph = random(2) == 1, paragraph = random(2) == 1, document = random(4) == 1 }, {}
  local moves = {}
  local function list(node)
    moves[node] = node.moves
    local down = { node = node, way = "enter" }
    if wanted[node.type] then visits[#visits + 1] = down end
    for _, child in ipairs(node) do list(child) end
    down.last = #visits
    if wanted[node.type] then visits[#visits + 1] = { node = node, way = "leave" } end
  end
  list(root)
  log[#log + 1] = "walk over " .. name_of(root)
  local at, root_moves = 0, root.moves
  local function expected()
    while true do
      at = at + 1
      local visit = visits[at]
      if not visit or (is_within(visit.node, root) and root.moves == root_moves and visit.node.moves == moves[visit.node]) then return visit end
    end
  end
  local handlers = { nodes = {}, enter = {} }
  for type in pairs(wanted) do
    if wanted[type] then
      for way, place in pairs { enter = "enter", leave = "nodes" } do
        handlers[place][type] = function(object)
          local visit = expected()
          if not visit or visit.way ~= way or object ~= visit.node.object then
            error(("the walk is at %s %s, not %s\n  %s"):format(way, object, visit and visit.way .. " " .. name_of(visit.node), table.concat(log, "\n  ")), 0)
          end
          if random(2) == 1 then change() end
          if way == "enter" and random(4) == 1 then
            at = visit.last
            return "skip"
          end
        end
      end
    end
  end
  root.object:walk(handlers)
  local rest = expected()
  if rest then error(("the walk ended before %s %s\n  %s"):format(rest.way, name_of(rest.node), table.concat(log, "\n  ")), 0) end
end

-- ---------------------------------------------------------------- programs

local source = "One *two* **three *four* five**\n\n> - six *seven*\n> - eight\n>\n> nine\n\n- ten\n\n  eleven *twelve*\n"

local function read(object, home)
  local node = add(object, object.type, home)
  if node.type == "text" then node.text = object.text end
  for child in object:children() do
    local below = read(child, home)
    node[#node + 1], below.parent = below, node
  end
  return node
end

local failed
for program = 1, programs do
  math.randomseed(seed, program)
  nodes, made, log = {}, {}, {}
  read(galley.markdown.parse(source), "a")
  read(galley.markdown.parse("Other *text*\n\n> quoted\n"), "b")
  local good, message = pcall(function()
    for _ = 1, 12 do
      local choice = random(6)
      if choice == 1 then loop() elseif choice == 2 then walk() else change() end
    end
  end)
  if not good then
    failed = ("program %d of seed %d: %s"):format(program, seed, message)
    break
  end
end
if failed then
  print("not ok - random programs over trees: " .. failed:gsub("\n", "\\n"))
  print(failed)
  error("failed", 0)
end
print(("ok - %d random programs over trees"):format(programs))
