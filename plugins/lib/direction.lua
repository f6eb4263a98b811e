--- Which way a language is written.
local direction = {}

local leftwards = {}
for code in ("ar arc ckb dv fa he iw ks nqo ps sd syr ug ur yi"):gmatch("%a+") do leftwards[code] = true end
local scripts = { arab = true, hebr = true, syrc = true, thaa = true, nkoo = true, adlm = true, rohg = true }

-- Whether a language such as "ar" or "az-Arab" is written from right to left.
function direction.is_rtl(language)
  local first, second = language:lower():match("^(%a+)[-_]?(%a*)")
  if first and #second == 4 then return scripts[second] == true end
  return leftwards[first] == true
end

return direction
