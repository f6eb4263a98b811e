/* Splices: each kind of change gives exactly the bytes meant, and no others. */
#include "document/dialect.h"
#include "edit/diff.h"
#include "edit/edit_article.h"
#include "read/source.h"
#include "read/yaml.h"

#include "unit.h"

#include <dirent.h>
#include <sys/stat.h>

static struct markdown *markdown;
static struct limits limits;
/* As edits read articles: straight quotes stay straight. */
enum { DIALECT_EDIT = DIALECT_DEFAULT & ~DIALECT_SMART };

/* One article under change. */
struct article {
    struct source source;
    struct values values;
    struct document document;
    struct diagnostics diagnostics;
    struct buffer out;
};

static bool open_article(struct article *article, struct text bytes) {
    struct text path = TEXT("a.md");
    *article = (struct article){0};
    if (!source_split(path, bytes, &limits, &article->source, &article->diagnostics)) return false;
    values_open(&article->values, bytes, VALUE_MAP);
    document_open(&article->document, bytes, article->source.body);
    return yaml_read_map(path, bytes, article->source.front, &limits, &article->values,
                         &article->diagnostics) &&
           markdown_parse(markdown, path, DIALECT_EDIT, &article->document, &article->diagnostics);
}

static enum edit_result finish(struct article *article) {
    struct edit_wish wish = {.path = TEXT("a.md"),
                             .source = article->source.bytes,
                             .values = &article->values,
                             .document = &article->document,
                             .dialect = DIALECT_EDIT,
                             .limits = &limits};
    article->out.length = 0;
    diagnostics_clear(&article->diagnostics);
    return edit_article(markdown, &wish, &article->out, &article->diagnostics);
}

static void close_article(struct article *article) {
    values_free(&article->values);
    document_free(&article->document);
    diagnostics_free(&article->diagnostics);
    buffer_free(&article->out);
}

/* --- a small language of changes --------------------------------------------------------- */

static char *next_word(char **rest) {
    while (**rest == ' ') ++*rest;
    char *word = *rest, quote = *word == '"' ? '"' : ' ';
    if (quote == '"') word++;
    char *end = strchr(word, quote);
    *rest = end ? end + 1 : word + strlen(word);
    if (end) *end = 0;
    return word;
}

static value_id make_value(struct values *values, char *text) {
    if (*text == '[') { /* a,b */
        value_id list = values_add(values, VALUE_LIST);
        char *item = text + 1;
        while (*item && *item != ']') {
            size_t length = strcspn(item, ",]");
            char end = item[length];
            item[length] = 0;
            value_append(values, list, make_value(values, item));
            item += length + (end == ',');
            if (end == ']') break;
        }
        return list;
    }
    if (*text == '{') { /* a=1,b=2 */
        value_id map = values_add(values, VALUE_MAP);
        char *item = text + 1;
        while (*item && *item != '}') {
            size_t length = strcspn(item, ",}");
            char end = item[length], *value;
            item[length] = 0;
            value = strchr(item, '=');
            *value++ = 0;
            value_id id = make_value(values, value);
            value_append(values, map, id);
            value_set_key(values, id, text_of(item));
            item += strlen(item) + 1 + strlen(value) + (end == ',');
            if (end == '}') break;
        }
        return map;
    }
    if (*text == '#') return values_add_integer(values, atol(text + 1));
    return values_add_string(values, text_of(text));
}

/* By a path of keys: find(values, "markdown.tables"). */
static value_id find(const struct values *values, const char *path) {
    value_id id = ROOT_VALUE;
    for (const char *end; id; path = end + 1) {
        end = strchr(path, '.');
        if (!end) return value_get(values, id, text_of(path));
        id = value_get(values, id, (struct text){path, (size_t)(end - path)});
    }
    return NO_VALUE;
}

/* Puts `made` where `old` stands. */
static void exchange(struct values *values, value_id old, value_id made) {
    struct text key = value_key(values, old);
    char copy[256];
    size_t length = key.length < 255 ? key.length : 255;
    memcpy(copy, key.bytes ? key.bytes : "", length);
    bool keyed = values->items[values->items[old].parent].type == VALUE_MAP;
    value_insert_before(values, old, made);
    value_unlink(values, old);
    if (keyed) value_set_key(values, made, (struct text){copy, length});
}

static node_id nth(const struct document *document, enum node_type type, int number) {
    for (node_id id = 1; id < document->count; id++)
        if (document->nodes[id].type == type && number-- == 1) return id;
    return NO_NODE;
}

static void replace_text(struct document *document, const char *what, const char *with) {
    struct buffer out = {0};
    for (node_id id = 1; id < document->count; id++) {
        enum node_type type = (enum node_type)document->nodes[id].type;
        if (type != NODE_TEXT && type != NODE_CODE && type != NODE_CODE_BLOCK) continue;
        struct text text = node_text(document, id);
        const char *at = memmem(text.bytes, text.length, what, strlen(what));
        if (!at) continue;
        out.length = 0;
        buffer_append(&out, text.bytes, (size_t)(at - text.bytes));
        buffer_append_string(&out, with);
        at += strlen(what);
        buffer_append(&out, at, (size_t)(text.bytes + text.length - at));
        node_set_text(document, id, buffer_text(&out));
    }
    buffer_free(&out);
}

static node_id make_paragraph(struct document *document, const char *text) {
    node_id paragraph = document_add(document, NODE_PARAGRAPH);
    node_id words = document_add(document, NODE_TEXT);
    node_append(document, paragraph, words);
    node_set_text(document, words, text_of(text));
    return paragraph;
}

static void change(struct article *article, const char *command) {
    char copy[1024], *rest = copy;
    snprintf(copy, sizeof copy, "%s", command);
    char *verb = next_word(&rest);
    struct values *values = &article->values;
    struct document *document = &article->document;
    if (!strcmp(verb, "set")) {
        char *path = next_word(&rest);
        value_id old = find(values, path), made = make_value(values, next_word(&rest));
        if (old) {
            exchange(values, old, made);
        } else {
            char *key = strrchr(path, '.');
            value_id parent = ROOT_VALUE;
            if (key) *key++ = 0, parent = find(values, path);
            value_append(values, parent, made);
            value_set_key(values, made, text_of(key ? key : path));
        }
    } else if (!strcmp(verb, "del")) {
        value_unlink(values, find(values, next_word(&rest)));
    } else if (!strcmp(verb, "rename")) {
        value_id id = find(values, next_word(&rest));
        value_set_key(values, id, text_of(next_word(&rest)));
    } else if (!strcmp(verb, "before")) { /* before OLD KEY VALUE */
        value_id old = find(values, next_word(&rest));
        char *key = next_word(&rest);
        value_id made = make_value(values, next_word(&rest));
        value_insert_before(values, old, made);
        value_set_key(values, made, text_of(key));
    } else if (!strcmp(verb, "move")) { /* move KEY before OTHER */
        value_id id = find(values, next_word(&rest));
        next_word(&rest);
        value_id other = find(values, next_word(&rest));
        char key[128];
        struct text text = value_key(values, id);
        memcpy(key, text.bytes, text.length);
        size_t length = text.length;
        value_unlink(values, id);
        value_insert_before(values, other, id);
        value_set_key(values, id, (struct text){key, length});
    } else if (!strcmp(verb, "retag")) { /* retag PATH OLD NEW: one item; - removes */
        value_id list = find(values, next_word(&rest));
        char *old = next_word(&rest), *new = next_word(&rest);
        for (value_id id = value_first(values, list); id; id = value_next(values, id)) {
            if (!text_is(value_text(values, id), old)) continue;
            if (strcmp(new, "-"))
                exchange(values, id, values_add_string(values, text_of(new)));
            else
                value_unlink(values, id);
            break;
        }
    } else if (!strcmp(verb, "push")) {
        value_id list = find(values, next_word(&rest));
        value_append(values, list, make_value(values, next_word(&rest)));
    } else if (!strcmp(verb, "unshift")) {
        value_id list = find(values, next_word(&rest));
        value_insert_before(values, value_first(values, list),
                            make_value(values, next_word(&rest)));
    } else if (!strcmp(verb, "text")) {
        char *what = next_word(&rest);
        replace_text(document, what, next_word(&rest));
    } else if (!strcmp(verb, "url")) {
        node_id link = nth(document, NODE_LINK, 1);
        if (!link) link = nth(document, NODE_IMAGE, 1);
        node_set_field(document, link, FIELD_URL, text_of(next_word(&rest)));
    } else if (!strcmp(verb, "title")) {
        node_set_field(document, nth(document, NODE_LINK, 1), FIELD_TITLE,
                       text_of(next_word(&rest)));
    } else if (!strcmp(verb, "level")) {
        document->nodes[nth(document, NODE_HEADING, 1)].detail = (uint32_t)atoi(next_word(&rest));
    } else if (!strcmp(verb, "remove")) { /* remove TYPE NUMBER */
        enum node_type type = node_type_of(text_of(next_word(&rest)));
        node_unlink(document, nth(document, type, atoi(next_word(&rest))));
    } else if (!strcmp(verb, "unwrap")) {
        enum node_type type = node_type_of(text_of(next_word(&rest)));
        node_id id = nth(document, type, 1), child;
        while ((child = document->nodes[id].first)) {
            node_unlink(document, child);
            node_insert_before(document, id, child);
        }
        node_unlink(document, id);
    } else if (!strcmp(verb, "wrap")) { /* the first text becomes strong */
        node_id text = nth(document, NODE_TEXT, 1), strong = document_add(document, NODE_STRONG);
        node_insert_before(document, text, strong);
        node_unlink(document, text);
        node_append(document, strong, text);
    } else if (!strcmp(verb, "after")) { /* after TYPE NUMBER "paragraph" */
        enum node_type type = node_type_of(text_of(next_word(&rest)));
        node_id id = nth(document, type, atoi(next_word(&rest)));
        node_insert_after(document, id, make_paragraph(document, next_word(&rest)));
    } else if (!strcmp(verb, "ahead")) {
        enum node_type type = node_type_of(text_of(next_word(&rest)));
        node_id id = nth(document, type, atoi(next_word(&rest)));
        node_insert_before(document, id, make_paragraph(document, next_word(&rest)));
    } else if (!strcmp(verb, "swap")) { /* swap TYPE: the second before the first */
        enum node_type type = node_type_of(text_of(next_word(&rest)));
        node_id first = nth(document, type, 1), second = nth(document, type, 2);
        node_unlink(document, second);
        node_insert_before(document, first, second);
    } else {
        CHECK(!"a known verb");
    }
}

/* `wanted` NULL: refused. */
static void expect_change(const char *file, int line, const char *before, const char *command,
                          const char *wanted) {
    struct article article;
    char copy[1024], *one = copy;
    if (!open_article(&article, text_of(before))) {
        unit_failed++;
        printf("# %s:%d: the article cannot be read\n", file, line);
        close_article(&article);
        return;
    }
    snprintf(copy, sizeof copy, "%s", command);
    for (char *end; one; one = end ? end + 1 : NULL) {
        end = strchr(one, ';');
        if (end) *end = 0;
        change(&article, one);
    }
    enum edit_result result = finish(&article);
    struct text got = result == EDIT_CHANGED ? buffer_text(&article.out) : article.source.bytes;
    if (!wanted && result != EDIT_IMPOSSIBLE) {
        unit_failed++;
        printf("# %s:%d: should be refused\n", file, line);
    } else if (wanted) {
        if (result == EDIT_IMPOSSIBLE) {
            printf("# %s:%d: refused: %.*s\n", file, line,
                   (int)article.diagnostics.items[0].message.length,
                   article.diagnostics.items[0].message.bytes);
            unit_failed++;
        } else {
            unit_check_text(file, line, got.bytes, got.length, wanted, strlen(wanted));
        }
    }
    close_article(&article);
}
#define EXPECT(before, command, wanted) expect_change(__FILE__, __LINE__, before, command, wanted)
#define FRONT(before, command, wanted)                                                             \
    EXPECT("---\n" before "---\nBody.\n", command, "---\n" wanted "---\nBody.\n")

static void scalars(void) {
    FRONT("title: Old # why\n", "set title New", "title: New # why\n");
    FRONT("title: 'It''s old'\n", "set title \"It's new\"", "title: 'It''s new'\n");
    FRONT("title: \"caf\\u00e9 old\"\n", "set title \"caf\xC3\xA9 new\"",
          "title: \"caf\\u00e9 new\"\n");
    FRONT("title: \"a\"\n", "set title b", "title: \"b\"\n");
    FRONT("title: old\n", "set title no", "title: 'no'\n");
    FRONT("title: old\n", "set title 12", "title: '12'\n");
    FRONT("title: old\n", "set title #12", "title: 12\n");
    FRONT("title: old\n", "set title \"a: b\"", "title: 'a: b'\n");
    FRONT("date: 2024-01-02\n", "set date 2024-01-03", "date: 2024-01-03\n");
    FRONT("title:\nx: 1\n", "set title new", "title: new\nx: 1\n");
    FRONT("title: # todo\nx: 1\n", "set title new", "title: new # todo\nx: 1\n");
    FRONT("a: one\n  two three\n  four\nb: 1\n", "set a \"one two 3 four\"",
          "a: one\n  two 3\n  four\nb: 1\n");
    FRONT("a: \"one\n  two \\\n  three\n\n  four\"\nb: 1\n", "set a \"one two 3\nfour\"",
          "a: \"one\n  two \\\n  3\n\n  four\"\nb: 1\n");
    FRONT("a: >\n   one two\n   three four\n\n   five\n\nb: 1\n",
          "set a \"one two three 4\nfive\n\"", "a: >\n   one two\n   three 4\n\n   five\n\nb: 1\n");
    FRONT("a: |-\n    one\n     two\nb: 1\n", "set a \"one\n 2\"",
          "a: |-\n    one\n     2\nb: 1\n");
    FRONT("a: |\n    one\n    two\nb: 1\n", "set a \"one\ntwo\nthree\n\"",
          "a: |\n    one\n    two\n    three\nb: 1\n");
    FRONT("a: &x old\nb: *x\n", "set b new", "a: &x old\nb: new\n");
    EXPECT("---\r\na: old\r\nb: 1\r\n---\r\nBody.\r\n", "set a new;set c 2x",
           "---\r\na: new\r\nb: 1\r\nc: 2x\r\n---\r\nBody.\r\n");
}

static void entries(void) {
    FRONT("a: 1\n", "set b two", "a: 1\nb: two\n");
    FRONT("a: \"x\"\nb: \"y\"\n", "set c z", "a: \"x\"\nb: \"y\"\nc: \"z\"\n");
    FRONT("a: 1\n\n# about b\nb: 2\n\n# the end\n", "del b", "a: 1\n\n\n# the end\n");
    FRONT("a: 1\n# about b\nb: 2\nc: 3\n", "del a;set d 4x", "# about b\nb: 2\nc: 3\nd: 4x\n");
    FRONT("a: 1\n# header\n\n# about b\nb: 2\nc: 3\n", "del b", "a: 1\n# header\n\nc: 3\n");
    FRONT("a: 1\nb: # x\n  - y\n  - z # zz\n# c\nc: 3\n", "del b", "a: 1\n# c\nc: 3\n");
    FRONT("a: 1\nb: |\n  text\n\n  more\n\nc: 3\n", "del b", "a: 1\n\nc: 3\n");
    FRONT("'a': 1 # x\n\"b\": 2\n", "rename a c;rename b d", "'c': 1 # x\n\"d\": 2\n");
    FRONT("a: 1\n# about c\nc: 3\nb: 2\n", "move c before a", "# about c\nc: 3\na: 1\nb: 2\n");
    FRONT("a: 1\n# about c\nc: 3\n", "before c b two", "a: 1\nb: two\n# about c\nc: 3\n");
    FRONT("m:\n    x: 1\n    y: 2\nz: 3\n", "set m.w new",
          "m:\n    x: 1\n    y: 2\n    w: new\nz: 3\n");
    FRONT("m:\n    x: 1\n    y: 2\nz: 3\n", "del m.x", "m:\n    y: 2\nz: 3\n");
    FRONT("m:\n  x: 1\nz: 3\n", "del m.x", "m: {}\nz: 3\n");
    FRONT("a: 1\na: 2\nb: 3\n", "del a", "b: 3\n");
    FRONT("a: {x: 1, y: 2}\n", "set a.y new;set a.z 3x;del a.x", "a: {y: new, z: 3x}\n");
    FRONT("a: 1\n", "set b [p,q]", "a: 1\nb:\n  - p\n  - q\n");
    FRONT("t:\n- p\nu: 1\n", "set b [p,q]", "t:\n- p\nu: 1\nb:\n- p\n- q\n");
    FRONT("t: [p]\nu: 1\n", "set b [p,q]", "t: [p]\nu: 1\nb: [p, q]\n");
    FRONT("a: 1\n", "set m {x=p,z=q}", "a: 1\nm:\n  x: p\n  z: q\n");
    FRONT("a: x # c\nb: 1\n", "set a [p,q]", "a: # c\n  - p\n  - q\nb: 1\n");
    FRONT("a: # c\n  - p\n  - q\nb: 1\n", "set a x", "a: x # c\nb: 1\n");
    EXPECT("Body.\n", "set title New", "---\ntitle: New\n---\nBody.\n");
    EXPECT("---\n---\nBody.\n", "set title New", "---\ntitle: New\n---\nBody.\n");
    EXPECT("---\n# only this\n---\nBody.\n", "set a b", "---\n# only this\na: b\n---\nBody.\n");
    EXPECT("---\na: 1\n---\nBody.\n", "del a", "---\n---\nBody.\n");
}

static void lists(void) {
    FRONT("t:\n  - a\n  # about b\n  - b # bb\n  - c\n", "retag t b x",
          "t:\n  - a\n  # about b\n  - x # bb\n  - c\n");
    FRONT("t:\n- a\n- 'b'\n- c\n", "retag t b -", "t:\n- a\n- c\n");
    FRONT("t:\n- a\n\n- b\n- c\n", "push t d;unshift t z", "t:\n- z\n- a\n\n- b\n- c\n- d\n");
    FRONT("t: [a, b,  c ]\n", "retag t b x", "t: [a, x,  c ]\n");
    FRONT("t: [a, b,  c ]\n", "retag t b -", "t: [a,  c ]\n");
    FRONT("t: [ a, b ]\n", "retag t a -", "t: [ b ]\n");
    FRONT("t: [a, b]\n", "push t c;unshift t z", "t: [z, a, b, c]\n");
    FRONT("t: &x a\nu: *x\nv: [*x]\n", "set t b", "t: &x b\nu: a\nv: [a]\n");
    FRONT("t: &x a\nu: *x\n", "set t \"b: c\"", "t: &x 'b: c'\nu: a\n");
    FRONT("t: &x a\nu: *x\nw: &y c\nv: *y\n", "set u b", "t: &x a\nu: b\nw: &y c\nv: *y\n");
    FRONT("t: >+\n  a b\n\n\nu: 1\n", "set t c", "t: >-\n  c\nu: 1\n");
    FRONT("t: |  # why\n  a\nu: 1\n", "set t b", "t: |-  # why\n  b\nu: 1\n");
    FRONT("? t\n: a\nu: 1\n", "set v b", "? t\n: a\nu: 1\nv: b\n");
    FRONT("t: [\n  a,\n  b\n]\n", "push t c", "t: [\n  a,\n  b,\n  c\n]\n");
    FRONT("t: []\n", "push t c", "t: [c]\n");
    FRONT("t: [a]\n", "retag t a -", "t: []\n");
    FRONT("t:\n  - a\nu: 1\n", "retag t a -", "t: []\nu: 1\n");
    FRONT("t: [\"a\", \"b\"]\n", "push t c", "t: [\"a\", \"b\", \"c\"]\n");
    FRONT("t:\n  - a\n  - b\n", "set t [b,a]", "t:\n  - b\n  - a\n");
    FRONT("t:\n  - n: a\n    u: 1\n  - n: b\n    u: 2\n", "set t [x]", "t:\n  - x\n");
    FRONT("t:\n  - m: a\n    u: 1\n", "push t {m=b,u=c}",
          "t:\n  - m: a\n    u: 1\n  - m: b\n    u: c\n");
}

#define BODY(before, command, wanted) EXPECT(before, command, wanted)

static void texts(void) {
    BODY("An old word.\n", "text old new", "An new word.\n");
    BODY("> - one\n>   an old\n>   *word* here\n> - two\n", "text old new",
         "> - one\n>   an new\n>   *word* here\n> - two\n");
    BODY("a &amp; b \\* c old\n", "text old new", "a &amp; b \\* c new\n");
    BODY("an old word", "text old new_er", "an new_er word");
    BODY("an old word\n", "text old *x*", "an \\*x\\* word\n");
    BODY("an old word\n", "text old [x](y)", "an \\[x\\](y) word\n");
    BODY("old\n", "text old \"1. x\"", "1\\. x\n");
    BODY("old\n", "text old \"# x\"", "\\# x\n");
    BODY("# An old head #\n\ntext\n", "text old new", "# An new head #\n\ntext\n");
    BODY("An old\nhead\n===\n\ntext\n", "text old new", "An new\nhead\n===\n\ntext\n");
    BODY("a `co old de` b\n", "text old new", "a `co new de` b\n");
    BODY("a ``co ` old`` b\n", "text old new", "a ``co ` new`` b\n");
    BODY("```lua\nan old one\n```\n", "text old new", "```lua\nan new one\n```\n");
    BODY("> ```lua\n> an old one\n> ```\n", "text old new", "> ```lua\n> an new one\n> ```\n");
    BODY("    an old one\n\ntext\n", "text old new", "    an new one\n\ntext\n");
    BODY("one  \ntwo old\\\nthree\n", "text old new", "one  \ntwo new\\\nthree\n");
    BODY("a **b old c** _d_ ![e](f \"g\")\n", "text old new", "a **b new c** _d_ ![e](f \"g\")\n");
    EXPECT("a\r\nold\r\n\r\nb\r\n", "text old new", "a\r\nnew\r\n\r\nb\r\n");
    BODY("the old\nend\n", "text old \"\"", "the\nend\n");
}

static void inlines(void) {
    BODY("a [b](http://c.d/e \"t\") f\n", "url https://c.d/e", "a [b](https://c.d/e \"t\") f\n");
    BODY("a [b](<http://c.d/e>) f\n", "url \"x y\"", "a [b](<x y>) f\n");
    BODY("a [b](c) f\n", "url \"x y\"", "a [b](<x y>) f\n");
    BODY("a [b](c) f\n", "title hey", "a [b](c \"hey\") f\n");
    BODY("a [b][r] f [R] ![i][r]\n\n[x]: y\n[r]: c 't'\n[r]: d\n", "url d",
         "a [b](d \"t\") f [R] ![i][r]\n\n[x]: y\n[r]: c 't'\n[r]: d\n");
    /* All links of a definition. */
    BODY("a [b][r] f\n\n[r]: c\n", "url d", "a [b][r] f\n\n[r]: d\n");
    BODY("[x][] [z]\n\n> [X]: <c>  (t)\n> [z]: c\n", "url \"d e\"",
         "[x][] [z]\n\n> [X]: <d e>  (t)\n> [z]: c\n");
    BODY("![x *y*]\n\n- [X\n  *y*]:\n  c\n", "url \"d e\"", "![x *y*]\n\n- [X\n  *y*]:\n  <d e>\n");
    BODY("[r]\n\n```\n[r]: c\n```\n\n[r]: c\n", "url d", "[r](d)\n\n```\n[r]: c\n```\n\n[r]: c\n");
    EXPECT("[r]\r\n\r\n[r]: c\r\n", "url d", "[r]\r\n\r\n[r]: d\r\n");
    /* The text that was the label, too. */
    BODY("a [ref][] `` c`d ``\n\n[ref]: u\n", "text ref new",
         "a [new][ref] `` c`d ``\n\n[ref]: u\n");
    BODY("a ![ref] `` c`d ``\n\n[ref]: u\n", "text ref new",
         "a ![new][ref] `` c`d ``\n\n[ref]: u\n");
    BODY("a ![b](c.png) f\n", "url d.png", "a ![b](d.png) f\n");
    BODY("a *b c* d\n", "unwrap emph", "a b c d\n");
    BODY("a *b* d\n", "remove emph 1", "a  d\n");
    BODY("one two\n", "wrap", "**one two**\n");
    BODY("a [b](c) d\n", "unwrap link", "a b d\n");
    BODY("see <http://a.b/c> now\n", "url http://x.y", "see [http://a.b/c](http://x.y) now\n");
}

static void blocks(void) {
    BODY("one\n\ntwo\n\nthree\n", "remove paragraph 2", "one\n\nthree\n");
    BODY("one\n\ntwo\n\nthree\n", "remove paragraph 3", "one\n\ntwo\n");
    BODY("one\n\ntwo\n", "remove paragraph 1", "two\n");
    BODY("one\n\n[r]: x\n\ntwo\n\n[two]: x\n\nthree\n", "remove paragraph 2",
         "one\n\n[r]: x\n\n\n\n[two]: x\n\nthree\n");
    BODY("> one\n>\n> two\n>\n> three\n", "remove paragraph 2", "> one\n>\n> three\n");
    BODY("- a\n- b\n- c\n", "remove item 2", "- a\n- c\n");
    BODY("- a\n- b\n", "remove item 2", "- a\n");
    BODY("- a\n\n- b\n", "remove item 2", "- a\n");
    BODY("one\n\ntwo\n", "after paragraph 1 new", "one\n\nnew\n\ntwo\n");
    BODY("one\n\ntwo\n", "ahead paragraph 1 new", "new\n\none\n\ntwo\n");
    BODY("> one\n>\n> two\n", "after paragraph 1 new", "> one\n>\n> new\n>\n> two\n");
    BODY("- one\n\n  two\n", "after paragraph 2 new", "- one\n\n  two\n\n  new\n");
    BODY("1. > one\n   > more\n", "after paragraph 1 new", "1. > one\n   > more\n   >\n   > new\n");
    BODY("one", "after paragraph 1 new", "one\n\nnew");
    BODY("one\n\ntwo *x* y\n\nthree\n", "swap paragraph", "two *x* y\n\none\n\nthree\n");
    BODY("## one\n\ntwo\n", "level 3", "### one\n\ntwo\n");
    BODY("one\n===\n\ntwo\n", "level 3", "### one\n\ntwo\n");
    BODY("one\n===\n\ntwo\n", "level 2", "## one\n\ntwo\n");
    BODY("- [ ] to do\n- [x] done\n", "text do fix", "- [ ] to fix\n- [x] fixne\n");
    BODY("one\n\n![a](b)\n\ntwo\n", "remove image 1", "one\n\ntwo\n");
    BODY("![An old\nFellow]({{ \"/a\" | url }})\n", "text old new",
         "![An new\nFellow]({{ \"/a\" | url }})\n");
    BODY(">An old x won\n\xE2\x80\x94 **Becky, at old**\n", "text old new",
         ">An new x won\n\xE2\x80\x94 **Becky, at new**\n");
    BODY("| a | b |\n|---|---|\n| 1 | old |\n", "text old \"x|y\"",
         "| a | b |\n|---|---|\n| 1 | x\\|y |\n");
    BODY("one\n\n> - two\n", "after block_quote 1 new", "one\n\n> - two\n\nnew\n");
    BODY("---\na: 1\n---\n", "set a 2x", "---\na: 2x\n---\n");
    BODY("one\n\n- a\n\ntwo\n", "remove item 1", "one\n\ntwo\n");
    BODY("one a\ntwo\n---\n\nthree\n", "level 3", "### one a two\n\nthree\n");
    BODY("one\n\n\tcode\n\tmore\n", "after code_block 1 new", "one\n\n\tcode\n\tmore\n\nnew\n");
    BODY("one\n\n    code\n", "ahead code_block 1 new", "one\n\nnew\n\n    code\n");
    BODY("one\n\n    code\n\ntwo\n", "remove code_block 1", "one\n\ntwo\n");
    BODY("> one  \n> two\\\n> *three\n> four*\n", "unwrap block_quote",
         "one  \ntwo\\\n*three\nfour*\n");
    BODY("# one\ntwo\n", "after heading 1 new", "# one\n\nnew\n\ntwo\n");
    BODY("one\n```\nx\n```\ntwo\n", "remove code_block 1", "one\n\ntwo\n");
    BODY("> one\n> ```\n> x\n> ```\n> two\n", "remove code_block 1", "> one\n>\n> two\n");
    BODY("- a\n- b\n", "after paragraph 1 new", "- a\n\n  new\n- b\n");
}

int main(void) {
    limits = limits_default();
    markdown = markdown_open(&limits);
    RUN(scalars);
    RUN(entries);
    RUN(lists);
    RUN(texts);
    RUN(inlines);
    RUN(blocks);
    markdown_close(markdown);
    return unit_end();
}
