--- An SQLite database of the articles, with their terms and a full-text index.
---
--- It is made in a nameless file beside the temporary ones (TMPDIR), some 15 KB an article of usual length, and copied
--- from there.
---
---     sqlite3 site.db "SELECT path, articles.title FROM articles JOIN search USING (id) WHERE search MATCH 'ward*'"

local schema = [[
CREATE TABLE articles (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, url TEXT NOT NULL, title TEXT NOT NULL, date TEXT,
  updated TEXT, lang TEXT, status TEXT NOT NULL, summary TEXT, words INTEGER, meta TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL);
CREATE INDEX articles_by_date ON articles (date);
CREATE TABLE terms (id INTEGER PRIMARY KEY, taxonomy TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL,
  UNIQUE (taxonomy, slug));
CREATE TABLE article_terms (article INTEGER NOT NULL REFERENCES articles, term INTEGER NOT NULL REFERENCES terms,
  PRIMARY KEY (article, term)) WITHOUT ROWID;
]]

local insert_article = "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
local insert_search = "INSERT INTO search (rowid, id, title, summary, text) VALUES (?, ?, ?, ?, ?)"
local db, numbers, id -- while articles are joined: the database, those of the terms, that of the last article

return {
  kind = "export",
  name = "sqlite",
  api = 1,
  extension = "db",
  media_type = "application/vnd.sqlite3",
  binary = true,
  options = { search = { type = "boolean", default = true, help = "the full-text index (FTS5), in the table search" } },
  head = function(_, ctx)
    local problem
    db, problem = galley.sqlite.new()
    if not db then error(problem, 0) end
    db:run(schema)
    if ctx.options.search then db:run("CREATE VIRTUAL TABLE search USING fts5 (id UNINDEXED, title, summary, text, tokenize = 'unicode61 remove_diacritics 2')") end
    db:run("BEGIN")
    numbers, id = {}, 0
    for _, taxonomy in ipairs(ctx.corpus.taxonomies) do
      for _, term in ipairs(ctx.corpus:terms(taxonomy)) do
        numbers[#numbers + 1] = true
        numbers[taxonomy .. "/" .. term.slug] = #numbers
        db:run("INSERT INTO terms VALUES (?, ?, ?, ?, ?)", #numbers, taxonomy, term.slug, term.name, term.url)
      end
    end
  end,
  entry = function(article) return article:text(), article:html(), tostring(article:words()), article.summary end,
  join = function(article, ctx, text, html, words, summary)
    id = id + 1
    db:run(insert_article, id, article.path, article.url, article.title, article.date and tostring(article.date) or nil,
      article.updated and tostring(article.updated) or nil, article.lang, article.status, summary, words, galley.json.write(article.meta), text, html)
    if ctx.options.search then db:run(insert_search, id, id, article.title, summary, text) end
    for _, taxonomy in ipairs(ctx.corpus.taxonomies) do
      for _, term in ipairs(article[taxonomy .. "s"]) do
        db:run("INSERT OR IGNORE INTO article_terms VALUES (?, ?)", id, numbers[taxonomy .. "/" .. term.slug])
      end
    end
  end,
  tail = function(_, ctx)
    db:run("COMMIT")
    for chunk in db:chunks() do ctx.out:write(chunk) end
  end,
}
