--- Languages as attributes of HTML elements.
local xml = require("xml")
local language = {}

local from_the_right = {}
for tag in ("ar arc ckb dv fa he iw ks nqo ps sd ug ur yi"):gmatch("%S+") do from_the_right[tag] = true end

--- Whether a language ("ar", "fa-IR", "az-Arab") is written from right to left.
function language.is_from_the_right(tag)
  tag = (tag or ""):lower():gsub("_", "-")
  local main, script = tag:match("^(%a+)"), tag:match("^%a+%-(%a%a%a%a)%f[%A]")
  if script then return script == "arab" or script == "hebr" or script == "thaa" or script == "nkoo" end
  return from_the_right[main] == true
end

--- lang="fa" dir="rtl"; the direction where it is not that of the language around, or from left to right.
function language.attributes(tag, around)
  local right, other = language.is_from_the_right(tag), language.is_from_the_right(around)
  return ('lang="%s"'):format(xml.text(tag or "")) .. (right ~= other and (right and ' dir="rtl"' or ' dir="ltr"') or "")
end

return language
