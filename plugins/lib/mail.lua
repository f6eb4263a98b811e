--- Mails as files (RFC 5322, MIME): headers in any script, text and HTML parts as quoted-printable.
local mail = {}

local function hex(c) return ("=%02X"):format(c:byte()) end

--- Text in lines of at most 76 columns and plain ASCII.
function mail.quoted_printable(text)
  local lines = {}
  for line in (text:gsub("\r\n?", "\n") .. "\n"):gmatch("(.-)\n") do
    line = line:gsub("[^\33-\60\62-\126 \t]", hex):gsub("[ \t]$", hex)
    while #line > 76 do
      local cut = 75
      local mark = line:sub(cut - 1, cut):find("=", 1, true)
      if mark then cut = cut - 3 + mark end -- not inside "=C3"
      lines[#lines + 1] = line:sub(1, cut) .. "="
      line = line:sub(cut + 1)
    end
    lines[#lines + 1] = line:gsub("^%.", "=2E"):gsub("^From ", "=46rom ")
  end
  if lines[#lines] == "" then lines[#lines] = nil end
  return table.concat(lines, "\r\n") .. "\r\n"
end

--- A header's text: what is not plain ASCII as encoded words (RFC 2047), of whole characters each.
function mail.header(name, text)
  text = text:gsub("[%c]+", " ")
  if not text:find("[\128-\255]") and #name + #text < 900 then return ("%s: %s\r\n"):format(name, text) end
  local words, word = {}, ""
  for character in text:gmatch("[%z\1-\127\194-\244][\128-\191]*") do
    local coded = character == " " and "_" or character:gsub("[^%w]", hex)
    if #word + #coded > 50 then
      words[#words + 1] = word
      word = ""
    end
    word = word .. coded
  end
  words[#words + 1] = word
  return ("%s: =?utf-8?Q?%s?=\r\n"):format(name, table.concat(words, "?=\r\n =?utf-8?Q?"))
end

--- "Name <address>" with the name quoted or encoded where it must be.
function mail.address(name, address)
  address = (address or ""):gsub("[%c<>%s]", "")
  if not name or name == "" then return address end
  if name:find("[\128-\255]") then
    return (mail.header("", name):gsub("^: ", ""):gsub("\r\n$", "")) .. " <" .. address .. ">"
  end
  return '"' .. name:gsub('[%c"\\]', "") .. '" <' .. address .. ">"
end

--- A whole mail. parts: { from, to, subject, date, id, text, html }; from and to as mail.address gives them.
function mail.write(parts)
  local boundary = "=_galley_alternative" -- no quoted-printable line can hold "=_"
  local out = { "From: ", parts.from, "\r\n" }
  if parts.to and parts.to ~= "" then out[#out + 1] = "To: " .. parts.to .. "\r\n" end
  out[#out + 1] = mail.header("Subject", parts.subject)
  if parts.date then out[#out + 1] = "Date: " .. parts.date:in_zone(0):format("%a, %d %b %Y %H:%M:%S +0000") .. "\r\n" end
  if parts.id then out[#out + 1] = "Message-ID: <" .. parts.id:gsub("[^%w.@_-]", "-") .. ">\r\n" end
  out[#out + 1] = 'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="' .. boundary .. '"\r\n\r\n'
  for _, part in ipairs{ { "plain", parts.text }, { "html", parts.html } } do
    out[#out + 1] = ("--%s\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%s"):format(
      boundary, part[1], mail.quoted_printable(part[2]))
  end
  out[#out + 1] = "--" .. boundary .. "--\r\n"
  return table.concat(out)
end

return mail
