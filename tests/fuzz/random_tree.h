/* random_tree.h: trees as a script might build them, from bytes: any node type that can stand at a
 * place, texts that look like markup, fields with all that needs escaping.
 *
 * The same bytes give the same tree. Bytes run out: zeros follow, which end every choice.
 */
#ifndef GALLEY_RANDOM_TREE_H
#define GALLEY_RANDOM_TREE_H

#include "document/dialect.h"
#include "document/document.h"

struct random_tree {
    struct document *document;
    const uint8_t *bytes;
    size_t size;
    uint64_t dialect; /* whose nodes are among them */
    bool plausible;   /* leave out what has no Markdown */
    bool one_line;
    int depth;
};

static inline unsigned random_below(struct random_tree *tree, unsigned below) {
    if (!tree->size) return 0;
    tree->size--;
    return *tree->bytes++ % below;
}

static inline struct text random_text(struct random_tree *tree) {
    static const char *const texts[] = {
        "word",
        "two words",
        "a",
        " ",
        " lead",
        "trail ",
        "*",
        "**",
        "_",
        "__",
        "a*b*c",
        "*x*",
        "snake_case_name",
        "`",
        "``",
        "a`b`c",
        "[",
        "]",
        "[x]",
        "[x](y)",
        "](",
        "![",
        "!",
        "#",
        "# h",
        "h #",
        "###",
        "-",
        "- x",
        "+",
        "1.",
        "12) x",
        "1990. x",
        "> q",
        "===",
        "---",
        "***",
        "* * *",
        "~~~",
        "```",
        "~",
        "~~x~~",
        "<",
        "<b>",
        "</b>",
        "<!-- c -->",
        "<div>",
        "<a@b.cd>",
        "&amp;",
        "&",
        "&#65;",
        "&copy",
        "\\",
        "\\*",
        "x\\",
        "\\\\",
        "http://x.yz/?a=b",
        "www.x.yz",
        "a@b.cd",
        "[^1]",
        "[^1]: n",
        ":::",
        "::: note",
        ":a[b]",
        "{.x}",
        "{#i}",
        "{{< s >}}",
        "{%",
        "|",
        "a | b",
        "|-|-|",
        ": d",
        "\"q\"",
        "'s",
        "--",
        "...",
        "^x^",
        "\xC3\xA9",
        "\xE2\x80\x94",
        "\xE2\x80\x9Cq\xE2\x80\x9D",
        "\xC2\xA0",
        "\n",
        "\t",
        "a\nb",
        "[x]: y",
        "ENDS",
        ".",
        "!x",
        ":",
        "(y)",
        "=",
        "0",
        "\xF0\x9F\x98\x80",
        "\xEF\xBB\xBF",
        "--\xC2\xA0x",
        "    x",
        "\r",
        "\f",
        "[ ] t",
        "<?p?>",
        "<http://x.yz>",
        "mailto:a@b.cd",
        "x:y",
        "}}",
        "%}",
        "\xE2\x80\x94 A. B",
        "&#x41;",
        "{",
        "}",
        "_x",
        "x_",
        "*.",
        ".*",
        "$",
        "0.",
        "@",
        "ftp://x",
        "#1",
        "==",
        "-->",
    };
    return text_of(texts[random_below(tree, sizeof texts / sizeof *texts)]);
}

static inline node_id random_add(struct random_tree *tree, node_id parent, enum node_type type) {
    node_id id = document_add(tree->document, type);
    node_append(tree->document, parent, id);
    return id;
}

/* Some texts one behind another. */
static inline void random_value(struct random_tree *tree, char *value, size_t capacity) {
    size_t length = 0;
    for (unsigned count = 1 + random_below(tree, 3); count--;) {
        struct text text = random_text(tree);
        if (length + text.length >= capacity) break;
        memcpy(value + length, text.bytes, text.length);
        length += text.length;
    }
    value[length] = 0;
}

/* Sometimes an id, classes, or a named attribute. */
static inline void random_attributes(struct random_tree *tree, node_id id) {
    if (!(tree->dialect & DIALECT_ATTRIBUTES)) return;
    switch (random_below(tree, 8)) {
    case 1: node_set_field(tree->document, id, FIELD_ID, TEXT("i")); break;
    case 2: node_set_field(tree->document, id, FIELD_CLASS, TEXT("c d")); break;
    case 3: node_set_attribute(tree->document, id, TEXT("k"), TEXT("v w")); break;
    default: break;
    }
}

static inline struct text random_label(struct random_tree *tree) {
    return text_of(random_below(tree, 2) ? "n" : "1");
}

static inline void random_inlines(struct random_tree *tree, node_id parent, bool in_link);

/* What the dialect has within a line. */
static inline void random_dialect_inline(struct random_tree *tree, node_id parent, bool in_link,
                                         unsigned kind) {
    static const char *const shortcodes[] = {"{{< s \"t\" >}}", "{% x %}", "{{ y | z }}"};
    struct document *document = tree->document;
    node_id id, text;
    switch (kind) {
    case 0:
    case 1:
    case 2:
        id = random_add(tree, parent,
                        kind < 2                                 ? NODE_STRIKETHROUGH
                        : !(tree->dialect & DIALECT_SUPERSCRIPT) ? NODE_STRIKETHROUGH
                        : random_below(tree, 2)                  ? NODE_SUPERSCRIPT
                                                                 : NODE_SUBSCRIPT);
        if (!kind) document_node(document, id)->detail = 1;
        break;
    case 3:
        id = random_add(tree, parent, NODE_SPAN);
        node_set_field(document, id, FIELD_CLASS, TEXT("s"));
        break;
    case 4:
        id = random_add(tree, parent, NODE_FOOTNOTE_REFERENCE);
        node_set_field(document, id, FIELD_LABEL, random_label(tree));
        return;
    case 5:
        id = random_add(tree, parent, NODE_SHORTCODE);
        node_set_text(document, id, text_of(shortcodes[random_below(tree, 3)]));
        return;
    default:
        id = random_add(tree, parent, NODE_DIRECTIVE);
        document_node(document, id)->detail = DIRECTIVE_INLINE;
        node_set_field(document, id, FIELD_NAME, TEXT("d"));
        node_set_field(document, id, FIELD_LABEL, TEXT("l *m*"));
        text = random_add(tree, id, NODE_TEXT);
        node_set_text(document, text, TEXT("l *m*"));
        random_attributes(tree, id);
        return;
    }
    tree->depth++;
    random_inlines(tree, id, in_link);
    tree->depth--;
}

static inline void random_inlines(struct random_tree *tree, node_id parent, bool in_link) {
    static const char *const html[] = {"<b>",    "</b>",  "<br/>", "<!-- c -->",
                                       "<a\nb>", "<div>", "<?p?>", "<x y=\"`\">"};
    struct document *document = tree->document;
    char value[256];
    for (unsigned count = 1 + random_below(tree, 5); count--;) {
        unsigned kind = random_below(tree, tree->dialect ? 21 : 14);
        node_id id, last = document_node(document, parent)->last;
        if (tree->plausible) {
            enum node_type before =
                last ? (enum node_type)document_node(document, last)->type : NODE_LINEBREAK;
            bool broken = before == NODE_SOFTBREAK || before == NODE_LINEBREAK;
            if ((kind == 4 || kind == 5) && (broken || !count || tree->one_line)) kind = 0;
            if ((kind == 6 && before == NODE_CODE) || (kind == 7 && broken)) kind = 0;
        }
        if (tree->depth > 2 && kind >= 8) kind = 0;
        if (kind >= 14) {
            random_dialect_inline(tree, parent, in_link, kind - 14);
            continue;
        }
        switch (kind) {
        default:
            random_value(tree, value, sizeof value);
            id = random_add(tree, parent, NODE_TEXT);
            node_set_text(document, id, text_of(value));
            break;
        case 4: random_add(tree, parent, NODE_SOFTBREAK); break;
        case 5: random_add(tree, parent, NODE_LINEBREAK); break;
        case 6:
            random_value(tree, value, sizeof value);
            for (char *at = value; tree->plausible && *at; at++)
                if (*at == '\n' || *at == '\r') *at = 'n';
            id = random_add(tree, parent, NODE_CODE);
            node_set_text(document, id, text_of(value));
            random_attributes(tree, id);
            break;
        case 7:
            id = random_add(tree, parent, NODE_HTML_INLINE);
            node_set_text(document, id,
                          text_of(html[random_below(tree, sizeof html / sizeof *html)]));
            break;
        case 8:
        case 9:
        case 10:
        case 11:
            id = random_add(tree, parent, kind < 10 ? NODE_EMPH : NODE_STRONG);
            document_node(document, id)->mark = "\0*_"[random_below(tree, 3)];
            random_attributes(tree, id);
            tree->depth++;
            random_inlines(tree, id, in_link);
            tree->depth--;
            break;
        case 12:
        case 13:
            if (in_link && kind == 12 && tree->plausible) break;
            id = random_add(tree, parent, kind == 12 ? NODE_LINK : NODE_IMAGE);
            random_value(tree, value, sizeof value);
            node_set_field(document, id, FIELD_URL, text_of(value));
            if (random_below(tree, 3) == 1) {
                random_value(tree, value, sizeof value);
                node_set_field(document, id, FIELD_TITLE, text_of(value));
            }
            random_attributes(tree, id);
            tree->depth++;
            random_inlines(tree, id, in_link || kind == 12);
            tree->depth--;
            break;
        }
    }
}

static inline void random_blocks(struct random_tree *tree, node_id parent);

static inline void random_line(struct random_tree *tree, node_id parent) {
    tree->one_line = true;
    random_inlines(tree, parent, false);
    tree->one_line = false;
}

static inline void random_table(struct random_tree *tree, node_id parent) {
    struct document *document = tree->document;
    node_id table = random_add(tree, parent, NODE_TABLE);
    unsigned columns = 1 + random_below(tree, 3), rows = 1 + random_below(tree, 3);
    unsigned alignments = random_below(tree, 64);
    for (unsigned i = 0; i < rows; i++) {
        node_id row = random_add(tree, table, NODE_TABLE_ROW);
        if (!i) document_node(document, row)->flags = NODE_HEADER;
        for (unsigned k = 0; k < columns; k++) {
            node_id cell = random_add(tree, row, NODE_TABLE_CELL);
            document_node(document, cell)->detail = alignments >> 2 * k & 3;
            if (random_below(tree, 4)) random_line(tree, cell);
        }
    }
    random_attributes(tree, table);
}

static inline void random_figure(struct random_tree *tree, node_id parent) {
    struct document *document = tree->document;
    node_id figure = random_add(tree, parent, NODE_FIGURE);
    node_id image = random_add(tree, figure, NODE_IMAGE);
    char value[256];
    random_value(tree, value, sizeof value);
    node_set_field(document, image, FIELD_URL, text_of(value));
    random_attributes(tree, image);
    random_attributes(tree, figure);
    random_line(tree, image);
    unsigned kind = random_below(tree, 4);
    if (kind == 3) random_blocks(tree, figure);
    if (!kind) return;
    node_id caption = random_add(tree, figure, NODE_CAPTION);
    if (kind == 1) {
        random_value(tree, value, sizeof value);
        node_id text = random_add(tree, caption, NODE_TEXT);
        node_set_text(document, text, text_of(value));
    } else {
        random_inlines(tree, caption, false);
        random_attributes(tree, caption);
    }
}

static inline void random_definitions(struct random_tree *tree, node_id parent) {
    struct document *document = tree->document;
    node_id list = random_add(tree, parent, NODE_DEFINITION_LIST);
    for (unsigned groups = 1 + random_below(tree, 2); groups--;) {
        for (unsigned terms = 1 + random_below(tree, 2); terms--;)
            random_line(tree, random_add(tree, list, NODE_DEFINITION_TERM));
        for (unsigned count = 1 + random_below(tree, 2); count--;) {
            node_id definition = random_add(tree, list, NODE_DEFINITION);
            if (random_below(tree, 2)) document_node(document, definition)->flags = NODE_TIGHT;
            if (random_below(tree, 8) != 1) random_blocks(tree, definition);
        }
    }
}

static inline void random_quotation(struct random_tree *tree, node_id parent) {
    struct document *document = tree->document;
    node_id quote = random_add(tree, parent, NODE_BLOCK_QUOTE);
    document_node(document, quote)->flags = NODE_QUOTATION;
    random_blocks(tree, quote);
    node_id line = random_add(tree, quote, NODE_ATTRIBUTION);
    node_id text = random_add(tree, line, NODE_TEXT);
    node_set_text(document, text, TEXT("\xE2\x80\x94 A. Bee, c"));
    if (random_below(tree, 2)) random_line(tree, line);
    random_attributes(tree, quote);
}

static inline void random_tasks(struct random_tree *tree, node_id parent) {
    struct document *document = tree->document;
    node_id list = random_add(tree, parent, NODE_LIST);
    document_node(document, list)->flags = NODE_TIGHT;
    for (unsigned items = 1 + random_below(tree, 3); items--;) {
        node_id item = random_add(tree, list, NODE_ITEM);
        node_id paragraph = random_add(tree, item, NODE_PARAGRAPH);
        node_id task = random_add(tree, paragraph, NODE_TASK);
        if (random_below(tree, 2)) document_node(document, task)->flags = NODE_CHECKED;
        node_set_text(document, random_add(tree, paragraph, NODE_TEXT), TEXT(" t"));
        random_inlines(tree, paragraph, false);
    }
}

/* What the dialect has between blocks. */
static inline void random_dialect_block(struct random_tree *tree, node_id parent, unsigned kind) {
    struct document *document = tree->document;
    node_id id;
    tree->depth++;
    switch (kind) {
    case 0: random_table(tree, parent); break;
    case 1:
        id = random_add(tree, parent, NODE_FOOTNOTE_DEFINITION);
        node_set_field(document, id, FIELD_LABEL, random_label(tree));
        random_blocks(tree, id);
        break;
    case 2: random_figure(tree, parent); break;
    case 3: random_quotation(tree, parent); break;
    case 4:
    case 5:
        id = random_add(tree, parent, NODE_DIRECTIVE);
        document_node(document, id)->detail = kind == 4 ? DIRECTIVE_BLOCK : DIRECTIVE_LEAF;
        node_set_field(document, id, FIELD_NAME, TEXT("note"));
        if (random_below(tree, 2)) {
            node_set_field(document, id, FIELD_LABEL, TEXT("a [b] {c"));
            if (kind == 5)
                node_set_text(document, random_add(tree, id, NODE_TEXT), TEXT("a [b] {c"));
        }
        random_attributes(tree, id);
        if (kind == 4 && random_below(tree, 8) != 1) random_blocks(tree, id);
        break;
    case 6: random_definitions(tree, parent); break;
    case 7:
        id = random_add(tree, parent, NODE_SHORTCODE);
        node_set_text(document, id, TEXT("{{< fig src=\"a\" >}}"));
        document_node(document, id)->detail = 1;
        break;
    case 8: random_tasks(tree, parent); break;
    default:
        id = random_add(tree, parent, parent == ROOT_NODE ? NODE_MORE : NODE_THEMATIC_BREAK);
        if (parent == ROOT_NODE) node_set_text(document, id, TEXT("<!-- more -->"));
    }
    tree->depth--;
}

static inline void random_blocks(struct random_tree *tree, node_id parent) {
    static const char *const html[] = {"<div>\nx\n",  "<!-- c\n\nd -->\n", "<b>\nx",
                                       "  <p>\n",     "<pre>\n\n</pre>",   "<?p\n",
                                       "<div>\n\nx\n"};
    static const char *const code[] = {"",           "x",        "x\n",      "\n",
                                       "  x\n\ty\n", "x\n\ny\n", "```\nx",   "~~~~\n`````",
                                       "- x\n",      "\n\nx\n",  "# x\n \n", "    \n"};
    struct document *document = tree->document;
    char value[256];
    for (unsigned count = 1 + random_below(tree, 4); count--;) {
        unsigned kind = random_below(tree, tree->dialect ? 22 : 12);
        node_id id;
        if (tree->depth > 5 && kind >= 8) kind = 0;
        if (kind >= 12) {
            random_dialect_block(tree, parent, kind - 12);
            continue;
        }
        switch (kind) {
        default:
            id = random_add(tree, parent, NODE_PARAGRAPH);
            random_attributes(tree, id);
            random_inlines(tree, id, false);
            break;
        case 4:
            id = random_add(tree, parent, NODE_HEADING);
            document_node(document, id)->detail = 1 + random_below(tree, 6);
            document_node(document, id)->mark = "\0#=-"[random_below(tree, 4)];
            random_attributes(tree, id);
            tree->one_line = document_node(document, id)->detail > 2;
            if (random_below(tree, 8) != 1) random_inlines(tree, id, false);
            tree->one_line = false;
            break;
        case 5:
            id = random_add(tree, parent, NODE_THEMATIC_BREAK);
            document_node(document, id)->mark = "\0-*_"[random_below(tree, 4)];
            break;
        case 6:
            id = random_add(tree, parent, NODE_CODE_BLOCK);
            node_set_text(document, id,
                          text_of(code[random_below(tree, sizeof code / sizeof *code)]));
            document_node(document, id)->mark = "\0`~"[random_below(tree, 3)];
            if (random_below(tree, 2)) {
                random_value(tree, value, sizeof value);
                node_set_field(document, id, FIELD_INFO, text_of(value));
            }
            random_attributes(tree, id);
            break;
        case 7:
            id = random_add(tree, parent, NODE_HTML_BLOCK);
            node_set_text(document, id,
                          text_of(html[random_below(tree, sizeof html / sizeof *html)]));
            break;
        case 8:
            id = random_add(tree, parent, NODE_BLOCK_QUOTE);
            tree->depth++;
            if (random_below(tree, 8) != 1) random_blocks(tree, id);
            tree->depth--;
            break;
        case 9:
        case 10:
        case 11: {
            id = random_add(tree, parent, NODE_LIST);
            unsigned style = random_below(tree, 8);
            struct node *node = document_node(document, id);
            node->flags = (style & 1 ? NODE_TIGHT : 0) | (style & 2 ? NODE_ORDERED : 0) |
                          ((style & 6) == 6 ? NODE_PARENTHESIS : 0);
            node->detail = style & 2 ? random_below(tree, 3) * 8 : 0;
            node->mark = style & 2 ? 0 : (uint8_t) "\0-+*"[random_below(tree, 4)];
            tree->depth++;
            for (unsigned items = 1 + random_below(tree, 3); items--;) {
                node_id item = random_add(tree, id, NODE_ITEM);
                if (random_below(tree, 8) != 1) random_blocks(tree, item);
            }
            tree->depth--;
            break;
        }
        }
    }
}

/* Fills an open, empty document: with nodes of the dialect, too, when there is one. */
static inline void random_tree(struct document *document, const uint8_t *bytes, size_t size,
                               uint64_t dialect, bool plausible) {
    struct random_tree tree = {document, bytes, size, dialect, plausible, false, 0};
    random_blocks(&tree, ROOT_NODE);
    if (!dialect) return;
    for (int i = 0; i < 2; i++) {
        /* Notes that are referred to; at times one of them is missing. */
        if (random_below(&tree, 8) == 1) continue;
        node_id id = random_add(&tree, ROOT_NODE, NODE_FOOTNOTE_DEFINITION);
        node_set_field(document, id, FIELD_LABEL, text_of(i ? "n" : "1"));
        random_inlines(&tree, random_add(&tree, id, NODE_PARAGRAPH), false);
    }
    if (random_below(&tree, 4) != 1) return;
    node_id ends = random_add(&tree, ROOT_NODE, NODE_PARAGRAPH);
    node_set_text(document, random_add(&tree, ends, NODE_TEXT), TEXT("ENDS"));
    random_blocks(&tree, random_add(&tree, ROOT_NODE, NODE_NOTES));
}

#endif
