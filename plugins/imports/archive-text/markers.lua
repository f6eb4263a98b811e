--- Words by which a saved page says what a line is, in several languages. All are compared in lower case.
local text_of = galley.text
local markers = {}

-- Behind these another article begins, or a list of them.
local related = { "you might also be interested in", "you may also be interested in", "you may also like", "you might also like", "you may like",
  "related", "related articles", "related stories", "related news", "related posts", "related content", "related links", "related topics",
  "more on this story", "more like this", "read more", "read also", "read next", "see also", "recommended for you", "also in the news",
  "more stories", "more news", "latest news", "further reading", "continue reading", "similar articles", "keep reading",
  "lesen sie auch", "verwandte artikel", "ähnliche artikel", "mehr zum thema", "weitere artikel", "das könnte sie auch interessieren",
  "auch interessant", "weiterlesen", "mehr lesen", "zum thema", "weitere meldungen",
  "à lire aussi", "lire aussi", "a lire aussi", "articles similaires", "articles liés", "sur le même sujet", "voir aussi", "lire la suite", "en savoir plus",
  "lea también", "lee también", "leer también", "artículos relacionados", "noticias relacionadas", "relacionado", "relacionados", "más información", "te puede interesar",
  "también te puede interesar", "leer más", "seguir leyendo", "ver también",
  "leggi anche", "articoli correlati", "potrebbe interessarti", "potrebbe interessarti anche", "leggi tutto", "continua a leggere",
  "leia também", "leia mais", "artigos relacionados", "veja também", "saiba mais", "notícias relacionadas",
  "lees ook", "lees verder", "lees meer", "gerelateerde artikelen", "meer nieuws", "zie ook",
  "läs också", "läs även", "läs mer", "relaterade artiklar", "læs også", "læs mere", "les også", "les mer", "se også",
  "czytaj także", "czytaj też", "przeczytaj także", "czytaj więcej", "zobacz także", "powiązane artykuły" }
local related_heads = { "^more from ", "^more by ", "^mehr von ", "^mehr aus ", "^plus de ", "^más de ", "^altro da ", "^mais de ", "^meer van " }

local furniture = { "^skip to ", "^main menu$", "^menu$", "^search$", "^home$", "^share this", "^share on ", "^share$", "^print this page", "^print$",
  "^back to top", "^cookie", "^accept all cookies", "^subscribe$", "^log in$", "^sign in$", "^page %d+ of %d+$", "^next page", "^previous page",
  "^older posts", "^newer posts", "^load more", "^©", "^%(c%) ?%d", "^copyright ", "all rights reserved%.?$", "^follow us", "^tweet$", "^facebook$",
  "^twitter$", "^linkedin$", "^whatsapp$", "^%d+ comments?$", "^leave a comment", "^comments off", "^%d+ min read$", "^%d+ minute read$", "^advertisement$",
  "^startseite$", "^menü$", "^suche$", "^teilen$", "^drucken$", "^zum inhalt", "^nach oben$", "^anzeige$", "alle rechte vorbehalten%.?$", "^%d+ kommentare?$",
  "^accueil$", "^rechercher$", "^partager$", "^imprimer$", "^aller au contenu", "^haut de page", "^publicité$", "tous droits réservés%.?$",
  "^inicio$", "^buscar$", "^compartir$", "^imprimir$", "^saltar al contenido", "^publicidad$", "todos los derechos reservados%.?$",
  "^cerca$", "^condividi$", "^stampa$", "^vai al contenuto", "^compartilhar$", "^partilhar$", "^pesquisar$", "^zoeken$", "^delen$", "^afdrukken$",
  "^comments?%s*%(?%d*%)?$", "^older posts$", "^newer posts$", "older posts$", "newer posts%W*$", "^search for:?$", "^recent posts$", "^recent comments$", "^proudly powered by", "^show more$",
  "^load more$", "^view all$", "^%d+ [%d ]*next%W*$", "^%d+ [%d ]+%W*$", "^%d+ articles?$", "^%d+ posts?$",
  "^press release%W*[%d/.-]*$", "^news release%W*[%d/.-]*$", "^media release%W*[%d/.-]*$", "^pressemitteilung%W*[nr. ]*[%d/.-]*$", "^communiqué de presse%W*[%d/.-]*$",
  "^nota de prensa%W*[%d/.-]*$", "^comunicato stampa%W*[n. ]*[%d/.-]*$", "^terms and conditions$", "^terms of use$", "^terms of service$", "^privacy policy$", "^privacy$", "^cookies?$", "^cookie policy$", "^sitemap$",
  "^impressum$", "^datenschutz", "^agb$", "^kontakt$", "^mentions légales$", "^confidentialité$", "^réservé aux abonnés$", "^article réservé", "^aviso legal$",
  "^política de ", "^note legali$", "^for immediate release%W*$", "^zur sofortigen veröffentlichung%W*$", "^pour diffusion immédiate%W*$", "^para publicación inmediata%W*$",
  "^per la pubblicazione immediata%W*$", "^category archives?:", "^tag archives?:", "^subscribers only$", "^nur für abonnenten$", "^our standards:", "^source%s*:?%s*$",
  "^sök$", "^dela$", "^søg$", "^del$", "^søk$", "^szukaj$", "^udostępnij$" }

-- Where the page files an article; such lines are longer.
local filed = { "^posted in ", "^filed under", "^categor%a+:", "^tagged ", "^tags?:", "^topics:", "^kategorien?:", "^schlagwörter:", "^schlagworte:", "^themen:", "^classé dans",
  "^publié dans", "^archivado en", "^etiquetas:", "^publicado en ", "^categorie:", "^archiviato in", "^arquivado em", "^opgeslagen onder", "^kategorier:" }

local captions = { "%(photos?:[^()]*%)$", "%(pictures?:[^()]*%)$", "%(images?:[^()]*%)$", "%(fotos?:[^()]*%)$", "%(bild:[^()]*%)$", "%(photo by [^()]*%)$", "%(imagen:[^()]*%)$",
  "^main image caption", "^image caption", "^caption%f[^%w]", "^photo caption", "^picture caption", "^images?%s*:", "^photos?%s*:", "^pictured:?%s", "^pictures?%s*:",
  "^photograph:", "^photo by ", "^photo credit", "^picture credit", "^image credit", "^credits?%s*:", "^above:", "^below:", "^left:", "^right:", "^l%-r:?%s", "^l to r:?%s",
  "^fotos?%s*:", "^bild%s*:", "^bilder%s*:", "^bildunterschrift", "^bildnachweis", "^im bild:?%s", "^légende%s*:", "^photographie%s*:", "^crédits?%s*:",
  "^imagen%s*:", "^pie de foto", "^leyenda%s*:", "^didascalia%s*:", "^immagine%s*:", "^legenda%s*:", "^imagem%s*:", "^beeld%s*:", "^bijschrift%s*:",
  "^bildtext%s*:", "^billede%s*:", "^bilde%s*:", "^zdjęcie%s*:", "^fot%.%s" }

-- Headings of what stands behind the end of an article.
local notes = { "^notes? to editors?", "^notes? for editors?", "^editors?['’]?s? notes?", "^media contact", "^press contact", "^contacts?:?$", "^for more information", "^about the ",
  "^further information", "^hinweise? für", "^weitere informationen", "^pressekontakt", "^kontakt:?$", "^notes? aux rédactions", "^contact presse",
  "^contactos?:?$", "^contacto de prensa", "^nota a los editores", "^note per", "^contatti:?$", "^noot voor", "^perscontact" }

local ends = { ends = true, ["end"] = true, ende = true, fin = true, fine = true, fim = true, einde = true, slut = true, koniec = true }

local months = {}
for number, names in ipairs{
  "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari styczeń stycznia",
  "february feb februar februari février févr febrero febbraio fevereiro fev luty lutego",
  "march mar märz mrz mars marzo março maart marts marca marzec",
  "april apr avril avr abril abr aprile kwiecień kwietnia",
  "may mai mayo maggio mag maio mei maj maja",
  "june jun juni juin junio giugno giu junho czerwiec czerwca",
  "july jul juli juillet juil julio luglio lug julho lipiec lipca",
  "august aug août agosto ago augustus augusti sierpień sierpnia",
  "september sep sept septembre septiembre settembre set setembro wrzesień września",
  "october oct oktober okt octobre octubre ottobre ott outubro out październik października",
  "november nov novembre noviembre novembro listopad listopada",
  "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember grudzień grudnia" } do
  for name in names:gmatch("%S+") do months[name] = number end
end

local weekdays = {}
for name in ([[monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
  montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
  lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica
  segunda terça quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
  måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag]]):gmatch("%S+") do weekdays[name] = true end

-- Words that stand between a date and names without meaning more.
local fillers = {}
for word in ([[published posted updated date on by from at written last modified first the of story words text report reporter editor correspondent author
  veröffentlicht aktualisiert am um uhr von den der vom stand autor autorin publié publiée le par mis mise à jour du auteur
  publicado actualizado el por de del a las autor autora pubblicato aggiornato il di alle ore atualizado em às door op bijgewerkt gepubliceerd
  publicerad uppdaterad av den kl in i publiceret opdateret af publisert oppdatert opublikowano data autor przez est edt gmt bst utc cet cest am pm h r roku godz]]):gmatch("%S+") do fillers[word] = true end

local function matches(text, patterns)
  for _, pattern in ipairs(patterns) do if text:find(pattern) then return true end end
  return false
end

local known_related = {}
for _, words in ipairs(related) do known_related[words] = true end

local function bare(text)
  for _, mark in ipairs{ "…", "»", "→", "›", "–", "—", "«", "▶" } do text = text:gsub(mark, " ") end
  return (text:gsub("[%s:.>!-]+$", ""):gsub("^[%s<>-]+", ""))
end

function markers.is_related(lower)
  local words = bare(lower)
  return known_related[words] == true or matches(lower, related_heads) and #lower < 60 and not lower:find("%.$")
end

--- The same with what it leads to on one line: "Read more: Five things we know".
function markers.is_related_line(lower)
  local words, behind = lower:match("^([^:]+):%s+(.+)$")
  return words ~= nil and known_related[bare(words)] == true and #behind < 120 and not behind:find("%.$")
end

function markers.is_furniture(lower) return matches(lower, furniture) end
function markers.is_filed(lower) return matches(lower, filed) end
function markers.is_caption(lower) return matches(lower, captions) end
function markers.is_notes(lower) return matches(lower, notes) end

--- ENDS, -30-, ###, and the words of other languages where they stand in capitals or between dashes.
function markers.is_end(text)
  if text:find("^#[# ]*#$") then return true end
  local inner = text:gsub("–", ""):gsub("—", ""):gsub("[%s%-*#.]", "")
  if inner == "30" and inner ~= text then return true end
  local lower = text_of.lower(inner)
  if not ends[lower] then return false end
  return inner == text_of.upper(inner) or inner ~= text or lower == "ends"
end

-- ---- dates and names ----

local function iso(year, month, day)
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if not year or not month or not day or year < 1900 or year > 2100 then return nil end
  local text = ("%04d-%02d-%02d"):format(year, month, day)
  return galley.date.parse(text) and text
end

-- The first date in a line: in ISO form, and the line without it.
local function find_date(text)
  local lower = text_of.lower(text)
  local first, last, year, month, day = lower:find("(%d%d%d%d)[-/.](%d%d?)[-/.](%d%d?)")
  local date = first and iso(year, month, day)
  if not date then
    local a, b
    first, last, a, b, year = lower:find("%f[%d](%d%d?)[./-](%d%d?)[./-](%d%d%d%d)%f[%D]")
    if first then date = tonumber(b) > 12 and iso(year, a, b) or iso(year, b, a) end
  end
  if not date then
    local at = 1
    while not date do
      local from, to = lower:find("[%a\x80-\xFF]+", at)
      if not from then break end
      month = months[lower:sub(from, to)]
      if month then
        local before, head = lower:sub(1, from - 1), nil
        head, day = before:match("^(.-)%f[%d](%d%d?)[%.ºªo°]*[snrt]?[tdh]?[er]*%s*d?[aeo]?l?[-%s]*$")
        local behind = lower:sub(to + 1)
        local tail
        year, tail = behind:match("^%.?,?%s*d?[aeo]?l?[-%s]*(%d%d%d%d)%f[%D](.*)$")
        if day and year then
          first, last = #head + 1, #lower - #tail
        else
          day, year, tail = behind:match("^%.?%s+(%d%d?)[snrt]?[tdh]?,?%s+(%d%d%d%d)%f[%D](.*)$")
          if day then first, last = from, #lower - #tail end
        end
        date = day and year and iso(year, month, day) or nil
      end
      at = to + 1
    end
  end
  if not date then return nil end
  if #text ~= #lower then return date, "" end -- letters that change their length by case: no rest to be had
  local rest = text:sub(1, first - 1) .. " | " .. text:sub(last + 1)
  local hour, minute = rest:match("%f[%d](%d%d?)[:.h](%d%d)%f[%D]")
  if hour and tonumber(hour) < 24 and tonumber(minute) < 60 then
    local afternoon = rest:find("%d%d%s*[pP]%.?[mM]") and tonumber(hour) < 12 and 12 or 0
    date = ("%sT%02d:%02d"):format(date, hour + afternoon, minute)
    rest = rest:gsub("%f[%d]%d%d?[:.h]%d%d%S*", " ", 1)
  end
  return date, rest
end

local joints = { ["and"] = true, ["und"] = true, et = true, y = true, e = true, en = true, och = true, og = true, i = true, with = true, mit = true, avec = true, con = true }

-- What parts names, as a comma of its own.
local function spaced(text)
  text = text:gsub("[,|&/;]", " , "):gsub("·", " , "):gsub("•", " , "):gsub("–", " , "):gsub("—", " , "):gsub("%s%-%s", " , ")
  return text
end

local function capital(word)
  local letter = word:match("^[%z\1-\x7F\xC2-\xF4][\x80-\xBF]*")
  return letter ~= nil and text_of.lower(letter) ~= letter
end

-- Looks like the name of a person: two to five words, each with a capital, or a joint such as "van der".
local small = { van = true, von = true, de = true, der = true, den = true, la = true, le = true, di = true, da = true, dos = true, del = true, bin = true, al = true, ["zu"] = true }
local others = { the = true, staff = true, writer = true, reporter = true, editor = true, correspondent = true, redaktion = true, redakteur = true, redakteurin = true,
  ["rédaction"] = true, journaliste = true, ["redacción"] = true, redactor = true, redactora = true, agency = true, agencies = true, news = true, press = true, agentur = true,
  agenturen = true, agencias = true, agences = true, presse = true, redazione = true }
local function is_name(text)
  local count, capitals = 0, 0
  if text:find("[%d!?:;@/\"]") or text:find("“") or text:find("%.") and not text:find("%f[%a]%u%.") then return false end
  for word in text:gmatch("%S+") do
    count = count + 1
    if others[text_of.lower(word)] then return false end
    if capital(word) then capitals = capitals + 1 elseif not small[word] then return false end
  end
  return count >= 2 and count <= 5 and capitals >= 2
end

--- Says what somebody is: "Senior Reporter", "Redakteurin, Landespolitik".
function markers.is_role(text)
  local count, found = 0, false
  for word in text:gmatch("[%a\x80-\xFF]+") do
    count = count + 1
    found = found or others[text_of.lower(word)]
  end
  return found and count <= 4
end

local function parts_of(text)
  local parts, words = {}, {}
  local function close()
    if #words > 0 then parts[#parts + 1] = table.concat(words, " ") end
    words = {}
  end
  for word in spaced(text):gmatch("%S+") do
    if word == "," or joints[word] then close() else words[#words + 1] = word end
  end
  close()
  return parts
end

-- A name all in capitals as people write theirs, where that is certain.
local function in_small(name)
  if text_of.upper(name) ~= name or name:find("['’.]") or name:find("%f[%a]MA?C%u") then return name end
  return text_of.title(text_of.lower(name))
end

--- The names in a text: "A B and C D", "A B, C D"; nil where anything else is in it. `first`: behind the names may stand
-- what is none, but is as short: an agency, a paper, what they are.
function markers.names(text, first)
  local parts, names = parts_of(text), {}
  if #parts == 0 or #parts > 6 then return nil end
  for _, part in ipairs(parts) do
    if is_name(part) and #names < 6 then
      names[#names + 1] = in_small(part)
    elseif not first or #names == 0 or select(2, part:gsub("%S+", "")) > 3 or part:find("[.!?]$") then
      return nil
    end
  end
  return names
end

local bylines = { "^by:?%s+(.+)$", "^von:?%s+(.+)$", "^par:?%s+(.+)$", "^por:?%s+(.+)$", "^door:?%s+(.+)$", "^di:?%s+(.+)$", "^av:?%s+(.+)$", "^af:?%s+(.+)$",
  "^written by:?%s+(.+)$", "^words by:?%s+(.+)$", "^text by:?%s+(.+)$", "^story by:?%s+(.+)$", "^reporting by:?%s+(.+)$", "^text:%s+(.+)$" }
local owners = { "^authors?%s*:%s*(.+)$", "^all posts by:?%s+(.+)$", "^articles by:?%s+(.+)$", "^posts by:?%s+(.+)$", "^archives? for:?%s+(.+)$", "^author archives?:?%s+(.+)$",
  "^stories by:?%s+(.+)$", "^news by:?%s+(.+)$", "^%a+ releases by:?%s+(.+)$", "^pressemitteilungen von:?%s+(.+)$", "^meldungen von:?%s+(.+)$", "^nachrichten von:?%s+(.+)$",
  "^communiqués par:?%s+(.+)$", "^communiqués publiés par:?%s+(.+)$", "^publications de:?%s+(.+)$", "^articles par:?%s+(.+)$", "^autor%a*%s*:%s*(.+)$", "^alle beiträge von:?%s+(.+)$", "^beiträge von:?%s+(.+)$", "^artikel von:?%s+(.+)$",
  "^auteure?%s*:%s*(.+)$", "^articles de:?%s+(.+)$", "^tous les articles de:?%s+(.+)$", "^autora?%s*:%s*(.+)$", "^artículos de:?%s+(.+)$", "^autore%s*:%s*(.+)$",
  "^articoli di:?%s+(.+)$", "^artigos de:?%s+(.+)$", "^artikelen van:?%s+(.+)$", "^artiklar av:?%s+(.+)$", "^artikler av:?%s+(.+)$" }
local labels = { author = true, authors = true, autor = true, autorin = true, auteur = true, autora = true, autore = true, ["about the author"] = true, ["written by"] = true }

local function by_pattern(text, patterns)
  local lower = text_of.lower(text)
  if #lower ~= #text then lower = text:lower() end
  for _, pattern in ipairs(patterns) do
    local found = lower:match(pattern)
    if found then return text:sub(#text - #found + 1) end -- as it was written
  end
end

--- What a line says of authors: a list of names, and whether of the whole page.
function markers.authors(text)
  local name = by_pattern(text, owners)
  if name and #name <= 80 and not name:find("[.?!]$") then return markers.names(name, true) or { text_of.trim(name) }, true end
  name = by_pattern(text, bylines)
  local names = name and #name < 100 and markers.names(name, true)
  if names then return names, false end
end

function markers.is_author_label(lower) return labels[bare(lower)] == true end

local changed = { "^%W*updated", "^%W*last updated", "^%W*modified", "^%W*aktualisiert", "^%W*mis à jour", "^%W*actualizado", "^%W*aggiornato", "^%W*atualizado", "^%W*bijgewerkt" }
-- How long ago, how long to read.
local ages = { "%d+%s+%a+%s+ago", "%d+%s+mins?%s+read", "%d+%s+minutes?%s+read", "[Vv]or%s+%d+%s+%a+", "[Ii]l y a%s+%d+%s+%a+", "[Hh]ace%s+%d+%s+%a+", "%d+%s+[Mm]in%.?%s+Lesezeit" }

--- The date with which a first paragraph begins: "COLUMBUS, Ohio, March 4, 2024 /Newswire/ -- Acme today ..."; or nil.
function markers.lead_date(text)
  local head = text:sub(1, 120):match("^(.-)%s%-%-?%s") or text:sub(1, 120):match("^(.-)%s–%s") or text:sub(1, 120):match("^(.-)%s—%s")
  return head and capital(head) and find_date(head) or nil
end

local embargoes = { "^%W*embargo", "^%W*under embargo", "^%W*strictly embargoed", "^%W*not for publication before", "^%W*not for release before", "^%W*sperrfrist", "^%W*gesperrt bis",
  "^%W*sous embargo", "^%W*embargad", "^%W*sotto embargo", "^%W*onder embargo" }

--- Whether a line says that an article must not appear yet, and until when, where that can be read.
function markers.embargo(text)
  if #text > 160 or not matches(text_of.lower(text), embargoes) then return false end
  return true, (find_date(text))
end

--- A line that says when an article appeared, perhaps who wrote it, and no more: the date and a list of names.
function markers.dateline(text)
  if #text > 140 or text:find("[!?]") then return nil end
  local date, rest = find_date(text)
  if not date then return nil end
  local second, behind = find_date(rest) -- of a change, or of the first, where the change comes first
  if second then
    rest = behind
    if matches(text_of.lower(text), changed) then date = second end
  end
  for _, pattern in ipairs(ages) do rest = rest:gsub(pattern, " ") end
  local parts, words = {}, {}
  local function close()
    if #words > 0 then parts[#parts + 1] = table.concat(words, " ") end
    words = {}
  end
  for word in spaced(rest):gsub("[()]", " , "):gmatch("%S+") do
    local lower = text_of.lower(word):gsub("[.:]+$", "")
    if word == "," or weekdays[lower] or fillers[lower] or not word:find("[%w\x80-\xFF]") then
      close()
    elseif joints[lower] then
      words[#words + 1] = lower
    else
      words[#words + 1] = word
    end
  end
  close()
  local names = {}
  for _, part in ipairs(parts) do
    local found = markers.names(part)
    local count = select(2, part:gsub("%S+", ""))
    if found then
      table.move(found, 1, #found, #names + 1, names)
    elseif count > 3 or part:find("%d") or not capital(part) then -- not a section or a place either
      return nil
    end
  end
  if #parts > 6 then return nil end
  return date, names
end

return markers
