--- The tokenizer of a template's literal text: an HTML page read up to a value, when the template is compiled.
--
-- Each function reads on in a context (galley.template_context, which says what its fields mean, and whose own copy it is) and
-- changes its fields. After the HTML Living Standard, section 13.2.5; a page that a browser would have to mend before it
-- could read it is refused, since what stands around a value must be certain.

local languages = require("galley.template_languages")

local tokens = {}

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

--- A value of attribute c.kind begins, in quotes of kind `delimiter` (a blank: none).
function tokens.open_value(c, delimiter)
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

--- The value ends; nil, or a message.
function tokens.close_value(c)
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
    tokens.close_value(c)
    c.state = "tag"
    return at
  end
  if first == '"' or first == "'" then
    tokens.open_value(c, first)
    return at + 1
  end
  tokens.open_value(c, " ")
  return at
end

function steps.value(c, text, at)
  local delimiter = c.delimiter
  local stop = find(text, delimiter == " " and "[%s>]" or delimiter, at)
  local chunk = sub(text, at, (stop or #text + 1) - 1)
  local message = feed_value(c, chunk)
  if message then return nil, message end
  if not stop then return #text + 1 end
  message = tokens.close_value(c)
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

--- Reads `text` on in context `c`; nil, or a message and its offset in `text`.
function tokens.read(c, text)
  local at, length = 1, #text
  while at <= length do
    local after, message = steps[c.state](c, text, at)
    if not after then return message, at end
    at = after
  end
end

return tokens
