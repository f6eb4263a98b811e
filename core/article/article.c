#include "article/article.h"

#include "article/heading.h"
#include "article/permalink.h"
#include "article/slug.h"

const char *status_name(enum status status) {
    static const char *const names[] = {"published", "draft", "embargoed", "expired"};
    return names[status];
}

/* The first that is there and says something. */
static value_id first_of(const struct values *meta, const char *const *keys) {
    for (; *keys; keys++) {
        value_id id = value_get(meta, ROOT_VALUE, text_of(*keys));
        enum value_type type = meta->items[id].type;
        bool blank = type == VALUE_STRING && !text_trim(value_text(meta, id)).length;
        if (id && type != VALUE_NULL && !blank) return id;
    }
    return NO_VALUE;
}

static struct span text_fact(const struct values *meta, const char *const *keys) {
    value_id id = first_of(meta, keys);
    struct text text = value_text(meta, id), trimmed = text_trim(text);
    if (!id || !trimmed.length) return (struct span){0, 0};
    struct span span = meta->items[id].text; /* a block scalar's ends with a line end */
    span.offset += (uint32_t)(trimmed.bytes - text.bytes);
    span.length = (uint32_t)trimmed.length;
    return span;
}

static struct place place_of(const struct article *article, value_id id) {
    return text_place(article->source.bytes, article->meta.items[id].place.offset);
}

/* `so`: what follows from a date that cannot be read. */
static struct date date_fact(struct article *article, const char *const *keys, const char *so,
                             struct diagnostics *diagnostics) {
    struct date date = {0};
    value_id id = first_of(&article->meta, keys);
    struct text text = value_text(&article->meta, id);
    if (id && !date_parse(text, &date)) {
        enum value_type type = article->meta.items[id].type;
        struct text key = value_key(&article->meta, id);
        const char *what = type == VALUE_LIST ? "a list" : type == VALUE_MAP ? "a map" : NULL;
        struct buffer shown = {0};
        if (what)
            buffer_append_string(&shown, what);
        else
            buffer_printf(&shown, "'%.*s'", (int)(text.length > 60 ? 60 : text.length), text.bytes);
        diagnostics_add(
            diagnostics, SEVERITY_WARNING, article->path, place_of(article, id),
            "%.*s: %s is not a date%s; write it as 2024-03-19 or 2024-03-19T10:14:00+01:00",
            (int)key.length, key.bytes, buffer_string(&shown), so);
        buffer_free(&shown);
    }
    return date;
}

/* Whatever the case of its ASCII letters. */
static bool is_one_of(struct text text, const char *const *words) {
    char lower[16];
    if (text.length >= sizeof lower) return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    for (; *words; words++)
        if (text_is((struct text){lower, text.length}, *words)) return true;
    return false;
}

/* A boolean, or a word that readers of YAML 1.1 take for one: "draft: yes" must not be public. */
static bool is_true(const struct values *meta, const char *key, bool wanted) {
    static const char *const yes[] = {"true", "yes", "on", "y", "1", NULL};
    static const char *const no[] = {"false", "no", "off", "n", "0", NULL};
    value_id id = value_get(meta, ROOT_VALUE, text_of(key));
    return id && is_one_of(value_text(meta, id), wanted ? yes : no);
}

static bool is_index(struct text name) {
    return text_is(name, "index") || text_is(name, "_index");
}

/* The file's name without folder, ending and a leading date; "index" names the folder instead. */
static struct text name_of_path(struct text path, struct date *date) {
    size_t dot = path.length;
    while (dot > 0 && path.bytes[dot - 1] != '.' && path.bytes[dot - 1] != '/') dot--;
    struct text stem = {path.bytes, dot > 0 && path.bytes[dot - 1] == '.' ? dot - 1 : path.length};
    for (int round = 0; round < 2; round++) {
        size_t start = stem.length;
        while (start > 0 && stem.bytes[start - 1] != '/') start--;
        struct text name = {stem.bytes + start, stem.length - start};
        if (is_index(name) && start > 0 && round == 0) {
            stem.length = start - 1;
            continue;
        }
        size_t date_length = 0; /* "2024-3-9-" */
        for (int dashes = 0; date_length < name.length && dashes < 3; date_length++) {
            char c = name.bytes[date_length];
            if (c == '-')
                dashes++;
            else if (c < '0' || c > '9')
                break;
        }
        if (date_length > 8 && date_length < name.length && name.bytes[date_length - 1] == '-' &&
            date_parse((struct text){name.bytes, date_length - 1}, date))
            return (struct text){name.bytes + date_length, name.length - date_length};
        return name;
    }
    return stem;
}

static struct span title_fact(struct article *article, struct text name,
                              struct markdown *markdown) {
    static const char *const keys[] = {"title", "headline", NULL};
    struct values *meta = &article->meta;
    struct span title = text_fact(meta, keys);
    if (title.length) return title;
    struct text body = {article->source.bytes.bytes + article->source.body,
                        article->source.bytes.length - article->source.body};
    struct text heading = heading_of_body(body);
    struct buffer words = {0};
    if (heading.length) heading_plain(heading, markdown, &words);
    bool titled = words.length > 0;
    for (size_t i = 0; i < name.length && !titled; i++) {
        char c = name.bytes[i] == '-' || name.bytes[i] == '_' ? ' ' : name.bytes[i];
        buffer_append_byte(&words, i == 0 && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
    }
    title = strings_add(&meta->strings, buffer_text(&words));
    buffer_free(&words);
    return title;
}

static struct span slug_of(struct values *meta, struct text name) {
    struct buffer slug = {0};
    slug_write(name, 200, &slug);
    if (!slug.length) /* nothing but symbols: a name that stays the same */
        buffer_printf(&slug, "x%08x", (unsigned)(text_hash(name) & 0xFFFFFFFFu));
    struct span span = strings_add(&meta->strings, buffer_text(&slug));
    buffer_free(&slug);
    return span;
}

/* A name, or a map with one. */
static void add_term(struct article *article, unsigned taxonomy, struct text key, value_id given,
                     struct diagnostics *diagnostics) {
    struct values *meta = &article->meta;
    value_id id = given;
    if (meta->items[id].type == VALUE_MAP) {
        id = value_get(meta, given, TEXT("name"));
        if (!id) id = value_get(meta, given, TEXT("slug"));
    }
    if (!id || meta->items[id].type >= VALUE_LIST) {
        diagnostics_add(
            diagnostics, SEVERITY_WARNING, article->path, place_of(article, given),
            "%.*s: a name is expected here, but this is a %s; write the name, or a list "
            "of names",
            (int)key.length, key.bytes,
            meta->items[given].type == VALUE_MAP ? "map without a name" : "list");
        return;
    }
    struct text name = text_trim(value_text(meta, id));
    if (!name.length) return;
    struct term_reference term = {.taxonomy = taxonomy,
                                  .name = strings_refer(&meta->strings, name)};
    term.slug = slug_of(meta, strings_text(&meta->strings, term.name));
    struct text slug = strings_text(&meta->strings, term.slug);
    for (uint32_t i = 0; i < article->term_count; i++) /* named twice counts once */
        if (article->terms[i].taxonomy == taxonomy &&
            text_equal(strings_text(&meta->strings, article->terms[i].slug), slug))
            return;
    memory_reserve(&article->terms, &article->term_capacity, article->term_count + 1);
    article->terms[article->term_count++] = term;
}

static void resolve_terms(struct article *article, const struct conventions *conventions,
                          struct diagnostics *diagnostics) {
    struct values *meta = &article->meta;
    article->term_count = 0;
    for (unsigned t = 0; t < conventions->taxonomy_count; t++) {
        const struct taxonomy *taxonomy = &conventions->taxonomies[t];
        for (unsigned k = 0; k < taxonomy->key_count; k++) {
            value_id id = value_get(meta, ROOT_VALUE, taxonomy->keys[k]);
            if (!id || meta->items[id].type == VALUE_NULL) continue;
            if (meta->items[id].type != VALUE_LIST) {
                add_term(article, t, taxonomy->keys[k], id, diagnostics);
            } else {
                for (value_id item = value_first(meta, id); item; item = value_next(meta, item))
                    add_term(article, t, taxonomy->keys[k], item, diagnostics);
            }
            break;
        }
    }
}

static void resolve_status(struct article *article, const struct conventions *conventions,
                           struct diagnostics *diagnostics) {
    static const char *const embargo[] = {"embargo", "embargo_until", "publish_date", "publishDate",
                                          NULL};
    static const char *const expiry[] = {"expires", "expiry", "expiry_date", "expiryDate", NULL};
    static const char *const status_keys[] = {"status", NULL};
    /* The words of other systems too: "future" and "scheduled" leave it to the date. */
    static const char *const drafts[] = {"draft", "pending", "private", "unpublished", NULL};
    static const char *const expired[] = {"expired", NULL}, *const embargoed[] = {"embargoed",
                                                                                  NULL};
    static const char *const published[] = {"published", "publish", "future", "scheduled", NULL};
    struct facts *facts = &article->facts;
    const struct values *meta = &article->meta;
    facts->embargo = date_fact(article, embargo, ", so the article is kept back", diagnostics);
    facts->expires = date_fact(article, expiry, "", diagnostics);
    facts->status = STATUS_PUBLISHED;
    const struct date *starts = facts->embargo.year ? &facts->embargo : &facts->date;
    if (facts->expires.year && date_instant(&facts->expires) <= conventions->now)
        facts->status = STATUS_EXPIRED;
    if (starts->year && date_instant(starts) > conventions->now) facts->status = STATUS_EMBARGOED;
    /* One that nobody can read may be any day: what must not be public yet is not. */
    if (!facts->embargo.year && first_of(meta, embargo)) facts->status = STATUS_EMBARGOED;
    value_id id = first_of(meta, status_keys);
    struct text status = value_text(meta, id);
    if (is_one_of(status, drafts))
        facts->status = STATUS_DRAFT;
    else if (is_one_of(status, expired))
        facts->status = STATUS_EXPIRED;
    else if (is_one_of(status, embargoed) && !facts->embargo.year)
        facts->status = STATUS_EMBARGOED;
    else if (id && !is_one_of(status, embargoed) && !is_one_of(status, published))
        diagnostics_add(diagnostics, SEVERITY_WARNING, article->path, place_of(article, id),
                        "status '%.*s' is not known and counts as published; use published, draft, "
                        "embargoed or expired",
                        (int)(status.length > 40 ? 40 : status.length), status.bytes);
    if (is_true(meta, "draft", true) || is_true(meta, "published", false))
        facts->status = STATUS_DRAFT;
}

static const char *const summaries[] = {"summary", "lead", "description", "excerpt", NULL};

void article_refresh(struct article *article, struct markdown *markdown) {
    struct date named;
    article->facts.title = title_fact(article, name_of_path(article->path, &named), markdown);
    article->facts.summary = text_fact(&article->meta, summaries);
}

uint32_t facts_words(const struct facts *facts, const struct strings *strings, uint32_t *words) {
    uint32_t count = words_add(strings_text(strings, facts->title), words, 0);
    return words_add(strings_text(strings, facts->summary), words, count);
}

/* "/docs/intro" for a slug: the whole address, as Docusaurus and Gatsby have it. */
static bool is_address(struct text slug) {
    return slug.length && slug.bytes[0] == '/';
}

/* An address as it was written: one without a stroke before it is the site's all the same, one that
 * stands for a slug has one behind it too. `out` is then what it shall be. */
static struct text address_of(struct text given, bool is_slug, struct buffer *out) {
    size_t end = given.length, dot = given.length;
    while (end > 0 && given.bytes[end - 1] != '/') end--;
    while (dot > end && given.bytes[dot - 1] != '.') dot--;
    if (!is_address(given) && !memchr(given.bytes, ':', given.length)) buffer_append_byte(out, '/');
    buffer_append_text(out, given);
    if (is_slug && end < given.length && dot == end) buffer_append_byte(out, '/');
    return buffer_text(out);
}

/* By a pattern, the site's or, with `given`, the article's own. False: it wants what the article
 * does not have. */
static bool write_url(struct article *article, struct text pattern, value_id given,
                      struct text name, bool named, struct diagnostics *diagnostics) {
    struct values *meta = &article->meta;
    struct facts *facts = &article->facts;
    struct buffer url = {0};
    struct permalink link = {.slug = strings_text(&meta->strings, facts->slug),
                             .title = strings_text(&meta->strings, facts->title),
                             .name = name,
                             .path = {article->path.bytes, /* of about/index.md: about */
                                      (size_t)(name.bytes + name.length - article->path.bytes)},
                             .lang = strings_text(&meta->strings, facts->lang),
                             .date = facts->date.year ? &facts->date : NULL};
    struct text unknown = permalink_write(pattern, &link, &url);
    /* The content folder's own index.md is the site's front page. */
    if (!named && name.bytes == article->path.bytes && is_index(name) &&
        text_ends(buffer_text(&url), TEXT("/index/")))
        url.length -= strlen("index/");
    facts->url = strings_add(&meta->strings, buffer_text(&url));
    buffer_free(&url);
    if (unknown.length)
        diagnostics_add(diagnostics, SEVERITY_ERROR, article->path,
                        given ? place_of(article, given) : (struct place){0, 0},
                        "the permalink wants :%.*s, which this article does not have; give it a "
                        "date or a url of its own",
                        (int)unknown.length, unknown.bytes);
    return !unknown.length;
}

/* pt_BR is what programs write, pt-BR what HTML and feeds want. */
static struct span lang_fact(struct values *meta, const struct conventions *conventions) {
    static const char *const languages[] = {"lang", "language", NULL};
    struct span lang = text_fact(meta, languages);
    if (!lang.length) return strings_add(&meta->strings, conventions->language);
    struct text given = strings_text(&meta->strings, lang);
    if (!memchr(given.bytes, '_', given.length)) return lang;
    lang = strings_add(&meta->strings, given);
    char *bytes = meta->strings.pool + (lang.offset - meta->strings.source.length);
    for (size_t i = 0; i < lang.length; i++)
        if (bytes[i] == '_') bytes[i] = '-';
    return lang;
}

bool article_resolve(struct article *article, const struct conventions *conventions,
                     struct markdown *markdown, struct diagnostics *diagnostics) {
    static const char *const dates[] = {"date", "published_at", "pubdate", NULL};
    static const char *const updates[] = {"updated", "lastmod", "last_modified_at", "modified",
                                          NULL};
    static const char *const slugs[] = {"slug", NULL};
    static const char *const urls[] = {"url", "permalink", NULL};
    struct values *meta = &article->meta;
    struct facts *facts = &article->facts;
    *facts = (struct facts){0};
    struct date named = {0};
    struct text name = name_of_path(article->path, &named);

    facts->title = title_fact(article, name, markdown);
    facts->summary = text_fact(meta, summaries);
    facts->lang = lang_fact(meta, conventions);
    facts->date = date_fact(article, dates, "", diagnostics);
    if (!facts->date.year) facts->date = named;
    facts->updated = date_fact(article, updates, "", diagnostics);
    resolve_status(article, conventions, diagnostics);
    resolve_terms(article, conventions, diagnostics);
    article->words = article->own_words;
    article->word_count =
        conventions->no_words ? 0 : facts_words(facts, &meta->strings, article->own_words);

    value_id given = first_of(meta, slugs), fixed = first_of(meta, urls);
    facts->slug = text_fact(meta, slugs);
    facts->url = text_fact(meta, urls);
    struct text slug = strings_text(&meta->strings, facts->slug);
    bool address = is_address(slug);
    if (address || facts->url.length) {
        struct buffer url = {0};
        bool is_slug = !facts->url.length;
        struct text own = strings_text(&meta->strings, is_slug ? facts->slug : facts->url);
        if (is_slug) fixed = given;
        if (meta->items[fixed].type == VALUE_STRING) own = address_of(own, is_slug, &url);
        facts->url = strings_add(&meta->strings, own);
        buffer_free(&url);
    }
    if (!slug.length || address) facts->slug = slug_of(meta, name);
    slug = strings_text(&meta->strings, facts->slug);
    const char *problem =
        memchr(slug.bytes, '/', slug.length) ? "has a '/'" : site_path_problem(slug);
    if (problem) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, article->path,
                        given ? place_of(article, given) : (struct place){0, 0},
                        "the slug '%.*s' %s; use letters, digits and hyphens",
                        (int)(slug.length > 80 ? 80 : slug.length), slug.bytes, problem);
        return false;
    }
    struct text pattern = strings_text(&meta->strings, facts->url);
    bool own = memmem(pattern.bytes, pattern.length, "/:", 2) != NULL;
    if (!pattern.length) pattern = named.year ? conventions->dated : conventions->permalink;
    if ((own || !facts->url.length) &&
        !write_url(article, pattern, own ? fixed : NO_VALUE, name, given, diagnostics))
        return false;
    struct text url = strings_text(&meta->strings, facts->url);
    problem =
        !url.length || url.bytes[0] != '/' ? "does not begin with '/'" : site_path_problem(url);
    if (problem)
        diagnostics_add(diagnostics, SEVERITY_ERROR, article->path,
                        fixed ? place_of(article, fixed) : (struct place){0, 0},
                        "the url '%.*s' %s; give the article a url such as /news/a-name/",
                        (int)(url.length > 80 ? 80 : url.length), url.bytes, problem);
    return !problem;
}

void article_own_meta(struct article *article) {
    struct values *meta = &article->meta;
    if (meta->capacity) return;
    struct value *items = memory_allocate((size_t)meta->count * 2 * sizeof *items);
    memcpy(items, meta->items, (size_t)meta->count * sizeof *items);
    meta->items = items;
    meta->capacity = meta->count * 2;
}

void article_reuse(struct article *article) {
    if (article->frozen) article_free(article);
    article->term_count = 0;
    article->meta_changes = 0;
    article->frozen = article->parsed = false;
}

void article_free(struct article *article) {
    if (article->meta.capacity || article->meta.strings.pool_capacity) values_free(&article->meta);
    if (article->document.capacity || article->document.strings.pool_capacity)
        document_free(&article->document);
    if (article->term_capacity) memory_free(article->terms);
    *article = (struct article){0};
}
