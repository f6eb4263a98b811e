--- Which form of a word stands with a number, as the Unicode CLDR has it for whole numbers: zero, one, two, few, many, other.
local plurals = {}

local function one_other(n) return n == 1 and "one" or "other" end
local function other() return "other" end
local function none_is_one(n) return (n == 0 or n == 1) and "one" or "other" end

local function between(n, first, last) return n >= first and n <= last end

local function east_slavic(n)
  local ten, hundred = n % 10, n % 100
  if ten == 1 and hundred ~= 11 then return "one" end
  if between(ten, 2, 4) and not between(hundred, 12, 14) then return "few" end
  return "many"
end

local function south_slavic(n)
  local form = east_slavic(n)
  return form == "many" and "other" or form
end

local function polish(n)
  local form = east_slavic(n)
  return n == 1 and "one" or form == "few" and "few" or "many"
end

local function czech(n)
  return n == 1 and "one" or between(n, 2, 4) and "few" or "other"
end

local function lithuanian(n)
  local ten, hundred = n % 10, n % 100
  if between(hundred, 11, 19) or ten == 0 then return "other" end
  return ten == 1 and "one" or "few"
end

local function latvian(n)
  local ten, hundred = n % 10, n % 100
  if ten == 0 or between(hundred, 11, 19) then return "zero" end
  return ten == 1 and "one" or "other"
end

local function romanian(n)
  return n == 1 and "one" or (n == 0 or between(n % 100, 1, 19)) and "few" or "other"
end

local function slovenian(n)
  local hundred = n % 100
  return hundred == 1 and "one" or hundred == 2 and "two" or between(hundred, 3, 4) and "few" or "other"
end

local function arabic(n)
  local hundred = n % 100
  return n == 0 and "zero" or n == 1 and "one" or n == 2 and "two" or between(hundred, 3, 10) and "few"
    or hundred >= 11 and "many" or "other"
end

local function hebrew(n) return n == 1 and "one" or n == 2 and "two" or "other" end

local function irish(n)
  return n == 1 and "one" or n == 2 and "two" or between(n, 3, 6) and "few" or between(n, 7, 10) and "many" or "other"
end

local function welsh(n)
  return ({ [0] = "zero", "one", "two", "few", [6] = "many" })[n] or "other"
end

local function icelandic(n) return n % 10 == 1 and n % 100 ~= 11 and "one" or "other" end

local rules = {}
for rule, languages in pairs{
  [other] = "ja zh ko th vi id ms lo my", [none_is_one] = "fr pt hy hi fa bn am kn gu zu", [east_slavic] = "ru uk be", [south_slavic] = "sr hr bs",
  [polish] = "pl", [czech] = "cs sk", [lithuanian] = "lt", [latvian] = "lv", [romanian] = "ro mo", [slovenian] = "sl", [arabic] = "ar",
  [hebrew] = "he iw", [irish] = "ga", [welsh] = "cy", [icelandic] = "is mk",
} do
  for language in languages:gmatch("%a+") do rules[language] = rule end
end

--- The form for n in a language ("pl", "pt-BR").
function plurals.form(language, n)
  return (rules[language:match("^%a+")] or one_other)(n)
end

return plurals
