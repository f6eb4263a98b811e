--- Command lines: options declared as a list, read into a table, and the help text made of them.
--
-- A command declares options as { name = "jobs", short = "j", value = "N", type = "integer",
-- default = 0, many = false, help = "..." }; without `value` an option is a switch. Positional
-- arguments stay in order in result[1], result[2], ... With command.rest all that follows the first of
-- them is positional too.
local closest = require("galley.closest")

local arguments = {}

arguments.common = {
  { name = "site", value = "DIR", help = "the site's folder (default: the one that holds galley.yaml, upwards from here)" },
  { name = "quiet", short = "q", help = "errors only" },
  { name = "verbose", short = "v", help = "say more" },
  { name = "color", value = "WHEN", choices = { "auto", "always", "never" }, help = "auto, always or never" },
  { name = "help", short = "h", help = "this text" },
}

local function all_options(command)
  local list = {}
  for _, option in ipairs(command.options or {}) do list[#list + 1] = option end
  for _, option in ipairs(arguments.common) do list[#list + 1] = option end
  return list
end

local function convert(option, text)
  if option.type == "integer" then
    local number = math.tointeger(tonumber(text))
    if not number or number < (option.least or 0) then
      return nil, ("--%s wants a whole number, not '%s'"):format(option.name, text)
    end
    return number
  end
  if option.choices then
    for _, choice in ipairs(option.choices) do if choice == text then return text end end
    return nil, ("--%s is one of %s, not '%s'%s"):format(option.name, table.concat(option.choices, ", "), text,
      closest.hint(text, option.choices))
  end
  return text
end

--- The options as a table; nil and a message for a wrong command line.
function arguments.read(command, list)
  local by_name, by_short, names = {}, {}, {}
  for _, option in ipairs(all_options(command)) do
    by_name[option.name] = option
    if option.short then by_short[option.short] = option end
    names[#names + 1] = option.name
  end
  local result, i, only_words = {}, 1, false
  local function store(option, value)
    if option.many then
      result[option.name] = result[option.name] or {}
      table.insert(result[option.name], value)
    else
      result[option.name] = value
    end
  end
  while i <= #list do
    local word = list[i]
    i = i + 1
    local name, value = word:match("^%-%-([%w_-]+)=(.*)$")
    name = name or word:match("^%-%-([%w_-]+)$")
    local option
    if only_words or word == "-" or not word:find("^%-") then
      result[#result + 1] = word
      only_words = only_words or command.rest
    elseif word == "--" then
      only_words = true
    else
      if name then
        option = by_name[name]
        if not option then return nil, ("there is no option --%s%s"):format(name, closest.hint(name, names, "--")) end
      else
        option = by_short[word:sub(2, 2)]
        if not option then return nil, ("there is no option %s"):format(word) end
        if #word > 2 then value = word:sub(3) end
      end
      if not option.value then
        if value then return nil, ("--%s takes no value"):format(option.name) end
        store(option, true)
      else
        if value == nil then
          value = list[i]
          i = i + 1
          if value == nil then return nil, ("--%s wants a value: --%s %s"):format(option.name, option.name, option.value) end
        end
        local converted, problem = convert(option, value)
        if problem then return nil, problem end
        store(option, converted)
      end
    end
  end
  local most = command.most or (command.words and math.huge) or 0
  if #result > most and not result.help then
    return nil, ("'%s' is one argument too many"):format(result[most + 1])
  end
  return result
end

--- `k=v` pairs of --option or --param as a table.
function arguments.pairs(list, option)
  local map = {}
  for _, word in ipairs(list or {}) do
    local key, value = word:match("^([%w_.-]+)=(.*)$")
    if not key then return nil, ("--%s wants key=value, not '%s'"):format(option, word) end
    map[key] = value
  end
  return map
end

-- A line in pieces that fit: what goes on stands below the help of an option, or as deep as the line itself began.
local function fold(line, room)
  local indent = #(line:match("^  +%S.-  +") or line:match("^ *"))
  if indent > room // 2 then indent = #line:match("^ *") + 2 end
  local parts = {}
  while galley.text.width(line) > room do
    local fits = line:sub(1, (utf8.offset(line, room + 1) or #line + 1) - 1)
    local cut = fits:match("^.*%S() ") or line:match("^ *%S+() ")
    if not cut or cut <= indent then break end
    parts[#parts + 1] = line:sub(1, cut - 1)
    line = (" "):rep(indent) .. line:sub(cut):gsub("^ +", "")
  end
  parts[#parts + 1] = line
  return table.concat(parts, "\n")
end

--- Help text as wide as the terminal that it is written to; whole where there is none.
function arguments.folded(text)
  local room = galley.files.terminal("stdout")
  if not room then return text end
  return (text:gsub("[^\n]+", function(line) return fold(line, math.max(room, 20)) end))
end

--- The help text of a command.
function arguments.help(name, command)
  local lines = { "Usage: galley " .. (command.usage or name), "", command.summary, "" }
  if command.text then lines[#lines + 1] = command.text lines[#lines + 1] = "" end
  lines[#lines + 1] = "Options:"
  for _, option in ipairs(all_options(command)) do
    local left = ("  %s--%s%s"):format(option.short and ("-" .. option.short .. ", ") or "    ", option.name,
      option.value and (" " .. option.value) or "")
    lines[#lines + 1] = #left < 28 and ("%-28s%s"):format(left, option.help) or (left .. "\n" .. (" "):rep(28) .. option.help)
  end
  return table.concat(lines, "\n") .. "\n"
end

return arguments
