/* random_tree.h: trees as a script might build them, from bytes: any node type that can stand at a
 * place, texts that look like markup, fields with all that needs escaping.
 *
 * The same bytes give the same tree. Bytes run out: zeros follow, which end every choice.
 */
#ifndef GALLEY_RANDOM_TREE_H
#define GALLEY_RANDOM_TREE_H

#include "document/document.h"

struct random_tree {
    struct document *document;
    const uint8_t *bytes;
    size_t size;
    bool plausible; /* leave out what has no Markdown */
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

static inline void random_inlines(struct random_tree *tree, node_id parent, bool in_link) {
    static const char *const html[] = {"<b>",    "</b>",  "<br/>", "<!-- c -->",
                                       "<a\nb>", "<div>", "<?p?>", "<x y=\"`\">"};
    struct document *document = tree->document;
    char value[256];
    for (unsigned count = 1 + random_below(tree, 5); count--;) {
        unsigned kind = random_below(tree, 14);
        node_id id, last = document_node(document, parent)->last;
        if (tree->plausible) {
            enum node_type before =
                last ? (enum node_type)document_node(document, last)->type : NODE_LINEBREAK;
            bool broken = before == NODE_SOFTBREAK || before == NODE_LINEBREAK;
            if ((kind == 4 || kind == 5) && (broken || !count || tree->one_line)) kind = 0;
            if ((kind == 6 && before == NODE_CODE) || (kind == 7 && broken)) kind = 0;
        }
        if (tree->depth > 2 && kind >= 8) kind = 0;
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
            tree->depth++;
            random_inlines(tree, id, in_link || kind == 12);
            tree->depth--;
            break;
        }
    }
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
        unsigned kind = random_below(tree, 12);
        node_id id;
        if (tree->depth > 5 && kind >= 8) kind = 0;
        switch (kind) {
        default: random_inlines(tree, random_add(tree, parent, NODE_PARAGRAPH), false); break;
        case 4:
            id = random_add(tree, parent, NODE_HEADING);
            document_node(document, id)->detail = 1 + random_below(tree, 6);
            document_node(document, id)->mark = "\0#=-"[random_below(tree, 4)];
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

/* Fills an open, empty document. */
static inline void random_tree(struct document *document, const uint8_t *bytes, size_t size,
                               bool plausible) {
    struct random_tree tree = {document, bytes, size, plausible, false, 0};
    random_blocks(&tree, ROOT_NODE);
}

#endif
