#include "base/closest.h"
#include "document/content.h"
#include "document/foreign_names.h"
#include "document/selector.h"
#include "document/selector_program.h"
#include "document/selector_scan.h"

struct parser {
    struct selector_scan scan;
    uint32_t weight;
    uint16_t test_count, compound_count, branch_count;
    uint16_t searching, kept_count; /* how many :has() and :within() are open */
    struct selector_test tests[SELECTOR_TESTS];
    struct selector_compound compounds[SELECTOR_COMPOUNDS + 1];
    struct selector_branch branches[SELECTOR_COMPOUNDS + 1];
};

enum { WEIGHT_ID = 1 << 16, WEIGHT_TEST = 1 << 8, WEIGHT_TYPE = 1 };

static const char *const pseudo_classes[] = {
    "is",          "not",        "has",        "within",    "contains",
    "first-child", "last-child", "only-child", "nth-child", "nth-last-child",
    "empty",       "root",       "block",      "inline",    NULL};

static void fail_name(struct parser *parser, size_t at, const char *what, struct text name,
                      struct closest closest) {
    int length = name.length > 60 ? 60 : (int)name.length;
    if (closest.best.length)
        selector_fail(&parser->scan, at, "there is no %s \"%.*s\"; did you mean \"%.*s\"?", what,
                      length, name.bytes, (int)closest.best.length, closest.best.bytes);
    else
        selector_fail(&parser->scan, at, "there is no %s \"%.*s\"", what, length, name.bytes);
}

static struct selector_test *add_test(struct parser *parser, struct selector_test test) {
    if (parser->test_count == SELECTOR_TESTS) {
        selector_fail(&parser->scan, parser->scan.at, "the selector has more than %d tests",
                      SELECTOR_TESTS);
        return NULL;
    }
    parser->weight += WEIGHT_TEST;
    parser->tests[parser->test_count] = test;
    return &parser->tests[parser->test_count++];
}

static uint16_t parse_list(struct parser *parser, unsigned depth, bool relative, uint64_t *types);

/* Tests of one compound, gathered here since those of a parenthesis are added in between. */
struct row {
    struct selector_test tests[32];
    unsigned count;
    uint64_t types;
};

static void row_add(struct parser *parser, struct row *row, struct selector_test test) {
    if (row->count == sizeof row->tests / sizeof *row->tests)
        selector_fail(&parser->scan, parser->scan.at, "more than %u tests on one node", row->count);
    else
        row->tests[row->count++] = test;
}

static void add_property(struct parser *parser, struct row *row, const char *name, char operator) {
    struct text value = selector_take_word(&parser->scan, false);
    if (!value.length)
        selector_fail(&parser->scan, parser->scan.at, "a name must follow \"%c\"",
                      name[0] == 'i' ? '#' : '.');
    row_add(parser, row,
            (struct selector_test){.kind = TEST_PROPERTY,
                                   .operator= operator,
                                   .property = property_find(text_of(name)),
                                   .value = value});
    if (name[0] == 'i') parser->weight += WEIGHT_ID;
}

static const struct property *find_field(struct parser *parser, size_t at, struct text *name,
                                         uint64_t *types) {
    const struct property *property = property_find(*name);
    if (text_starts(*name, TEXT("attributes."))) {
        name->bytes += 11;
        name->length -= 11;
        bool field = text_is(*name, "id") || text_is(*name, "class"); /* they are both */
        return field ? property_find(*name) : NULL;
    }
    if (!property && memchr(name->bytes, '-', name->length)) return NULL;
    if (!property) {
        struct closest closest = closest_to(*name);
        const struct property *known;
        for (unsigned i = 0; (known = property_at(i)); i++)
            closest_try(&closest, text_of(known->name));
        struct text ours = foreign_field(*name);
        if (property_find(ours)) closest.best = ours;
        if (closest.best.length)
            fail_name(parser, at, "field", *name, closest);
        else
            selector_fail(&parser->scan, at,
                          "there is no field \"%.*s\"; an attribute is [attributes.%.*s]",
                          name->length > 60 ? 60 : (int)name->length, name->bytes,
                          name->length > 60 ? 60 : (int)name->length, name->bytes);
        return NULL;
    }
    if (*types && !(*types & property->types)) {
        enum node_type type = NODE_NONE;
        while (type < NODE_TYPE_COUNT && *types != TYPE_BIT(type)) type++;
        if (type < NODE_TYPE_COUNT)
            selector_fail(&parser->scan, at, "%s has no field \"%s\"", node_type_phrase(type),
                          property->name);
        else
            selector_fail(&parser->scan, at, "no node has all the fields asked for up to \"%s\"",
                          property->name);
    }
    *types &= property->types;
    return property;
}

static void parse_field(struct parser *parser, struct row *row) {
    selector_skip_space(&parser->scan);
    size_t at = parser->scan.at;
    struct text name = selector_take_word(&parser->scan, true);
    if (!name.length) {
        selector_fail(&parser->scan, at, "a field's name must follow \"[\"");
        return;
    }
    struct selector_test test = {.kind = TEST_PROPERTY, .name = name};
    test.property = find_field(parser, at, &test.name, &row->types);
    if (!test.property) test.kind = TEST_ATTRIBUTE;
    selector_skip_space(&parser->scan);
    at = parser->scan.at;
    if (selector_take(&parser->scan, '=')) {
        test.operator= '=';
    } else if (selector_peek(&parser->scan) && strchr("^$*~|", selector_peek(&parser->scan))) {
        test.operator= parser->scan.source.bytes[parser->scan.at++];
        if (!selector_take(&parser->scan, '='))
            selector_fail(&parser->scan, at, "\"%c\" must be followed by \"=\"", test.operator);
    }
    if (test.operator) {
        selector_skip_space(&parser->scan);
        test.value = selector_take_value(&parser->scan);
        selector_skip_space(&parser->scan);
        test.fold = selector_take(&parser->scan, 'i');
        selector_skip_space(&parser->scan);
    }
    if (!selector_take(&parser->scan, ']'))
        selector_fail(&parser->scan, parser->scan.at,
                      test.operator? "\"]\" is missing"
                                   : "\"]\" or one of = ^= $= *= ~= |= is expected here");
    row_add(parser, row, test);
}

/* odd, even, 3, 2n, -n+3 */
static void parse_nth(struct parser *parser, struct selector_test *test) {
    selector_skip_space(&parser->scan);
    size_t at = parser->scan.at;
    if (selector_take_string(&parser->scan, "odd")) {
        test->step = 2, test->offset = 1;
        return;
    }
    if (selector_take_string(&parser->scan, "even")) {
        test->step = 2;
        return;
    }
    int32_t sign = 1, number = 1;
    if (selector_take(&parser->scan, '-'))
        sign = -1;
    else
        selector_take(&parser->scan, '+');
    bool digits = selector_take_number(&parser->scan, &number);
    if (!selector_take_string(&parser->scan, "n")) {
        test->offset = sign * number;
        if (!digits)
            selector_fail(&parser->scan, at, "a position such as 3, odd, even or 2n+1 is missing");
        return;
    }
    test->step = sign * number;
    selector_skip_space(&parser->scan);
    sign = selector_take(&parser->scan, '-') ? -1 : selector_take(&parser->scan, '+') ? 1 : 0;
    selector_skip_space(&parser->scan);
    if (!sign) return;
    if (!selector_take_number(&parser->scan, &number))
        selector_fail(&parser->scan, parser->scan.at, "a number is missing");
    test->offset = sign * number;
}

static uint64_t types_where(bool (*is)(enum node_type)) {
    uint64_t types = 0;
    for (int type = 1; type < NODE_TYPE_COUNT; type++)
        if (is((enum node_type)type)) types |= TYPE_BIT(type);
    return types;
}

/* A directive or shortcode of lines and one within a line have the same type. */
static uint64_t inline_types(void) {
    return (ALL_TYPES & ~types_where(node_type_is_block)) | TYPE_BIT(NODE_DIRECTIVE);
}

/* Those without parentheses. */
static bool parse_plain_pseudo(struct parser *parser, struct row *row, struct text name) {
    struct selector_test nth = {.kind = TEST_NTH, .offset = 1};
    struct selector_test nth_last = {.kind = TEST_NTH_LAST, .offset = 1};
    if (text_is(name, "first-child") || text_is(name, "only-child")) row_add(parser, row, nth);
    if (text_is(name, "last-child") || text_is(name, "only-child")) row_add(parser, row, nth_last);
    if (text_is(name, "first-child") || text_is(name, "last-child") || text_is(name, "only-child"))
        return true;
    if (text_is(name, "empty"))
        row_add(parser, row, (struct selector_test){.kind = TEST_EMPTY});
    else if (text_is(name, "root"))
        row_add(parser, row, (struct selector_test){.kind = TEST_ROOT});
    else if (text_is(name, "block"))
        row->types &= types_where(node_type_is_block) | TYPE_BIT(NODE_SHORTCODE);
    else if (text_is(name, "inline"))
        row->types &= inline_types();
    else
        return false;
    return true;
}

static void parse_pseudo(struct parser *parser, struct row *row, unsigned depth) {
    size_t at = parser->scan.at;
    struct text name = selector_take_keyword(&parser->scan);
    if (parse_plain_pseudo(parser, row, name)) {
        if (selector_peek(&parser->scan) == '(')
            selector_fail(&parser->scan, parser->scan.at, ":%s has no parentheses", name.bytes);
        return;
    }
    struct closest closest = closest_to(name);
    bool known = false;
    for (int i = 0; pseudo_classes[i]; i++) {
        closest_try(&closest, text_of(pseudo_classes[i]));
        known |= text_is(name, pseudo_classes[i]);
    }
    if (!known) {
        fail_name(parser, at, "pseudo-class", name, closest);
        return;
    }
    if (!selector_take(&parser->scan, '(')) {
        selector_fail(&parser->scan, parser->scan.at, ":%s must be followed by \"(\"", name.bytes);
        return;
    }
    struct selector_test test = {0};
    uint64_t types = 0;
    if (text_is(name, "contains")) {
        test.kind = TEST_CONTAINS;
        selector_skip_space(&parser->scan);
        test.value = selector_take_value(&parser->scan);
    } else if (text_is(name, "nth-child") || text_is(name, "nth-last-child")) {
        test.kind = text_is(name, "nth-child") ? TEST_NTH : TEST_NTH_LAST;
        parse_nth(parser, &test);
    } else {
        test.kind = text_is(name, "is")    ? TEST_IS
                    : text_is(name, "not") ? TEST_NOT
                    : text_is(name, "has") ? TEST_HAS
                                           : TEST_WITHIN;
        bool searches = test.kind == TEST_HAS || test.kind == TEST_WITHIN;
        if (searches && parser->searching++) test.kept = ++parser->kept_count;
        test.branch = parse_list(parser, depth + 1, test.kind == TEST_HAS, &types);
        parser->searching = (uint16_t)(parser->searching - searches);
        if (test.kind == TEST_IS) row->types &= types;
    }
    selector_skip_space(&parser->scan);
    if (!selector_take(&parser->scan, ')'))
        selector_fail(&parser->scan, parser->scan.at, "\")\" is missing");
    row_add(parser, row, test);
}

static void parse_type(struct parser *parser, struct row *row) {
    size_t at = parser->scan.at;
    struct text name = selector_take_word(&parser->scan, false);
    enum node_type type = node_type_of(name);
    row->types = TYPE_BIT(type);
    parser->weight += WEIGHT_TYPE;
    if (type != NODE_NONE) return;
    struct closest closest = closest_to(name);
    for (int known = 1; known < NODE_TYPE_COUNT; known++)
        closest_try(&closest, text_of(node_type_name((enum node_type)known)));
    if (foreign_type(name).length) closest.best = foreign_type(name);
    fail_name(parser, at, "node type", name, closest);
}

static uint16_t add_compound(struct parser *parser, const struct row *row, uint16_t left,
                             char combinator) {
    if (parser->compound_count == SELECTOR_COMPOUNDS) {
        selector_fail(&parser->scan, parser->scan.at, "the selector has more than %d parts",
                      SELECTOR_COMPOUNDS);
        return 0;
    }
    uint16_t first = parser->test_count;
    for (unsigned i = 0; i < row->count && !parser->scan.failed; i++)
        add_test(parser, row->tests[i]);
    parser->compounds[++parser->compound_count] =
        (struct selector_compound){row->types, first, (uint16_t)row->count, left, combinator};
    return parser->compound_count;
}

static uint16_t parse_compound(struct parser *parser, unsigned depth, uint16_t left,
                               char combinator) {
    struct row row = {.types = ALL_TYPES};
    size_t start = parser->scan.at;
    if (!selector_take(&parser->scan, '*') && selector_is_word(selector_peek(&parser->scan)))
        parse_type(parser, &row);
    while (!parser->scan.failed) {
        if (selector_take(&parser->scan, '['))
            parse_field(parser, &row);
        else if (selector_take(&parser->scan, ':'))
            parse_pseudo(parser, &row, depth);
        else if (selector_take(&parser->scan, '#'))
            add_property(parser, &row, "id", '=');
        else if (selector_take(&parser->scan, '.'))
            add_property(parser, &row, "class", '~');
        else
            break;
    }
    if (parser->scan.at == start) {
        if (parser->scan.at >= parser->scan.source.length)
            selector_fail(&parser->scan, start, "a node type is missing at the end");
        else
            selector_fail(&parser->scan, start,
                          "a node type, \"*\", \"[\", \":\", \"#\" or \".\" is expected here");
    }
    return parser->scan.failed ? 0 : add_compound(parser, &row, left, combinator);
}

static bool ends_branch(const struct parser *parser) {
    return parser->scan.at >= parser->scan.source.length || selector_peek(&parser->scan) == ',' ||
           selector_peek(&parser->scan) == ')';
}

/* One alternative: compounds and combinators, from the left. */
static uint16_t parse_branch(struct parser *parser, unsigned depth, bool relative) {
    struct selector_branch branch = {0};
    selector_skip_space(&parser->scan);
    if (relative || (!depth && selector_peek(&parser->scan) == '>')) {
        struct row scope = {.types = ALL_TYPES, .count = 1};
        scope.tests[0].kind = TEST_SCOPE;
        branch.leading = ' ';
        if (selector_peek(&parser->scan) && strchr(">+~", selector_peek(&parser->scan)))
            branch.leading = parser->scan.source.bytes[parser->scan.at++];
        branch.compound = add_compound(parser, &scope, 0, 0);
        selector_skip_space(&parser->scan);
    }
    branch.compound = parse_compound(parser, depth, branch.compound, branch.leading);
    while (!parser->scan.failed) {
        char combinator = selector_skip_space(&parser->scan) ? ' ' : 0;
        if (ends_branch(parser)) break;
        if (selector_peek(&parser->scan) && strchr(">+~", selector_peek(&parser->scan))) {
            combinator = parser->scan.source.bytes[parser->scan.at++];
            selector_skip_space(&parser->scan);
        }
        if (!combinator) {
            selector_fail(&parser->scan, parser->scan.at, "\"%c\" is not expected here",
                          selector_peek(&parser->scan));
            break;
        }
        branch.compound = parse_compound(parser, depth, branch.compound, combinator);
    }
    if (parser->branch_count == SELECTOR_COMPOUNDS) {
        selector_fail(&parser->scan, parser->scan.at, "the selector has more than %d alternatives",
                      SELECTOR_COMPOUNDS);
        return 0;
    }
    parser->branches[++parser->branch_count] = branch;
    return parser->branch_count;
}

static uint16_t parse_list(struct parser *parser, unsigned depth, bool relative, uint64_t *types) {
    if (depth > SELECTOR_DEPTH) {
        selector_fail(&parser->scan, parser->scan.at, "parentheses are more than %d deep",
                      SELECTOR_DEPTH);
        return 0;
    }
    uint16_t first = 0, last = 0;
    do {
        uint16_t branch = parse_branch(parser, depth, relative);
        if (parser->scan.failed) return 0;
        *types |= parser->compounds[parser->branches[branch].compound].types;
        if (last) parser->branches[last].next = branch;
        if (!first) first = branch;
        last = branch;
    } while (selector_take(&parser->scan, ','));
    return first;
}

/* Only for one alternative; of :has() the last compound counts. The tree's own types narrow this
 * down to the selectors that are worth trying. */
static void find_needs(struct selector *selector) {
    unsigned count = 0;
    for (int i = 0; i < SELECTOR_NEEDS; i++) selector->needs[i] = selector->types;
    if (selector->branches[selector->branch].next) return;
    for (uint16_t at = selector->branches[selector->branch].compound; at;
         at = selector->compounds[at].left) {
        const struct selector_compound *compound = &selector->compounds[at];
        if (count < SELECTOR_NEEDS) selector->needs[count++] = compound->types;
        for (uint16_t i = 0; i < compound->test_count; i++) {
            const struct selector_test *test = &selector->tests[compound->test + i];
            if (test->kind != TEST_HAS && test->kind != TEST_WITHIN) continue;
            uint64_t types = 0;
            for (uint16_t branch = test->branch; branch; branch = selector->branches[branch].next)
                types |= selector->compounds[selector->branches[branch].compound].types;
            if (count < SELECTOR_NEEDS) selector->needs[count++] = types;
        }
    }
}

static void *keep(struct arena *arena, const void *items, size_t size) {
    return memcpy(arena_allocate(arena, size ? size : 1), items, size);
}

struct selector *selector_compile(struct text source, struct selector_error *error) {
    struct parser *parser = memory_allocate_zeroed(sizeof *parser);
    parser->scan.source = source;
    parser->scan.error = error;
    uint64_t types = 0;
    uint16_t first = 0;
    if (source.length > SELECTOR_BYTES)
        selector_fail(&parser->scan, 0, "the selector is longer than %d bytes", SELECTOR_BYTES);
    else
        first = parse_list(parser, 0, false, &types);
    if (!parser->scan.failed && parser->scan.at < source.length)
        selector_fail(&parser->scan, parser->scan.at, "\"%c\" is not expected here",
                      source.bytes[parser->scan.at]);
    struct selector *selector = NULL;
    if (parser->scan.failed) {
        arena_free(&parser->scan.texts);
    } else {
        selector = memory_allocate_zeroed(sizeof *selector);
        selector->texts = parser->scan.texts;
        selector->types = types;
        selector->weight = parser->weight;
        selector->branch = first;
        selector->kept_count = parser->kept_count;
        selector->hash = text_hash(source) | 1;
        selector->tests =
            keep(&selector->texts, parser->tests, parser->test_count * sizeof *parser->tests);
        selector->compounds = keep(&selector->texts, parser->compounds,
                                   (parser->compound_count + 1u) * sizeof *parser->compounds);
        selector->branches = keep(&selector->texts, parser->branches,
                                  (parser->branch_count + 1u) * sizeof *parser->branches);
        find_needs(selector);
    }
    memory_free(parser);
    return selector;
}

void selector_free(struct selector *selector) {
    if (!selector) return;
    arena_free(&selector->texts);
    memory_free(selector);
}
