/* selector_program.h: a compiled selector, as selector_compile.c makes it and selector.c runs it.
 *
 * A compound (`heading[level=2]:first-child`) is a set of types and a row of tests. Compounds are
 * chained from right to left: `left` is the compound that must match what `combinator` names,
 * counted from 1, 0 at the end. A branch is one alternative of a comma list; its compound is the
 * rightmost. Index 0 of branches and compounds is unused.
 */
#ifndef GALLEY_SELECTOR_PROGRAM_H
#define GALLEY_SELECTOR_PROGRAM_H

#include "document/property.h"

enum {
    SELECTOR_COMPOUNDS = 64,
    SELECTOR_TESTS = 128,
    SELECTOR_DEPTH = 8,
    SELECTOR_BYTES = 4096,
    SELECTOR_NEEDS = 4
};

enum selector_test_kind {
    TEST_PROPERTY,
    TEST_ATTRIBUTE,
    TEST_IS,
    TEST_NOT,
    TEST_HAS,
    TEST_WITHIN,
    TEST_NTH,
    TEST_NTH_LAST,
    TEST_EMPTY,
    TEST_ROOT,
    TEST_CONTAINS,
    TEST_SCOPE /* the node that :has() or a search starts from */
};

struct selector_test {
    uint8_t kind;
    char operator;   /* '=', '^', '$', '*', '~', '|', or 0: there at all */
    bool fold;       /* ASCII case does not count */
    uint16_t branch; /* TEST_IS, NOT, HAS, WITHIN: the first of the list */
    uint16_t kept;   /* HAS, WITHIN inside another: its number among these, from 1 */
    const struct property *property;
    struct text name, value; /* name: of an attribute */
    int32_t step, offset;    /* nth: step * n + offset */
};

struct selector_compound {
    uint64_t types;
    uint16_t test, test_count;
    uint16_t left;
    char combinator; /* ' ', '>', '+', '~' to `left` */
};

struct selector_branch {
    uint16_t compound, next;
    char leading; /* in :has(): the combinator to the scope */
};

struct selector {
    struct arena texts;
    uint64_t types;
    uint32_t weight;
    uint64_t needs[SELECTOR_NEEDS]; /* each a set of types; one of each must be in the tree */
    struct selector_test *tests;
    struct selector_compound *compounds;
    struct selector_branch *branches;
    uint16_t branch; /* the first */
    uint16_t kept_count;
    uint64_t hash; /* of the source, not 0 */
};

#endif
