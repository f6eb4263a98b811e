--- Documentation: pages in chapters, all of them beside each page, with the page's own contents and the way onward.
--
-- A chapter is a folder of content/; its pages stand in the order of `order` in their front matter, then by path. The
-- option `chapters` orders the chapters. A page `index.md` at the top of content/ is the front page; without one there
-- is a list of all pages. A page with the address /404.html is the one for addresses that are not there. Each page is a template of templates/; a site replaces any of them by a file of the same name
-- in its own layouts/.

local language = require("language")

local function chapter_of(article)
  return article.path:match("^([^/]+)/") or ""
end

--- "coming-from" is "Coming from".
local function title_of(folder)
  return (folder:gsub("[-_]", " "):gsub("^%l", string.upper))
end

local function is_front(article)
  return article.url == "/" or article.url == "/index.html"
end

-- Made once in each worker, from the corpus alone.
local book

--- { chapters = { { title, pages } }, pages = all in order, at = { [path] = position }, front }.
local function book_of(ctx)
  if book then return book end
  local ranks, last = {}, #ctx.options.chapters + 1
  for rank, folder in ipairs(ctx.options.chapters) do ranks[folder] = rank end
  local pages = {}
  book = { chapters = {}, pages = {}, at = {} }
  for index, article in ipairs(ctx.corpus.articles) do
    local folder = chapter_of(article)
    local order = tonumber(article.meta.order) or math.huge
    pages[index] = { article = article, path = article.path, title = article.title, url = article.url, folder = folder,
      rank = folder == "" and 0 or ranks[folder] or last, order = order, front = is_front(article) }
  end
  table.sort(pages, function(a, b)
    if a.front ~= b.front then return a.front end
    if a.rank ~= b.rank then return a.rank < b.rank end
    if a.folder ~= b.folder then return a.folder < b.folder end
    if a.order ~= b.order then return a.order < b.order end
    return a.path < b.path
  end)
  local chapter
  for position, page in ipairs(pages) do
    book.pages[position], book.at[page.path] = page, position
    if page.front then
      book.front = page
    else
      if not chapter or chapter.folder ~= page.folder then
        chapter = { folder = page.folder, title = title_of(page.folder), pages = {} }
        book.chapters[#book.chapters + 1] = chapter
      end
      chapter.pages[#chapter.pages + 1] = page
    end
  end
  return book
end

--- The headings that a page's own contents lead to: { { id, text, level } }.
local function contents_of(article, deepest)
  local list = {}
  for _, heading in ipairs(article:headings()) do
    if heading.id and heading.level > 1 and heading.level <= deepest then
      list[#list + 1] = { id = heading.id, text = heading:plain(), level = heading.level }
    end
  end
  return #list > 1 and list or {}
end

local function render(ctx, template, values)
  values.chapters = book_of(ctx).chapters
  values.lang = values.lang or ctx.site.language or "en"
  values.words = ctx.words(values.lang)
  values.rtl = language.is_from_the_right(values.lang)
  return ctx.render(template, values)
end

return {
  kind = "layout",
  name = "docs",
  api = 1,
  options = {
    chapters = { type = "list", default = {}, help = "the folders of content/ in the order of their chapters; others follow by name" },
    contents = { type = "integer", default = 2, help = "the deepest level of headings in a page's own contents; 1 for none" },
    footer = { type = "string", default = "", help = "a line at the foot of every page" },
  },

  page = function(article, ctx)
    local at = book_of(ctx).at[article.path]
    local before, behind = book.pages[at - 1], book.pages[at + 1]
    return render(ctx, "page.html", {
      article = article,
      heading = article.title,
      summary = article.summary,
      here = article.url,
      lang = article.lang,
      chapter = title_of(chapter_of(article)),
      contents = contents_of(article, ctx.options.contents),
      before = before,
      behind = behind,
    })
  end,

  pages = function(corpus, ctx)
    if not book_of(ctx).front and not ctx.has("/index.html") then
      ctx.emit({ path = "index.html", render = function()
        return render(ctx, "list.html", { heading = ctx.site.title, summary = ctx.site.description, here = "/index.html" })
      end })
    end
    if not corpus:find("/404.html") and not ctx.has("/404.html") then
      ctx.emit({ path = "404.html", render = function()
        return render(ctx, "404.html", { heading = ctx.words().not_found, here = "/404.html" })
      end })
    end
  end,
}
