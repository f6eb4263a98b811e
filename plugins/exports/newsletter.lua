--- A newsletter: several articles in one HTML mail, laid out by tables with inline styles, dark mode where mail programs
--- know it, and a plain-text part. As a mail (eml), or as its HTML or text alone.
local feeds = require("feeds")
local language = require("language")
local mail = require("mail")
local pictures = require("pictures")
local writers = require("writers")
local xml = require("xml")

local shown = { jpg = true, jpeg = true, png = true, gif = true }
local font = "font-family:Georgia,'Times New Roman',serif"

local function entry_of(article, ctx, base)
  local picture = pictures.of(article)
  return {
    language = article.lang ~= ctx.site.language and language.attributes(article.lang, ctx.site.language) or nil,
    title = writers.clean(article.title), url = base .. article.url,
    summary = galley.text.truncate(writers.clean(article.summary or ""), 400),
    day = article.date and ctx.words().date(article.date),
    picture = picture and ctx.asset_size(picture.path) and { path = picture.path, url = base .. galley.url.encode(picture.path, "/"), alt = picture.alt } }
end

local function html_of(entries, subject, intro, ctx)
  local opening = intro ~= "" and intro or entries[1] and entries[1].summary or "" -- what lists of mails show behind the subject
  local out = { '<!DOCTYPE html>\n<html ', language.attributes(ctx.site.language), '>\n<head>\n<meta charset="utf-8">\n<meta name="color-scheme" content="light dark">\n',
    '<meta name="supported-color-schemes" content="light dark">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', xml.text(subject),
    "</title>\n<style>@media (prefers-color-scheme: dark) { .page { background:#181818 !important } .card { background:#222222 !important } ",
    ".text { color:#dddddd !important } .link { color:#99ccff !important } }</style>\n</head>\n",
    '<body class="page" style="margin:0;padding:0;background:#f2f2f2">\n<div style="display:none;max-height:0;overflow:hidden">',
    xml.text(opening), '</div>\n<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style="background:#f2f2f2"><tr><td align="center" style="padding:16px">\n',
    '<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" class="card" style="width:100%;max-width:600px;background:#ffffff">\n',
    '<tr><td class="text" style="padding:24px 24px 8px;', font, ';font-size:26px;line-height:32px;color:#222222"><h1 style="margin:0;font-size:26px;line-height:32px">', xml.text(subject), "</h1></td></tr>\n" }
  local function row(style, content, attributes) -- one long word must not widen the table
    out[#out + 1] = ('<tr><td%s class="text" style="padding:%s;%s;font-size:16px;line-height:24px;word-break:break-word;color:#222222">%s</td></tr>\n'):format(
      attributes and " " .. attributes or "", style, font, content)
  end
  if intro ~= "" then row("0 24px 16px", xml.text(intro)) end
  for _, entry in ipairs(entries) do
    if entry.picture then
      row("16px 24px 0", ('<img src="%s" alt="%s" width="552" style="display:block;width:100%%;max-width:552px;height:auto;border:0">'):format(xml.text(entry.picture.url), xml.text(entry.picture.alt)))
    end
    row("12px 24px 20px", ('<h2 style="margin:0 0 6px;font-size:20px;line-height:26px"><a class="link" href="%s" style="color:#0b4f8a;text-decoration:none">%s</a></h2>%s%s'):format(
      xml.text(entry.url), xml.text(entry.title), entry.day and '<p style="margin:0 0 6px;font-size:14px">' .. xml.text(entry.day) .. "</p>" or "",
      entry.summary ~= "" and '<p style="margin:0">' .. xml.text(entry.summary) .. "</p>" or ""), entry.language)
  end
  row("16px 24px 24px", xml.text(ctx.options.footer ~= "" and ctx.options.footer or ctx.site.title))
  out[#out + 1] = "</table>\n</td></tr></table>\n</body>\n</html>\n"
  return table.concat(out)
end

local function text_of(entries, subject, intro, ctx)
  local parts = { writers.wrap(writers.clean(subject), 72) .. "\n" .. ("="):rep(math.min(galley.text.width(subject), 72)) }
  if intro ~= "" then parts[2] = writers.wrap(writers.clean(intro), 72) end
  for _, entry in ipairs(entries) do
    local lines = { writers.wrap(entry.title, 72), entry.day or "" }
    if entry.summary ~= "" then lines[#lines + 1] = writers.wrap(entry.summary, 72) end
    lines[#lines + 1] = entry.url
    parts[#parts + 1] = (table.concat(lines, "\n"):gsub("\n\n", "\n"))
  end
  parts[#parts + 1] = "-- \n" .. (ctx.options.footer ~= "" and ctx.options.footer or ctx.site.title)
  return table.concat(parts, "\n\n") .. "\n"
end

return {
  kind = "export",
  name = "newsletter",
  api = 1,
  extension = "eml",
  media_type = "message/rfc822",
  options = {
    form = { type = "string", default = "eml", choices = { "eml", "html", "text" }, help = "a whole mail, or one part of it" },
    subject = { type = "string", default = "", help = "the mail's subject (default: the site's title)" },
    intro = { type = "string", default = "", help = "a paragraph before the articles" },
    footer = { type = "string", default = "", help = "the last line: who sends it, how to stop it" },
    to = { type = "string", default = "", help = "the mail's receiver" },
  },
  select = function(articles) -- never before its time, whatever the command line says
    return articles:filter(function(article) return article.status == "published" end)
  end,
  bodies = function() return "summary" end,
  write = function(articles, ctx)
    local options, base = ctx.options, feeds.base(ctx, "a newsletter")
    local subject = options.subject ~= "" and options.subject or ctx.site.title
    local entries, newest = {}, nil
    for article in articles:each() do
      entries[#entries + 1] = entry_of(article, ctx, base)
      if article.date and (not newest or newest < article.date) then newest = article.date end
    end
    local unseen = 0
    for _, entry in ipairs(entries) do
      if entry.picture and not shown[entry.picture.path:lower():match("%.(%w+)$")] then unseen = unseen + 1 end
    end
    if unseen > 0 and options.form ~= "text" then
      ctx.log.warn(("%d picture%s not JPEG, PNG or GIF; many mail programs show no other"):format(unseen, unseen == 1 and " is" or "s are"))
    end
    if options.form == "html" then return ctx.out:write(html_of(entries, subject, options.intro, ctx)) end
    if options.form == "text" then return ctx.out:write(text_of(entries, subject, options.intro, ctx)) end
    local sender = (ctx.site.config.contacts or {})[1]
    sender = type(sender) == "table" and sender or {}
    local host = base:match("^%a[%w+.-]*://([^/:]+)") or "localhost"
    ctx.out:write(mail.write{ from = mail.address(ctx.site.title, sender.email or "news@" .. host), to = options.to, subject = subject, date = newest,
      id = "newsletter." .. (newest and newest:format("%Y%m%d") or "0") .. "." .. #entries .. "@" .. host,
      text = text_of(entries, subject, options.intro, ctx), html = html_of(entries, subject, options.intro, ctx) })
  end,
}
