return {
  name = "Date", class = "galley.Date", variable = "date", title = "Dates", kind = "object",
  what = "What galley.date.parse and article.date give. A date prints as ISO 8601 with what is known of it and compares with == < <=; one without a zone counts as UTC.",
  fields = { "year integer", "month integer 1 to 12", "day integer 1 to 31", "hour integer", "minute integer", "second integer", "weekday integer 1 Monday to 7 Sunday", "yearday integer from 1",
    "instant integer seconds since 1970-01-01T00:00:00Z", "has_time boolean whether a time was given", "zone integer|nil minutes east of UTC", "iso string as tostring gives it" },
  sample = 'return galley.date.parse("2024-03-19T10:14:29-04:00")',
  entries = {
    { name = "format", what = "Written by strftime's letters, in English: aAbBdeFHIjklmMnpPRsSTuwyYzZ%, with - for no padding (%-d).", parameters = { "pattern string or a name: rfc2822 for mail and RSS, rfc3339 for Atom and JSON" }, result = { "string" }, errors = "raised for a letter that is not known",
      example = 'return galley.date.parse("2024-03-09"):format("%A %-d %B %Y")', gives = '"Saturday 9 March 2024"' },
    { name = "in_zone", what = "The same instant in another zone: by name, from the system's tz database, or by its distance.", parameters = { "zone string|integer such as Europe/London, or -300" }, result = { "galley.Date|nil" }, units = "minutes east of UTC", errors = 'nil, message, "missing" for a name that the system does not know; raised beyond 14 hours',
      example = 'return galley.date.parse("2024-03-19T10:14:29Z"):in_zone(-240)', gives = '2024-03-19T06:14:29-04:00' },
    { name = "add_days", what = "Some days later, or earlier; time and zone stay.", parameters = { "days integer" }, result = { "galley.Date" }, units = "days", errors = "raised outside the years 1 to 9999",
      example = 'return galley.date.parse("2024-02-28"):add_days(2)', gives = '2024-03-01' },
    { name = "days_to", what = "How many days of the calendar there are from one date to another.", parameters = { "other galley.Date" }, result = { "integer negative when the other is earlier" }, units = "days",
      example = 'return galley.date.parse("2024-02-28"):days_to(galley.date.parse("2024-03-01"))', gives = "2" },
  },
}
