--- WordPress's dates: a stamp of the site's clock, one of Greenwich, and the feed's; any of them may be missing or zero.
local records = require("records")
local dates = {}

-- Day and time of "2012-01-03 15:45:12"; the time is nil where it is not written. nil for zeros and days that are none.
local function parts(stamp)
  local day, time = (stamp or ""):match("^%s*(%d%d%d%d%-%d%d%-%d%d)[ T]?([%d:]*)%s*$")
  if not day or not galley.date.parse(day) then return nil end
  if time:find("^%d%d:%d%d$") then time = time .. ":00" end
  if not time:find("^%d%d:%d%d:%d%d$") or not galley.date.parse(day .. "T" .. time) then time = nil end
  return day, time
end

local function parsed(day, time) return time and galley.date.parse(day .. "T" .. time .. "Z") end

--- An ISO date with as much as is known: its zone is how far the site's clock is from Greenwich, and where nobody knows
-- it there is none. Midnight without a zone, or in Greenwich's, is what day alone becomes in WordPress: it stays a day, but for
-- `exact` (what appears at that moment). `published` is pubDate, which is in Greenwich's time, or whose zone it names.
-- nil: no date.
function dates.of(stamp, greenwich, published, exact)
  local day, time = parts(stamp)
  local day_there, time_there = parts(greenwich)
  local there = parsed(day_there, time_there)
  local feed = published and records.date(published)
  local of_feed = feed and galley.date.parse(feed)
  if not there and of_feed and feed:find("T.*[Z+-]") then there = of_feed end
  local here = parsed(day, time)
  if not day then
    if not there then return of_feed and (feed:gsub("T00:00:00$", "")) or day_there end
    if not time_there then return not exact and feed:gsub("T00:00:00Z$", "") or feed end
    day, time, here = day_there, time_there, there
  end
  if not time then return day end
  local minutes = there and (here.instant - there.instant) / 60
  if minutes and (minutes % 15 ~= 0 or math.abs(minutes) > 15 * 60) then minutes = nil end
  if time == "00:00:00" and (minutes == nil or minutes == 0 and not exact) then return day end
  local zone = ""
  if minutes == 0 then
    zone = stamp and parts(stamp) and "+00:00" or "Z"
  elseif minutes then
    local size = math.tointeger(math.abs(minutes))
    zone = ("%s%02d:%02d"):format(minutes < 0 and "-" or "+", size // 60, size % 60)
  end
  return ("%sT%s%s"):format(day, time, zone)
end

return dates
