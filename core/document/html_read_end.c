#include "document/html_read_parts.h"

#ifdef HAVE_GUMBO

#include <string.h>
#include <strings.h>

void html_drop_if_empty(struct html_reader *reader, node_id id) {
    if (!reader->document->nodes[id].first) node_unlink(reader->document, id);
}

static bool is_tight(const struct document *document, node_id list) {
    node_id only = document->nodes[list].first;
    if (only && !document->nodes[only].next && document->nodes[only].first &&
        !document->nodes[document->nodes[only].first].next)
        return true; /* one item of one block: nothing that an empty line could part */
    for (node_id item = document->nodes[list].first; item; item = document->nodes[item].next) {
        uint32_t blocks = 0;
        for (node_id child = document->nodes[item].first; child;
             child = document->nodes[child].next)
            if (document->nodes[child].type == NODE_LIST) {
                if (!(document->nodes[child].flags & NODE_TIGHT)) return false;
            } else if (++blocks > 1 || document->nodes[child].type != NODE_PARAGRAPH) {
                return false;
            }
    }
    return true;
}

void html_end_list(struct html_reader *reader, node_id list) {
    struct document *document = reader->document;
    node_id before = document->nodes[list].previous;
    struct node *node = document_node(document, list);
    if (is_tight(document, list)) node->flags |= NODE_TIGHT;
    if (!before || document->nodes[before].type != NODE_LIST) return;
    /* Two lists in a row would be one. */
    if (node->flags & document->nodes[before].flags & NODE_ORDERED)
        node->flags |= NODE_PARENTHESIS & ~document->nodes[before].flags;
}

/* Definitions that no term stands before go before the list, terms that nothing defines behind it,
 * as paragraphs. */
void html_end_definitions(struct html_reader *reader, node_id list) {
    struct document *document = reader->document;
    for (node_id first = document->nodes[list].first;
         first && document->nodes[first].type == NODE_DEFINITION;
         first = document->nodes[list].first) {
        while (document->nodes[first].first) {
            node_id block = document->nodes[first].first;
            node_unlink(document, block);
            node_insert_before(document, list, block);
        }
        node_unlink(document, first);
    }
    for (node_id last = document->nodes[list].last;
         last && document->nodes[last].type == NODE_DEFINITION_TERM;
         last = document->nodes[list].last) {
        node_unlink(document, last);
        if (!document->nodes[last].first) continue;
        document->nodes[last].type = NODE_PARAGRAPH;
        node_insert_after(document, list, last);
    }
    html_drop_if_empty(reader, list);
}

void html_end_table(struct html_reader *reader, node_id table) {
    struct document *document = reader->document;
    uint32_t columns = 0;
    for (node_id row = document->nodes[table].first, next; row; row = next) {
        uint32_t count = 0;
        next = document->nodes[row].next;
        for (node_id cell = document->nodes[row].first; cell; cell = document->nodes[cell].next)
            count++;
        if (!count)
            node_unlink(document, row);
        else if (count > columns)
            columns = count;
    }
    node_id first = document->nodes[table].first;
    if (!first) {
        node_unlink(document, table);
        return;
    }
    if (!(document->nodes[first].flags & NODE_HEADER))
        html_note_lost(reader, "table without a header row");
    for (node_id row = first; row; row = document->nodes[row].next) {
        uint32_t count = 0;
        document->nodes[row].flags &= (uint16_t)~NODE_HEADER;
        for (node_id cell = document->nodes[row].first; cell; cell = document->nodes[cell].next)
            count++;
        for (; count < columns; count++) html_add(reader, row, NODE_TABLE_CELL);
    }
    document->nodes[first].flags |= NODE_HEADER;
}

static bool holds_image(struct document *document, node_id parent) {
    for (struct walk walk = walk_from(document, parent); walk_next(&walk);)
        if (document->nodes[walk.id].type == NODE_IMAGE) return true;
    return false;
}

/* The only child of a node, if it has that type. */
static node_id only_child(const struct document *document, node_id parent, enum node_type type) {
    node_id first = document->nodes[parent].first;
    return first && !document->nodes[first].next && document->nodes[first].type == type ? first
                                                                                        : NO_NODE;
}

static bool is_picture(struct text url) {
    static const char *const endings[] = {".jpg",  ".jpeg", ".png",  ".gif",
                                          ".webp", ".svg",  ".avif", NULL};
    for (int i = 0; endings[i]; i++) {
        size_t length = strlen(endings[i]);
        if (url.length > length &&
            strncasecmp(url.bytes + url.length - length, endings[i], length) == 0)
            return true;
    }
    return false;
}

/* The image in a paragraph of a figure: alone, or in a link to the picture itself, which goes. */
static node_id take_image(struct html_reader *reader, node_id block) {
    struct document *document = reader->document;
    if (document->nodes[block].type == NODE_FIGURE) return only_child(document, block, NODE_IMAGE);
    if (document->nodes[block].type != NODE_PARAGRAPH) return NO_NODE;
    node_id link = only_child(document, block, NODE_LINK);
    if (!link) return only_child(document, block, NODE_IMAGE);
    if (!is_picture(node_field(document, link, FIELD_URL))) return NO_NODE;
    node_id image = only_child(document, link, NODE_IMAGE);
    if (image) html_note_lost(reader, "link of a picture to its file");
    return image;
}

/* An image, perhaps with a caption behind it, is a figure; anything else gives way to its parts. */
void html_end_figure(struct html_reader *reader, node_id figure) {
    struct document *document = reader->document;
    node_id first = document->nodes[figure].first;
    node_id second = first ? document->nodes[first].next : NO_NODE;
    for (node_id child = first; child; child = document->nodes[child].next) {
        node_id image = take_image(reader, child);
        if (!image) continue;
        node_unlink(document, image);
        node_insert_before(document, child, image);
        node_unlink(document, child);
        child = image;
    }
    first = document->nodes[figure].first;
    second = first ? document->nodes[first].next : NO_NODE;
    if (first && second && document->nodes[first].type == NODE_CAPTION &&
        document->nodes[second].type == NODE_IMAGE && !document->nodes[second].next) {
        node_unlink(document, first);
        node_append(document, figure, first);
        first = document->nodes[figure].first, second = document->nodes[first].next;
    }
    if (second && document->nodes[second].type == NODE_CAPTION && holds_image(document, second))
        document->nodes[second].type = NODE_PARAGRAPH;
    if (first && document->nodes[first].type == NODE_IMAGE)
        node_set_field(document, first, FIELD_TITLE, (struct text){NULL, 0});
    if (first && document->nodes[first].type == NODE_IMAGE &&
        (!second ||
         (document->nodes[second].type == NODE_CAPTION && !document->nodes[second].next)))
        return;
    for (node_id child = first, next; child; child = next) {
        next = document->nodes[child].next;
        node_unlink(document, child);
        if (document->nodes[child].type == NODE_IMAGE) {
            node_id alone = document_add(document, NODE_FIGURE);
            node_append(document, alone, child);
            node_set_field(document, child, FIELD_TITLE, (struct text){NULL, 0});
            child = alone;
        } else if (document->nodes[child].type == NODE_CAPTION) {
            document->nodes[child].type = NODE_PARAGRAPH;
        }
        node_insert_before(document, figure, child);
    }
    node_unlink(document, figure);
}

/* A paragraph of nothing but an image is a figure. */
static void end_paragraph_figure(struct html_reader *reader, node_id host) {
    struct document *document = reader->document;
    node_id only = host ? document->nodes[host].first : NO_NODE;
    if (!only || document->nodes[only].next || document->nodes[only].type != NODE_IMAGE ||
        document->nodes[host].type != NODE_PARAGRAPH)
        return;
    document->nodes[host].type = NODE_FIGURE;
    node_set_field(document, only, FIELD_TITLE, (struct text){NULL, 0});
}

void html_end_block(struct html_reader *reader) {
    node_id host = reader->host;
    html_close_host(reader);
    end_paragraph_figure(reader, host);
}

static bool is_dashed(const struct document *document, node_id node) {
    if (document->nodes[node].type != NODE_TEXT) return false;
    struct text text = node_text(document, node);
    return text_starts(text, TEXT("—")) || text_starts(text, TEXT("–"));
}

/* Who said a quotation stands in its last paragraph: behind a dash, or as nothing but a <cite>. A
 * last line behind a dash is parted from its paragraph. */
void html_end_quote(struct html_reader *reader, node_id quote) {
    struct document *document = reader->document;
    node_id last = document->nodes[quote].last;
    if (!last || document->nodes[last].type != NODE_PARAGRAPH) return;
    for (node_id node = document->nodes[last].first; node; node = document->nodes[node].next) {
        node_id next = document->nodes[node].next;
        if (document->nodes[node].type != NODE_LINEBREAK || !next || !is_dashed(document, next))
            continue;
        node_id line = document_add(document, NODE_PARAGRAPH);
        node_insert_after(document, last, line);
        for (node_id moved = next; moved; moved = next) {
            next = document->nodes[moved].next;
            node_unlink(document, moved);
            node_append(document, line, moved);
        }
        node_unlink(document, node);
        last = line;
        break;
    }
    node_id first = document->nodes[last].first;
    if (!document->nodes[last].previous || !first) return;
    if (is_dashed(document, first)) {
        document->nodes[last].type = NODE_ATTRIBUTION;
    } else if (first == reader->cite && !document->nodes[first].next) {
        node_id text = only_child(document, first, NODE_TEXT);
        if (!text || node_text(document, text).length > 200) return;
        struct buffer line = {0};
        buffer_append_string(&line, "— ");
        buffer_append_text(&line, node_text(document, text));
        document->nodes[last].type = NODE_ATTRIBUTION;
        node_unlink(document, first);
        node_set_text(document, html_add(reader, last, NODE_TEXT), buffer_text(&line));
        buffer_free(&line);
    }
}

#endif
