/* Trees that say the same in other words are equal; trees that differ in one thing are not. */
#include "document/equal.h"
#include "document/markdown.h"
#include "unit.h"

static struct markdown *markdown;

/* The documents' sources are literals, which live on. */
static struct document parse(const char *source) {
    struct document document;
    struct diagnostics diagnostics = {0};
    document_open(&document, text_of(source), 0);
    CHECK(markdown_parse(markdown, TEXT("test.md"), 0, &document, &diagnostics));
    diagnostics_free(&diagnostics);
    return document;
}

static bool same(const char *a_source, const char *b_source) {
    struct document a = parse(a_source), b = parse(b_source);
    bool equal = !document_difference(&a, ROOT_NODE, &b, ROOT_NODE);
    CHECK(equal == !document_difference(&b, ROOT_NODE, &a, ROOT_NODE));
    document_free(&a);
    document_free(&b);
    return equal;
}

static void ways_of_writing_do_not_count(void) {
    CHECK(same("*a* __b__\n", "_a_ **b**\n"));
    CHECK(same("# a\n\n---\n", "a\n=\n***"));
    CHECK(same("- a\n- b\n", "+   a\n+   b\n"));
    CHECK(same("1. a\n1. b\n", "1. a\n2. b\n"));
    CHECK(same("```c\nx\n```\n", "~~~~ c\nx\n~~~~"));
    CHECK(same("    x\n", "```\nx\n```\n"));
    CHECK(same("a [b](c) & d\n", "a [b][x] &amp; d\n\n[x]: c\n"));
    CHECK(same("<https://a.b>", "[https://a.b](https://a.b)"));
    CHECK(same("a\\\nb", "a  \nb"));
}

static void meaning_counts(void) {
    CHECK(!same("*a*", "**a**"));
    CHECK(!same("a", "a\n\nb"));
    CHECK(!same("a\n\nb", "a"));
    CHECK(!same("# a", "## a"));
    CHECK(!same("- a\n- b\n", "- a\n\n- b\n"));
    CHECK(!same("1. a\n", "2. a\n"));
    CHECK(!same("1. a\n", "1) a\n"));
    CHECK(!same("1. a\n", "- a\n"));
    CHECK(!same("[a](b)", "[a](c)"));
    CHECK(!same("[a](b)", "[a](b 'c')"));
    CHECK(!same("`a`", "`b`"));
    CHECK(!same("```\n```", "```\n\n```"));
    CHECK(!same("```a\n```", "```b\n```"));
    CHECK(!same("a b", "a\nb"));
    CHECK(!same("*a b*", "*a* b"));
    CHECK(!same("ab", "a"));
    CHECK(!same("a", "ab"));
    CHECK(!same("a\\\nb", "a\nb"));
}

static void difference_names_the_node(void) {
    struct document a = parse("a\n\n- b\n- *c* d\n"), b = parse("a\n\n- b\n- *x* d\n");
    node_id id = document_difference(&a, ROOT_NODE, &b, ROOT_NODE);
    CHECK_TEXT(node_text(&a, id), "c");
    document_free(&a);
    document_free(&b);
}

static void fields_in_any_order_but_attributes(void) {
    struct document a = parse("[a](b)");
    node_id link = document_node(&a, document_node(&a, ROOT_NODE)->first)->first;
    node_id copy = document_copy(&a, &a, link);
    node_set_field(&a, link, FIELD_ID, TEXT("i"));
    node_set_field(&a, link, FIELD_CLASS, TEXT("c"));
    CHECK(document_difference(&a, link, &a, copy));
    node_set_field(&a, copy, FIELD_CLASS, TEXT("c"));
    node_set_field(&a, copy, FIELD_TITLE, TEXT(""));
    CHECK(document_difference(&a, link, &a, copy));
    node_set_field(&a, copy, FIELD_ID, TEXT("i"));
    CHECK(!document_difference(&a, link, &a, copy));
    node_set_attribute(&a, copy, TEXT("width"), TEXT(""));
    CHECK(document_difference(&a, link, &a, copy));
    CHECK(document_difference(&a, copy, &a, link));
    node_set_attribute(&a, link, TEXT("width"), TEXT(""));
    CHECK(!document_difference(&a, link, &a, copy));
    node_set_attribute(&a, link, TEXT("width"), TEXT("1"));
    CHECK(document_difference(&a, link, &a, copy));
    document_free(&a);
}

static void cut_texts_are_one(void) {
    struct document a = parse("abc *d*"), b = parse("x");
    node_id paragraph = document_node(&b, ROOT_NODE)->first;
    node_unlink(&b, document_node(&b, paragraph)->first);
    const char *pieces[] = {"", "a", "", "bc", " "};
    for (int i = 0; i < 5; i++) {
        node_id text = document_add(&b, NODE_TEXT);
        node_set_text(&b, text, text_of(pieces[i]));
        node_append(&b, paragraph, text);
    }
    CHECK(document_difference(&a, ROOT_NODE, &b, ROOT_NODE));
    node_id emph = document_add(&b, NODE_EMPH);
    node_append(&b, paragraph, emph);
    for (int i = 0; i < 2; i++) {
        node_id text = document_add(&b, NODE_TEXT);
        node_set_text(&b, text, i ? TEXT("") : TEXT("d"));
        node_append(&b, emph, text);
    }
    CHECK(!document_difference(&a, ROOT_NODE, &b, ROOT_NODE));
    CHECK(!document_difference(&b, ROOT_NODE, &a, ROOT_NODE));
    document_free(&a);
    document_free(&b);
}

int main(void) {
    struct limits limits = limits_default();
    markdown = markdown_open(&limits);
    RUN(ways_of_writing_do_not_count);
    RUN(meaning_counts);
    RUN(difference_names_the_node);
    RUN(fields_in_any_order_but_attributes);
    RUN(cut_texts_are_one);
    markdown_close(markdown);
    return unit_end();
}
