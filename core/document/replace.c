#include "document/replace.h"

#include "base/letters.h"
#include "document/property.h"

struct reader {
    struct text_runs *runs;
    const struct document *document;
    const struct selector *within, *except;
    struct selector_memory *memory;
    bool open; /* the last run takes more */
};

static void add_piece(struct reader *reader, node_id id, struct text text) {
    struct text_runs *runs = reader->runs;
    if (!text.length) return;
    if (!reader->open) {
        memory_reserve(&runs->runs, &runs->capacity, runs->count + 1);
        runs->runs[runs->count++] =
            (struct text_span){runs->piece_count, 0, (uint32_t)runs->text.length, 0};
        reader->open = true;
    }
    struct text_span *run = &runs->runs[runs->count - 1];
    memory_reserve(&runs->pieces, &runs->piece_capacity, runs->piece_count + 1);
    runs->pieces[runs->piece_count++] =
        (struct text_piece){id, (uint32_t)runs->text.length, (uint32_t)text.length};
    run->piece_count++;
    run->length += (uint32_t)text.length;
    buffer_append_text(&runs->text, text);
}

static bool is_transparent(const struct node *node) {
    switch ((enum node_type)node->type) {
    case NODE_EMPH:
    case NODE_STRONG:
    case NODE_LINK:
    case NODE_STRIKETHROUGH:
    case NODE_SUPERSCRIPT:
    case NODE_SUBSCRIPT:
    case NODE_SPAN: return true;
    case NODE_DIRECTIVE: return node->detail == DIRECTIVE_INLINE;
    default: return false;
    }
}

/* A link that shows its own address: <https://example.org>, a bare one, somebody@example.org. */
static bool is_address(const struct document *document, node_id id) {
    const struct node *link = document_node(document, id);
    if (link->type != NODE_LINK || !link->first || link->first != link->last) return false;
    struct text url = node_field(document, id, FIELD_URL), text = node_text(document, link->first);
    if (document_node(document, link->first)->type != NODE_TEXT || !text.length ||
        !text_ends(url, text))
        return false;
    url.length -= text.length;
    return !url.length || text_is(url, "mailto:") ||
           (text_is(url, "http://") && text_starts(text, TEXT("www.")));
}

/* A ::: block says its label in no text node, so that the directive itself is the piece. */
static bool has_label_of_its_own(const struct node *node) {
    return node->type == NODE_DIRECTIVE && node->detail == DIRECTIVE_BLOCK;
}

/* What a piece's node says. */
static struct text text_of_node(const struct document *document, node_id id) {
    if (has_label_of_its_own(document_node(document, id)))
        return node_field(document, id, FIELD_LABEL);
    return node_text(document, id);
}

/* One node on the way down; `inside` says whether `within` matched it or a node above. */
static void read_node(struct reader *reader, node_id id, bool inside, bool itself) {
    const struct node *node = document_node(reader->document, id);
    struct text text = text_of_node(reader->document, id);
    if (node->type == NODE_TEXT && inside) {
        add_piece(reader, id, text);
    } else if (node->type == NODE_SOFTBREAK && inside) {
        add_piece(reader, id, TEXT(" "));
    } else if (!is_transparent(node)) {
        reader->open = false;
        if (has_label_of_its_own(node)) {
            if (!inside) return;
        } else if (!itself ||
                   !property_applies(property_find(TEXT("text")), (enum node_type)node->type)) {
            return;
        }
        add_piece(reader, id, text);
        reader->open = false;
    }
}

static bool matches(struct reader *reader, const struct selector *selector, node_id id) {
    return selector && selector_matches(selector, reader->document, id, reader->memory);
}

void text_runs_read(struct text_runs *runs, const struct document *document, node_id root,
                    const struct selector *within, const struct selector *except,
                    struct selector_memory *memory) {
    struct reader reader = {runs, document, within, except, memory, false};
    uint32_t inside = within == NULL;
    runs->root = root;
    runs->text.length = 0;
    runs->piece_count = runs->count = 0;
    for (node_id id = document_node(document, root)->parent; id;
         id = document_node(document, id)->parent) {
        if (matches(&reader, except, id)) return;
        inside += matches(&reader, within, id);
    }
    for (struct walk walk = walk_from(document, root); walk_next(&walk);) {
        bool container =
            node_type_is_container((enum node_type)document_node(document, walk.id)->type);
        if (!walk.entering) {
            if (!is_transparent(document_node(document, walk.id))) reader.open = false;
            if (matches(&reader, within, walk.id)) inside--;
            continue;
        }
        bool itself = matches(&reader, within, walk.id);
        if (itself && container) inside++;
        if (matches(&reader, except, walk.id) || (!itself && is_address(document, walk.id))) {
            reader.open = false;
            if (container) walk_skip(&walk);
            continue;
        }
        read_node(&reader, walk.id, inside || itself, itself);
    }
}

struct text text_run(const struct text_runs *runs, uint32_t run) {
    return (struct text){runs->text.bytes + runs->runs[run].start, runs->runs[run].length};
}

static struct text piece_text(const struct text_runs *runs, const struct text_piece *piece) {
    return (struct text){runs->text.bytes + piece->start, piece->length};
}

static bool is_as_read(const struct text_runs *runs, const struct document *document,
                       const struct text_span *run) {
    for (uint32_t i = 0; i < run->piece_count; i++) {
        const struct text_piece *piece = &runs->pieces[run->piece + i];
        const struct node *node = document_node(document, piece->node);
        if (!node_is_within(document, piece->node, runs->root)) return false;
        if (node->type != NODE_SOFTBREAK &&
            !text_equal(text_of_node(document, piece->node), piece_text(runs, piece)))
            return false;
    }
    return true;
}

/* Takes the node out, and the inlines above it that this leaves empty. */
static void take_out(struct document *document, node_id id) {
    do {
        node_id parent = document_node(document, id)->parent;
        node_unlink(document, id);
        id = parent;
    } while (id && !document_node(document, id)->first &&
             is_transparent(document_node(document, id)));
}

static void put_text(struct document *document, const struct text_piece *piece,
                     struct buffer *made) {
    struct node *node = document_node(document, piece->node);
    struct text text = buffer_text(made);
    if (node->type != NODE_SOFTBREAK) {
        if (has_label_of_its_own(node))
            node_set_field(document, piece->node, FIELD_LABEL,
                           text.length ? text : (struct text){NULL, 0});
        else if (node->type != NODE_TEXT)
            node_set_text(document, piece->node, text);
        else if (text.length)
            text_set(document, piece->node, text);
        else if (node->parent) {
            text_set(document, piece->node, TEXT(""));
            take_out(document, piece->node);
        } else
            node_set_text(document, piece->node, TEXT(""));
        return;
    }
    if (text.length) {
        node_id added = document_add(document, NODE_TEXT);
        node_set_text(document, added, text);
        node_insert_before(document, piece->node, added);
    }
    take_out(document, piece->node);
}

/* What is made of one piece that has holes: its own node, then the others behind it in order. */
struct parts {
    const struct text_piece *piece;
    node_id last; /* its own node at first */
};

static void add_part(struct document *document, struct parts *parts, node_id id) {
    node_insert_after(document, parts->last, id);
    parts->last = id;
}

static void flush_text(struct document *document, struct parts *parts, struct buffer *made) {
    node_id own = parts->piece->node;
    if (parts->last == own && document_node(document, own)->type == NODE_TEXT) {
        node_set_text(document, own, buffer_text(made));
    } else if (made->length) {
        node_id id = document_add(document, NODE_TEXT);
        node_set_text(document, id, buffer_text(made));
        add_part(document, parts, id);
    }
    made->length = 0;
}

static node_id add_hole(struct document *document, struct parts *parts, struct buffer *made) {
    flush_text(document, parts, made);
    node_id hole = document_add(document, NODE_TEXT);
    add_part(document, parts, hole);
    return hole;
}

static void end_parts(struct document *document, struct parts *parts, struct buffer *made) {
    node_id own = parts->piece->node;
    flush_text(document, parts, made);
    if (!node_text(document, own).length) node_unlink(document, own);
}

node_id text_run_node(const struct text_runs *runs, uint32_t run, uint32_t offset) {
    const struct text_piece *piece = &runs->pieces[runs->runs[run].piece];
    uint32_t at = runs->runs[run].start + offset;
    while (piece->start + piece->length <= at) piece++;
    return piece->node;
}

bool text_run_is_label(const struct text_runs *runs, const struct document *document,
                       uint32_t run) {
    const struct node *node = document_node(document, runs->pieces[runs->runs[run].piece].node);
    if (has_label_of_its_own(node)) return true;
    const struct node *parent = document_node(document, node->parent);
    return parent->type == NODE_DIRECTIVE && parent->detail == DIRECTIVE_LEAF;
}

bool text_runs_replace(const struct text_runs *runs, struct document *document, uint32_t number,
                       struct text_match *list, uint32_t count) {
    const struct text_span *run = &runs->runs[number];
    if (!is_as_read(runs, document, run)) return false;
    struct buffer made = {0};
    uint32_t at = 0;     /* the first match that does not end before the piece */
    bool placed = false; /* its replacement */
    for (uint32_t i = 0; i < run->piece_count && at < count; i++) {
        const struct text_piece *piece = &runs->pieces[run->piece + i];
        bool is_break = document_node(document, piece->node)->type == NODE_SOFTBREAK;
        uint32_t start = piece->start - run->start, end = start + piece->length, kept = start;
        made.length = 0;
        bool touched = false;
        struct parts parts = {piece, piece->node};
        while (at < count && list[at].first < end) {
            struct text_match *match = &list[at];
            touched = true;
            if (match->first > kept)
                buffer_append(&made, runs->text.bytes + run->start + kept, match->first - kept);
            if (!placed && (!is_break || match->end <= end)) {
                if (match->leaves_hole)
                    match->hole = add_hole(document, &parts, &made);
                else
                    buffer_append_text(&made, match->with);
                placed = true;
            }
            kept = match->end < end ? match->end : end;
            if (match->end > end) break;
            at++;
            placed = false;
        }
        if (!touched) continue;
        if (kept < end) buffer_append(&made, runs->text.bytes + run->start + kept, end - kept);
        if (parts.last != piece->node)
            end_parts(document, &parts, &made);
        else
            put_text(document, piece, &made);
    }
    buffer_free(&made);
    return true;
}

void text_runs_free(struct text_runs *runs) {
    buffer_free(&runs->text);
    memory_free(runs->pieces);
    memory_free(runs->runs);
    *runs = (struct text_runs){0};
}

static bool is_letter(unsigned char byte) {
    return byte >= 0x80 || (byte >= '0' && byte <= '9') ||
           ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

/* Whether the byte behind a byte of text is text too, whatever stands around both: no markup begins
 * with it within a line. A blank counts when it does not end its line. */
static bool stays_text(struct text markdown, size_t at) {
    unsigned char byte = (unsigned char)markdown.bytes[at];
    if (byte == ' ')
        return at + 1 < markdown.length && is_letter((unsigned char)markdown.bytes[at + 1]);
    return is_letter(byte) || (byte && strchr(",.;?%$@/-'", byte));
}

static bool is_plain_letter(char byte) {
    return (byte | 32) >= 'a' && (byte | 32) <= 'z';
}

/* Letters that belong to one word, unless an address that is shown begins or ends between them: it
 * never does so between two letters of ASCII. */
static bool surely_join(struct text markdown, size_t at) {
    return is_plain_letter(markdown.bytes[at - 1]) && is_plain_letter(markdown.bytes[at]) &&
           letters_join(markdown, at);
}

/* Neighbours in a text are neighbours in its Markdown, or markup stands between them; and markup
 * never ends with a letter. Only a character reference makes letters out of others. */
bool text_may_occur(struct text markdown, struct text what, bool whole_word) {
    if (!what.length || !is_letter((unsigned char)what.bytes[0])) return true;
    if (memmem(what.bytes, what.length, "\xEF\xBF\xBD", 3)) return true; /* stands for a NUL */
    for (size_t at = 0; at + 1 < markdown.length; at++) {
        const char *found = memchr(markdown.bytes + at, '&', markdown.length - at);
        if (!found) break;
        at = (size_t)(found - markdown.bytes);
        if (at + 1 < markdown.length && (found[1] == '#' || is_letter((unsigned char)found[1])))
            return true;
    }
    for (size_t at = 0; at < markdown.length; at++) {
        const char *found = memchr(markdown.bytes + at, what.bytes[0], markdown.length - at);
        if (!found) return false;
        at = (size_t)(found - markdown.bytes);
        if (whole_word && at && is_letter((unsigned char)markdown.bytes[at - 1]) &&
            surely_join(markdown, at))
            continue;
        for (size_t length = 1;; length++) {
            if (length == what.length) {
                bool goes_on = at + length < markdown.length &&
                               is_letter((unsigned char)markdown.bytes[at + length]);
                if (!whole_word || !goes_on || !surely_join(markdown, at + length)) return true;
                break;
            }
            if (at + length == markdown.length) break;
            if (!stays_text(markdown, at + length)) return true;
            if (markdown.bytes[at + length] != what.bytes[length]) break;
        }
    }
    return false;
}

bool text_match_is_whole(struct text text, size_t first, size_t end) {
    return !letters_join(text, first) && !letters_join(text, end);
}

bool text_match_is_aligned(struct text text, size_t first, size_t end) {
    return (first >= text.length || ((unsigned char)text.bytes[first] & 0xc0) != 0x80) &&
           (end >= text.length || ((unsigned char)text.bytes[end] & 0xc0) != 0x80);
}
