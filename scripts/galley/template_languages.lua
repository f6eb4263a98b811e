--- What literal text does inside a value of a page: where in a URL, a list of sources, a script or a style the next value stands.
--
-- Each function reads on from context `c` (galley.template_context, whose own copy it is) over `text` and changes its fields: part,
-- scheme and dynamic of a URL; code, regex and templates of a script; code and css_url of a style. It returns nil, or what is
-- wrong with a template tag right behind this text. Scripts and styles are read no further than is needed to tell code, strings,
-- comments and regular expressions apart (ECMA-262, section 12; CSS Syntax 3, section 4).

local languages = {}

local find, sub, match, gsub, lower = string.find, string.sub, string.match, string.gsub, string.lower

local bad_schemes = { javascript = true, vbscript = true, livescript = true }
local regex_words = {}
for word in ("return typeof instanceof in of new delete void throw case do else yield await"):gmatch("%a+") do regex_words[word] = true end

-- The part of a URL in which the text after `text` stands.
function languages.url(c, text)
  if c.part == "none" or c.part == "head" then
    text = gsub(text, "[%z\1-\32\127]", "")
    if text == "" then return end
    local at = find(text, "[:/?#]")
    if not at then
      c.part, c.scheme = "head", (c.scheme or "") .. lower(text)
      return
    end
    if sub(text, at, at) == ":" then
      local scheme = (c.scheme or "") .. lower(sub(text, 1, at - 1))
      if c.dynamic then
        return "a URL's scheme made from a value; write the scheme itself, or a / before the colon"
      end
      c.part, c.scheme = "path", nil
      if bad_schemes[scheme] then c.part = "refused" end
      if scheme == "data" and not find(lower(sub(text, at + 1)), "^image/[%w.+-]+[;,]") then c.part = "refused" end
      if c.part == "refused" then return end
    end
    c.part, c.scheme, c.dynamic = "path", nil, nil
  end
  if (c.part == "path" or c.part == "unknown") and find(text, "[?#]") then c.part = "query" end
end

function languages.srcset(c, text)
  -- A candidate ends at a comma; a blank after its URL begins the descriptor, where only words can stand.
  local at = 1
  while at <= #text do
    local stop = find(text, ",", at, true)
    local piece = sub(text, at, (stop or #text + 1) - 1)
    local message = languages.url(c, piece)
    if message then return message end
    if not stop then return end
    c.part, c.scheme, c.dynamic = "none", nil, nil
    at = stop + 1
  end
end

-- Where a comment that is open at `at` ends; nil, and what is wrong with a tag there, if anything.
local function comment_end(text, at)
  local _, stop = find(text, "*/", at, true)
  if stop then return stop end
  return nil, sub(text, -1) == "*" and "a template tag right after a * in a comment; put a space between them" or nil
end

function languages.script(c, text)
  local at, length = 1, #text
  while at <= length do
    local code = c.code
    if code == "code" then
      local hit = find(text, "[\"'`/{}]", at)
      local plain = sub(text, at, (hit or length + 1) - 1)
      local word = match(plain, "([%w_$\128-\255]+)%s*$")
      if word then
        c.regex = regex_words[word] or false
      else
        local last = match(plain, "(%S)%s*$")
        if last then
          c.regex = not (last == ")" or last == "]" or find(plain, "%+%+%s*$") ~= nil or find(plain, "%-%-%s*$") ~= nil)
        end
      end
      if not hit then return end
      local mark = sub(text, hit, hit)
      at = hit + 1
      if mark == '"' then c.code = "double"
      elseif mark == "'" then c.code = "single"
      elseif mark == "`" then c.code, c.templates = "template", (c.templates or "") .. "`"
      elseif mark == "{" then
        if c.templates then c.templates = c.templates .. "{" end
        c.regex = true
      elseif mark == "}" then
        if c.templates then
          local opener = sub(c.templates, -1)
          if opener == "$" then
            c.code = "template"
            c.templates = sub(c.templates, 1, -2)
          elseif opener == "{" then
            c.templates = sub(c.templates, 1, -2)
          end
        end
        c.regex = true
      else
        local following = sub(text, at, at)
        if following == "" then return "a template tag right after a / in a script; put a space between them" end
        if following == "/" then c.code, at = "line_comment", at + 1
        elseif following == "*" then c.code, at = "block_comment", at + 1
        elseif c.regex == "unknown" then return "a / that may be a division or a regular expression; put it in brackets"
        elseif c.regex then c.code = "regex"
        else c.regex = true end
      end
    elseif code == "double" or code == "single" then
      local hit = find(text, code == "double" and '["\\\n]' or "['\\\n]", at)
      if not hit then return end
      if sub(text, hit, hit) == "\\" then
        if hit == length then return "a template tag right after a backslash in a script's string; take the backslash out" end
        at = hit + 2
      else
        c.code, c.regex, at = "code", false, hit + 1
      end
    elseif code == "template" then
      local hit = find(text, "[`\\$]", at)
      if not hit then return end
      local mark = sub(text, hit, hit)
      at = hit + 1
      if mark == "\\" then at = at + 1
      elseif mark == "`" then
        c.templates = sub(c.templates, 1, -2)
        if c.templates == "" then c.templates = nil end
        c.code, c.regex = "code", false
      elseif sub(text, at, at) == "{" then
        c.templates, c.code, c.regex, at = c.templates .. "$", "code", true, at + 1
      end
    elseif code == "regex" then
      local hit = find(text, "[/\\\n%[]", at)
      if not hit then return end
      local mark = sub(text, hit, hit)
      at = hit + 1
      if mark == "\\" then at = at + 1
      elseif mark == "[" then
        local stop = hit + 1
        while true do
          stop = find(text, "[%]\\\n]", stop)
          if not stop or sub(text, stop, stop) ~= "\\" then break end
          stop = stop + 2
        end
        if not stop then return "a template tag inside a regular expression; build it with new RegExp() from a string" end
        at = stop + 1
      else
        c.code, c.regex = "code", false
      end
    elseif code == "line_comment" then
      local hit = find(text, "\n", at, true)
      if not hit then return end
      c.code, at = "code", hit + 1
    else
      local stop, message = comment_end(text, at)
      if not stop then return message end
      c.code, at = "code", stop + 1
    end
  end
end

function languages.style(c, text)
  local at, length = 1, #text
  while at <= length do
    local code = c.code
    if code == "code" then
      local hit = find(text, "[\"'/\\(]", at)
      if not hit then return end
      local mark = sub(text, hit, hit)
      at = hit + 1
      if mark == '"' then c.code, c.css_url = "double", nil
      elseif mark == "'" then c.code, c.css_url = "single", nil
      elseif mark == "\\" then
        if at > length then return "a template tag right after a backslash in a style; take the backslash out" end
        at = at + 1
      elseif mark == "/" then
        if at > length then return "a template tag right after a / in a style; put a space between them" end
        if sub(text, at, at) == "*" then c.code, at = "block_comment", at + 1 end
      elseif find(lower(sub(text, math.max(1, hit - 3), hit - 1)), "url$") then
        local quote = match(text, "^%s*([\"'])", at)
        c.part, c.scheme, c.dynamic = "none", nil, nil
        if quote then
          at = find(text, quote, at, true) + 1
          c.code, c.css_url = quote == '"' and "double" or "single", true
        else
          c.code = "url"
        end
      end
    elseif code == "double" or code == "single" then
      local from = at
      local pattern = code == "double" and '["\\\n]' or "['\\\n]"
      local hit
      while true do
        hit = find(text, pattern, at)
        if not hit or sub(text, hit, hit) ~= "\\" then break end
        if hit == length then return "a template tag right after a backslash in a style's string; take the backslash out" end
        at = hit + 2
      end
      if c.css_url then
        local message = languages.url(c, sub(text, from, (hit or length + 1) - 1))
        if message then return message end
      end
      if not hit then return end
      c.code, c.css_url, c.part, c.scheme, c.dynamic, at = "code", nil, nil, nil, nil, hit + 1
    elseif code == "url" then
      local hit = find(text, ")", at, true)
      local message = languages.url(c, sub(text, at, (hit or length + 1) - 1))
      if message then return message end
      if not hit then return end
      c.code, c.part, c.scheme, c.dynamic, at = "code", nil, nil, nil, hit + 1
    else
      local stop, message = comment_end(text, at)
      if not stop then return message end
      c.code, at = "code", stop + 1
    end
  end
end

return languages
