--- Where an item was to be found before.
local addresses = {}

--- Percent-encoded text as it reads; as it is where that gives no UTF-8.
function addresses.decode(text)
  local decoded = text and galley.url.decode(text)
  return decoded and utf8.len(decoded) and decoded or text
end

--- The address that it keeps (`keep`), or nil; and those to redirect from: its own, those of names and days that it had
-- before, and the one by number.
function addresses.of(fields, id, keep)
  local aliases, known, url = {}, {}, nil
  local function add(address)
    if address and not known[address] and address ~= url then
      known[address], aliases[#aliases + 1] = true, address
    end
  end
  local path = (fields.link or ""):match("^%a+://[^/]*(/[^#]*)$")
  if path and (path == "/" or path:find("?", 1, true)) then path = nil end
  path = addresses.decode(path)
  if keep then url = path else add(path) end
  local custom = addresses.decode(fields.meta.custom_permalink or "") -- of a plugin
  if custom:find("%S") and not custom:find("[%s?#]") then add("/" .. custom:gsub("^/+", "")) end
  local folder = path and path:match("^(.*/)[^/]+/?$")
  local slash = path and path:find("/$") and "/" or ""
  local name = path and path:match("([^/]+)/?$")
  for _, pair in ipairs(fields.metas) do
    local old = pair[2]
    if folder and old ~= "" and pair[1] == "_wp_old_slug" then
      add(folder .. addresses.decode(old) .. slash)
    elseif folder and pair[1] == "_wp_old_date" then
      local year, month, day = old:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)")
      local before = folder:match("^(.*/)%d%d%d%d/%d%d/$") or folder:match("^(.*/)%d%d%d%d/%d%d/%d%d/$")
      if year and before then
        local days = folder:find("%d%d%d%d/%d%d/%d%d/$") and day .. "/" or ""
        add(("%s%s/%s/%s%s%s"):format(before, year, month, days, name, slash))
      end
    end
  end
  add("/?p=" .. id)
  return url, aliases
end

return addresses
