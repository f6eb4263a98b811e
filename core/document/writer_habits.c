/* How the author writes, as far as the source shows it. */
#include "document/writer_state.h"

/* How often each mark occurs; the first of those that occur most wins. */
struct tally {
    const char *marks;
    uint32_t counts[3];
};

static void tally_mark(struct tally *tally, uint8_t mark) {
    const char *found = mark ? strchr(tally->marks, mark) : NULL;
    if (found) tally->counts[found - tally->marks]++;
}

static char tally_result(const struct tally *tally) {
    size_t best = 0;
    for (size_t i = 1; tally->marks[i]; i++)
        if (tally->counts[i] > tally->counts[best]) best = i;
    return tally->marks[best];
}

struct writer_habits writer_habits_of(const struct document *document) {
    struct tally bullet = {"-*+", {0}}, emph = {"*_", {0}}, strong = {"*_", {0}};
    struct tally fence = {"`~", {0}}, rule = {"-*_", {0}};
    uint32_t hashed = 0, underlined = 0, spaces = 0, slashes = 0;
    const char *bytes = document->strings.source.bytes;
    for (node_id id = 1; id < document->count; id++) {
        const struct node *node = document_node(document, id);
        switch ((enum node_type)node->type) {
        case NODE_LIST:
            if (!(node->flags & NODE_ORDERED)) tally_mark(&bullet, node->mark);
            break;
        case NODE_EMPH: tally_mark(&emph, node->mark); break;
        case NODE_STRONG: tally_mark(&strong, node->mark); break;
        case NODE_CODE_BLOCK: tally_mark(&fence, node->mark); break;
        case NODE_THEMATIC_BREAK: tally_mark(&rule, node->mark); break;
        case NODE_HEADING:
            if (node->detail <= 2 && node->mark) (*(node->mark == '#' ? &hashed : &underlined))++;
            break;
        case NODE_LINEBREAK:
            if (node->flags & NODE_PLACE_EXACT && node->place.length)
                (*(bytes[node->place.offset] == '\\' ? &slashes : &spaces))++;
            break;
        default: break;
        }
    }
    return (struct writer_habits){.bullet = tally_result(&bullet),
                                  .emph = tally_result(&emph),
                                  .strong = tally_result(&strong),
                                  .fence = tally_result(&fence),
                                  .thematic_break = tally_result(&rule),
                                  .underlined_headings = underlined > hashed,
                                  .break_by_spaces = spaces > slashes};
}

/* A node as the author wrote it; empty for one that a script made. */
static struct text source_of(const struct writer *writer, node_id id) {
    const struct node *node = document_node(writer->document, id);
    if (!(node->flags & NODE_PLACE_EXACT) || !node->place.length) return TEXT("");
    return (struct text){writer->document->strings.source.bytes + node->place.offset,
                         node->place.length};
}

bool writer_breaks_by_spaces(const struct writer *writer, uint32_t at) {
    node_id id = inlines_node_at(&writer->inlines, at);
    struct text source = source_of(writer, id);
    if (document_node(writer->document, id)->type != NODE_LINEBREAK || !source.length)
        return writer->habits.break_by_spaces;
    return source.bytes[0] != '\\';
}

struct text writer_thematic_break(const struct writer *writer, node_id id, char mark) {
    struct text source = text_trim(source_of(writer, id));
    size_t marks = 0;
    for (size_t i = 0; i < source.length; i++)
        if (source.bytes[i] == mark)
            marks++;
        else if (source.bytes[i] != ' ')
            return TEXT("");
    return marks >= 3 && source.length <= 100 ? source : TEXT("");
}

bool writer_info_stands_apart(const struct writer *writer, node_id id) {
    struct text source = source_of(writer, id);
    size_t at = 0;
    while (at < source.length && (source.bytes[at] == '`' || source.bytes[at] == '~')) at++;
    return at >= 3 && at < source.length && source.bytes[at] == ' ';
}

size_t writer_closing_hashes(const struct writer *writer, node_id id) {
    struct text source = text_trim(source_of(writer, id));
    size_t count = 0;
    if (document_node(writer->document, id)->mark != '#') return 0;
    while (count < source.length && source.bytes[source.length - count - 1] == '#') count++;
    bool apart = count < source.length && source.bytes[source.length - count - 1] == ' ';
    return apart && count <= 100 ? count : 0;
}

size_t writer_underline_length(const struct writer *writer, node_id id, char mark) {
    const struct inlines *row = &writer->inlines;
    struct text source = source_of(writer, id);
    size_t length = 0, width = 0;
    while (length < source.length && source.bytes[source.length - length - 1] == mark) length++;
    if (length > 1) return length;
    for (size_t at = row->bytes.length; at > 0 && row->bytes.bytes[at - 1] != '\n'; at--) width++;
    return width < 3 ? 3 : width > 72 ? 72 : width;
}
