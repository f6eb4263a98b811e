--- Which field of a record is which part of an article: the names that databases, spreadsheets and other programs use.
local fields = {}

-- Names are compared in lower case, blanks, hyphens and capitals within a name as "_".
local meanings = {
  title = "title headline name post_title article_title titel überschrift schlagzeile titre título titulo titolo",
  date = "date published published_at published_on published_date date_published publish_date publication_date pub_date pubdate post_date " ..
    "posted posted_at release_date datum veröffentlicht veröffentlicht_am erscheinungsdatum date_de_publication publié_le fecha data",
  created = "created created_at created_on date_created erstellt_am",
  updated = "updated updated_at date_updated modified modified_at date_modified last_modified changed aktualisiert geändert_am",
  authors = "author authors byline bylines writer autor autorin autoren verfasser auteur auteurs auteure autores autora autore",
  topics = "topic topics tag tags category categories keyword keywords thema themen kategorie kategorien rubrik schlagwort schlagwörter " ..
    "stichwörter mots_clés catégorie catégories rubrique étiquettes etiquetas categorías",
  summary = "summary description excerpt custom_excerpt standfirst lead lede dek teaser zusammenfassung vorspann anriss kurztext " ..
    "résumé chapô chapo accroche resumen entradilla sommario",
  slug = "slug", path = "path", language = "language lang locale langcode sprache langue idioma", status = "status",
  aliases = "url link permalink alias aliases",
  image = "image feature_image featured_image lead_image main_image image_url thumbnail picture photo bild",
}
local usual = {}
for key, names in pairs(meanings) do for name in names:gmatch("%S+") do usual[name] = key end end

-- In the order in which they are looked for.
local bodies = { "body", "content", "content_html", "body_html", "content_text", "body_text", "markdown", "text", "html", "article_body", "full_text", "post_content",
  "inhalt", "volltext", "fließtext", "haupttext", "contenu", "texte", "corps", "contenido", "texto", "cuerpo", "testo", "copy", "story", "article", "artikel" }
local forms = { "plaintext", "mobiledoc", "lexical", "rendered" } -- a body once more
local is_body = {}
for _, name in ipairs(bodies) do is_body[name] = true end
for _, name in ipairs(forms) do is_body[name] = true end

local function set(words)
  local map = {}
  for word in words:gmatch("%S+") do map[word] = true end
  return map
end
local yes, no = set("true yes y on 1 x ja wahr oui vrai si sí"), set("false no n off 0 nein falsch non faux")
local hides = set("draft is_draft private is_private hidden unpublished unlisted entwurf privat versteckt brouillon privé caché borrador")
local shows = set("published is_published public is_public live visible veröffentlicht öffentlich publié publicado status")

--- The name by which a field is known: "Pub Date", "pubDate" and "pub-date" are "pub_date".
function fields.normal(name)
  return (galley.text.lower((name:gsub("(%l)(%u)", "%1_%2"))):gsub("[%s%-]+", "_"))
end

--- The key of the front matter that a field of this name is; nil where nobody knows. "created" is a date only where there is no other.
function fields.key(name) return usual[fields.normal(name)] end

--- The field that has the text, of those that have anything; and the set of those that have it in another form.
function fields.body(names, has)
  local found, others = nil, {}
  for _, body in ipairs(bodies) do
    for _, name in ipairs(names) do
      if not found and fields.normal(name) == body and has(name) then found = name end
    end
  end
  for _, name in ipairs(found and names or {}) do
    if name ~= found and is_body[fields.normal(name)] then others[name] = true end
  end
  return found, others
end

-- What objects keep the value itself in, in other programs' JSON.
local within = { "processed", "rendered", "value", "html", "text", "plain_text", "name", "title", "label", "term", "current", "$date", "url", "src",
  "href", "alias", "asset", "file", "formats" }

--- The plain value in a value: an object's own, "" where there is none; numbers and texts as they are; a list stays one.
function fields.plain(value)
  for _ = 1, 4 do
    if type(value) ~= "table" then break end
    if #value > 0 then return value end
    local inner
    for _, name in ipairs(within) do
      if inner == nil and value[name] ~= galley.json.null then inner = value[name] end
    end
    if inner == nil and type(value.data) == "table" then inner = value.data end
    if inner == nil and type(value.attributes) == "table" then inner = value.attributes end
    if inner == nil then return nil end
    value = inner
  end
  return value
end

--- What a field says of who may see the article: "hidden", "shown" (and nothing else), or nil for another matter.
function fields.visibility(name, value)
  value = fields.plain(value)
  if type(value) == "table" then value = fields.plain(value[1]) end
  if type(value) == "table" then return nil end
  local word = galley.text.lower(galley.text.trim(tostring(value)))
  name = fields.normal(name)
  if name == "visibility" or name == "access" then return (word == "public" or word == "") and "shown" or "hidden" end
  if not yes[word] and not no[word] then return nil end
  if hides[name] then return yes[word] and "hidden" or "shown" end
  if shows[name] then return yes[word] and "shown" or "hidden" end
end

return fields
