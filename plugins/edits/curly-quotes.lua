--- Makes straight quotation marks and apostrophes curly, in prose only: “so”, in German „so“, in French « so ».
--
-- The language is the article's `lang`, else the site's `language`.
-- Not in code, attributes, link titles, addresses, picture texts, raw HTML or shortcodes. Measures keep straight
-- marks (6', 6' 2", 12"), and a mark that stands for what is left out is an apostrophe ('90s, rock 'n' roll).
--
--     galley edit curly-quotes
local prose = require("prose")
local quotes = require("quotes")

local omitted = { em = true, tis = true, twas = true, cause = true, til = true, n = true, round = true, bout = true, nuff = true, ["twill"] = true }

-- The character that ends before a place, and the one at it.
local function before(text, at)
  if at <= 1 then return "" end
  local start = utf8.offset(text, -1, at)
  return text:sub(start, at - 1)
end
local function opens_after(character) -- may a quotation begin behind it?
  return character == "" or character:find("^[%s(%[{<=/-]") ~= nil or character == "—" or character == "–" or character == "“"
    or character == "‘" or character == "\u{A0}"
end

-- What each straight mark of a block becomes: { [place] = text }.
local function marks(text, set)
  local result, spared = {}, {}
  prose.addresses(text, function(first, last)
    for i = first, last do spared[i] = true end
    if text:sub(first, first) == "<" then return end
    local word = text:sub(first, last) -- marks around an address are not its own
    for i = first, first + #word:match("^[\"'(]*") - 1 do spared[i] = nil end
    for i = last - #word:match("[\"'),.;:!?]*$") + 1, last do spared[i] = nil end
  end)
  local double, single = 0, false -- how many are open
  for at in text:gmatch("()[\"']") do
    local mark = text:sub(at, at)
    local left, right = before(text, at), text:sub(at + 1, at + 1)
    local ahead = text:sub(at + 1)
    if spared[at] then
      -- an address
    elseif mark == "'" then
      if left:find("^%d$") and not single and (right == "" or right:find("[%s%d.,;:)x×\"]")) then
        -- feet or minutes, where no quotation is open
      elseif opens_after(left) or (left == '"' and not right:find("^[%s.,;:!?]?$")) then
        local word = ahead:match("^%a+")
        if ahead:find("^%d%d0?s?%f[%W]") and ahead:find("^%d%ds") or (ahead:find("^%d%d%a*%f[%W]") and not ahead:find("'", 1, true))
          or (word and omitted[word:lower()]) then
          result[at] = "’"
        elseif right == "" or right:find("%s") then
          result[at] = single and set[4] or nil
          single = false
        else
          result[at], single = set[3], true
        end
      else
        local closes = not right:find("^[%w\128-\255]")
        result[at] = closes and single and set[4] or "’"
        if closes then single = false end
      end
    else
      if left:find("^%d$") and (double == 0 or text:sub(1, at - 1):find("%d' ?%d+$")) and (right == "" or right:find("[%s.,;:)x×]")) then
        -- inches or seconds
      elseif (opens_after(left) or left == "'") and right ~= "" and not right:find("[%s.,;:!?)]") then
        result[at], double = set[1], double + 1
      elseif double > 0 then
        result[at], double = set[2], double - 1
      elseif right ~= "" and not right:find("[%s.,;:!?)]") and not left:find("^[%w.,;!?]$") then
        result[at], double = set[1], 1
      elseif left ~= "" and not left:find("%s") then
        result[at] = set[2]
      end
    end
  end
  return result
end

return {
  kind = "edit", name = "curly-quotes", api = 1,
  options = {
    fields = { type = "list", default = {}, help = "also in these texts of the front matter, such as title" },
  },

  article = function(article, ctx)
    local language = (article.lang or ctx.site.language or ""):lower():gsub("_", "-")
    local set = quotes.of(language) or { "“", "”", "‘", "’" }
    for block in article.document:each(prose.blocks) do
      local text, pieces = prose.flatten(block)
      if text:find("[\"']") then
        local found = marks(text, set)
        for _, piece in ipairs(pieces) do
          local out, own = {}, piece.node.text
          for i = 1, #own do out[i] = found[piece.first + i - 1] or own:sub(i, i) end
          local new = table.concat(out)
          if new ~= own and not piece.node:matches("image text") then piece.node.text = new end
        end
      end
    end
    for _, field in ipairs(ctx.options.fields) do
      local value = article.meta[field]
      if type(value) == "string" then
        local found, out = marks(value, set), {}
        for i = 1, #value do out[i] = found[i] or value:sub(i, i) end
        article.meta[field] = table.concat(out)
      end
    end
  end,
}
