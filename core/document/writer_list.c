/* Lists and their items: markers, numbers, and what keeps two lists apart. */
#include "document/writer_state.h"

static const struct node *node_of(const struct writer *writer, node_id id) {
    return document_node(writer->document, id);
}

static enum node_type type_of(const struct writer *writer, node_id id) {
    return (enum node_type)writer->document->nodes[id].type;
}

static struct frame *top_frame(struct writer *writer) {
    return &writer->frames[writer->frame_count - 1];
}

uint8_t writer_gap_of(const struct writer *writer, node_id item) {
    const struct document *document = writer->document;
    node_id child = item ? node_of(writer, item)->first : NO_NODE;
    struct span at = node_of(writer, item)->place;
    if (!child || !at.length || type_of(writer, child) == NODE_CODE_BLOCK) return 1;
    const char *bytes = document->strings.source.bytes;
    uint32_t from = at.offset, to = node_of(writer, child)->place.offset;
    if (to <= from || to - from > 16 || to > document->strings.source.length) return 1;
    uint8_t spaces = 0;
    while (to > from && bytes[to - 1] == ' ' && spaces < 5) {
        spaces++;
        to--;
    }
    while (from < to && bytes[from] != ' ' && bytes[from] != '\t' && bytes[from] != '\n') from++;
    return from == to && spaces >= 1 && spaces <= 4 ? spaces : 1;
}

static uint32_t number_at(const struct writer *writer, node_id item) {
    struct text source = writer->document->strings.source;
    struct span place = node_of(writer, item)->place;
    uint32_t number = 0;
    if (!place.length) return UINT32_MAX;
    size_t at = place.offset, start = at;
    while (at < source.length && at - start < 9 && source.bytes[at] >= '0' &&
           source.bytes[at] <= '9')
        number = number * 10 + (uint32_t)(source.bytes[at++] - '0');
    return at > start ? number : UINT32_MAX;
}

static char other_bullet(char mark) {
    return mark == '-' ? '*' : '-';
}

/* cmark does not see the blank line behind a thematic break. */
static bool blank_counts(const struct writer *writer, node_id id) {
    return type_of(writer, writer_last_leaf(writer, id)) != NODE_THEMATIC_BREAK;
}

/* Whether a blank line stands within a block that is no container for cmark: its lines are the
 * item's around it. */
static bool has_blank_within(const struct writer *writer, node_id block) {
    for (struct walk walk = walk_from(writer->document, block); walk_next(&walk);) {
        if (!walk.entering) continue;
        node_id id = walk.id, previous = node_of(writer, id)->previous;
        enum node_type type = type_of(writer, id),
                       parent = type_of(writer, node_of(writer, id)->parent);
        if (id != block && previous && blank_counts(writer, previous)) {
            if (parent != NODE_DEFINITION_LIST) return true;
            bool tight = node_of(writer, id)->flags & NODE_TIGHT;
            if (type == NODE_DEFINITION_TERM ? type_of(writer, previous) == NODE_DEFINITION
                                             : !tight)
                return true;
        }
        if (type != NODE_DIRECTIVE && type != NODE_FIGURE && type != NODE_DEFINITION_LIST)
            walk_over(&walk);
        else if (type != NODE_DEFINITION_LIST && node_of(writer, id)->last &&
                 type_of(writer, node_of(writer, id)->last) == NODE_HTML_BLOCK)
            return true;
    }
    return false;
}

static bool can_be_loose(const struct writer *writer, node_id list) {
    for (node_id item = node_of(writer, list)->first; item; item = node_of(writer, item)->next) {
        bool last = !node_of(writer, item)->next;
        if (!last && blank_counts(writer, item)) return true;
        node_id child = node_of(writer, item)->first;
        for (; child; child = node_of(writer, child)->next)
            if ((node_of(writer, child)->next && blank_counts(writer, child)) ||
                has_blank_within(writer, child))
                return true;
    }
    return false;
}

/* A directive alone in a list: a blank line in it is all that can make the list loose. */
static bool is_alone(const struct writer *writer, node_id block) {
    const struct node *node = node_of(writer, block);
    node_id item = node->parent;
    return node->type == NODE_DIRECTIVE && node->detail == DIRECTIVE_BLOCK && !node->next &&
           !node->previous && item && type_of(writer, item) == NODE_ITEM &&
           !node_of(writer, item)->next && !node_of(writer, item)->previous;
}

bool writer_begins_with_blank(const struct writer *writer, node_id directive) {
    return is_alone(writer, directive) && !writer_in_tight_item(writer, directive) &&
           !has_blank_within(writer, directive);
}

/* Indented HTML behind a list would be its last item's, unless the list is indented more. */
static uint8_t indent_of(const struct writer *writer, node_id list, size_t width) {
    node_id next = node_of(writer, list)->next;
    if (list == writer->root || !next || type_of(writer, next) != NODE_HTML_BLOCK) return 0;
    struct text html = node_text(writer->document, next);
    size_t spaces = 0;
    while (spaces < html.length && spaces < 3 && html.bytes[spaces] == ' ') spaces++;
    return (uint8_t)(spaces < width ? 0 : spaces - width + 1);
}

/* What ends the number or makes the bullet of a list behind one with `previous_mark`. */
static char mark_of(const struct writer *writer, node_id id, char previous_mark) {
    const struct node *list = node_of(writer, id);
    if (list->flags & NODE_ORDERED) return list->flags & NODE_PARENTHESIS ? ')' : '.';
    char mark = (char)list->mark;
    if (!mark || !strchr("-+*", mark)) mark = writer->habits.bullet;
    return mark == previous_mark ? other_bullet(mark) : mark;
}

/* The mark of the list directly before one that is written alone; lists that a script put there
 * before it take their marks one behind the other. */
static char mark_before(const struct writer *writer, node_id id) {
    enum { LISTS = 16 };
    node_id first = id;
    for (int i = 0; i < LISTS; i++) {
        node_id before = node_of(writer, first)->previous;
        if (!before || type_of(writer, before) != NODE_LIST) break;
        first = before;
    }
    char mark = 0;
    for (; first != id; first = node_of(writer, first)->next) mark = mark_of(writer, first, mark);
    return mark;
}

bool writer_enter_list(struct writer *writer, node_id id) {
    const struct node *list = node_of(writer, id);
    node_id previous = list->previous;
    char previous_mark = 0, next_mark = 0;
    if (!list->first) return writer_fail(writer, id, "a list without items; remove it");
    if (id == writer->root) {
        previous_mark = mark_before(writer, id);
        if (list->next && type_of(writer, list->next) == NODE_LIST)
            next_mark = mark_of(writer, list->next, 0);
    } else if (previous && type_of(writer, previous) == NODE_LIST && writer->frame_count) {
        previous_mark = top_frame(writer)->previous_mark;
    }
    /* The reader makes a list of this, too. */
    if (previous && type_of(writer, previous) == NODE_DEFINITION_LIST) previous_mark = '+';
    node_id only = node_of(writer, list->first)->first;
    if (!(list->flags & NODE_TIGHT) && !can_be_loose(writer, id) &&
        !(only && is_alone(writer, only)))
        return writer_fail_list(writer, id, id,
                                "a list of one item with one block can only be tight; set tight");
    struct frame frame = {.node = id, .prefix = writer->prefix.length, .gap = 1, .step = 1};
    if (list->flags & NODE_ORDERED) {
        if (list->detail > 999999999)
            return writer_fail(writer, id, "a list's number has at most nine digits; lower start");
        frame.mark = list->flags & NODE_PARENTHESIS ? ')' : '.';
        if (frame.mark == previous_mark || frame.mark == next_mark)
            return writer_fail(writer, id,
                               frame.mark == previous_mark
                                   ? "it would join the list before it; change the delimiter, or "
                                     "put something between"
                                   : "it would join the list behind it; change the delimiter, or "
                                     "put something between");
        frame.number = list->detail;
        node_id second = node_of(writer, list->first)->next;
        if (second && number_at(writer, list->first) == list->detail &&
            number_at(writer, second) == list->detail)
            frame.step = 0;
    } else {
        frame.mark = mark_of(writer, id, previous_mark);
        if (frame.mark == next_mark) {
            frame.mark = other_bullet(frame.mark);
            if (frame.mark == previous_mark) frame.mark = '+';
        }
        /* "- - -" is a thematic break. */
        if (writer->in_line && writer->frame_count >= 2 && !node_of(writer, list->first)->first &&
            writer->frames[writer->frame_count - 2].mark == frame.mark)
            frame.mark = other_bullet(frame.mark);
    }
    frame.gap = writer_gap_of(writer, list->first);
    frame.indent = indent_of(writer, id, frame.gap + (list->flags & NODE_ORDERED ? 2 : 1));
    if (frame.indent && writer->in_line)
        return writer_fail(writer, list->next,
                           "indented HTML would become part of the list before it; remove its "
                           "first spaces");
    writer_push_frame(writer, id);
    *top_frame(writer) = frame;
    return true;
}

bool writer_enter_item(struct writer *writer, node_id id) {
    struct frame list = {.mark = writer->habits.bullet, .gap = 1};
    node_id child = node_of(writer, id)->first;
    if (writer->frame_count && type_of(writer, top_frame(writer)->node) == NODE_LIST) {
        struct frame *frame = top_frame(writer);
        list = *frame;
        if (frame->number < 999999999) frame->number += frame->step;
    } else if (node_of(writer, id)->parent) {
        /* An item by itself: as its list would have it. */
        const struct node *parent = node_of(writer, node_of(writer, id)->parent);
        list.mark = parent->mark ? (char)parent->mark : list.mark;
        list.gap = writer_gap_of(writer, parent->first);
        if (parent->flags & NODE_ORDERED) {
            list.mark = parent->flags & NODE_PARENTHESIS ? ')' : '.';
            list.number = number_at(writer, id);
            if (list.number == UINT32_MAX) {
                list.number = parent->detail;
                for (node_id at = node_of(writer, id)->previous; at;
                     at = node_of(writer, at)->previous)
                    list.number++;
            }
        }
    } else {
        return writer_fail(writer, id, "an item without a list; put it into one");
    }
    if (!writer_enter_container(writer, id)) return false;
    struct frame *frame = top_frame(writer);
    frame->mark = list.mark;
    size_t start = writer->out->length;
    writer_put_times(writer, ' ', list.indent);
    if (list.mark == '.' || list.mark == ')') buffer_printf(writer->out, "%u", list.number);
    buffer_append_byte(writer->out, list.mark);
    writer_put_times(writer, ' ', list.gap);
    size_t width = writer->out->length - start;
    buffer_grow(&writer->prefix, width);
    memset(writer->prefix.bytes + writer->prefix.length, ' ', width);
    writer->prefix.length += width;
    if (child && writer_begins_on_next_line(writer, child)) {
        writer->out->length -= list.gap;
        writer_end_line(writer);
    }
    return true;
}
