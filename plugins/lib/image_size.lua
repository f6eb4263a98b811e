--- Width and height of an image from the first bytes of its file: PNG, JPEG, GIF, WebP, AVIF, HEIC and SVG.
--
-- By the formats' own specifications: PNG (ISO 15948, IHDR), JPEG (ITU T.81, the frame header SOFn; EXIF
-- orientations 5 to 8 stand on their side), GIF89a, WebP (RFC 9649), HEIF (ISO 23008-12: the
-- largest ispe, irot), SVG 1.1 (width, height, else viewBox).
local image_size = {}

-- Of EXIF's TIFF block: the orientation, 1 where there is none.
local function orientation(data)
  local order = data:sub(7, 8) == "MM" and ">" or "<"
  if data:sub(1, 4) ~= "Exif" or #data < 16 then return 1 end
  local at = 7 + (order .. "I4"):unpack(data, 11)
  if at + 1 > #data then return 1 end
  for i = 0, (order .. "I2"):unpack(data, at) - 1 do
    local entry = at + 2 + i * 12
    if entry + 11 > #data then return 1 end
    if (order .. "I2"):unpack(data, entry) == 0x112 then return (order .. "I2"):unpack(data, entry + 8) end
  end
  return 1
end

local function jpeg(data)
  local at, turned = 3, 1
  while at + 3 <= #data do
    if data:byte(at) ~= 0xFF then return nil end
    local marker = data:byte(at + 1)
    if marker == 0xFF then
      at = at + 1 -- filling
    elseif marker == 0x01 or (marker >= 0xD0 and marker <= 0xD8) then
      at = at + 2
    else
      local length = (">I2"):unpack(data, at + 2)
      if length < 2 then return nil end
      if marker >= 0xC0 and marker <= 0xCF and marker ~= 0xC4 and marker ~= 0xC8 and marker ~= 0xCC then
        if at + 8 > #data then return nil end
        local height, width = (">I2I2"):unpack(data, at + 5)
        if turned >= 5 and turned <= 8 then return height, width end
        return width, height
      end
      if marker == 0xE1 then turned = orientation(data:sub(at + 4, at + 1 + length)) end
      at = at + 2 + length
    end
  end
end

local function webp(data)
  local kind = data:sub(13, 16)
  if kind == "VP8 " and #data >= 30 then
    local width, height = ("<I2I2"):unpack(data, 27)
    return width & 0x3FFF, height & 0x3FFF
  elseif kind == "VP8L" and #data >= 25 then
    local bits = ("<I4"):unpack(data, 22)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
  elseif kind == "VP8X" and #data >= 30 then
    return ("<I3"):unpack(data, 25) + 1, ("<I3"):unpack(data, 28) + 1
  end
end

-- The boxes within data[from, to]: each call gives a type and where its content begins and ends.
local function boxes(data, from, to)
  return function()
    if from + 7 > to then return nil end
    local size, kind = (">I4c4"):unpack(data, from)
    local first, last = from + 8, size == 0 and to or from + size - 1
    if size ~= 0 and size < 8 then return nil end -- 64 bits are for pictures, not for what describes them
    from = last + 1
    return kind, first, math.min(last, to)
  end
end

-- Where the content of the first box of a kind begins and ends; nothing where there is none.
local function box(data, from, to, wanted)
  for kind, first, last in boxes(data, from or 1, to or 0) do
    if kind == wanted then return first, last end
  end
end

local function heif(data)
  local width, height, turned
  local from, to = box(data, 1, #data, "meta")
  from, to = box(data, from and from + 4, to, "iprp")
  from, to = box(data, from, to, "ipco")
  for property, first, last in boxes(data, from or 1, to or 0) do
    if property == "ispe" and last - first >= 11 then
      local w, h = (">I4I4"):unpack(data, first + 4)
      if not width or w * h > width * height then width, height = w, h end
    elseif property == "irot" and last >= first then
      turned = data:byte(first) % 2 == 1
    end
  end
  if turned then return height, width end
  return width, height
end

-- CSS's units, of which 96 pixels are an inch.
local units = { [""] = 1, px = 1, ["in"] = 96, cm = 96 / 2.54, mm = 96 / 25.4, pt = 96 / 72, pc = 16 }

local function pixels(text)
  local number, unit = (text or ""):match("^%s*(%d*%.?%d+)%s*(%a*)%s*$")
  local size = number and units[unit:lower()]
  return size and tonumber(number) * size
end

local function svg(data)
  local tag = data:gsub("<!%-%-.-%-%->", ""):match("<svg%s[^>]*>")
  if not tag then return nil end
  local function of(name) return tag:match("%s" .. name .. "%s*=%s*\"([^\"]*)\"") or tag:match("%s" .. name .. "%s*=%s*'([^']*)'") end
  local width, height = pixels(of("width")), pixels(of("height"))
  if width and height then return width, height end
  local _, _, w, h = (of("viewBox") or ""):match("^%s*([%d.-]+)[%s,]+([%d.-]+)[%s,]+([%d.]+)[%s,]+([%d.]+)%s*$")
  w, h = tonumber(w), tonumber(h)
  if not w or not h or w == 0 or h == 0 then return nil end
  if width then return width, width * h / w end
  if height then return height * w / h, height end
  return w, h
end

--- The width and the height in pixels, whole numbers; nothing where the bytes do not say.
function image_size.of(data)
  local width, height
  if data:sub(1, 8) == "\137PNG\r\n\26\n" and #data >= 24 then
    width, height = (">I4I4"):unpack(data, 17)
  elseif data:sub(1, 3) == "\xFF\xD8\xFF" then
    width, height = jpeg(data)
  elseif data:find("^GIF8[79]a") and #data >= 10 then
    width, height = ("<I2I2"):unpack(data, 7)
  elseif data:sub(1, 4) == "RIFF" and data:sub(9, 12) == "WEBP" then
    width, height = webp(data)
  elseif data:sub(5, 8) == "ftyp" then
    width, height = heif(data)
  elseif data:sub(1, 4096):find("<svg", 1, true) then
    width, height = svg(data:sub(1, 16384))
  end
  if not width or not height or width < 1 or height < 1 then return nil end
  return math.floor(width + 0.5), math.floor(height + 0.5)
end

return image_size
