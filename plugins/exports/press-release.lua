--- A press release as newsrooms send it: release line, headline, dateline, body, ENDS, notes to editors, contacts.
--- As plain text of 72 columns, as HTML, or as a mail with both (eml).
local language = require("language")
local mail = require("mail")
local writers = require("writers")
local xhtml = require("xhtml")
local xml = require("xml")

local function zone_of(date)
  local zone = date.zone or 0
  if zone == 0 then return "UTC" end
  local sign, hours, minutes = zone < 0 and "-" or "+", math.abs(zone) // 60, math.abs(zone) % 60
  return minutes == 0 and ("UTC%s%d"):format(sign, hours) or ("UTC%s%d:%02d"):format(sign, hours, minutes)
end

local function release_line(article, ctx)
  local embargo, words = article.embargo, ctx.words(article.lang)
  if not embargo or embargo.instant <= ctx.now.instant then return words.release_now end
  local zone = ctx.options.zone ~= "" and ctx.options.zone or zone_of(embargo)
  return words.release_at{ time = embargo:format("%H:%M"), zone = zone, date = words.weekday_date(embargo) }
end

local function dateline_of(article, ctx)
  local place = article.meta.location or article.meta.dateline or ctx.options.place
  local line = {}
  if type(place) == "string" and place ~= "" then line[1] = galley.text.upper(writers.clean(place)) end
  if article.date then line[#line + 1] = ctx.words(article.lang).date(article.date) end
  return table.concat(line, ", ")
end

local function is_end(text, word) -- the source's own ENDS gives way to the release's
  local letters = #text < 40 and galley.text.upper((text:gsub("[%s%p]+", ""):gsub("\xE2\x80[\x90-\xAF]", "")))
  return letters == "ENDS" or letters == "END" or letters == galley.text.upper(word)
end

local function without_heading(text) -- "Notes to editors: the study" under a heading that says so
  local rest, found = text:gsub("^[Nn]otes? to [Ee]ditors?:?%s*", "")
  if found == 0 then return text end
  return (rest:gsub("^[%z\1-\127\194-\244][\128-\191]*", galley.text.upper))
end

-- The rules of both forms: `base` with the dateline before the first words, and the notes kept for behind the body.
local function derive(base, rules)
  local paragraph = rules.paragraph or base.paragraph
  function rules.paragraph(node, inner, context, parts, all)
    local above = node.parent.type
    if above == "document" and is_end(inner, context.words.release_end) then return "" end
    if above == "notes" then inner = without_heading(inner) end
    if inner == "" then return "" end
    if node == context.first then inner = context.lead(context.dateline) .. inner end
    return paragraph(node, inner, context, parts, all)
  end
  function rules.notes(_, inner, context) -- before the numbered ones
    table.insert(context.notes, context.editors, inner)
    context.editors = context.editors + 1
    return ""
  end
  function rules.footnote_definition(node, inner, context)
    context.notes[#context.notes + 1] = context.note(node, inner)
    return ""
  end
  return writers.derive(base, rules)
end

-- The body by such rules, the dateline alone where no paragraph begins it; context.notes has the notes.
local function body_of(article, ctx, rules, context)
  local first = article.document.first
  context.ctx, context.article, context.notes, context.editors, context.links = ctx, article, {}, 1, {}
  context.words = ctx.words(article.lang)
  context.dateline = dateline_of(article, ctx)
  if context.dateline ~= "" and first and first.type == "paragraph" then context.first = first end
  local body = writers.write(rules, article.document, context)
  if context.dateline ~= "" and not context.first then body = context.alone(context.dateline) .. body end
  return body
end

local text_rules = derive(writers.plain, {
  quote = "",
  link = function(node, inner, context)
    local url = writers.absolute(node.url, context.ctx, context.article)
    if url == "" or url == inner or url:find("^#") or url == "mailto:" .. inner then return inner end
    context.links[#context.links + 1] = url
    return ("%s [%d]"):format(inner, #context.links)
  end,
  heading = function(node, inner) return writers.wrap(galley.text.upper(inner), writers.room(node, 72)) end,
  image = function() return "" end,
  figure = function(node, inner) return node.quotation and inner or "" end,
  footnote_reference = function(node, _, context) return " (" .. context.words.note_mark{ number = node.number } .. ")" end,
})

local html_rules = derive(xhtml, {
  footnote_reference = function(node) return ("<sup>%d</sup>"):format(node.number) end,
})

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
  local words, upper = ctx.words(article.lang), galley.text.upper
  local context = {
    lead = function(dateline) return dateline .. " – " end,
    alone = function(dateline) return dateline .. "\n\n" end,
    note = function(node, inner)
      local first, rest = inner:match("^(.-)(\n\n.*)$")
      return writers.wrap(words.note_number{ number = node.number } .. " " .. (first or inner), 72) .. (rest or "")
    end,
  }
  local body = body_of(article, ctx, text_rules, context)
  local parts = { writers.wrap(release_line(article, ctx), 72), writers.wrap(writers.clean(article.title), 72), body, words.release_end }
  if #context.notes > 0 then parts[#parts + 1] = upper(words.editors) .. "\n\n" .. table.concat(context.notes, "\n\n") end
  if #context.links > 0 then
    local lines = { upper(words.links) }
    for i, url in ipairs(context.links) do lines[i + 1] = ("[%d] %s"):format(i, url) end
    parts[#parts + 1] = table.concat(lines, "\n")
  end
  local contacts = contacts_of(ctx)
  if #contacts > 0 then parts[#parts + 1] = upper(words.contact) .. "\n\n" .. table.concat(contacts, "\n\n") end
  return table.concat(parts, "\n\n") .. "\n"
end

local function as_html(article, ctx)
  local words = ctx.words(article.lang)
  local context = {
    id = function(name) return name end,
    address = function(url) return writers.absolute(url, ctx, article) end,
    picture = function(url)
      local address = writers.absolute(url, ctx, article)
      return address:find("^https?:") and address or nil
    end,
    lead = function(dateline) return "<strong>" .. xml.text(dateline) .. "</strong> – " end,
    alone = function(dateline) return "<p><strong>" .. xml.text(dateline) .. "</strong></p>\n" end,
    note = function(node, inner) return (inner:gsub("^<p>", ("<p><sup>%d</sup> "):format(node.number))) end,
  }
  local body = body_of(article, ctx, html_rules, context)
  local out = { '<!DOCTYPE html>\n<html ', language.attributes(article.lang or ctx.site.language), '>\n<head><meta charset="utf-8"><title>',
    xml.text(article.title), '</title></head>\n<body style="max-width:42em;margin:0 auto;padding:16px;font-family:Georgia,serif;line-height:1.5">\n<p><strong>',
    xml.text(release_line(article, ctx)), "</strong></p>\n<h1>", xml.text(article.title), "</h1>\n", body, "\n<p><strong>" .. xml.text(words.release_end) .. "</strong></p>\n" }
  if #context.notes > 0 then out[#out + 1] = "<h2>" .. xml.text(words.editors) .. "</h2>\n" .. table.concat(context.notes, "\n") .. "\n" end
  local contacts = contacts_of(ctx)
  if #contacts > 0 then out[#out + 1] = "<h2>" .. xml.text(words.contact) .. "</h2>\n" end
  for _, contact in ipairs(contacts) do out[#out + 1] = "<p>" .. xml.text(contact):gsub("\n", "<br>\n") .. "</p>\n" end
  out[#out + 1] = "</body>\n</html>\n"
  return table.concat(out)
end

local function as_mail(article, ctx)
  local sender = (ctx.site.config.contacts or {})[1]
  sender = type(sender) == "table" and sender or {}
  local host = (ctx.site.url or ""):match("^%a[%w+.-]*://([^/:]+)") or "localhost"
  return mail.write{ from = mail.address(sender.name or ctx.site.title, sender.email or "press@" .. host), to = ctx.options.to,
    subject = article.title, date = article.date, id = article.path:gsub("%.%w+$", ""):gsub("/", ".") .. "@" .. host,
    text = as_text(article, ctx), html = as_html(article, ctx) }
end

local several, position -- of the articles that are joined
local forms = { text = as_text, html = as_html, eml = as_mail }

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
  head = function(articles) several, position = #articles > 1, 0 end,
  entry = function(article, ctx) return forms[ctx.options.form](article, ctx) end,
  join = function(article, ctx, release)
    local form = ctx.options.form
    position = position + 1
    if form ~= "text" and several then -- each is a document of its own
      ctx.out:file(article.path:gsub("%.%w+$", "") .. "." .. form):write(release):close()
    else
      ctx.out:write(position > 1 and "\n" .. ("="):rep(72) .. "\n\n" or "", release)
    end
  end,
}
