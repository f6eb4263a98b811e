#include "../fuzz/places.h"
#include "document/dialect.h"
#include "document/markdown.h"
#include "unit.h"

static struct markdown *markdown;
static struct document document;

static void parse(struct text source, uint32_t body, uint64_t dialect) {
    struct diagnostics diagnostics = {0};
    document_reuse(&document, source, body);
    CHECK(markdown_parse(markdown, TEXT("a.md"), dialect, &document, &diagnostics));
    diagnostics_free(&diagnostics);
}

/* Every node as "type[its bytes]", with "?" where the place is not exact. */
static struct text places(struct buffer *out) {
    out->length = 0;
    for (struct walk walk = walk_from(&document, ROOT_NODE); walk_next(&walk);) {
        const struct node *node = document_node(&document, walk.id);
        if (!walk.entering || walk.id == ROOT_NODE) continue;
        if (out->length) buffer_append_byte(out, ' ');
        buffer_append_string(out, node_type_name((enum node_type)node->type));
        buffer_append_byte(out, node->flags & NODE_PLACE_EXACT ? '[' : '?');
        buffer_append(out, document.strings.source.bytes + node->place.offset, node->place.length);
        buffer_append_byte(out, ']');
    }
    return buffer_text(out);
}

static node_id first_of(enum node_type type) {
    for (node_id id = 1; id < document.count; id++)
        if (document_node(&document, id)->type == type) return id;
    CHECK(!"there is such a node");
    return ROOT_NODE;
}

static void places_of_inlines(void) {
    struct buffer out = {0};
    parse(TEXT("a *b* **c**  \n   `d` [e](/u \"t\")\n![f][r]<http://g>\n\n[r]: /x\n"), 0, 0);
    CHECK_TEXT(
        places(&out),
        "paragraph[a *b* **c**  \n   `d` [e](/u \"t\")\n![f][r]<http://g>] text[a ] emph[*b*] "
        "text[b] text[ ] strong[**c**] text[c] linebreak[  \n   ] code[`d`] text[ ] "
        "link[[e](/u \"t\")] text[e] softbreak[\n] image[![f][r]] text[f] "
        "link[<http://g>] text[http://g]");
    parse(TEXT("> - a\n>   *b\n> c* &amp; \\* d"), 0, 0);
    CHECK_TEXT(places(&out),
               "block_quote[> - a\n>   *b\n> c* &amp; \\* d] list[- a\n>   *b\n> c* &amp; \\* d] "
               "item[- a\n>   *b\n> c* &amp; \\* d] paragraph[a\n>   *b\n> c* &amp; \\* d] text[a] "
               "softbreak[\n>   ] emph[*b\n> c*] text[b] softbreak[\n> ] text[c] "
               "text[ &amp; \\* d]");
    parse(TEXT("[a]: /u\n'title'\nword [a](\n  /v\n 'x y') z"), 0, 0);
    CHECK_TEXT(places(&out), "paragraph[[a]: /u\n'title'\nword [a](\n  /v\n 'x y') z] text[word ] "
                             "link[[a](\n  /v\n 'x y')] text[a] text[ z]");
    buffer_free(&out);
}

static void places_of_blocks(void) {
    struct buffer out = {0};
    parse(TEXT("# h #\n\n    code\n\n\n- a\n\n- b\n\n<!-- c\n-->\n```\nx\n```\n***\nend"), 0, 0);
    CHECK_TEXT(places(&out),
               "heading[# h #] text[h] code_block[code] list[- a\n\n- b] item[- a] paragraph[a] "
               "text[a] item[- b] paragraph[b] text[b] html_block[<!-- c\n-->] "
               "code_block[```\nx\n```] thematic_break[***] paragraph[end] text[end]");
    buffer_free(&out);
}

static void offsets_count_from_the_file(void) {
    parse(TEXT("---\ntitle: x\n---\nBody *text*\r\nmore\r\n"), 17, 0);
    struct buffer out = {0};
    CHECK_TEXT(places(&out), "paragraph[Body *text*\r\nmore] text[Body ] emph[*text*] text[text] "
                             "softbreak[\r\n] text[more]");
    CHECK(document_node(&document, first_of(NODE_PARAGRAPH))->place.offset == 17);
    buffer_free(&out);
}

static void texts_are_not_copied(void) {
    parse(TEXT("A *plain* text with [a link](/to \"the\") and `code`.\n\n```\nblock\n```\n"), 0, 0);
    CHECK(document.strings.pool_length == 0);
    parse(TEXT("A &amp; b"), 0, 0);
    CHECK_TEXT(node_text(&document, first_of(NODE_TEXT)), "A & b");
    CHECK(document.strings.pool_length == 5);
}

static void marks_of_the_author(void) {
    parse(TEXT("_a_ **b**\n\n* x\n\n1) y\n\nT\n-\n\n~~~~ lua\nz\n~~~~\n\n___\n"), 0, 0);
    CHECK(document_node(&document, first_of(NODE_EMPH))->mark == '_');
    CHECK(document_node(&document, first_of(NODE_STRONG))->mark == '*');
    const struct node *list = document_node(&document, first_of(NODE_LIST));
    CHECK(list->mark == '*' && list->flags & NODE_TIGHT);
    const struct node *ordered = document_node(&document, list->next);
    CHECK(ordered->flags & NODE_ORDERED && ordered->flags & NODE_PARENTHESIS);
    CHECK(ordered->detail == 1);
    CHECK(document_node(&document, first_of(NODE_HEADING))->mark == '-');
    node_id code = first_of(NODE_CODE_BLOCK);
    CHECK(document_node(&document, code)->flags & NODE_FENCED);
    CHECK_TEXT(node_field(&document, code, FIELD_FENCE), "~~~~");
    CHECK_TEXT(node_field(&document, code, FIELD_INFO), "lua");
    CHECK(document_node(&document, first_of(NODE_THEMATIC_BREAK))->mark == '_');
    parse(TEXT("    ~~~\n    x\n"), 0, 0);
    CHECK(!(document_node(&document, first_of(NODE_CODE_BLOCK))->flags & NODE_FENCED));
}

static void nul_and_line_ends(void) {
    struct buffer out = {0};
    parse((struct text){"a\0b *c*\rd", 9}, 0, 0);
    CHECK_TEXT(node_text(&document, first_of(NODE_TEXT)), "a\xEF\xBF\xBD"
                                                          "b ");
    CHECK(document_node(&document, first_of(NODE_TEXT))->place.length == 4);
    CHECK(document_node(&document, first_of(NODE_EMPH))->place.offset == 4);
    parse(TEXT(""), 0, DIALECT_ALL);
    CHECK(document.count == 2);
    parse(TEXT("x"), 1, DIALECT_ALL);
    CHECK(document.count == 2);
    buffer_free(&out);
}

static void places_with_the_dialect(void) {
    struct buffer out = {0};
    parse(TEXT("> | a | *b* |\n> |---|---|\n> | {{ x }} | c |\n\nn[^1] {{ y }} z{.k} www.a.b\n\n"
               "[^1]: note\n"),
          0, DIALECT_ALL);
    CHECK_TEXT(places(&out),
               "block_quote[> | a | *b* |\n> |---|---|\n> | {{ x }} | c |] "
               "table[| a | *b* |\n> |---|---|\n> | {{ x }} | c |] table_row[| a | *b* |] "
               "table_cell[a] text[a] table_cell[*b*] emph[*b*] text[b] table_row[| {{ x }} | c |] "
               "table_cell[{{ x }}] shortcode[{{ x }}] table_cell[c] text[c] "
               "paragraph[n[^1] {{ y }} z{.k} www.a.b] text[n] footnote_reference[[^1]] text[ ] "
               "shortcode[{{ y }}] text[ z{.k}] text[ ] link[www.a.b] text[www.a.b] "
               "footnote_definition[[^1]: note] paragraph[note] text[note]");
    buffer_free(&out);
}

static void check_places(const char *of) {
    for (struct walk walk = walk_from(&document, ROOT_NODE); walk_next(&walk);) {
        const char *problem = walk.entering ? place_problem(&document, walk.id) : NULL;
        if (!problem) continue;
        const struct node *node = document_node(&document, walk.id);
        printf("# %s in \"%s\" at %u: %s\n", node_type_name((enum node_type)node->type), of,
               node->place.offset, problem);
        CHECK(!"all places are right");
        return;
    }
}

/* Documents thrown together from what the dialect is made of. */
static void places_of_random_documents(void) {
    static const char *const parts[] = {"a",
                                        "b ",
                                        "\n",
                                        "\n",
                                        "\n\n",
                                        "- ",
                                        "> ",
                                        "    ",
                                        "1. ",
                                        "# ",
                                        "*",
                                        "**",
                                        "_",
                                        "`",
                                        "```\n",
                                        "~",
                                        "~~",
                                        "^",
                                        "[a]",
                                        "(/u)",
                                        "[",
                                        "]",
                                        "![",
                                        "<b>",
                                        "<http://c.d>",
                                        "http://c.d/__e__",
                                        "|",
                                        "|a|b|\n|-|-|\n",
                                        "[^f]",
                                        "[^f]: ",
                                        ": ",
                                        "::: g\n",
                                        ":::\n",
                                        ":g[h]",
                                        "{.i}",
                                        "{: #j}\n",
                                        "{{< k >}}",
                                        "{% l %}",
                                        "- [ ] ",
                                        "\\",
                                        "&amp;",
                                        "  \n",
                                        "\t",
                                        "---\n",
                                        "===\n",
                                        "\xE2\x80\x94 m, n",
                                        "<div>\n",
                                        "ENDS\n\n",
                                        "\"",
                                        "--"};
    enum { COUNT = sizeof parts / sizeof *parts };
    struct buffer source = {0};
    uint32_t state = 1;
    for (int i = 0; i < 20000; i++) {
        source.length = 0;
        for (uint32_t left = 2 + (uint32_t)i % 24; left; left--) {
            state = state * 1664525u + 1013904223u;
            buffer_append_string(&source, parts[(state >> 8) % COUNT]);
        }
        parse(buffer_text(&source), 0, DIALECT_ALL);
        check_places(buffer_string(&source));
    }
    buffer_free(&source);
}

static void refusals(void) {
    struct diagnostics diagnostics = {0};
    struct buffer source = {0}, line = {0};
    buffer_append_string(&source, "---\na: b\n---\nfine\n\n");
    for (int i = 0; i < 101; i++) buffer_append_string(&source, "> ");
    document_reuse(&document, buffer_text(&source), 13);
    CHECK(!markdown_parse(markdown, TEXT("a.md"), 0, &document, &diagnostics));
    CHECK(diagnostics.errors == 1 && document.count == 2);
    diagnostic_write(&diagnostics.items[0], &line);
    CHECK_TEXT(buffer_text(&line),
               "a.md:6:201: error: quotes and lists nest deeper than the limit of 100; change the "
               "text, or raise limits.markdown_depth");
    diagnostics_free(&diagnostics);
    buffer_free(&source);
    buffer_free(&line);
}

static void just_within_the_limits(void) {
    struct diagnostics diagnostics = {0};
    struct buffer source = {0};
    for (int k = 0; k < 40; k++) {
        for (int i = 0; i < 99; i++) buffer_append_string(&source, i % 2 ? "- " : "> ");
        buffer_append_string(&source, "x\n\n* * * * * * * * * *\n\n");
        for (int i = 0; i < 999; i++) buffer_append_string(&source, "![[]()");
        buffer_append_string(&source, "\n\n");
    }
    document_reuse(&document, buffer_text(&source), 0);
    CHECK(markdown_parse(markdown, TEXT("a.md"), DIALECT_ALL, &document, &diagnostics));
    CHECK(diagnostics.errors == 0);
    diagnostics_free(&diagnostics);
    buffer_free(&source);
}

static void names_of_the_dialect(void) {
    uint64_t dialect;
    struct text unknown;
    CHECK(dialect_of_names(TEXT("tables, smart"), &dialect, &unknown));
    CHECK(dialect == (DIALECT_TABLES | DIALECT_SMART));
    CHECK(dialect_of_names(TEXT("all,-tables"), &dialect, &unknown));
    CHECK(dialect == (uint64_t)(DIALECT_ALL & ~DIALECT_TABLES));
    CHECK(dialect_of_names(TEXT("-smart"), &dialect, &unknown));
    CHECK(dialect == (uint64_t)(DIALECT_DEFAULT & ~DIALECT_SMART));
    CHECK(dialect_of_names(TEXT("none"), &dialect, &unknown) && dialect == 0);
    CHECK(!dialect_of_names(TEXT("tables,tabels"), &dialect, &unknown));
    CHECK_TEXT(unknown, "tabels");
}

int main(void) {
    struct limits limits = limits_default();
    markdown = markdown_open(&limits);
    RUN(places_of_inlines);
    RUN(places_of_blocks);
    RUN(offsets_count_from_the_file);
    RUN(texts_are_not_copied);
    RUN(marks_of_the_author);
    RUN(nul_and_line_ends);
    RUN(places_with_the_dialect);
    RUN(places_of_random_documents);
    RUN(refusals);
    RUN(just_within_the_limits);
    RUN(names_of_the_dialect);
    document_free(&document);
    markdown_close(markdown);
    return unit_end();
}
