--- galley.date: reading by a pattern, named zones, forms.

local date = galley.date

local test = dofile(arg[0]:match("^.*/") .. "lib/test.lua")
local ok, same, raises = test.ok, test.same, test.raises

local function reads(text, pattern, wanted)
  same(("date.parse %s by %s"):format(text, pattern), tostring(date.parse(text, pattern)), wanted)
end
reads("19 March 2024", "%d %B %Y", "2024-03-19")
reads("Tue, 5 Mar 2024 09:05:07 -0500", "%a, %d %b %Y %H:%M:%S %z", "2024-03-05T09:05:07-05:00")
reads("03/19/24 1:05 PM", "%m/%d/%y %I:%M %p", "2024-03-19T13:05:00")
reads("12:00 am, may 3rd 1999", "%I:%M %p, %B %drd %Y", "1999-05-03T00:00:00")
reads("  19.3.2024 ", "%d.%m.%Y", "2024-03-19")
reads("2024", "%Y", "2024-01-01")
for _, case in ipairs { { "31.2.2024", "%d.%m.%Y" }, { "19.13.2024", "%d.%m.%Y" }, { "19.3.2024x", "%d.%m.%Y" }, { "19", "%d" }, { "Foo 3 2024", "%B %d %Y" },
  { "", "%Y" }, { "2024\0", "%Y" } } do
  local found, message, code = date.parse(case[1], case[2])
  ok(("date.parse refuses %q by %s"):format(case[1], case[2]), found == nil and code == "malformed", tostring(found) .. tostring(message))
end
for _, text in ipairs { "2024-01-01 12:30:4", "2024-01-01 12:30:", "2024-01-01 12:30:61", "2024-01-01 24:00", "2024-01-01 12:60", "2024-01-01 12:30:45." } do
  same("date.parse refuses " .. text, date.parse(text), nil)
end
reads("1/2/2024", "%-d/%-m/%Y", "2024-02-01")
raises("date.parse: a wrong letter", "'%Q' is not a letter", function() date.parse("x", "%Q") end)
raises("date.parse: a wrong pattern", "a pattern or options are expected, not true", function() date.parse("x", true) end)

reads("Wed, 03 Apr 2013 09:00:00 GMT", "rfc2822", "2013-04-03T09:00:00Z")
reads("3 Apr 2013 09:00 -0500", "rfc2822", "2013-04-03T09:00:00-05:00")
reads("2013-04-03T09:00:00.5+02:00", "rfc3339", "2013-04-03T09:00:00+02:00")
same("rfc3339 has a zone", date.parse("2013-04-03", "rfc3339"), nil)
same("rfc2822", date.parse("2024-03-05T09:05:07-05:00"):format("rfc2822"), "Tue, 05 Mar 2024 09:05:07 -0500")
same("rfc3339", date.parse("2024-03-05 09:05-05:00"):format("rfc3339"), "2024-03-05T09:05:00-05:00")
-- Sunday 7 January 2024, eight minutes past midnight, and Thursday 5 December 2024 in the afternoon: each letter, and without padding.
local night, noon = date.parse("2024-01-07T00:08:09Z"), date.parse("2024-12-05T13:30:00-05:30")
for _, case in ipairs {
  { "%a %A %b %B", "Sun Sunday Jan January", "Thu Thursday Dec December" }, { "%d|%e|%-d|%-e", "07| 7|7|7", "05| 5|5|5" },
  { "%H|%k|%-H|%-k", "00| 0|0|0", "13|13|13|13" }, { "%I|%l|%-I|%-l", "12|12|12|12", "01| 1|1|1" }, { "%p %P", "AM am", "PM pm" },
  { "%M|%-M|%S|%-S", "08|8|09|9", "30|30|00|0" }, { "%j|%-j", "007|7", "340|340" }, { "%m|%-m|%y|%Y", "01|1|24|2024", "12|12|24|2024" },
  { "%u %w", "7 0", "4 4" }, { "%F|%R|%T", "2024-01-07|00:08|00:08:09", "2024-12-05|13:30|13:30:00" }, { "%z|%Z", "+0000|UTC", "-0530|-05:30" },
  { "%s", "1704586089", "1733425200" }, { "100%%%n", "100%\n", "100%\n" },
} do
  same("format " .. case[1], night:format(case[1]), case[2])
  same("format " .. case[1], noon:format(case[1]), case[3])
end
same("days_to", date.parse("2024-02-28"):days_to(date.parse("2024-03-01T23:00")), 2)
same("days_to: back", date.parse("2024-03-01"):days_to(date.parse("2023-03-01")), -366)

local moved, message, code = date.parse("2024-07-01T12:00Z"):in_zone("Europe/London")
if not moved and code == "missing" then
  print("skip - named zones: " .. message)
else
  for _, case in ipairs {
    { "2024-07-01T12:00Z", "Europe/London", "2024-07-01T13:00:00+01:00" }, { "2024-01-01T12:00Z", "Europe/London", "2024-01-01T12:00:00" },
    { "2024-03-31T00:59:59Z", "Europe/London", "2024-03-31T00:59:59" }, { "2024-03-31T01:00:00Z", "Europe/London", "2024-03-31T02:00:00+01:00" },
    { "2024-07-01T12:00Z", "America/New_York", "2024-07-01T08:00:00-04:00" }, { "2050-07-01T12:00Z", "America/New_York", "2050-07-01T08:00:00-04:00" },
    { "2050-01-01T12:00Z", "Australia/Sydney", "2050-01-01T23:00:00+11:00" }, { "2050-07-01T12:00Z", "Australia/Sydney", "2050-07-01T22:00:00+10:00" },
    { "2024-07-01T12:00Z", "Asia/Kolkata", "2024-07-01T17:30:00+05:30" }, { "2500-07-01T12:00Z", "Asia/Tokyo", "2500-07-01T21:00:00+09:00" },
  } do
    local got = tostring(date.parse(case[1]):in_zone(case[2]))
    same("in_zone " .. case[1] .. " " .. case[2], (got:gsub("Z$", ""):gsub("%+00:00$", "")), case[3])
  end
  same("parse in a zone: summer", tostring(date.parse("2024-07-01 09:00", { zone = "Europe/London" })), "2024-07-01T09:00:00+01:00")
  same("parse in a zone: by a pattern", tostring(date.parse("1 July 2024 9:00", { pattern = "%d %B %Y %H:%M", zone = "America/New_York" })), "2024-07-01T09:00:00-04:00")
  same("parse in a zone: its own zone counts", tostring(date.parse("2024-07-01 09:00 +0300", { zone = "Europe/London" })), "2024-07-01T09:00:00+03:00")
  same("parse in a zone: an hour before and behind a change", date.parse("2024-03-31 00:30", { zone = "Europe/London" }).zone
    .. " " .. date.parse("2024-03-31 02:30", { zone = "Europe/London" }).zone, "0 60")
  same("parse in a zone: west of Greenwich", date.parse("2024-03-10 03:30", { zone = "America/New_York" }).zone, -240)
  same("parse in a zone: skipped", date.parse("2024-03-31 01:30", { zone = "Europe/London" }).zone, 0)
  same("parse in a zone: twice", date.parse("2024-10-27 01:30", { zone = "Europe/London" }).zone, 60)
  for _, bad in ipairs { "Europe/Nowhere", "../../../etc/passwd", "/etc/passwd", "", "Europe", "zone.tab" } do
    same("no zone " .. bad, select(3, date.parse("2024-07-01"):in_zone(bad)), "missing")
  end
end
raises("in_zone: a wrong type", "a zone is a name", function() date.parse("2024-07-01"):in_zone(true) end)

test.finish()
