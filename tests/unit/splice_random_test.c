/* Splices by chance: generated articles over all forms of front matter and Markdown, each changed
 * once at random. Unchanged is 0 bytes; changed is exactly the model wanted, with the bytes outside
 * of the changed unit as they were. Then the same with a splicer that is broken on purpose: a wrong
 * result must never be accepted. GALLEY_TEST_FULL=1: 100,000 articles. */
#include "document/dialect.h"
#include "document/equal.h"
#include "document/normal_form.h"
#include "edit/edit_article.h"
#include "edit/splice_markdown.h"
#include "edit/splice_yaml.h"
#include "read/source.h"
#include "read/yaml.h"

#include "unit.h"

enum { DIALECT_EDIT = DIALECT_DEFAULT & ~DIALECT_SMART };

static struct markdown *parser;
static struct limits limits;
static uint32_t seed;

static uint32_t chance(uint32_t of) {
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(seed >> 4) * of) >> 28);
}

#define PICK(list) list[chance(sizeof(list) / sizeof *(list))]

static const char *const new_texts[] = {
    "new",   "",           "two words",  "12",          "no",  "a: b",  "it's",    "\"q\"",
    "# x",   "- x",        "*x*",        "[x](y)",      "`x`", "a\\b",  "x #y",    "{a}",
    "<b>",   "&amp;",      "1. x",       "caf\xC3\xA9", "> x", "x_y_z", "!x",      "[^1]",
    "~~x~~", "2024-01-02", "null",       "\xC2\xA0",    "a|b", ":::",   "'single", "@at",
    "%pc",   "{{< x >}}",  "http://a.b", "::x",         "---", "+ x",   "=",       "\ttab"};

/* --- generating -------------------------------------------------------------------------- */

static const char *const entries[] = {
    "title: Plain words\n",
    "title: \"Double: \\\"quoted\\\" \\u00e9\"\n",
    "title: 'It''s single'\n",
    "# a comment\n",
    "\n",
    "  # an indented comment\n",
    "date: 2024-01-02 9:00:00 -0500\n",
    "tags:\n- a\n- b # why\n# between\n- \"c d\"\n",
    "topics:\n  - one\n\n  - two\n  - three\n",
    "flow: [a, 'b c', \"d\"]\n",
    "lines: [\n  a,\n  b, # note\n  c\n]\n",
    "map: {x: 1, y: two}\n",
    "nested:\n    deep: 1\n    list:\n     - p: q\n       r: s\n     - p: t\n    more: 'x'\n",
    "folded: >\n  one two\n  three\n\n  four\n",
    "folded2: >-\n    one two\n    three\n",
    "literal: |\n  one\n   two\n\n  three\n",
    "keep: |+\n  one\n\n",
    "plain: one\n  two\n  three # end\n",
    "quoted: \"one\n  two \\\n  three\"\n",
    "single: 'one\n\n  two'\n",
    "empty:\n",
    "nothing: # only this\n",
    "number: 12 # twelve\n",
    "flag: true\n",
    "url: http://example.org/#x\n",
    "\"quoted key\": v\n",
    "nbsp: a\xC2\xA0z\n",
    "dup: 1\n",
    "dup: 2\n",
    "anchor: &x one\nalias: *x\n",
    "map2: &m {k: v}\nmerge:\n  <<: *m\n  own: 1\nuses: [*m, b]\n",
    "list2: &l\n  - 1\n  - 2\nuses2: *l\n",
    "spaces:   wide   # c  \n",
    "none: []\n",
    "#\n",
    "wide:\n    -   one\n    -   'two'   # c\n    -\n    - last\n  # end\n",
    "flow2: [ a ,b\n  , c, ]  # after\n",
    "map3: { x : 1,\n   y: 'two', # c\n   z: [1,2] }\n",
    "kept: >+\n  keep\n\n\n",
    "indicated: >2-\n   x\n  y\n",
    "indicated2: |2\n   more\n  less\n",
    "bar: |  # comment\n  text\n",
    "below:\n  on the next\n  line\n",
    "below2:\n  \"next line\"\n",
    "gap: one\n\n  two\n",
    "null1: null\nnull2: ~\n",
    "odd: 014\ntime: 12:30:45\nno: no\n",
    "key with spaces: v\nkey:colon: v\n'single key': v\n",
    "? complex\n: value\n",
    "nel: \"a\xC2\x85z\"\nzero: a\xE2\x80\x8Bz\n",
    "hash: a#b\ntab: a\tb\t# c\ntrail: x   \n",
    "lists:\n- - a\n  - b\n- - c\n",
    "deep: {list: [1, {a: b}], m: {n: o}}\n",
    "emptys: \"\"\nemptys2: ''\n",
};

static const char *const inlines[] = {
    "words here ",
    "*emph* ",
    "**strong** ",
    "[link](http://a.b \"t\") ",
    "![alt](i.png) ",
    "`code` ",
    "a\\*b ",
    "&copy; ",
    "<b>raw</b> ",
    "http://bare.org ",
    "~~gone~~ ",
    "[ref] ",
    "[x][ref] ",
    "{{< short \"x\" >}} ",
    "{{ liquid | x }} ",
    "_under_ ",
    "<http://auto.org> ",
    "old name ",
    "caf\xC3\xA9 ",
    "\xE2\x80\x8Bz ",
    "a\xC2\xA0z ",
    "**bold *both*** ",
    "**\\\nbold** ",
    "[link\n](http://a.b) ",
    "*end&#32;* ",
    "*two\nlines* ",
    "[ref][] ",
    "![ref] ",
};

static void write_inlines(struct buffer *out) {
    for (uint32_t i = 0, n = 1 + chance(5); i < n; i++) buffer_append_string(out, PICK(inlines));
    while (out->length && out->bytes[out->length - 1] == ' ') out->length--;
}

static void write_block(struct buffer *out, const char *prefix, int depth);

static void write_prefixed(struct buffer *out, const char *prefix, const char *text) {
    for (; *text; text++) {
        buffer_append_byte(out, *text);
        if (*text == '\n' && text[1]) buffer_append_string(out, prefix);
    }
}

static void write_children(struct buffer *out, const char *prefix, int depth, bool loose) {
    for (uint32_t i = 0, n = 1 + chance(2); i < n; i++) {
        if (i) {
            if (loose) buffer_append_string(out, prefix), buffer_append_byte(out, '\n');
            buffer_append_string(out, prefix);
        }
        write_block(out, prefix, depth + 1);
    }
}

/* The first line's prefix stands already; ends with a line end. */
static void write_block(struct buffer *out, const char *prefix, int depth) {
    static const char *const fixed[] = {
        "```lua\nlocal x = 1\n\nreturn x\n```\n",
        "***\n",
        "<div>\nraw *x*\n</div>\n",
        "| a | b |\n|---|:-:|\n| 1 | *2* |\n| x \\| y |  |\n",
        "~~~\ncode\n~~~\n",
        "{{< figure src=\"x.png\" >}}\n",
        "[ref]: http://ref.org \"R\"\n",
        "- [ ] to do\n- [x] done\n",
        "# Head\n",
        "## Head two ##\n",
        "### Head {#an-id}\n",
        "Setext\n======\n",
        "A[^1] note.\n",
        "term\n: definition\n",
    };
    char inner[128];
    uint32_t kind = chance(depth > 3 ? 4 : 10);
    if (kind <= 2) {
        write_inlines(out);
        if (kind == 2) {
            buffer_append_string(out, chance(4) ? "\n" : chance(2) ? "  \n" : "\\\n");
            buffer_append_string(out, prefix);
            write_inlines(out);
        }
        buffer_append_byte(out, '\n');
    } else if (kind <= 5) {
        write_prefixed(out, prefix, PICK(fixed));
    } else if (kind == 6) {
        snprintf(inner, sizeof inner, "%s> ", prefix);
        buffer_append_string(out, "> ");
        write_children(out, inner, depth, true);
    } else {
        bool ordered = kind == 7, loose = chance(2);
        snprintf(inner, sizeof inner, "%s%s", prefix, ordered ? "   " : "  ");
        for (uint32_t i = 0, n = 1 + chance(3); i < n; i++) {
            if (i) {
                if (loose) buffer_append_string(out, prefix), buffer_append_byte(out, '\n');
                buffer_append_string(out, prefix);
            }
            if (ordered)
                buffer_printf(out, "%u. ", i + 1);
            else
                buffer_append_string(out, "- ");
            write_children(out, inner, depth, loose);
        }
    }
}

static void generate(struct buffer *out) {
    out->length = 0;
    buffer_grow(out, 1);
    if (chance(20) == 0) buffer_append_string(out, "\xEF\xBB\xBF");
    if (chance(10)) {
        buffer_append_string(out, "---\n");
        for (uint32_t i = 0, n = chance(9); i < n; i++) buffer_append_string(out, PICK(entries));
        buffer_append_string(out, "---\n");
    }
    if (chance(3)) buffer_append_byte(out, '\n');
    for (uint32_t i = 0, n = chance(6); i < n; i++) {
        if (i) buffer_append_string(out, chance(5) ? "\n" : "\n\n\n");
        write_block(out, "", 0);
    }
    if (chance(6) == 0) buffer_append_string(out, "\n[^1]: The note\n    goes on.\n");
    if (chance(5) == 0 && out->length && out->bytes[out->length - 1] == '\n') out->length--;
    if (chance(6) == 0) { /* CRLF */
        struct buffer ends = {0};
        for (size_t i = 0; i < out->length; i++) {
            if (out->bytes[i] == '\n') buffer_append_byte(&ends, '\r');
            buffer_append_byte(&ends, out->bytes[i]);
        }
        buffer_free(out);
        *out = ends;
    }
}

/* --- changing ---------------------------------------------------------------------------- */

struct article {
    struct source source;
    struct values values;
    struct document document;
};

static bool read_article(struct article *article, struct text bytes) {
    struct diagnostics ignored = {0};
    *article = (struct article){0};
    bool good = source_split(TEXT("a.md"), bytes, &limits, &article->source, &ignored);
    if (good) {
        values_open(&article->values, bytes, VALUE_MAP);
        document_open(&article->document, bytes, article->source.body);
        good = yaml_read_map(TEXT("a.md"), bytes, article->source.front, &limits, &article->values,
                             &ignored) &&
               markdown_parse(parser, TEXT("a.md"), DIALECT_EDIT, &article->document, &ignored);
    }
    diagnostics_free(&ignored);
    return good;
}

static void close_article(struct article *article) {
    values_free(&article->values);
    document_free(&article->document);
}

static char deed[128]; /* was done */
/* Which bytes may differ. */
static struct span touched;

static value_id random_value(const struct values *values) {
    value_id ids[256];
    uint32_t count = 0;
    for (value_id at = value_first(values, ROOT_VALUE); at && count < 256;) {
        ids[count++] = at;
        value_id next = value_first(values, at);
        while (!next && at != ROOT_VALUE) {
            next = value_next(values, at);
            if (!next) at = values->items[at].parent;
        }
        if (at == ROOT_VALUE) break;
        at = next;
    }
    return count ? ids[chance(count)] : NO_VALUE;
}

static void exchange(struct values *values, value_id old, value_id made) {
    struct text key = value_key(values, old);
    bool keyed = values->items[values->items[old].parent].type == VALUE_MAP;
    value_insert_before(values, old, made);
    value_unlink(values, old);
    if (keyed) value_set_key(values, made, key);
}

static bool change_values(struct article *article) {
    struct values *values = &article->values;
    touched = article->source.front;
    if (!touched.length && !touched.offset) touched.offset = article->source.body;
    value_id id = random_value(values), made;
    uint32_t kind = chance(7);
    struct text text = text_of(PICK(new_texts));
    snprintf(deed, sizeof deed, "change %u of value %u with \"%s\"", kind, id, text.bytes);
    if (kind == 0 || !id) {
        if (value_get(values, ROOT_VALUE, TEXT("fresh"))) return false;
        made = values_add_string(values, text);
        value_append(values, ROOT_VALUE, made);
        value_set_key(values, made, TEXT("fresh"));
        return true;
    }
    bool anchors = false; /* what an alias stands for is written out when its anchor changes */
    for (value_id any = 1; any < values->count; any++)
        anchors |= (values->items[any].flags & VALUE_ANCHORED) != 0;
    /* All of the top entry with its comments may change, no other line. */
    value_id top = id;
    while (values->items[top].parent != ROOT_VALUE) top = values->items[top].parent;
    struct value *entry = &values->items[top];
    uint32_t start = entry->before.length ? entry->before.offset : entry->key_place.offset;
    uint32_t end = entry->place.offset + entry->place.length;
    if (entry->after.length && entry->after.offset + entry->after.length > end)
        end = entry->after.offset + entry->after.length;
    const char *bytes = article->source.bytes.bytes;
    while (start > article->source.front.offset && bytes[start - 1] != '\n') start--; /* "? " */
    while (end < article->source.body && bytes[end] != '\n') end++;
    touched = (struct span){start, end + 1 - start};
    for (value_id twin = values->items[ROOT_VALUE].first; twin; twin = values->items[twin].next)
        if (values->items[twin].flags & VALUE_DUPLICATE) touched = article->source.front;
    if (anchors) touched = article->source.front;
    bool list = values->items[values->items[id].parent].type == VALUE_LIST;
    switch (kind) {
    case 1:
        if (values->items[id].flags & VALUE_DUPLICATE) return false;
        value_unlink(values, id);
        break;
    case 2:
        if (list) return false;
        value_set_key(values, id, TEXT("renamed"));
        break;
    case 3:
        if (!list) return false;
        made = values_add_string(values, text);
        value_insert_before(values, id, made);
        break;
    case 4:
        if (values->items[id].type != VALUE_LIST) return false;
        value_append(values, id, values_add_string(values, text));
        break;
    case 5:
        made = values_add(values, VALUE_LIST);
        value_append(values, made, values_add_string(values, text));
        value_append(values, made, values_add_integer(values, 7));
        exchange(values, id, made);
        break;
    default: exchange(values, id, values_add_string(values, text));
    }
    return true;
}

static bool in_tree(const struct document *document, node_id id) {
    while (id && id != ROOT_NODE) id = document->nodes[id].parent;
    return id == ROOT_NODE;
}

static bool change_document(struct article *article) {
    struct document *document = &article->document;
    if (document->count < 3) return false;
    node_id id = 2 + chance(document->count - 2);
    if (!in_tree(document, id)) return false;
    node_id top = id;
    while (document->nodes[top].parent != ROOT_NODE) top = document->nodes[top].parent;
    node_id above = document->nodes[top].previous, below = document->nodes[top].next;
    uint32_t start = article->source.body, end = (uint32_t)article->source.bytes.length;
    if (above) start = document->nodes[above].place.offset + document->nodes[above].place.length;
    if (below) end = document->nodes[below].place.offset;
    if (start > document->nodes[top].place.offset) start = document->nodes[top].place.offset;
    while (start > article->source.body &&
           memchr(" \r\n\t", article->source.bytes.bytes[start - 1], 4))
        start--; /* some parsers count blank lines to the block above */
    touched = (struct span){start, end - start};
    struct node *node = &document->nodes[id];
    struct text text = text_of(PICK(new_texts));
    snprintf(deed, sizeof deed, "change of %s %u with \"%s\"",
             node_type_name((enum node_type)node->type), id, text.bytes);
    switch ((enum node_type)node->type) {
    case NODE_TEXT: {
        struct buffer new = {0};
        struct text old = node_text(document, id);
        size_t cut = chance((uint32_t)old.length + 1);
        while (cut < old.length && ((unsigned char)old.bytes[cut] & 0xC0) == 0x80) cut++;
        if (chance(2)) buffer_append(&new, old.bytes, cut);
        buffer_append_text(&new, text);
        if (chance(2)) buffer_append(&new, old.bytes + cut, old.length - cut);
        node_set_text(document, id, buffer_text(&new));
        buffer_free(&new);
        return true;
    }
    case NODE_LINK:
    case NODE_IMAGE:
        if (chance(3)) {
            node_set_field(document, id, chance(4) ? FIELD_URL : FIELD_TITLE, text);
            /* Perhaps in the definition, which may stand anywhere. */
            touched = (struct span){article->source.body,
                                    (uint32_t)article->source.bytes.length - article->source.body};
            return true;
        }
        break;
    case NODE_CODE: node_set_text(document, id, TEXT("a ` b")); return true;
    case NODE_HEADING: node->detail = 1 + chance(6); return true;
    case NODE_TABLE_ROW:
    case NODE_TABLE_CELL:
    case NODE_TASK:
    case NODE_SOFTBREAK:
    case NODE_LINEBREAK:
    case NODE_FOOTNOTE_DEFINITION:
    case NODE_DEFINITION:
    case NODE_DEFINITION_TERM: return false;
    default: break;
    }
    if (!node_type_is_block((enum node_type)node->type)) {
        node_unlink(document, id);
        return true;
    }
    node_id parent = node->parent;
    if (node->type == NODE_ITEM || chance(2)) {
        if (document->nodes[parent].first == document->nodes[parent].last) return false;
        node_unlink(document, id);
        return true;
    }
    node_id paragraph = document_add(document, NODE_PARAGRAPH);
    node_id inner = document_add(document, NODE_TEXT);
    node_append(document, paragraph, inner);
    node_set_text(document, inner, TEXT("A new paragraph."));
    node_insert_after(document, id, paragraph);
    return true;
}

/* --- checking ---------------------------------------------------------------------------- */

static struct {
    uint32_t articles, values, documents, refused_values, refused_documents, shown;
} tally;

typedef enum edit_result (*edit_function)(struct markdown *, const struct edit_wish *,
                                          struct buffer *, struct diagnostics *);

static void show(const char *trouble, struct text before, struct text after) {
    if (unit_failed > 3) return;
    printf("# %s, article %u, %s:\n%.*s\n# ---- became\n%.*s\n# ----\n", trouble, tally.articles,
           deed, (int)before.length, before.bytes, (int)after.length, after.bytes);
}

static bool outside_is_same(struct text before, struct text after) {
    size_t head = touched.offset, tail = before.length - head - touched.length;
    if (before.length < head + touched.length) tail = 0;
    if (!before.length) return true;
    return after.length >= head + tail && !memcmp(before.bytes, after.bytes, head) &&
           !memcmp(before.bytes + before.length - tail, after.bytes + after.length - tail, tail);
}

/* The model is the one wanted; tightness apart, which follows the lines. */
static bool is_wanted(struct article *wanted, const struct article *old, struct text bytes) {
    struct article got;
    struct document normal;
    bool good = read_article(&got, bytes);
    good = good && values_equal(&got.values, ROOT_VALUE, &wanted->values, ROOT_VALUE);
    document_normalise(&normal, &wanted->document, &old->document, DIALECT_EDIT);
    for (node_id id = 1; good && id < got.document.count; id++)
        got.document.nodes[id].flags &= (uint16_t)~NODE_TIGHT;
    for (node_id id = 1; id < normal.count; id++) normal.nodes[id].flags &= (uint16_t)~NODE_TIGHT;
    good = good && !document_difference(&normal, ROOT_NODE, &got.document, ROOT_NODE);
    document_free(&normal);
    close_article(&got);
    return good;
}

static void one_article(struct text bytes, edit_function edit, bool sound) {
    struct article article, old;
    struct buffer out = {0};
    struct diagnostics diagnostics = {0};
    if (!read_article(&article, bytes)) {
        close_article(&article);
        return;
    }
    read_article(&old, bytes);
    tally.articles++;
    struct edit_wish wish = {.path = TEXT("a.md"),
                             .source = bytes,
                             .values = &article.values,
                             .document = &article.document,
                             .dialect = DIALECT_EDIT,
                             .limits = &limits};
    if (edit(parser, &wish, &out, &diagnostics) != EDIT_UNCHANGED) {
        CHECK(!"an unchanged article is unchanged");
        show("not a no-op", bytes, buffer_text(&out));
    }
    bool values = chance(2);
    if (values ? change_values(&article) : change_document(&article)) {
        enum edit_result result = edit(parser, &wish, &out, &diagnostics);
        *(values ? &tally.values : &tally.documents) += 1;
        if (result == EDIT_IMPOSSIBLE) {
            *(values ? &tally.refused_values : &tally.refused_documents) += 1;
            if (getenv("GALLEY_TEST_VERBOSE"))
                printf("# %s: %.*s\n", deed, (int)diagnostics.items[0].message.length,
                       diagnostics.items[0].message.bytes);
            if (sound && (values || getenv("GALLEY_TEST_VERBOSE")) && tally.shown++ < 400)
                show("refused", bytes, TEXT(""));
        } else {
            struct text after = result == EDIT_CHANGED ? buffer_text(&out) : bytes;
            if (!is_wanted(&article, &old, after)) {
                CHECK(!"the model is the one wanted");
                show("another model", bytes, after);
            }
            if (sound && !outside_is_same(bytes, after)) {
                CHECK(!"bytes outside stay");
                show("outside", bytes, after);
            }
        }
    }
    buffer_free(&out);
    diagnostics_free(&diagnostics);
    close_article(&article);
    close_article(&old);
}

static void many_articles(edit_function edit, uint32_t count, bool sound) {
    struct buffer bytes = {0};
    memset(&tally, 0, sizeof tally);
    for (uint32_t i = 0; i < count && unit_failed < 10; i++) {
        seed = i * 2654435761u + 1;
        generate(&bytes);
        one_article(buffer_text(&bytes), edit, sound);
    }
    printf("# %u articles; values: %u changed, %u refused; documents: %u changed, %u refused\n",
           tally.articles, tally.values, tally.refused_values, tally.documents,
           tally.refused_documents);
    buffer_free(&bytes);
}

static void exactly_what_was_asked_for(void) {
    many_articles(edit_article, getenv("GALLEY_TEST_FULL") ? 100000 : 10000, true);
    CHECK(tally.articles > 8000 && tally.refused_values * 100 < tally.values);
    CHECK(tally.refused_documents * 50 < tally.documents);
}

/* --- a broken splicer -------------------------------------------------------------------- */

static uint32_t breakage;

static void break_splices(struct splices *splices, struct text source) {
    if (!splices->count) return;
    struct splice *splice = &splices->items[breakage / 7 % splices->count];
    switch (breakage % 7) {
    case 0: splice->bytes.length /= 2; break;
    case 1: splice->offset += splice->offset + splice->length < source.length; break;
    case 2: splice->length += splice->offset + splice->length < source.length; break;
    case 3: splices->count--; break;
    case 4: splices_add(splices, splice->offset, 0, TEXT("x")); break;
    case 5: splices_add(splices, splice->offset, 0, TEXT("\n")); break;
    default: splice->length = 0;
    }
}

static void broken_yaml(struct yaml_wish *wish, struct splices *splices) {
    splice_yaml(wish, splices);
    break_splices(splices, wish->source);
}

static bool broken_markdown(struct markdown_plan *plan, struct splices *splices) {
    bool good = splice_markdown(plan, splices);
    break_splices(splices, plan->from->strings.source);
    return good;
}

/* The editor itself, once more, on top of these. */
#define edit_article    broken_edit_article
#define splice_yaml     broken_yaml
#define splice_markdown broken_markdown
#include "../../core/edit/edit_article.c"
#undef edit_article
#undef splice_yaml
#undef splice_markdown

static void nothing_wrong_is_accepted(void) {
    uint32_t refused = 0, changes = 0;
    for (breakage = 0; breakage < 21; breakage++) {
        struct buffer bytes = {0};
        memset(&tally, 0, sizeof tally);
        for (uint32_t i = 0; i < 300; i++) {
            seed = i * 2654435761u + 77 + breakage;
            generate(&bytes);
            one_article(buffer_text(&bytes), broken_edit_article, false);
        }
        refused += tally.refused_values + tally.refused_documents;
        changes += tally.values + tally.documents;
        buffer_free(&bytes);
    }
    printf("# %u changes by a broken splicer, %u refused\n", changes, refused);
    CHECK(refused * 2 > changes);
}

int main(void) {
    limits = limits_default();
    parser = markdown_open(&limits);
    RUN(exactly_what_was_asked_for);
    RUN(nothing_wrong_is_accepted);
    markdown_close(parser);
    return unit_end();
}
