--- A newsroom: the latest news, an archive for every author and topic, articles that lead on to related ones.
--
-- Each page is one template of templates/; a site replaces any of them by a file of the same name in its own layouts/.
-- An article with the address / or /404.html, or static/index.html and static/404.html, stand in the place of the front
-- page and of the page for wrong addresses.
-- An article may have a picture at its top: `image` (a path from the article's own folder, or from the site's root with a
-- stroke at the start), `image_alt` and `image_caption` in its front matter. An author's `role` and `bio` come from the
-- author's file in data/authors/.

local head = require("head")
local language = require("language")

local concat, find, gsub, match, sub = table.concat, string.find, string.gsub, string.match, string.sub

--- "images/x.svg" of "news/2025" and "../images/x.svg" is "news/images/x.svg".
local function resolve(folder, path)
  local parts, count = {}, 0
  for part in (folder .. "/" .. path):gmatch("[^/]+") do
    if part == ".." then
      count = count > 0 and count - 1 or 0
    elseif part ~= "." then
      count = count + 1
      parts[count] = part
    end
  end
  return "/" .. concat(parts, "/", 1, count)
end

local has -- ctx.has
local words_of_site, language_of_site -- ctx.words(), and what language they are in

--- The picture that belongs to an article: { path, alt, caption }, or nil; nil too where the file is not there.
local function picture_of(article)
  local meta = article.meta
  local image = meta.image
  if type(image) ~= "string" or image == "" or find(image, "^%a[%w+.-]*:") or sub(image, 1, 2) == "//" then return nil end
  local path = image
  if sub(image, 1, 1) ~= "/" then path = resolve(match(article.path, "^(.*)/") or "", image) end
  if not has(path) then return nil end
  local alt, caption = meta.image_alt, meta.image_caption
  return { path = path, alt = type(alt) == "string" and alt or "", caption = type(caption) == "string" and caption or nil }
end

local LONGEST_SUMMARY = 300

--- An article's summary; a first paragraph that stands in for one is cut between two words.
local function summary_of(article)
  local text = article.summary
  if not text or #text <= LONGEST_SUMMARY then return text end
  local cut = sub(text, 1, LONGEST_SUMMARY)
  return (match(cut, "^(.*%S)%s") or gsub(cut, "[\192-\255][\128-\191]*$", "")) .. "…"
end

local stems = {} -- of the lists' site paths: what their pages have in common

--- The site path of a list's page: "/topics/health.html", then "/topics/health/page/2.html".
local function page_url(url, number)
  if number == 1 then return url end
  local stem = stems[url]
  if not stem then
    stem = gsub(gsub(gsub(url, "index%.html$", ""), "%.html$", ""), "/$", "") .. "/page/"
    stems[url] = stem
  end
  return stem .. number .. ".html"
end

--- The file below the output folder that serves a site path.
local function file_of(url)
  if sub(url, -1) == "/" then url = url .. "index.html" elseif not match(url, "%.[^/]*$") then url = url .. "/index.html" end
  return sub(url, 2)
end

--- What stands under a list: its first and last page and those around the one shown; a gap has no url.
local function page_links(url, number, count)
  local links = {}
  if count == 1 then return links end
  local function add(at)
    links[#links + 1] = { number = at, url = page_url(url, at), rel = at == number - 1 and "prev" or at == number + 1 and "next" or nil }
  end
  local before = 0
  for _, at in ipairs({ 1, number - 1, number, number + 1, count }) do
    if at > before and at <= count then
      if at == before + 2 then add(at - 1) elseif at > before + 2 then links[#links + 1] = {} end
      add(at)
      before = at
    end
  end
  return links
end

local function capital(word)
  return (gsub(word, "^%l", string.upper))
end

local function plural(word)
  if find(word, "[^aeiou]y$") then return sub(word, 1, -2) .. "ies" end
  return word .. "s"
end

--- The kinds of lists that the site has: { { taxonomy, singular, title, folder, url } }; what they are called is in `words`.
local function sections_of(ctx, words)
  local sections = {}
  local own = ctx.site.config.taxonomies
  for _, taxonomy in ipairs(ctx.options.sections) do
    -- A site with taxonomies of its own may have neither of the two that sections name by default.
    local absent = own and own[taxonomy] == nil and (taxonomy == "author" or taxonomy == "topic")
    local first = not absent and ctx.corpus:terms(taxonomy)[1]
    if first then
      local called = words.taxonomy(taxonomy) or {}
      local folder = gsub(first.url, "[^/]+/?$", "")
      sections[#sections + 1] = {
        taxonomy = taxonomy,
        singular = called.one or capital(taxonomy),
        title = called.other or capital(plural(taxonomy)),
        folder = folder,
        url = folder .. "index.html",
      }
    end
  end
  return sections
end

local html = galley.html.escape

--- An article as pages show it, for templates: { path, title, day, summary, picture, lang }. The path is that from the site's
-- root without its stroke; title, day and summary are HTML; lang is set where it is not the page's.
local function entry_of(article, words)
  local date, summary = article.date, summary_of(article)
  local around = language_of_site
  if words and words ~= words_of_site then around = words.language end
  return {
    path = sub(article.url, 2), title = html(article.title), day = date and html((words or words_of_site).date(date)),
    summary = summary and html(summary), picture = picture_of(article),
    lang = article.lang ~= around and article.lang or nil,
  }
end

--- A date, and the day as HTML.
local function time_of(date, day)
  return '<time datetime="' .. tostring(date) .. '">' .. day .. "</time>"
end

-- In lists of the site's own language; `words` are those of the page.
local function make_parts(article, words)
  local entry = entry_of(article, words)
  local other = entry.lang and " " .. language.attributes(entry.lang, words.language) or ""
  local title, day, summary, picture = entry.title, entry.day, entry.summary, entry.picture
  local address = html(entry.path)
  return entry.path, title,
    (day and '<p class="meta">' .. day .. "</p>\n" or "") .. "<div" .. other .. '><h2><a href="',
    address .. '">' .. title .. "</a></h2>\n" .. (summary and "<p>" .. summary .. "</p>\n" or "") .. "</div>\n</li>",
    address .. '">', "<h3" .. other .. ">" .. title .. "</h3></a>" .. (day and '<p class="meta">' .. day .. "</p>" or "") .. "</li>",
    day and time_of(article.date, day),
    picture and picture.path, picture and picture.alt, picture and picture.caption
end

local once -- ctx.once

--- What pages show of an article, made once, since most articles stand in ten lists: its path, seen from the site's root; its
-- title; what an item of a list has before and after the way to the root; what a card has before and after its picture; the day;
-- and of its picture the path, the text in its place and the caption.
local function make_parts_of_site(article) return make_parts(article, words_of_site) end
local function parts_of(article) return once(article, "newsroom", make_parts_of_site) end

-- The same on pages in another language, by its words.
local parts_in = {}

local function parts_with(words)
  local parts = parts_in[words]
  if not parts then
    local name = "newsroom " .. words.language
    local function make(article) return make_parts(article, words) end
    parts = function(article) return once(article, name, make) end
    parts_in[words] = parts
  end
  return parts
end

-- ---------------------------------------------------------------- what all pages share

local shared -- what all pages have in common; made once in each worker, from the site alone

local function shared_values(ctx)
  if not shared then
    local site = ctx.site
    has, once, words_of_site, language_of_site = ctx.has, ctx.once, ctx.words(), site.language or "en"
    shared = head.common(site)
    shared.sections = sections_of(ctx, words_of_site)
  end
  return shared
end

-- What all pages of a language that lie equally deep have in common: the masthead, the foot, and links to authors and topics.
local frames = {}

local function frame_at(ctx, root, words)
  local of_language = frames[words]
  if not of_language then
    of_language = {}
    frames[words] = of_language
  end
  local frame = of_language[root]
  if not frame then
    local values = { root = root, words = words, sections = words == words_of_site and shared.sections or sections_of(ctx, words) }
    local links = {}
    frame = {
      top = ctx.render("top.html", values),
      bottom = ctx.render("bottom.html", values),
      card = '<li><a href="' .. html(root),
      link = function(term)
        local link = links[term]
        if not link then
          link = '<a href="' .. html(root .. sub(term.url, 2)) .. '">' .. html(term.name) .. "</a>"
          links[term] = link
        end
        return link
      end,
    }
    of_language[root] = frame
  end
  return frame
end

local roots = { [0] = "./", "../", "../../", "../../../" }

--- From a page to the site's root: "../" for "/news/a.html".
local function root_of(url)
  local depth, at = 0, find(url, "/", 2, true)
  while at do
    depth, at = depth + 1, find(url, "/", at + 1, true)
  end
  return roots[depth] or ("../"):rep(depth)
end

--- Renders one of the pages that is not an article.
local function render(ctx, template, url, heading, values)
  local common = shared_values(ctx)
  values.root = values.root or root_of(url)
  values.words = words_of_site
  values.frame = frame_at(ctx, values.root, words_of_site)
  values.heading = heading
  values.lang = language_of_site
  values.rtl = language.is_from_the_right(language_of_site)
  values.entry_of, values.parts_of = entry_of, parts_of
  if template ~= "404.html" then
    local profile = values.profile
    local description = profile and profile.bio or ctx.site.description
    local title = url == "/index.html" and html(common.name) or html(heading) .. common.title_end
    values.head = head.of_page(common, title, description and html(description),
      html(common.base .. (sub(url, -11) == "/index.html" and sub(url, 1, -11) or url)), html(heading))
      .. (values.term and head.of_term(common, values.term, profile, values.section) or head.of_list)
  end
  return ctx.page(template, values)
end

-- The heading of a list's page.
local function numbered(heading, number)
  return number == 1 and heading or words_of_site.title_page{ title = heading, number = number }
end

--- Emits a list of articles, page by page.
local function emit_list(ctx, template, url, heading, articles, values)
  local size = ctx.options.per_page
  local count = math.max(1, (#articles + size - 1) // size)
  for number = 1, count do
    local address = page_url(url, number)
    ctx.emit({
      path = file_of(address),
      render = function()
        local own = {
          articles = articles,
          number = number,
          first = (number - 1) * size + 1,
          last = math.min(number * size, #articles),
          pages = page_links(url, number, count),
        }
        for name, value in pairs(values) do own[name] = value end
        if template == "home.html" and number == 1 then
          own.lead = articles[1] and entry_of(articles[1])
          own.first = 2
        end
        return render(ctx, template, address, numbered(heading, number), own)
      end,
    })
  end
end

--- Terms from one position to another, under their first letters where there are many.
local function groups_of(terms, first, last)
  local groups, letter, group = {}, nil, nil
  for index = first, last do
    local term = terms[index]
    local own = #terms > 40 and string.upper(sub(term.slug, 1, 1)) or nil
    if not group or own ~= letter then
      letter = own
      group = { letter = own }
      groups[#groups + 1] = group
    end
    group[#group + 1] = term
  end
  return groups
end

local function emit_terms(ctx, section)
  local terms = ctx.corpus:terms(section.taxonomy)
  local size = ctx.options.per_index
  local count = math.max(1, (#terms + size - 1) // size)
  for number = 1, count do
    local address = page_url(section.url, number)
    ctx.emit({
      path = file_of(address),
      render = function()
        return render(ctx, "terms.html", address, numbered(section.title, number), {
          groups = groups_of(terms, (number - 1) * size + 1, math.min(number * size, #terms)),
          number = number,
          pages = page_links(section.url, number, count),
        })
      end,
    })
  end
  for index = 1, #terms do
    local term = terms[index]
    emit_list(ctx, "term.html", term.url, term.name, term.articles, {
      term = term,
      section = section,
      profile = term.profile or {},
    })
  end
end

return {
  kind = "layout",
  name = "newsroom",
  api = 1,
  options = {
    per_page = { type = "integer", default = 20, least = 1, help = "articles on one page of a list" },
    per_index = { type = "integer", default = 500, least = 1, help = "names on one page of all authors or topics" },
    related = { type = "integer", default = 3, least = 0, most = 32, help = "how many related articles an article leads on to" },
    sections = { type = "list", default = { "author", "topic" }, help = "the taxonomies that have pages of their own" },
    heading = { type = "string", help = "the heading of the front page (default: the language's Latest news)" },
    search = { type = "string", default = "", help = "where the search page is, if there is one, such as /search.html" },
    footer = { type = "string", default = "", help = "a line at the foot of every page" },
  },

  pages = function(corpus, ctx)
    local common = shared_values(ctx)
    if not corpus:find("/") and not corpus:find("/index.html") and not ctx.has("/index.html") then
      emit_list(ctx, "home.html", "/index.html", ctx.options.heading or words_of_site.latest, corpus.articles, {})
    end
    for _, section in ipairs(common.sections) do emit_terms(ctx, section) end
    local search = ctx.options.search
    if search ~= "" then
      ctx.emit({ path = file_of(search), render = function() return render(ctx, "search.html", search, words_of_site.search, {
        found = galley.json.write(words_of_site.forms.found) }) end })
    end
    if corpus:find("/404.html") or ctx.has("/404.html") then return end
    ctx.emit({
      path = "404.html",
      render = function()
        local folder = match(ctx.site.url or "", "^%a+://[^/]+(/.*)$") or ""
        folder = gsub(folder, "/+$", "")
        return render(ctx, "404.html", "/404.html", words_of_site.not_found, {
          root = folder .. "/",
        })
      end,
    })
  end,

  page = function(article, ctx)
    local common = shared_values(ctx)
    local root = root_of(article.url)
    local lang = article.lang or language_of_site
    local words = lang == language_of_site and words_of_site or ctx.words(lang)
    local frame, most = frame_at(ctx, root, words), ctx.options.related
    local parts = words == words_of_site and parts_of or parts_with(words)
    local path, title, _, _, _, _, published, picture, alt, caption = parts(article)
    local authors, topics, updated = article.authors, article.topics, article.updated
    return ctx.page("article.html", {
      article = article,
      words = words,
      parts_of = parts,
      title = title,
      head = head.of_article(common, article, summary_of(article), tostring(path), tostring(title), authors, topics[1], updated,
        picture and tostring(picture), alt and tostring(alt)),
      published = published,
      picture = picture,
      alt = alt,
      caption = caption,
      body = ctx.body(article),
      lang = lang,
      rtl = language.is_from_the_right(lang),
      root = root,
      frame = frame,
      link = frame.link,
      updated = updated and time_of(updated, html(words.date(updated))),
      authors = authors,
      topics = topics,
      related = most > 0 and ctx.corpus:related(article, most) or {},
      older = article.previous,
      newer = article.next,
    })
  end,
}
