return {
  name = "date", title = "galley.date", kind = "module", what = "Dates without a locale and without the clock. A filter's ctx.now is the time of the build.",
  entries = {
    { name = "parse", what = "Reads a date as newsrooms write them: 2024-03-19, 2024-3-9 9:05, 2024-03-19T10:14:29-04:00. A date is given back as it is.", parameters = { "text string|galley.Date", "options? string|table a pattern by the letters Y y m d e H I M S p B b A a z; rfc2822 (mail, RSS) or rfc3339 (Atom, JSON); or { pattern =, zone = }: a zone's name for texts that have none" }, result = { "galley.Date|nil", "string|nil the message" },
      errors = 'nil, message, "malformed"; "missing" for a zone that the system does not know', example = 'return galley.date.parse("2024-3-9 9:05"), galley.date.parse("March 9, 2024", "%B %d, %Y")', gives = '2024-03-09T09:05:00, 2024-03-09' },
    { name = "of_instant", what = "The date of a number of seconds.", parameters = { "instant integer since 1970-01-01T00:00:00Z", "zone? integer 0 by default" }, result = { "galley.Date" }, units = "seconds; zone in minutes east of UTC", errors = "raised outside the years 1 to 9999",
      example = 'return galley.date.of_instant(1700000000, 60)', gives = '2023-11-14T23:13:20+01:00' },
  },
}
