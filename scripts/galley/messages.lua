--- What commands say on standard error: messages in one form, progress on a terminal.
local shown = require("galley.shown")

local messages = { quiet = false, verbose = false, color = false, errors = 0, warnings = 0, notes = 0 }

local colors = { error = "31;1", warning = "33;1", note = "36", ok = "32;1", dim = "2", bold = "1" }
local progress_shown = false

--- Sets how to speak from the common options.
function messages.configure(options)
  messages.quiet = options.quiet or false
  messages.verbose = options.verbose or false
  local color = options.color or "auto"
  messages.color = color == "always"
    or (color == "auto" and galley.files.terminal("stderr") ~= nil and not os.getenv("NO_COLOR")
        and os.getenv("TERM") ~= "dumb")
end

function messages.paint(style, text)
  if not messages.color then return text end
  return ("\27[%sm%s\27[0m"):format(colors[style], text)
end

local function clear_progress()
  if progress_shown then io.stderr:write("\r\27[K") end
  progress_shown = false
end

local function escaped(bytes)
  return (bytes:gsub(".", function(c) return ("\\x%02X"):format(c:byte()) end))
end

-- Control characters, also those of two bytes, could move the cursor or change colours; bytes that are not
-- UTF-8 show as a terminal likes.
local function printable(text)
  text = text:gsub("[\0-\31\127]", escaped):gsub("\xC2[\x80-\x9F]", escaped)
  local good, from = {}, 1
  local length, bad = utf8.len(text)
  while not length do
    good[#good + 1] = text:sub(from, bad - 1) .. escaped(text:sub(bad, bad))
    from = bad + 1
    length, bad = utf8.len(text, from)
  end
  return table.concat(good) .. text:sub(from)
end

local MOST_BYTES <const> = 4000 -- of one message

-- One fault of a plugin can be a message on every article: after this many alike they are only counted.
local MOST_ALIKE = 20
local alike, alike_order = {}, {}

--- One message: { severity, file, line, column, message, plugin }. All are added to messages.kept while that is a list.
function messages.show(item)
  if messages.kept then messages.kept[#messages.kept + 1] = item end
  if item.severity == "error" then messages.errors = messages.errors + 1 end
  if item.severity == "warning" then messages.warnings = messages.warnings + 1 end
  if item.severity == "note" then messages.notes = messages.notes + 1 end
  if messages.quiet and item.severity ~= "error" then return end
  local key = item.severity .. tostring(item.message) .. (item.plugin or "")
  if not alike[key] then
    alike[key] = 0
    alike_order[#alike_order + 1] = { key = key, item = item }
  end
  alike[key] = alike[key] + 1
  if alike[key] > MOST_ALIKE and not messages.verbose then return end
  clear_progress()
  local place = item.file or "galley"
  if item.line and item.line > 0 then
    place = place .. ":" .. item.line
    if item.column and item.column > 0 then place = place .. ":" .. item.column end
  end
  local plugin = item.plugin and (" (" .. item.plugin .. ")") or ""
  io.stdout:flush() -- where both go to one file, no message stands within a line of the other
  io.stderr:write(messages.paint("bold", printable(shown.cut(place, MOST_BYTES)) .. ":"), " ",
    messages.paint(item.severity, item.severity .. ":"), " ", printable(shown.cut(tostring(item.message), MOST_BYTES)),
    messages.paint("dim", printable(plugin)), "\n")
end

--- Several; `prefix` leads to the files they name.
function messages.show_all(list, prefix)
  for _, item in ipairs(list) do
    if prefix and item.file and item.file ~= "" then item.file = prefix .. item.file end
    messages.show(item)
  end
end

function messages.error(message) messages.show{ severity = "error", message = message } end
function messages.warning(message) messages.show{ severity = "warning", message = message } end

--- A line of information.
function messages.say(text)
  if messages.quiet then return end
  clear_progress()
  io.stderr:write(text, "\n")
end

function messages.detail(text)
  if messages.verbose then messages.say(text) end
end

--- A function(done, count) that draws a bar, or nil when there is no terminal.
function messages.progress(label)
  local columns = galley.files.terminal("stderr")
  if not columns or messages.quiet or os.getenv("TERM") == "dumb" then return nil end
  local width = math.max(10, math.min(40, columns - #label - 24))
  return function(done, count)
    if count == 0 or done >= count then return clear_progress() end
    local filled = width * done // count
    io.stderr:write("\r\27[K", label, " [", ("="):rep(filled), (" "):rep(width - filled), "] ",
      done, "/", count)
    io.stderr:flush()
    progress_shown = true
  end
end

--- At a command's end: what was only counted.
function messages.finish()
  for _, entry in ipairs(alike_order) do
    local more = alike[entry.key] - MOST_ALIKE
    if more > 0 and not messages.verbose then
      io.stderr:write(messages.paint("bold", "galley:"), " ", messages.paint(entry.item.severity, entry.item.severity .. ":"),
        (" the same on %d more: %s; --verbose shows them all\n"):format(more, printable(entry.item.message)))
    end
  end
end

--- "3 errors, 1 warning" or nil.
function messages.summary()
  local parts = {}
  local function count(n, one) if n > 0 then parts[#parts + 1] = ("%d %s%s"):format(n, one, n == 1 and "" or "s") end end
  count(messages.errors, "error")
  count(messages.warnings, "warning")
  return #parts > 0 and table.concat(parts, ", ") or nil
end

return messages
