#include "document/selector.h"

#include "document/selector_program.h"

/* What a failed match says about others, so that none is tried in vain (as WebKit's matcher does):
 * FAILS here; FAILS_SIBLINGS: for each earlier sibling too; FAILS_ALL: for each ancestor too. */
enum outcome { FAILS, FAILS_SIBLINGS, FAILS_ALL, MATCHES };

struct match {
    const struct selector *selector;
    const struct document *document;
    struct selector_memory *memory;
};

static enum outcome match_from(const struct match *match, uint16_t number, node_id id,
                               node_id scope);

uint64_t selector_types(const struct selector *selector) {
    return selector->types;
}

uint32_t selector_weight(const struct selector *selector) {
    return selector->weight;
}

bool selector_possible(const struct selector *selector, uint64_t present) {
    for (int i = 0; i < SELECTOR_NEEDS; i++)
        if (!(selector->needs[i] & present)) return false;
    return true;
}

void selector_memory_changed(struct selector_memory *memory) {
    memory->parent = memory->counted = NO_NODE;
    memory->answers_of = 0;
}

void selector_memory_free(struct selector_memory *memory) {
    buffer_free(&memory->buffer);
    memory_free(memory->answers);
    *memory = (struct selector_memory){0};
}

uint32_t node_index(const struct document *document, node_id id, struct selector_memory *memory) {
    node_id parent = document_node(document, id)->parent, at = id;
    if (!parent) return 0;
    uint32_t steps = 0;
    bool known = memory->parent == parent;
    while (at && !(known && at == memory->child)) {
        at = document_node(document, at)->previous;
        steps++;
    }
    uint32_t index = steps + (at ? memory->index : 0);
    memory->parent = parent;
    memory->child = id;
    return memory->index = index;
}

uint32_t node_child_count(const struct document *document, node_id id,
                          struct selector_memory *memory) {
    if (memory->counted == id) return memory->count;
    uint32_t count = 0;
    for (node_id child = document_node(document, id)->first; child;
         child = document_node(document, child)->next)
        count++;
    memory->counted = id;
    return memory->count = count;
}

node_id node_child_at(const struct document *document, node_id id, uint32_t index,
                      struct selector_memory *memory) {
    node_id child = document_node(document, id)->first;
    uint32_t at = 1;
    if (!child || !index) return NO_NODE;
    if (memory->parent == id && index >= memory->index / 2)
        child = memory->child, at = memory->index;
    for (; child && at < index; at++) child = document_node(document, child)->next;
    for (; child && at > index; at--) child = document_node(document, child)->previous;
    if (child) memory->parent = id, memory->child = child, memory->index = index;
    return child;
}

static char fold(char byte, bool folding) {
    return folding && byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

static bool equal(struct text a, struct text b, bool folding) {
    if (!folding) return text_equal(a, b);
    if (a.length != b.length) return false;
    for (size_t i = 0; i < a.length; i++)
        if (fold(a.bytes[i], true) != fold(b.bytes[i], true)) return false;
    return true;
}

static struct text part(struct text a, size_t start, size_t length) {
    return (struct text){a.bytes + start, length};
}

static bool contains(struct text a, struct text b, bool folding) {
    if (!folding) return memmem(a.bytes, a.length, b.bytes, b.length) != NULL;
    for (size_t i = 0; i + b.length <= a.length; i++)
        if (equal(part(a, i, b.length), b, true)) return true;
    return false;
}

static bool has_word(struct text a, struct text word, bool folding) {
    for (size_t start = 0, at = 0; at <= a.length; at++) {
        if (at < a.length && a.bytes[at] != ' ' && a.bytes[at] != '\t' && a.bytes[at] != '\n')
            continue;
        if (at > start && equal(part(a, start, at - start), word, folding)) return true;
        start = at + 1;
    }
    return false;
}

/* An empty value matches nothing with ^= $= *= and ~=, as in CSS. */
static bool compare(const struct selector_test *test, struct text text) {
    struct text value = test->value;
    bool fits = value.length && value.length <= text.length;
    switch (test->operator) {
    case '=': return equal(text, value, test->fold);
    case '^': return fits && equal(part(text, 0, value.length), value, test->fold);
    case '$':
        return fits &&
               equal(part(text, text.length - value.length, value.length), value, test->fold);
    case '*': return fits && contains(text, value, test->fold);
    case '~': return fits && has_word(text, value, test->fold);
    case '|':
        return equal(text, value, test->fold) ||
               (text.length > value.length && text.bytes[value.length] == '-' &&
                equal(part(text, 0, value.length), value, test->fold));
    default: return true;
    }
}

static bool test_property(const struct match *match, const struct selector_test *test, node_id id) {
    struct property_value value =
        property_get(match->document, id, test->property, &match->memory->buffer);
    if (value.kind == PROPERTY_ABSENT) return false;
    if (!test->operator) return value.kind != PROPERTY_BOOLEAN || value.number;
    if (value.kind == PROPERTY_BOOLEAN) value.text = value.number ? TEXT("true") : TEXT("false");
    char digits[16];
    if (value.kind == PROPERTY_NUMBER) {
        size_t at = sizeof digits;
        do digits[--at] = (char)('0' + value.number % 10);
        while (value.number /= 10);
        value.text = (struct text){digits + at, sizeof digits - at};
    }
    return compare(test, value.text);
}

static bool test_nth(const struct selector_test *test, uint32_t index) {
    int64_t from = (int64_t)index - test->offset;
    if (!index) return false;
    if (!test->step) return from == 0;
    return from % test->step == 0 && from / test->step >= 0;
}

static bool match_list(const struct match *match, uint16_t branch, node_id id, node_id scope) {
    const struct selector_branch *branches = match->selector->branches;
    for (; branch; branch = branches[branch].next)
        if (match_from(match, branches[branch].compound, id, scope) == MATCHES) return true;
    return false;
}

static bool test_within(const struct match *match, uint16_t branch, node_id id) {
    while ((id = document_node(match->document, id)->parent))
        if (match_list(match, branch, id, NO_NODE)) return true;
    return false;
}

/* Anything in the tree below `root`, or root too, that the branch ends in. */
static bool find_below(const struct match *match, const struct selector_branch *branch,
                       node_id root, bool with_root, node_id scope) {
    uint64_t types = match->selector->compounds[branch->compound].types;
    const struct node *nodes = match->document->nodes;
    for (node_id id = root;;) {
        if ((types & TYPE_BIT(nodes[id].type)) && (id != root || with_root) &&
            match_from(match, branch->compound, id, scope) == MATCHES)
            return true;
        if (nodes[id].first) {
            id = nodes[id].first;
            continue;
        }
        while (id != root && !nodes[id].next) id = nodes[id].parent;
        if (id == root) return false;
        id = nodes[id].next;
    }
}

static bool test_has(const struct match *match, uint16_t number, node_id id) {
    const struct selector_branch *branches = match->selector->branches;
    const struct node *nodes = match->document->nodes;
    for (; number; number = branches[number].next) {
        const struct selector_branch *branch = &branches[number];
        if (branch->leading == ' ' || branch->leading == '>') {
            if (find_below(match, branch, id, false, id)) return true;
            continue;
        }
        for (node_id sibling = nodes[id].next; sibling; sibling = nodes[sibling].next) {
            if (find_below(match, branch, sibling, true, id)) return true;
            if (branch->leading == '+') break;
        }
    }
    return false;
}

static bool search(const struct match *match, const struct selector_test *test, node_id id) {
    return test->kind == TEST_HAS ? test_has(match, test->branch, id)
                                  : test_within(match, test->branch, id);
}

static bool search_once(const struct match *match, const struct selector_test *test, node_id id) {
    struct selector_memory *memory = match->memory;
    uint64_t key = (uint64_t)id * match->selector->kept_count + test->kept;
    struct selector_answer *answer = &memory->answers[key & (memory->answer_count - 1)];
    if (answer->turn == memory->turn && answer->key == key) return answer->matches;
    bool matches = search(match, test, id);
    *answer = (struct selector_answer){key, memory->turn, matches};
    return matches;
}

/* Forgets the answers that do not hold any more, and makes room. */
static void begin_answers(const struct selector *selector, const struct document *document,
                          struct selector_memory *memory) {
    enum { MOST = 1 << 20 };
    if (memory->answers_of == selector->hash && memory->changes == document->changes) return;
    memory->answers_of = selector->hash;
    memory->changes = document->changes;
    uint64_t wanted = (uint64_t)document->count * selector->kept_count;
    uint32_t count = 64;
    while (count < wanted && count < MOST) count *= 2;
    if (memory->answer_count < count) {
        memory_free(memory->answers);
        memory->answers = memory_allocate_zeroed(count * sizeof *memory->answers);
        memory->answer_count = count;
        memory->turn = 0;
    }
    if (++memory->turn) return;
    memset(memory->answers, 0, memory->answer_count * sizeof *memory->answers);
    memory->turn = 1;
}

static bool run_test(const struct match *match, const struct selector_test *test, node_id id,
                     node_id scope) {
    const struct document *document = match->document;
    const struct node *node = document_node(document, id);
    struct text text;
    switch ((enum selector_test_kind)test->kind) {
    case TEST_PROPERTY: return test_property(match, test, id);
    case TEST_ATTRIBUTE:
        text = node_attribute(document, id, test->name);
        return text.bytes && compare(test, text);
    case TEST_IS: return match_list(match, test->branch, id, NO_NODE);
    case TEST_NOT: return !match_list(match, test->branch, id, NO_NODE);
    case TEST_HAS:
    case TEST_WITHIN: return test->kept ? search_once(match, test, id) : search(match, test, id);
    /* A node without a parent is the only one of its kin, as CSS's root element is. */
    case TEST_NTH:
        if (!test->step && test->offset == 1) return !node->previous;
        return test_nth(test, node->parent ? node_index(document, id, match->memory) : 1);
    case TEST_NTH_LAST:
        if (!test->step && test->offset == 1) return !node->next;
        if (!node->parent) return test_nth(test, 1);
        return test_nth(test, node_child_count(document, node->parent, match->memory) + 1 -
                                  node_index(document, id, match->memory));
    case TEST_EMPTY: return !node->first && !node->text.length;
    case TEST_ROOT: return !node->parent;
    case TEST_SCOPE: return scope ? id == scope : !node->parent;
    case TEST_CONTAINS:
        match->memory->buffer.length = 0;
        if (node->type == NODE_TEXT || node->type == NODE_CODE) {
            text = node_text(document, id);
        } else {
            document_plain(document, id, &match->memory->buffer);
            text = buffer_text(&match->memory->buffer);
        }
        return contains(text, test->value, false);
    }
    return false;
}

static enum outcome match_left(const struct match *match, const struct selector_compound *compound,
                               node_id id, node_id scope) {
    const struct node *nodes = match->document->nodes;
    enum outcome outcome;
    switch (compound->combinator) {
    case ' ':
        while ((id = nodes[id].parent)) {
            outcome = match_from(match, compound->left, id, scope);
            if (outcome == MATCHES || outcome == FAILS_ALL) return outcome;
        }
        return FAILS_ALL;
    case '>':
        if (!nodes[id].parent) return FAILS_ALL;
        outcome = match_from(match, compound->left, nodes[id].parent, scope);
        return outcome == MATCHES || outcome == FAILS_ALL ? outcome : FAILS_SIBLINGS;
    case '+':
        if (!nodes[id].previous) return FAILS_SIBLINGS;
        return match_from(match, compound->left, nodes[id].previous, scope);
    default:
        while ((id = nodes[id].previous)) {
            outcome = match_from(match, compound->left, id, scope);
            if (outcome != FAILS) return outcome;
        }
        return FAILS_SIBLINGS;
    }
}

static enum outcome match_from(const struct match *match, uint16_t number, node_id id,
                               node_id scope) {
    const struct selector_compound *compound = &match->selector->compounds[number];
    if (!(compound->types & TYPE_BIT(match->document->nodes[id].type))) return FAILS;
    const struct selector_test *tests = match->selector->tests + compound->test;
    for (unsigned i = 0; i < compound->test_count; i++)
        if (!run_test(match, &tests[i], id, scope)) return FAILS;
    return compound->left ? match_left(match, compound, id, scope) : MATCHES;
}

bool selector_matches(const struct selector *selector, const struct document *document, node_id id,
                      struct selector_memory *memory) {
    return selector_matches_below(selector, document, NO_NODE, id, memory);
}

bool selector_matches_below(const struct selector *selector, const struct document *document,
                            node_id searched, node_id id, struct selector_memory *memory) {
    if (!(selector->types & TYPE_BIT(document->nodes[id].type))) return false;
    struct match match = {selector, document, memory};
    if (selector->kept_count) begin_answers(selector, document, memory);
    return match_list(&match, selector->branch, id, searched);
}
