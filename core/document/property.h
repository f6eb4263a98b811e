/* property.h: the fields of nodes by their names: what selectors test and scripts read and assign.
 *
 * One table says which types have a field, of which kind it is and where it is kept, so that
 * `heading[level=2]` and `node.level = 3` cannot disagree. Beside the fields there are named
 * attributes, which any node may have.
 *
 *   text       text, code, code_block, html_block, html_inline, shortcode: the literal
 *   level      heading: 1 to 6
 *   url title  link, image
 *   alt        image: its children's text; assigning puts one text in their place
 *   info fence fenced           code_block
 *   html       code_block: shown in HTML instead of the text; goes when the text changes
 *   start ordered tight delimiter   list; delimiter is "." or ")"
 *   checked    task
 *   header     table_row
 *   alignment  table_cell: "left", "center", "right", or none
 *   label      directive, footnote_reference, footnote_definition
 *   number     footnote_reference, footnote_definition: read only, the order of first references
 *   name form  directive; form is "block", "leaf" or "inline"
 *   alone      shortcode: it has its lines for itself
 *   name       shortcode too: its first word, where none was given
 *   speaker role    attribution
 *   quotation  figure, block_quote: has an attribution
 *   id class   any; classes are joined by one space
 *
 * Ownership: a text that property_get gives is borrowed from the document, or lies in `scratch`.
 */
#ifndef GALLEY_PROPERTY_H
#define GALLEY_PROPERTY_H

#include "document/document.h"

enum property_kind { PROPERTY_ABSENT, PROPERTY_TEXT, PROPERTY_NUMBER, PROPERTY_BOOLEAN };

/* How it is kept. */
enum property_store {
    STORE_LITERAL, /* node.text */
    STORE_FIELD,   /* datum: enum field_key */
    STORE_FLAG,    /* datum: enum node_flags */
    STORE_DETAIL,  /* least to most are allowed */
    STORE_NAMES,   /* detail counts in `names`, which may begin with NULL for none */
    STORE_DELIMITER,
    STORE_ALT,
    STORE_CLOSING,
    STORE_ATTRIBUTION /* a field, datum, that is read out of the node's words and changes them */
};

struct property {
    const char *name;
    uint64_t types; /* bit 1 << type for each type that has it */
    uint8_t kind;   /* enum property_kind */
    uint8_t store;
    bool read_only, required; /* required: it cannot be taken away */
    uint16_t datum;
    uint32_t least, most;
    const char *names[4];
};

struct property_value {
    enum property_kind kind;
    struct text text;
    uint32_t number; /* a boolean is 0 or 1 */
};

#define TYPE_BIT(type) ((uint64_t)1 << (type))
#define ALL_TYPES      ((TYPE_BIT(NODE_TYPE_COUNT) - 1) & ~(uint64_t)1)

/* In the order of the table; NULL after the last. */
const struct property *property_at(unsigned index);
/* NULL for an unknown name. */
const struct property *property_find(struct text name);
bool property_applies(const struct property *property, enum node_type type);

/* PROPERTY_ABSENT where the type has no such field or the node lacks it. */
struct property_value property_get(const struct document *document, node_id id,
                                   const struct property *property, struct buffer *scratch);
/* NULL when it is done, else why not, as the end of a sentence: "must be from 1 to 6". The property
 * must apply to the node's type; PROPERTY_ABSENT takes the field away. */
const char *property_set(struct document *document, node_id id, const struct property *property,
                         struct property_value value);

/* The text of a text node; the directive of one line that says it as its label has it too. */
void text_set(struct document *document, node_id id, struct text text);

#endif
