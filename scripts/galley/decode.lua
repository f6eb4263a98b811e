--- Bytes of unknown encoding as UTF-8: a byte order mark decides, then what is valid UTF-8, else Windows-1252, of which
-- every byte is some character.

local high = { [0x80] = 0x20AC, [0x82] = 0x201A, [0x83] = 0x0192, [0x84] = 0x201E, [0x85] = 0x2026, [0x86] = 0x2020,
  [0x87] = 0x2021, [0x88] = 0x02C6, [0x89] = 0x2030, [0x8A] = 0x0160, [0x8B] = 0x2039, [0x8C] = 0x0152, [0x8E] = 0x017D,
  [0x91] = 0x2018, [0x92] = 0x2019, [0x93] = 0x201C, [0x94] = 0x201D, [0x95] = 0x2022, [0x96] = 0x2013, [0x97] = 0x2014,
  [0x98] = 0x02DC, [0x99] = 0x2122, [0x9A] = 0x0161, [0x9B] = 0x203A, [0x9C] = 0x0153, [0x9E] = 0x017E, [0x9F] = 0x0178 }

local function of_utf16(bytes, format)
  local parts, at, count = {}, 1, #bytes - #bytes % 2
  while at < count do
    local unit = string.unpack(format, bytes, at)
    at = at + 2
    if unit >= 0xD800 and unit < 0xDC00 and at < count then
      local low = string.unpack(format, bytes, at)
      if low >= 0xDC00 and low < 0xE000 then
        unit, at = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), at + 2
      end
    end
    if unit >= 0xD800 and unit < 0xE000 or unit == 0 then unit = 0xFFFD end
    parts[#parts + 1] = utf8.char(unit)
  end
  return table.concat(parts)
end

--- The text and the encoding's name; nil and a message for what is no text.
return function(bytes)
  if bytes:sub(1, 3) == "\xEF\xBB\xBF" then bytes = bytes:sub(4) end
  if bytes:sub(1, 2) == "\xFF\xFE" then return of_utf16(bytes:sub(3), "<I2"), "UTF-16" end
  if bytes:sub(1, 2) == "\xFE\xFF" then return of_utf16(bytes:sub(3), ">I2"), "UTF-16" end
  if bytes:find("\0", 1, true) then
    return nil, "has NUL bytes and is no text; save it as text in UTF-8"
  end
  if utf8.len(bytes) then return bytes, "UTF-8" end
  return (bytes:gsub("[\x80-\xFF]", function(byte) return utf8.char(high[byte:byte()] or byte:byte()) end)), "Windows-1252"
end
