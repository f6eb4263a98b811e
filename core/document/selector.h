/* selector.h: CSS selectors over node types and fields, compiled once, matched without recursion
 * over the tree.
 *
 *     heading[level=2] link[url^="http:"]      list > item:first-child
 *     block_quote:has(attribution)             paragraph:not(:has(image))
 *
 * What there is, with CSS's meaning (W3C Selectors 4) and a node's type in the place of an
 * element's name:
 *   type  *  #id  .class  a b  a > b  a + b  a ~ b  a, b
 *   [field]  =  ^=  $=  *=  ~=  |=  with values as "quoted", 'quoted', plain words or numbers, and
 *       an `i` behind the value to ignore ASCII case; fields are those of property.h. A boolean
 *       field alone means that it is true. [attributes.width] is a named attribute; the prefix may
 *       be left out where the name has a hyphen, as no field's has.
 *   :is(a, b) :not(a, b) :has(a, > b, + c, ~ d) :within(a)   :within: an ancestor matches
 *   :first-child :last-child :only-child :nth-child(2n+1 | odd | even | 3) :nth-last-child()
 *   :empty (no children and no text)  :root  :block  :inline
 *   > a   at the beginning: a child of the node that is searched, else of the top of the tree
 *   :contains("text")   the text content, as document_plain gives it, has it
 * Escapes in words and quotes are CSS's: a backslash and a character, or up to six hex digits.
 *
 * Ownership: selector_compile gives a selector for selector_free; nothing refers to the source text
 * after that. Bounds: 4 KB of text, 64 compounds, 128 tests, 8 parentheses deep.
 * Cost: a node whose type the selector cannot match costs one test of a bit. Combinators look at
 * each ancestor or earlier sibling at most once for each compound, :has() and :within() inside
 * others at each node at most once while nothing changes. The position in :nth-child is
 * found from the last one asked for, so that asking child after child is linear.
 * Errors: NULL, and where and what is wrong in *error.
 */
#ifndef GALLEY_SELECTOR_H
#define GALLEY_SELECTOR_H

#include "document/document.h"

struct selector;

struct selector_error {
    uint32_t column; /* from 1, in bytes */
    char message[200];
};

/* What matching remembers from node to node of one document; zeroed at first. After any change of
 * the tree selector_memory_changed must be called; one of fields counts document->changes up. */
struct selector_memory {
    struct buffer buffer;
    node_id parent, child;
    uint32_t index;  /* of child, from 1 */
    node_id counted; /* a parent ... */
    uint32_t count;  /* ... and how many children it has */
    /* What :has() and :within() inside others gave for nodes, while nothing changes: without it
     * each level would multiply the work. A place that two share goes to the last. */
    struct selector_answer {
        uint64_t key;
        uint32_t turn;
        bool matches;
    } * answers;
    uint32_t answer_count, turn, changes; /* document->changes at that time */
    uint64_t answers_of;                  /* the selector's hash; 0: none */
};

struct selector *selector_compile(struct text source, struct selector_error *error);
void selector_free(struct selector *selector);
/* Bit 1 << type for each type that can match at all. */
uint64_t selector_types(const struct selector *selector);
/* How special it is, as CSS orders rules: ids, then classes and fields, then types. */
uint32_t selector_weight(const struct selector *selector);
/* Whether anything can match in a tree with these types of nodes only: `item > paragraph` cannot
 * where there is no item. */
bool selector_possible(const struct selector *selector, uint64_t present);
bool selector_matches(const struct selector *selector, const struct document *document, node_id id,
                      struct selector_memory *memory);
/* The same in a search below a node, whose children a leading > means. */
bool selector_matches_below(const struct selector *selector, const struct document *document,
                            node_id searched, node_id id, struct selector_memory *memory);

void selector_memory_changed(struct selector_memory *memory);
void selector_memory_free(struct selector_memory *memory);
/* The place among its siblings, from 1; 0 without a parent. */
uint32_t node_index(const struct document *document, node_id id, struct selector_memory *memory);
/* The child at a place, from 1, found from the last one asked for; NO_NODE where there is none. */
node_id node_child_at(const struct document *document, node_id id, uint32_t index,
                      struct selector_memory *memory);
uint32_t node_child_count(const struct document *document, node_id id,
                          struct selector_memory *memory);

#endif
