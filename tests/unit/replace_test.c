/* Replacing across nodes: the rule for markup on chosen trees, and on many random ones that the
 * text comes out as if there were no markup, nothing else is touched, and no inline is left empty.
 */
#include "document/replace.h"

#include "base/letters.h"
#include "document/dialect.h"
#include "document/markdown.h"
#include "document/property.h"
#include "unit.h"

static struct selector_memory memory;
static uint32_t seed = 1;

static uint32_t any(uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static node_id add(struct document *document, node_id parent, enum node_type type,
                   const char *text) {
    node_id id = document_add(document, type);
    if (text) node_set_text(document, id, text_of(text));
    document_node(document, id)->place = (struct span){id, 1};
    node_append(document, parent, id);
    return id;
}

static void grow(struct document *document, node_id parent, unsigned depth) {
    static const char *const texts[] = {"a", "b", "ab", "abab", "ba", "é", "xa", "b a"};
    static const enum node_type inlines[] = {NODE_EMPH, NODE_STRONG, NODE_LINK, NODE_SPAN,
                                             NODE_IMAGE};
    for (unsigned count = 1 + any(5); count; count--) {
        unsigned choice = any(10);
        if (choice < 5)
            add(document, parent, NODE_TEXT, texts[any(8)]);
        else if (choice == 5)
            add(document, parent, NODE_SOFTBREAK, NULL);
        else if (choice == 6)
            add(document, parent, NODE_CODE, "ab");
        else if (depth < 3)
            grow(document, add(document, parent, inlines[any(5)], NULL), depth + 1);
    }
}

static uint32_t find(struct text text, struct text what, struct text with,
                     struct text_match *matches) {
    uint32_t count = 0;
    for (size_t at = 0; at + what.length <= text.length;) {
        const char *found = memmem(text.bytes + at, text.length - at, what.bytes, what.length);
        if (!found) break;
        uint32_t first = (uint32_t)(found - text.bytes);
        at = first + what.length;
        matches[count++] = (struct text_match){.first = first, .end = (uint32_t)at, .with = with};
    }
    return count;
}

static void expected(struct text text, const struct text_match *matches, uint32_t count,
                     struct buffer *out) {
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        buffer_append(out, text.bytes + at, matches[i].first - at);
        buffer_append_text(out, matches[i].with);
        at = matches[i].end;
    }
    buffer_append(out, text.bytes + at, text.length - at);
}

static void random_trees(void) {
    static const char *const whats[] = {"ab", "a b", "ba", " ", "aba", "é", "abab"};
    static const char *const withs[] = {"", "z", "yz", "ab", "A longer one"};
    struct text_match matches[512];
    struct document document;
    document_open(&document, TEXT(""), 0);
    struct text_runs runs = {0}, after = {0};
    struct buffer wanted = {0}, got = {0};
    for (int round = 0; round < 4000; round++) {
        document_reuse(&document, TEXT(""), 0);
        grow(&document, add(&document, ROOT_NODE, NODE_PARAGRAPH, NULL), 0);
        uint32_t before = document.count;
        struct node *nodes = memory_allocate(before * sizeof *nodes);
        memcpy(nodes, document.nodes, before * sizeof *nodes);
        struct text what = text_of(whats[any(7)]), with = text_of(withs[any(5)]);
        wanted.length = got.length = 0;
        text_runs_read(&runs, &document, ROOT_NODE, NULL, NULL, &memory);
        uint32_t total = 0;
        for (uint32_t i = 0; i < runs.count; i++) {
            struct text text = text_run(&runs, i);
            uint32_t count = find(text, what, with, matches);
            total += count;
            expected(text, matches, count, &wanted);
            CHECK(text_runs_replace(&runs, &document, i, matches, count));
        }
        text_runs_read(&after, &document, ROOT_NODE, NULL, NULL, &memory);
        for (uint32_t i = 0; i < after.count; i++) buffer_append_text(&got, text_run(&after, i));
        CHECK(text_equal(buffer_text(&got), buffer_text(&wanted)));
        if (!total) CHECK(memcmp(nodes, document.nodes, before * sizeof *nodes) == 0);
        for (struct walk walk = walk_from(&document, ROOT_NODE); walk_next(&walk);) {
            const struct node *node = document_node(&document, walk.id);
            if (node->type == NODE_TEXT) CHECK(node->text.length > 0);
            if (walk.id < before) /* emptied inlines are gone unless they were empty before */
                CHECK(node->first || !nodes[walk.id].first || node->type == NODE_PARAGRAPH ||
                      node->type == NODE_IMAGE);
            if (walk.id < before) CHECK(node->place.offset == nodes[walk.id].place.offset);
        }
        memory_free(nodes);
    }
    text_runs_free(&runs);
    text_runs_free(&after);
    buffer_free(&wanted);
    buffer_free(&got);
    document_free(&document);
}

/* Pieces that no match touches keep their spans, also beside one that is touched. */
static void neighbours(void) {
    struct document document;
    struct text source = TEXT("one two three");
    document_open(&document, source, 0);
    node_id paragraph = add(&document, ROOT_NODE, NODE_PARAGRAPH, NULL), ids[3];
    for (int i = 0; i < 3; i++) {
        static const struct span spans[] = {{0, 4}, {4, 4}, {8, 5}};
        ids[i] = add(&document, paragraph, NODE_TEXT, NULL);
        document_node(&document, ids[i])->text = spans[i];
    }
    struct text_runs runs = {0};
    text_runs_read(&runs, &document, ROOT_NODE, NULL, NULL, &memory);
    CHECK(runs.count == 1);
    struct text_match match = {.first = 4, .end = 7, .with = TEXT("2")};
    CHECK(text_runs_replace(&runs, &document, 0, &match, 1));
    CHECK(document_node(&document, ids[0])->text.offset == 0);
    CHECK(document_node(&document, ids[2])->text.offset == 8);
    CHECK_TEXT(node_text(&document, ids[1]), "2 ");
    /* The runs were read before this change. */
    CHECK(!text_runs_replace(&runs, &document, 0, &match, 1));
    text_runs_free(&runs);
    document_free(&document);
}

static bool joins(const char *text, size_t offset) {
    return letters_join(text_of(text), offset);
}

static void words(void) {
    CHECK(joins("ab", 1) && !joins("a b", 1) && !joins("a b", 2) && !joins("ab", 0));
    CHECK(joins("\xc3\xa9z", 2) && joins("z\xc3\xa9", 1));
    CHECK(!joins("a\xe2\x80\x99s", 1) && !joins("a\xe2\x80\x99s", 4)); /* right single quote */
    CHECK(joins("\xd0\x9c\xd0\xbe", 2));                               /* Cyrillic */
    CHECK(joins("e\xcc\x81", 1));                                      /* combining acute */
    CHECK(!joins("\xc2\xa3"
                 "7",
                 2) &&
          joins("7m", 1));
    CHECK(!joins("a\xf0\x9f\x99\x82", 1)); /* an emoji */
    CHECK(joins("\xe4\xb8\xad\xe6\x96\x87", 3));
    CHECK(!joins("a\xff", 1) && !joins("\xff", 0));
}

/* What a parsed document has in its text was never ruled out: random Markdown of every markup, and
 * all pieces of its runs. */
static void nothing_is_ruled_out_that_is_there(void) {
    static const char *const parts[] = {"a",          "b",
                                        "ab",         "Ga",
                                        "DS",         "1",
                                        " ",          "  ",
                                        "\n",         "\n\n",
                                        "*",          "**",
                                        "_",          "`",
                                        "[",          "](u)",
                                        "![",         "]",
                                        "(",          ")",
                                        "<b>",        "</b>",
                                        "&amp;",      "&#97;",
                                        "\\",         "{.c}",
                                        "~~",         "~",
                                        "^",          "|",
                                        "\n> ",       "\n- ",
                                        "\n# ",       " #\n",
                                        "\n1. ",      ":",
                                        "\n: ",       "=",
                                        "+",          "-",
                                        "--",         "'",
                                        "\"",         ".",
                                        ",",          "\xC3\xA9",
                                        "\t",         "www.a.b",
                                        "\r\n",       "http://a",
                                        "{{< a >}}",  "\n| a | b |\n|---|---|\n|a",
                                        "[^a]",       "/",
                                        "\n[^a]: ",   "\n::: a\n",
                                        "\n:::\n",    "\xE2\x80\x94",
                                        "%",          "@",
                                        "\n[a]: u\n", "\n==\n",
                                        "\n- [ ] ",   "<!--",
                                        "-->",        "<",
                                        ">",          ";",
                                        "!",          "$"};
    struct limits limits = limits_default();
    struct markdown *markdown = markdown_open(&limits);
    struct diagnostics ignored = {0};
    struct text_runs runs = {0};
    struct buffer source = {0};
    struct document document;
    document_open(&document, TEXT(""), 0);
    uint32_t there = 0, ruled_out = 0;
    for (int round = 0; round < 20000; round++) {
        source.length = 0;
        for (unsigned i = 0, n = 1 + any(14); i < n; i++)
            buffer_append_string(&source, parts[any(sizeof parts / sizeof *parts)]);
        struct text bytes = buffer_text(&source);
        document_reuse(&document, bytes, 0);
        if (!markdown_parse(markdown, TEXT("a.md"), DIALECT_ALL & ~DIALECT_SMART, &document,
                            &ignored))
            continue;
        text_runs_read(&runs, &document, ROOT_NODE, NULL, NULL, &memory);
        for (uint32_t run = 0; run < runs.count; run++) {
            struct text text = text_run(&runs, run);
            for (size_t first = 0; first < text.length; first++) {
                for (size_t end = first + 1; end <= text.length && end < first + 8; end++) {
                    struct text what = {text.bytes + first, end - first};
                    if (!text_match_is_aligned(text, first, end)) continue;
                    CHECK(text_may_occur(bytes, what, text_match_is_whole(text, first, end)));
                    if (unit_failed == 1)
                        printf("# \"%.*s\" in \"%.*s\"\n", (int)what.length, what.bytes,
                               (int)bytes.length, bytes.bytes),
                            unit_failed++;
                    there++;
                }
            }
        }
        ruled_out += !text_may_occur(bytes, TEXT("absent"), true);
    }
    printf("# %u pieces were there; a word was ruled out in %u of 20,000 texts\n", there,
           ruled_out);
    CHECK(there > 10000 && ruled_out > 5000);
    CHECK(!text_may_occur(TEXT("the government, digitally"), TEXT("gov"), true));
    CHECK(text_may_occur(TEXT("the government"), TEXT("gov"), false));
    CHECK(text_may_occur(TEXT("Gov**ern**ment"), TEXT("Government"), true));
    CHECK(text_may_occur(TEXT("New\nYork"), TEXT("New York"), true));
    CHECK(!text_may_occur(TEXT("New Yorkers"), TEXT("New Yorks"), true));
    diagnostics_free(&ignored);
    text_runs_free(&runs);
    document_free(&document);
    buffer_free(&source);
    markdown_close(markdown);
}

int main(void) {
    RUN(nothing_is_ruled_out_that_is_there);
    RUN(random_trees);
    RUN(neighbours);
    RUN(words);
    selector_memory_free(&memory);
    return unit_end();
}
