--- Where in a page a value stands: an HTML tokenizer over a template's literal text, run when it is compiled.
--
-- The rule. The literal text before a value decides what the value may be: text of the page, a part of an attribute, a
-- URL, a script's value or string, a style's value or string, a comment. Values can never change that: each is
-- encoded so that it cannot leave its place. So the literal text alone fixes the structure of every page a template can
-- make. Where that cannot hold (a value in a tag's or an attribute's name, in a template string or a regular expression of
-- a script, in a javascript: URL, in an attribute that is cut in two), the template does not compile, and says why. Two
-- branches of an `if` must end at the same kind of place, and a loop where it began.
-- In the manner of Go's html/template; the tokenizer follows the HTML Living Standard, section 13.2.5.
--
-- A context is a flat table; `advance` and `after_value` return a new one. Fields: state (text, tag, joined, before_value,
-- value, raw, xml_cdata, comment, markup, cut), element, closing, delimiter, kind (of the attribute), code (of a script or style: code, double,
-- single, template, regex, line_comment, block_comment, url), regex (may a / here begin a regular expression), part (of a
-- URL: none, head, path, query, unknown, refused), script (js, json, unknown), equiv, xml.

local languages = require("galley.template_languages")

local context = {}

local feed_url, feed_srcset, feed_script, feed_style = languages.url, languages.srcset, languages.script, languages.style
local find, sub, match, gsub, lower = string.find, string.sub, string.match, string.gsub, string.lower

local function set(list)
  local result = {}
  for word in list:gmatch("%S+") do result[word] = true end
  return result
end

-- Elements whose content is not tags.
local raw_elements = { script = "script", style = "style", title = "rcdata", textarea = "rcdata", xmp = "refused",
  iframe = "refused", noembed = "refused", noframes = "refused", plaintext = "refused" }
local url_attributes = set [[ href src action formaction poster cite data background longdesc usemap manifest profile codebase
  classid icon archive ping lowsrc dynsrc ]]
local script_types = set [[ text/javascript application/javascript module text/ecmascript application/ecmascript
  application/x-javascript text/jscript text/livescript text/x-javascript ]]
local animations = set "animate set animatemotion animatetransform animatecolor"

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

-- ---------------------------------------------------------------- literal text inside values

local numeric_limit = 0x10FFFF
local entities = { quot = '"', apos = "'", amp = "&", lt = "<", gt = ">", colon = ":", sol = "/", quest = "?", num = "#",
  Tab = "\t", NewLine = "\n", grave = "`", bsol = "\\", lpar = "(", rpar = ")", lbrace = "{", rbrace = "}", lcub = "{", rcub = "}",
  comma = ",", semi = ";", equals = "=", nbsp = "\194\160" }

local function decode(text)
  if not find(text, "&", 1, true) then return text end
  return (gsub(text, "&(#?[%w]+);?", function(name)
    local code = match(name, "^#(%d+)$")
    code = code and tonumber(code) or match(name, "^#[xX](%x+)$") and tonumber(match(name, "^#[xX](%x+)$"), 16)
    if code then return code <= numeric_limit and utf8.char(code) or "\239\191\189" end
    return entities[name]
  end))
end

-- ---------------------------------------------------------------- attributes

local function attribute_kind(c, name)
  name = lower(name)
  local element = c.element
  if c.xml then return find(name, "^on%a") and "script" or (name == "href" or name == "src" or name == "xlink:href" or name == "url") and "url" or "plain" end
  if name == "xmlns" or find(name, "^xmlns:") then return "url" end
  name = match(name, "^[^:]*:(.+)$") or name
  local data = match(name, "^data%-(.+)$")
  if data then
    if url_attributes[data] or find(data, "src$") or find(data, "ur[li]$") or find(data, "href$") then return "url" end
    if data == "srcset" then return "srcset" end
    return "plain"
  end
  if find(name, "^on") then return "script" end
  if name == "style" then return "style" end
  if name == "srcset" or name == "imagesrcset" then return "srcset" end
  if name == "srcdoc" then return "srcdoc" end
  if element == "script" and name == "type" then return "script_type" end
  if element == "meta" then
    if name == "http-equiv" then return "equiv" end
    if name == "content" then return "content" end
  end
  if animations[element] then
    if name == "attributename" then return "fixed" end
    if name == "to" or name == "from" or name == "by" or name == "values" then return "url" end
  end
  if url_attributes[name] then return "url" end
  return "plain"
end

local function open_value(c, delimiter)
  c.state, c.delimiter, c.started = "value", delimiter, nil
  local kind = c.kind
  if kind == "url" or kind == "srcset" then c.part, c.scheme, c.dynamic = "none", nil, nil end
  if kind == "script" then c.code, c.regex, c.templates = "code", true, nil end
  if kind == "style" then c.code = "code" end
  if kind == "script_type" or kind == "equiv" then c.started = "" end
end

local function feed_value(c, text)
  local kind = c.kind
  if kind == "plain" or text == "" then return end
  text = decode(text)
  if kind == "url" then return feed_url(c, text) end
  if kind == "srcset" then return feed_srcset(c, text) end
  if kind == "script" then return feed_script(c, text) end
  if kind == "style" then return feed_style(c, text) end
  if kind == "script_type" or kind == "equiv" then
    if c.started then c.started = c.started .. text end
  elseif kind == "content" and c.equiv == "refresh" then
    if c.in_refresh_url then return feed_url(c, text) end
    local _, stop = find(lower(text), "url%s*=%s*")
    if stop then
      c.in_refresh_url, c.part, c.scheme, c.dynamic = true, "none", nil, nil
      return feed_url(c, sub(text, stop + 1))
    end
  else
    c.started = true
  end
end

local function close_value(c)
  if c.kind == "script_type" then
    local name = c.started and lower(match(c.started, "^%s*(.-)%s*$"))
    if not name then c.script = "unknown"
    elseif name == "" or script_types[name] then c.script = "js"
    elseif find(name, "json$") or name == "importmap" or name == "speculationrules" then c.script = "json"
    else c.script = "unknown" end
  elseif c.kind == "equiv" then
    c.equiv = lower(match(c.started, "^%s*(.-)%s*$")) == "refresh" and "refresh" or "other"
    if c.dynamic_content then return "an http-equiv after a content made from a value; write http-equiv first" end
  end
  c.kind, c.delimiter, c.code, c.regex, c.templates, c.part, c.scheme, c.dynamic, c.css_url, c.started, c.in_refresh_url =
    nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil
end

-- ---------------------------------------------------------------- the tokenizer

local function end_tag_at(text, name, at)
  local low = lower(text)
  while true do
    local hit, stop = find(low, "</" .. name, at, true)
    if not hit then return nil end
    if find(low, "^[%s/>]", stop + 1) then return hit, stop end
    at = stop + 1
  end
end

local function enter_tag(c, name, closing)
  c.state, c.element, c.closing = "joined", lower(name), closing or nil
  c.script, c.equiv, c.dynamic_content = nil, nil, nil
  if c.element == "script" and not closing then c.script = "js" end
end

local function leave_tag(c)
  local kind = not c.xml and not c.closing and raw_elements[c.element]
  local element, script = c.element, c.script
  c.state, c.element, c.closing, c.script, c.equiv, c.dynamic_content = "text", nil, nil, nil, nil, nil
  if kind then
    c.state, c.element, c.kind = "raw", element, kind
    if kind == "script" then c.script, c.code, c.regex = script, "code", true end
    if kind == "style" then c.code = "code" end
  end
end

local steps = {}

function steps.text(c, text, at)
  local hit = find(text, "<", at, true)
  if not hit then return #text + 1 end
  local following = sub(text, hit + 1, hit + 1)
  if find(text, "^<!%-%-", hit) then
    c.state = "comment"
    -- <!--> and <!---> are whole comments.
    local _, stop = find(text, "^<!%-%-%-?>", hit)
    if stop then
      c.state = "text"
      return stop + 1
    end
    return hit + 4
  end
  if c.xml and find(text, "^<!%[CDATA%[", hit) then
    c.state = "xml_cdata"
    return hit + 9
  end
  local closing, name = match(text, "^<(/?)(%a[^%s/>]*)", hit)
  if name then
    enter_tag(c, name, closing == "/")
    return hit + 1 + #closing + #name
  end
  if following == "" or find(text, "^</$", hit) or find(text, "^<!%-?$", hit) then
    c.state = "cut"
    return #text + 1
  end
  if following == "!" or following == "?" or following == "/" then
    c.state = "markup"
    return hit + 2
  end
  return hit + 1
end

function steps.cut()
  return nil, "a tag cut in two; keep the < and the name together in the text"
end

function steps.comment(c, text, at)
  local hit, stop = find(text, "%-%-!?>", at)
  if hit then
    c.state = "text"
    return stop + 1
  end
  if find(sub(text, at), "%-!?$") then return nil, "a template tag right after a dash in a comment; put a space between them" end
  return #text + 1
end

function steps.markup(c, text, at)
  local hit = find(text, ">", at, true)
  if not hit then return #text + 1 end
  c.state = "text"
  return hit + 1
end

function steps.xml_cdata(c, text, at)
  local _, stop = find(text, "]]>", at, true)
  if stop then
    c.state = "text"
    return stop + 1
  end
  if sub(text, -1) == "]" and at <= #text then return nil, "a template tag right after a ] in CDATA; put a space between them" end
  return #text + 1
end

-- Directly after a name or a quoted value: whatever follows must not run into it.
function steps.joined(c, text, at)
  if not find(text, "^[%s/>]", at) then
    return nil, "something that runs on from the tag or attribute before it; put a space between them"
  end
  c.state = "tag"
  return at
end

function steps.tag(c, text, at)
  at = find(text, "[^%s/]", at)
  if not at then return #text + 1 end
  if sub(text, at, at) == ">" then
    leave_tag(c)
    return at + 1
  end
  if find(text, "^[\"'<=]", at) then
    return nil, "a " .. sub(text, at, at) .. " where an attribute's name should stand; close the value or the tag before it"
  end
  local name = match(text, "^[^%s/>=]+", at)
  local after = at + #name
  if find(name, "[\"'<]") then return nil, "an attribute's name with a quote or < in it; close the value or the tag before it" end
  local _, equals = find(text, "^%s*=", after)
  if equals then
    c.state, c.kind = "before_value", attribute_kind(c, name)
    return equals + 1
  end
  if after > #text then c.state = "joined" end
  return after
end

function steps.before_value(c, text, at)
  at = find(text, "%S", at)
  if not at then return #text + 1 end
  local first = sub(text, at, at)
  if first == ">" then
    close_value(c)
    c.state = "tag"
    return at
  end
  if first == '"' or first == "'" then
    open_value(c, first)
    return at + 1
  end
  open_value(c, " ")
  return at
end

function steps.value(c, text, at)
  local delimiter = c.delimiter
  local stop = find(text, delimiter == " " and "[%s>]" or delimiter, at)
  local chunk = sub(text, at, (stop or #text + 1) - 1)
  local message = feed_value(c, chunk)
  if message then return nil, message end
  if not stop then return #text + 1 end
  message = close_value(c)
  if message then return nil, message end
  if delimiter == " " then
    c.state = "tag"
    return stop
  end
  if stop == #text or find(text, "^[%s/>]", stop + 1) then
    c.state = "joined"
    return stop + 1
  end
  return nil, "no space after an attribute's closing quote; put a space there"
end

function steps.raw(c, text, at)
  local hit, stop = end_tag_at(text, c.element, at)
  local chunk = sub(text, at, (hit or #text + 1) - 1)
  if c.kind == "script" then
    if find(chunk, "<!--", 1, true) then return nil, "<!-- in a script; take it out (pages have not needed it since 1997)" end
    if c.script ~= "unknown" then
      local message = feed_script(c, chunk)
      if message then return nil, message end
    end
  elseif c.kind == "style" then
    local message = feed_style(c, chunk)
    if message then return nil, message end
  end
  if not hit then
    if find(chunk, "<[/%a]*$") then return nil, "a tag cut in two; keep it together in the text" end
    return #text + 1
  end
  local element, xml = c.element, c.xml
  for key in pairs(c) do c[key] = nil end
  c.xml = xml
  enter_tag(c, element, true)
  return stop + 1
end

--- The context after `text`; or nil, message, offset in `text`.
function context.advance(c, text)
  if c.state == "plain" or text == "" then return c end
  c = copy(c)
  local at, length = 1, #text
  while at <= length do
    local after, message = steps[c.state](c, text, at)
    if not after then return nil, message, at end
    at = after
  end
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
      open_value(c, '"')
    end
    local name, message = attribute_values[c.kind](c)
    if not name then return nil, message end
    name = name .. (c.delimiter == " " and "_unquoted" or "_quoted")
    if quoting then
      message = close_value(c)
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
