--- Where in a page a value stands: what the literal text before it makes of it, when a template is compiled.
--
-- The rule. The literal text before a value decides what the value may be: text of the page, a part of an attribute, a
-- URL, a script's value or string, a style's value or string, a comment. Values can never change that: each is
-- encoded so that it cannot leave its place. So the literal text alone fixes the structure of every page a template can
-- make. Where that cannot hold (a value in a tag's or an attribute's name, in a template string or a regular expression of
-- a script, in a javascript: URL, in an attribute that is cut in two), the template does not compile, and says why. Two
-- branches of an `if` must end at the same kind of place, and a loop where it began.
-- In the manner of Go's html/template; the literal text is read by galley.template_tokens.
--
-- A context is a flat table; `advance`, `value`, `join` and `loop` return a new one. Fields: state (text, tag, joined,
-- before_value, value, raw, xml_cdata, comment, markup, cut), element, closing, delimiter, kind (of the attribute), code (of a
-- script or style: code, double, single, template, regex, line_comment, block_comment, url), regex (may a / here begin a
-- regular expression), part (of a URL: none, head, path, query, unknown, refused), script (js, json, unknown), equiv, xml.

local tokens = require("galley.template_tokens")

local context = {}

local find = string.find

function context.text(xml)
  return { state = "text", xml = xml or false }
end

function context.plain()
  return { state = "plain" }
end

local function copy(c)
  local result = {}
  for key, value in pairs(c) do result[key] = value end
  return result
end

local fields = { "state", "element", "closing", "delimiter", "kind", "code", "regex", "part", "scheme", "dynamic", "css_url",
  "script", "equiv", "dynamic_content", "templates", "started", "xml", "in_refresh_url", "dashes", "ended" }

--- A string that is equal for equal contexts.
function context.key(c)
  local parts = {}
  for index = 1, #fields do parts[index] = tostring(c[fields[index]]) end
  return table.concat(parts, "|")
end

--- The context after `text`; or nil, message, offset in `text`.
function context.advance(c, text)
  if c.state == "plain" or text == "" then return c end
  c = copy(c)
  local message, offset = tokens.read(c, text)
  if message then return nil, message, offset end
  return c
end

-- ---------------------------------------------------------------- values

local url_parts = { none = "url", head = "url_head", path = "url_path", query = "url_query" }

-- Escaper for a URL's part, and the part after it.
local function url_value(c, whole, component)
  if c.part == "unknown" then return nil, "a value after branches that end in different parts of a URL; close the attribute in each branch" end
  if c.part == "refused" then return nil, "a value in a URL that runs code or carries a page; link to a page instead" end
  local name = url_parts[c.part]
  if c.part == "none" then name = whole or name elseif component then name = component end
  if c.part == "none" or c.part == "head" then c.part, c.dynamic, c.scheme = "head", true, nil end
  return name
end

local function script_value(c)
  local code = c.code
  if code == "code" then
    c.regex = false
    return c.script == "json" and "json" or "js"
  end
  if code == "double" or code == "single" then return "js_string" end
  if code == "template" then return nil, "a value in a script's template string; put it in a constant first: const x = {{ ... }};" end
  if code == "regex" then return nil, "a value in a regular expression; build it with new RegExp() from a string" end
  return "code_comment"
end

local function style_value(c)
  local code = c.code
  if code == "code" then return "css_value" end
  if code == "url" or c.css_url then return url_value(c) end
  if code == "block_comment" then return "code_comment" end
  return "css_string"
end

local attribute_values = {}
function attribute_values.plain() return "attribute" end
function attribute_values.url(c) return url_value(c) end
function attribute_values.srcset(c) return url_value(c, "srcset", "srcset_part") end
function attribute_values.script(c) return script_value(c) end
function attribute_values.style(c) return style_value(c) end
function attribute_values.script_type(c)
  c.started = nil
  return "attribute"
end
function attribute_values.equiv()
  return nil, "a value in http-equiv; write the name itself"
end
function attribute_values.fixed()
  return nil, "a value in an animation's attributeName; write the name itself"
end
function attribute_values.srcdoc(c)
  if c.started then return nil, "a value after other text in srcdoc; give the whole of srcdoc as one value, or use src" end
  return "srcdoc"
end
function attribute_values.content(c)
  if c.equiv == "refresh" then
    if c.in_refresh_url then return url_value(c) end
    return nil, "a value before url= in a refresh; write the seconds and url= themselves"
  end
  if c.equiv then return nil, "a value in the content of an http-equiv; write it out" end
  c.dynamic_content = true
  return "attribute"
end

--- How a value is escaped at `c`: the escaper's name, the context after it, and whether to add quotes around it
--- (`following` is the literal text after the value, nil if none); or nil, message.
function context.value(c, following)
  local state = c.state
  if state == "text" then return c.xml and "xml_text" or "text", c end
  if state == "plain" then return "plain", c end
  if state == "comment" then return "comment", c end
  if state == "xml_cdata" then return "cdata", c end
  if state == "raw" then
    c = copy(c)
    if c.kind == "rcdata" then return "rcdata", c end
    if c.kind == "refused" then return nil, "a value inside <" .. c.element .. ">; put it outside" end
    local name, message
    if c.kind == "style" then
      name, message = style_value(c)
    elseif c.script == "unknown" then
      return nil, "a value in a script whose type is not known; use type=\"application/json\" or no type"
    else
      name, message = script_value(c)
    end
    if not name then return nil, message end
    return name, c
  end
  if state == "value" or state == "before_value" then
    c = copy(c)
    local quoting = state == "before_value"
    if quoting then
      if not following or not find(following, "^[%s>]") then
        return nil, "a value that is only a part of an attribute without quotes; put the whole attribute in quotes"
      end
      tokens.open_value(c, '"')
    end
    local name, message = attribute_values[c.kind](c)
    if not name then return nil, message end
    name = name .. (c.delimiter == " " and "_unquoted" or "_quoted")
    if quoting then
      message = tokens.close_value(c)
      if message then return nil, message end
      c.state = "joined"
    end
    return name, c, quoting
  end
  if state == "tag" or state == "joined" then
    return nil, "a value where an attribute's or a tag's name stands; write the name, and use {% if %} around the whole attribute"
  end
  if state == "cut" then return nil, "a value right after a <; write the tag's name, or &lt; for the sign" end
  return nil, "a value inside <! ... >; take it out"
end

-- ---------------------------------------------------------------- branches

local in_tag = { tag = true, joined = true }

local function differ_only_in(a, b, names)
  a, b = copy(a), copy(b)
  for index = 1, #names do a[names[index]], b[names[index]] = nil, nil end
  return context.key(a) == context.key(b)
end

--- The one context in which two branches end; nil if there is none.
function context.join(a, b)
  if context.key(a) == context.key(b) then return a end
  if in_tag[a.state] and in_tag[b.state] and differ_only_in(a, b, { "state", "dynamic_content" }) then
    local c = copy(a)
    c.state, c.dynamic_content = "joined", a.dynamic_content or b.dynamic_content
    return c
  end
  if a.state == b.state and differ_only_in(a, b, { "part", "scheme", "dynamic", "regex", "started" }) then
    local c = copy(a)
    if a.part ~= b.part or a.scheme ~= b.scheme or a.dynamic ~= b.dynamic then c.part, c.scheme, c.dynamic = "unknown", nil, nil end
    if a.regex ~= b.regex then c.regex = "unknown" end
    if a.started ~= b.started then
      if c.kind == "equiv" then return nil end
      c.started = c.kind == "srcdoc" and true or nil
    end
    return c
  end
  return nil
end

--- The context in which a loop's body is compiled: `following` is the literal text with which the body begins.
function context.loop(c, following)
  if c.state == "tag" and following and find(following, "^%s") then
    c = copy(c)
    c.state = "joined"
  end
  if c.code == "code" and (c.kind == "script") then
    c = copy(c)
    c.regex = "unknown"
  end
  return c
end

--- May a loop whose body began at `start` end at `stop`?
function context.loop_closes(start, stop)
  if context.key(start) == context.key(stop) then return true end
  if start.state == "joined" and in_tag[stop.state] then return differ_only_in(start, stop, { "state", "dynamic_content" }) end
  return start.regex == "unknown" and differ_only_in(start, stop, { "regex" })
end

local names = { text = "in text", plain = "in text", tag = "inside a tag", joined = "inside a tag", before_value = "before an attribute's value",
  comment = "in a comment", xml_cdata = "in CDATA", markup = "inside <! ... >", cut = "after a <" }

--- A context in words, for messages.
function context.describe(c)
  if c.state == "value" then
    return (c.kind == "url" or c.kind == "srcset") and "in a URL" or c.kind == "script" and "in a handler's script"
      or c.kind == "style" and "in a style attribute" or "in an attribute's value"
  end
  if c.state == "raw" then return "inside <" .. c.element .. ">" end
  return names[c.state]
end

return context
