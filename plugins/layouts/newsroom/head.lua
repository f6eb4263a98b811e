--- What machines read in a page's head: title, description and address, Open Graph, and structured data as schema.org has it
-- (NewsArticle, ProfilePage, BreadcrumbList). All functions give HTML; `common` is what head.common gives.

local concat, gsub = table.concat, string.gsub

local head = {}

local html = galley.html.escape

-- JSON that may stand in a script element: nothing in it can end the element or begin a comment.
local write_json, in_script = galley.json.write, { script = true }
local function json(text) return write_json(text, in_script) end

local function property(name, content)
  return '<meta property="' .. name .. '" content="' .. content .. '">\n'
end

local function list_item(position, name, url)
  return '{"@type":"ListItem","position":' .. position .. ',"name":' .. name .. (url and ',"item":' .. url or "") .. "}"
end

-- A trail of { name, url }, both as JSON.
local function breadcrumbs(trail)
  local items = {}
  for position, step in ipairs(trail) do items[position] = list_item(position, step[1], step[2]) end
  return '{"@type":"BreadcrumbList","itemListElement":[' .. concat(items, ",") .. "]}"
end

local function graph(...)
  return '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[' .. concat({ ... }, ",") .. "]}</script>\n"
end

--- Title, description, address and Open Graph of any page; all that is handed over is HTML already.
function head.of_page(common, title, description, address, heading)
  return "<title>" .. title .. "</title>\n"
    .. (description and '<meta name="description" content="' .. description .. '">\n<meta property="og:description" content="'
      .. description .. '">\n' or "")
    .. (common.absolute and '<link rel="canonical" href="' .. address .. '">\n<meta property="og:url" content="' .. address .. '">\n' or "")
    .. '<meta property="og:title" content="' .. heading .. common.after_heading
end

-- Authors and topics as JSON; made once for each.
local people, places = {}, {}

local function person(common, author)
  local known = people[author]
  if not known then
    known = '{"@type":"Person","name":' .. json(author.name) .. ',"url":' .. json(common.base .. author.url) .. "}"
    people[author] = known
  end
  return known
end

local function people_of(common, authors)
  local list = {}
  for index = 1, #authors do list[index] = person(common, authors[index]) end
  return concat(list, ",")
end

-- The trail from the front page over a topic.
local function trail_over(common, topic)
  if not topic then return common.first_step .. "," end
  local known = places[topic]
  if not known then
    known = common.first_step .. "," .. list_item(2, json(topic.name), json(common.base .. topic.url)) .. ","
    places[topic] = known
  end
  return known
end

--- The whole head of an article's page. Path and title are HTML; abstract (the summary), topic, updated and picture may be nil.
function head.of_article(common, article, abstract, path, title, authors, topic, updated, picture, alt)
  local date = article.date
  local url = common.base .. "/" .. path
  local headline, address = json(article.title), json(url)
  local published, open_image, news_image, news_summary, news_date, news_authors = "", "", "", "", "", ""
  if picture then
    local image = common.base .. picture
    open_image = property("og:image", html(image)) .. property("og:image:alt", html(alt))
      .. '<meta name="twitter:card" content="summary_large_image">\n'
    news_image = ',"image":[' .. json(image) .. "]"
  end
  if abstract then news_summary = ',"description":' .. json(abstract) end
  if date then
    date = tostring(date)
    published = '<meta property="article:published_time" content="' .. date .. '">\n'
    news_date = ',"datePublished":"' .. date .. '","dateModified":"' .. (updated and tostring(updated) or date) .. '"'
  end
  if #authors > 0 then
    news_authors = ',"author":[' .. (#authors == 1 and person(common, authors[1]) or people_of(common, authors)) .. "]"
  end
  return head.of_page(common, title .. common.title_end, abstract and html(abstract), html(url), title)
    .. '<meta property="og:type" content="article">\n' .. published .. open_image
    .. '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle","headline":' .. headline
    .. news_summary .. news_date .. news_image .. news_authors .. common.publisher .. address
    .. '},{"@type":"BreadcrumbList","itemListElement":[' .. trail_over(common, topic)
    .. '{"@type":"ListItem","position":' .. (topic and 3 or 2) .. ',"name":' .. headline .. ',"item":' .. address .. "}]}]}</script>\n"
end

--- What the head of any other page has beside that of_page.
head.of_list = property("og:type", "website")

--- The same for an author's or a topic's page.
function head.of_term(common, term, profile, section)
  local trail = breadcrumbs({
    { json(common.name), json(common.base .. "/") },
    { json(section.title), json(common.base .. section.folder) },
    { json(term.name), json(common.base .. term.url) },
  })
  if section.taxonomy ~= "author" then return head.of_list .. graph(trail) end
  return property("og:type", "profile")
    .. graph('{"@type":"ProfilePage","mainEntity":{"@type":"Person","name":' .. json(term.name)
      .. (profile.role and ',"jobTitle":' .. json(profile.role) or "")
      .. (profile.bio and ',"description":' .. json(profile.bio) or "")
      .. ',"url":' .. json(common.base .. term.url) .. "}}", trail)
end

--- What all heads of a site have in common.
function head.common(site)
  local base = site.url and gsub(site.url, "/+$", "") or ""
  return {
    name = site.title,
    absolute = site.url ~= nil,
    base = base,
    title_end = " – " .. html(site.title),
    after_heading = '">\n' .. property("og:site_name", html(site.title)),
    first_step = list_item(1, json(site.title), json(base .. "/")),
    publisher = ',"publisher":{"@type":"Organization","name":' .. json(site.title) .. ',"logo":' .. json(base .. "/logo.svg")
      .. '},"mainEntityOfPage":',
  }
end

return head
