--- Writes dates as ISO 8601 says, those with a time with their zone.
--
-- Dates that say so already stay as they are, to the byte. A time without a zone is one of `zone`; with a zone of
-- its own it keeps that. Numbers with slashes mean nothing until `slashes` says which comes first.
--
--     galley edit iso-dates --param zone=Europe/London --param fields=date,updated
local written = { "%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y", "%A, %B %d, %Y", "%a, %d %b %Y" }
local times = { "", " %H:%M:%S %z", " %H:%M %z", " %H:%M:%S", " %H:%M", " %I:%M %p", ", %H:%M", ", %I:%M %p" }

return {
  kind = "edit", name = "iso-dates", api = 1,
  options = {
    fields = { type = "list", default = { "date", "updated", "published_at", "lastmod", "expires", "embargo" }, help = "the fields" },
    zone = { type = "string", default = "UTC", help = "of times that say none: a name, or +01:00" },
    slashes = { type = "string", choices = { "no", "dmy", "mdy" }, default = "no", help = "what 3/4/2024 means" },
    midnight = { type = "boolean", default = false, help = "dates alone get the time 00:00:00 and the zone" },
  },

  article = function(article, ctx)
    local wish = ctx.options
    local sign, hours, minutes = wish.zone:match("^([+-])(%d%d):(%d%d)$")
    local offset = wish.zone == "UTC" and "Z" or (sign and wish.zone)
    -- A text without a zone, as the date that it is there.
    local function at_home(text)
      if offset then return galley.date.parse(text .. offset) end
      local date, problem, code = galley.date.parse(text, { zone = wish.zone })
      if not date and code == "missing" then error(problem) end
      return date
    end
    local function read(text)
      local date = galley.date.parse(text)
      if date then return date end
      local patterns = table.move(written, 1, #written, 1, {})
      if wish.slashes == "dmy" then patterns[#patterns + 1] = "%d/%m/%Y" end
      if wish.slashes == "mdy" then patterns[#patterns + 1] = "%m/%d/%Y" end
      for _, pattern in ipairs(patterns) do
        for _, time in ipairs(times) do
          date = galley.date.parse(text, pattern .. time)
          if date then return date end
        end
      end
    end
    for _, field in ipairs(wish.fields) do
      local value = article.meta[field]
      if type(value) == "string" and not value:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d[%d:.]*[Z+-][%d:]*$") then
        local date = read(galley.text.trim(value))
        if not date then
          ctx.log.warn(("'%s' of '%s' is no date that can be read for sure"):format(value, field), field)
        elseif date.has_time or wish.midnight then
          local text = date.iso
          if not date.has_time then text = text:match("^%d+%-%d+%-%d+") .. "T00:00:00" end
          if not date.has_time or date.zone == nil then date = at_home(text) end
          article.meta[field] = date.iso
        else
          article.meta[field] = date.iso
        end
      end
    end
  end,
}
