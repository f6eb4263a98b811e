--- A press release as newsrooms send it: release line, headline, dateline, body, ENDS, notes to editors, contacts.
--- As plain text of 72 columns, as HTML, or as a mail with both (eml).
local mail = require("mail")
local writers = require("writers")
local xml = require("xml")

local function zone_of(date)
  local zone = date.zone or 0
  if zone == 0 then return "UTC" end
  local sign, hours, minutes = zone < 0 and "-" or "+", math.abs(zone) // 60, math.abs(zone) % 60
  return minutes == 0 and ("UTC%s%d"):format(sign, hours) or ("UTC%s%d:%02d"):format(sign, hours, minutes)
end

local function release_line(article, ctx)
  local embargo = article.embargo
  if not embargo or embargo.instant <= ctx.now.instant then return "FOR IMMEDIATE RELEASE" end
  local zone = ctx.options.zone ~= "" and ctx.options.zone or zone_of(embargo)
  return "EMBARGOED UNTIL " .. embargo:format("%H:%M ") .. zone .. embargo:format(", %A %-d %B %Y")
end

local rules = writers.derive(writers.plain, {
  quote = "",
  link = function(node, inner, context)
    local url = writers.absolute(node.url, context.ctx)
    if url == "" or url == inner or url:find("^#") or url == "mailto:" .. inner then return inner end
    context.links[#context.links + 1] = url
    return ("%s [%d]"):format(inner, #context.links)
  end,
  image = function() return "" end,
  figure = function(node, inner) return node.quotation and inner or "" end,
  attribution = function(_, inner) return inner end,
  heading = function(_, inner) return galley.text.upper(inner) end,
  notes = function(_, inner, context)
    context.notes[#context.notes + 1] = inner:gsub("^[Nn]otes? to [Ee]ditors?:?%s*(%l?)", string.upper)
    return ""
  end,
  footnote_reference = function(node) return (" (note %d)"):format(node.number) end,
  footnote_definition = function(node, inner, context)
    context.notes[#context.notes + 1] = ("Note %d: %s"):format(node.number, inner)
    return ""
  end,
})

-- The paragraph "ENDS" of the source gives way to the release's own.
local function body_of(article, ctx)
  local context = { ctx = ctx, links = {}, notes = {} }
  local blocks = {}
  for node in article.document:children() do
    local text = writers.write(rules, node, context)
    if text ~= "" and not text:find("^[-* ]*ENDS?[-* ]*$") then blocks[#blocks + 1] = text end
  end
  local place = article.meta.location or article.meta.dateline or ctx.options.place
  local line = {}
  if type(place) == "string" and place ~= "" then line[1] = galley.text.upper(place) end
  if article.date then line[#line + 1] = article.date:format("%-d %B %Y") end
  local dateline = table.concat(line, ", ")
  local first = article.document.first
  if dateline ~= "" and not (first and first.type == "paragraph") then
    table.insert(blocks, 1, dateline)
  elseif dateline ~= "" and blocks[1] then
    blocks[1] = writers.wrap(dateline .. " – " .. blocks[1]:gsub("\n", " "), 72)
  end
  return table.concat(blocks, "\n\n"), context
end

local function contacts_of(ctx)
  local list = {}
  for _, contact in ipairs(ctx.site.config.contacts or {}) do
    if type(contact) == "table" then
      local lines = {}
      for _, key in ipairs{ "name", "organisation", "phone", "email", "url" } do
        if contact[key] then lines[#lines + 1] = writers.clean(tostring(contact[key])) end
      end
      list[#list + 1] = table.concat(lines, "\n")
    else
      list[#list + 1] = writers.clean(tostring(contact))
    end
  end
  return list
end

local function as_text(article, ctx)
  local body, context = body_of(article, ctx)
  local parts = { release_line(article, ctx), writers.wrap(writers.clean(article.title), 72), body, "ENDS" }
  if #context.notes > 0 then parts[#parts + 1] = "NOTES TO EDITORS\n\n" .. table.concat(context.notes, "\n\n") end
  if #context.links > 0 then
    local lines = { "LINKS" }
    for i, url in ipairs(context.links) do lines[i + 1] = ("[%d] %s"):format(i, url) end
    parts[#parts + 1] = table.concat(lines, "\n")
  end
  local contacts = contacts_of(ctx)
  if #contacts > 0 then parts[#parts + 1] = "CONTACT\n\n" .. table.concat(contacts, "\n\n") end
  return table.concat(parts, "\n\n") .. "\n"
end

local function as_html(article, ctx)
  local contacts = contacts_of(ctx)
  local out = { '<!DOCTYPE html>\n<html lang="', xml.text(article.lang or ctx.site.language), '">\n<head><meta charset="utf-8"><title>',
    xml.text(article.title), "</title></head>\n<body>\n<p><strong>", xml.text(release_line(article, ctx)), "</strong></p>\n<h1>",
    xml.text(article.title), "</h1>\n" }
  if article.date then out[#out + 1] = "<p>" .. xml.text(article.date:format("%-d %B %Y")) .. "</p>\n" end
  out[#out + 1] = writers.clean(article:html{ absolute = true })
  if #contacts > 0 then out[#out + 1] = "<h2>Contact</h2>\n" end
  for _, contact in ipairs(contacts) do out[#out + 1] = "<p>" .. xml.text(contact):gsub("\n", "<br>\n") .. "</p>\n" end
  out[#out + 1] = "</body>\n</html>\n"
  return table.concat(out)
end

local function as_mail(article, ctx)
  local sender = (ctx.site.config.contacts or {})[1]
  sender = type(sender) == "table" and sender or {}
  local host = (ctx.site.url or ""):match("^%a[%w+.-]*://([^/:]+)") or "localhost"
  return mail.write{ from = mail.address(sender.name or ctx.site.title, sender.email or "press@" .. host), to = ctx.options.to,
    subject = article.title, date = article.date, id = article.slug .. "@" .. host, text = as_text(article, ctx), html = as_html(article, ctx) }
end

return {
  kind = "export",
  name = "press-release",
  api = 1,
  extension = "txt",
  media_type = "text/plain",
  options = {
    form = { type = "string", default = "text", choices = { "text", "html", "eml" }, help = "text, html, or a mail with both" },
    place = { type = "string", default = "", help = "for the dateline, where the article has no `location`" },
    zone = { type = "string", default = "", help = "the name of the embargo's time zone, such as GMT" },
    to = { type = "string", default = "", help = "a mail's receiver" },
  },
  write = function(articles, ctx)
    local form = ctx.options.form
    if form ~= "text" and #articles > 1 then -- each is a document of its own
      for article in articles:each() do
        ctx.out:file(article.slug .. "." .. form):write(form == "html" and as_html(article, ctx) or as_mail(article, ctx)):close()
      end
      return
    end
    for article, position in articles:each() do
      if position > 1 then ctx.out:write("\n", ("="):rep(72), "\n\n") end
      ctx.out:write(form == "text" and as_text(article, ctx) or form == "html" and as_html(article, ctx) or as_mail(article, ctx))
    end
  end,
}
