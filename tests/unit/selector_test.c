/* Selectors: what matches, what a bad one says, and that none is slow. */
#include "document/selector.h"

#include "clock.h"
#include "unit.h"

static struct document document;
static struct selector_memory memory;

static node_id add(node_id parent, enum node_type type) {
    node_id id = document_add(&document, type);
    node_append(&document, parent, id);
    return id;
}

static node_id add_text(node_id parent, const char *text) {
    node_id id = add(parent, NODE_TEXT);
    node_set_text(&document, id, text_of(text));
    return id;
}

/* Nodes 2 and on, in this order: */
static void build(void) {
    document_open(&document, TEXT(""), 0);
    node_id heading = add(ROOT_NODE, NODE_HEADING); /* 2 */
    document_node(&document, heading)->detail = 2;
    add_text(heading, "Wards");                         /* 3 */
    node_id paragraph = add(ROOT_NODE, NODE_PARAGRAPH); /* 4 */
    add_text(paragraph, "See ");                        /* 5 */
    node_id link = add(paragraph, NODE_LINK);           /* 6 */
    node_set_field(&document, link, FIELD_URL, TEXT("http://example.org/a-b"));
    node_set_field(&document, link, FIELD_CLASS, TEXT("big external"));
    node_set_attribute(&document, link, TEXT("rel"), TEXT("nofollow"));
    node_set_attribute(&document, link, TEXT("data-kind"), TEXT("x"));
    add_text(link, "this");                           /* 7 */
    node_id quote = add(ROOT_NODE, NODE_BLOCK_QUOTE); /* 8 */
    node_id inner = add(quote, NODE_PARAGRAPH);       /* 9 */
    add(inner, NODE_IMAGE);                           /* 10 */
    add(quote, NODE_ATTRIBUTION);                     /* 11 */
    node_id list = add(ROOT_NODE, NODE_LIST);         /* 12 */
    document_node(&document, list)->flags = NODE_ORDERED;
    for (int i = 0; i < 5; i++) {
        node_id item = add(list, NODE_ITEM);      /* 13 15 17 19 21 */
        node_id line = add(item, NODE_PARAGRAPH); /* 14 16 18 20 22 */
        (void)line;
    }
    node_set_field(&document, paragraph, FIELD_ID, TEXT("start"));
}

/* The numbers of all that match, as text. */
static const char *matches(const char *source) {
    static char out[256];
    struct selector_error error;
    struct selector *selector = selector_compile(text_of(source), &error);
    if (!selector) {
        snprintf(out, sizeof out, "%u: %s", error.column, error.message);
        return out;
    }
    size_t at = 0;
    out[0] = 0;
    for (node_id id = 1; id < document.count; id++)
        if (selector_matches(selector, &document, id, &memory))
            at += (size_t)snprintf(out + at, sizeof out - at, at ? " %u" : "%u", id);
    selector_free(selector);
    return out;
}

static void expect(const char *source, const char *wanted) {
    const char *got = matches(source);
    if (strcmp(got, wanted) != 0) printf("# %s\n", source);
    CHECK_TEXT(text_of(got), wanted);
}

static void types_and_combinators(void) {
    expect("heading", "2");
    expect("heading, link", "2 6");
    expect("document > paragraph", "4");
    expect("paragraph", "4 9 14 16 18 20 22");
    expect("document paragraph text", "5 7");
    expect("paragraph > text", "5");
    expect("heading + paragraph", "4");
    expect("heading ~ *", "4 8 12");
    expect("heading ~ list > item paragraph", "14 16 18 20 22");
    expect("heading + block_quote", "");
    expect("list>item+item", "15 17 19 21");
    expect(" \t heading \n", "2");
    expect("document > list > item > paragraph", "14 16 18 20 22");
    expect("block_quote > paragraph ~ attribution", "11");
}

static void fields(void) {
    expect("heading[level=2]", "2");
    expect("[level=\"3\"]", "");
    expect("[level]", "2");
    expect("link[url^=\"http:\"]", "6");
    expect("[url$='a-b']", "6");
    expect("[url*=example]", "6");
    expect("[url*='EXAMPLE']", "");
    expect("[url*='EXAMPLE' i]", "6");
    expect("[class~=external]", "6");
    expect("[class~=extern]", "");
    expect(".big.external", "6");
    expect("#start", "4");
    expect("*#start", "4");
    expect("[attributes.rel=nofollow]", "6");
    expect("[data-kind|=x]", "6");
    expect("list[ordered]", "12");
    expect("list[ordered=true]", "12");
    expect("list[ordered=false]", "");
    expect("list[tight]", "");
    expect("[text='this']", "7");
    expect("[text='\\74 his']", "7");
    expect("[url^='']", "");
}

static void pseudo_classes(void) {
    expect("item:first-child", "13");
    expect("item:last-child", "21");
    expect("item:nth-child(2)", "15");
    expect("item:nth-child(odd)", "13 17 21");
    expect("item:nth-child(even)", "15 19");
    expect("item:nth-child(2n+1)", "13 17 21");
    expect("item:nth-child( -n + 2 )", "13 15");
    expect("item:nth-child(n+4)", "19 21");
    expect("item:nth-last-child(2)", "19");
    expect("item:nth-last-child(odd)", "13 17 21");
    expect("paragraph:only-child", "14 16 18 20 22");
    expect("block_quote:has(attribution)", "8");
    expect("block_quote:has(> image)", "");
    expect("> block_quote, > list", "8 12");
    expect("block_quote:has(> paragraph image)", "8");
    expect("heading:has(+ paragraph)", "2");
    expect("heading:has(~ list)", "2");
    expect("heading:has(+ list)", "");
    expect("paragraph:not(:has(image))", "4 14 16 18 20 22");
    expect("paragraph:not(:has(image), item > *)", "4");
    expect(":is(heading, link) > text", "3 7");
    expect("paragraph:within(block_quote)", "9");
    expect("text:within(paragraph:has(link))", "5 7");
    expect("paragraph:contains(\"See this\")", "4");
    expect("text:contains('ard')", "3");
    expect(":root", "1");
    expect("paragraph:empty", "14 16 18 20 22");
    expect(":inline", "3 5 6 7 10");
    expect("list:has(:nth-child(5))", "12");
    expect("item:First-Child, item:NTH-CHILD(EVEN), item:nth-child(4N+1)", "13 15 19 21");
    expect(":root:first-child:last-child:nth-child(2n+1):nth-last-child(1)", "1");
    expect("document:only-child > heading", "2");
}

static void mistakes(void) {
    expect("headin", "1: there is no node type \"headin\"; did you mean \"heading\"?");
    expect("heading[lvel=2]", "9: there is no field \"lvel\"; did you mean \"level\"?");
    expect("paragraph[level=2]", "11: a paragraph has no field \"level\"");
    expect("item:frist-child",
           "6: there is no pseudo-class \"frist-child\"; did you mean \"first-child\"?");
    expect("", "1: a node type is missing at the end");
    expect("heading >", "10: a node type is missing at the end");
    expect("heading,", "9: a node type is missing at the end");
    expect("heading[level=2", "16: \"]\" is missing");
    expect("[url='x", "6: the quote that opens here is not closed");
    expect("[url=]", "6: a value is missing; write a word, or text in quotes");
    expect("[url!=x]", "5: \"]\" or one of = ^= $= *= ~= |= is expected here");
    expect("link:not(link", "14: \")\" is missing");
    expect("link)", "5: \")\" is not expected here");
    expect("link!", "5: \"!\" is not expected here");
    expect("item:nth-child(x)", "16: a position such as 3, odd, even or 2n+1 is missing");
    expect("item:first-child(2)", "17: :first-child has no parentheses");
    expect("item:has", "9: :has must be followed by \"(\"");
    expect("+ item", "1: a node type, \"*\", \"[\", \":\", \"#\" or \".\" is expected here");
    expect("x:not(y:not(", "1: there is no node type \"x\"");
    /* What HTML and pandoc call them. */
    expect("a[href]", "1: there is no node type \"a\"; did you mean \"link\"?");
    expect("Header", "1: there is no node type \"Header\"; did you mean \"heading\"?");
    expect("link[href]", "6: there is no field \"href\"; did you mean \"url\"?");
}

/* Any bytes give a selector or a message, never more; with sanitizers this is the check. */
static void any_bytes(void) {
    static const char *const pieces[] = {
        "heading", "[",    "level", "=",    "2",    "]",  " ",  ">",   "+", "~",
        ",",       ":not", ":has",  "(",    ")",    "\\", "\"", "*",   ":", ":nth-child",
        "n",       "-",    "|=",    "\xff", "\x01", "#",  ".x", "link"};
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char source[256] = "";
        unsigned count = (seed >> 8) % 12;
        for (unsigned i = 0; i < count; i++) {
            seed = seed * 1664525 + 1013904223;
            strcat(source, pieces[(seed >> 8) % (sizeof pieces / sizeof *pieces)]);
        }
        seed = seed * 1664525 + 1013904223;
        (void)matches(source);
    }
    struct buffer deep = {0};
    for (int i = 0; i < 2000; i++) buffer_append_string(&deep, ":not(");
    struct selector_error error;
    CHECK(!selector_compile(buffer_text(&deep), &error));
    deep.length = 0;
    for (int i = 0; i < 1000; i++) buffer_append_string(&deep, "*>");
    CHECK(!selector_compile(buffer_text(&deep), &error));
    deep.length = 0;
    for (int i = 0; i < 5000; i++) buffer_append_string(&deep, "*");
    CHECK(!selector_compile(buffer_text(&deep), &error));
    buffer_free(&deep);
}

static void many_children(void) {
    struct document kept = document;
    document_open(&document, TEXT(""), 0);
    for (int i = 0; i < 300000; i++) add(ROOT_NODE, NODE_PARAGRAPH);
    double start = clock_processor();
    struct selector_error error;
    struct selector *selector =
        selector_compile(TEXT("paragraph:nth-child(3n):nth-last-child(odd)"), &error);
    unsigned count = 0;
    selector_memory_changed(&memory);
    for (node_id id = 1; id < document.count; id++)
        count += selector_matches(selector, &document, id, &memory);
    CHECK(count == 50000);
    CHECK(clock_processor() - start < 2 * clock_factor());
    selector_free(selector);
    document_free(&document);
    document = kept;
    selector_memory_changed(&memory);
}

static unsigned count_matches(const char *source) {
    struct selector_error error;
    struct selector *selector = selector_compile(text_of(source), &error);
    unsigned count = 0;
    for (node_id id = 1; id < document.count; id++)
        count += selector_matches(selector, &document, id, &memory);
    selector_free(selector);
    return count;
}

/* :has() and :within() in each other: the work of one must not be multiplied by the next. */
static void searches_in_searches(void) {
    struct document kept = document;
    document_open(&document, TEXT(""), 0);
    selector_memory_changed(&memory);
    node_id inner = ROOT_NODE;
    for (int i = 0; i < 150; i++) inner = add(inner, NODE_BLOCK_QUOTE);
    for (int i = 0; i < 1000; i++) add(ROOT_NODE, NODE_PARAGRAPH);
    double start = clock_processor();
    CHECK(count_matches(":has(:has(:has(:has(:has(:has(:has(image)))))))") == 0);
    CHECK(count_matches(":within(:within(:within(:within(:within(:within(image))))))") == 0);
    CHECK(count_matches(":has(~ :has(~ :has(~ :has(~ image))))") == 0);
    CHECK(clock_processor() - start < 5 * clock_factor());
    /* What was found out holds until something changes. */
    CHECK(count_matches(":has(:has(image))") == 0);
    node_id image = add(inner, NODE_IMAGE);
    selector_memory_changed(&memory);
    CHECK(count_matches(":has(:has(image))") == 150);
    CHECK(count_matches(":has(:has([title=x]))") == 0);
    node_set_field(&document, image, FIELD_TITLE, TEXT("x"));
    document.changes++;
    CHECK(count_matches(":has(:has([title=x]))") == 150);
    document_free(&document);
    document = kept;
    selector_memory_changed(&memory);
}

int main(void) {
    build();
    RUN(types_and_combinators);
    RUN(fields);
    RUN(pseudo_classes);
    RUN(mistakes);
    RUN(any_bytes);
    RUN(many_children);
    RUN(searches_in_searches);
    document_free(&document);
    selector_memory_free(&memory);
    return unit_end();
}
