#include "read/yaml.h"

#include "read/yaml_problem.h"

#include <yaml.h>

enum { FEW_SLOTS = 64, DUPLICATES_REPORTED = 10 };

/* Finds a map's member by key, or an anchor by name (scope 0): open addressing. */
struct slot {
    uint64_t hash;
    uint32_t scope, id; /* id 0: free */
};

struct anchor {
    struct text name; /* in the source */
    value_id value;
};

/* What is known of an entry before its value comes. */
struct entry {
    struct span key, key_place, before, after;
};

struct reader {
    struct text path, source;
    size_t start, end; /* of the YAML, without a BOM */
    bool ascii;
    size_t character, byte; /* one place in both countings; `byte` is an offset in the source */
    const struct limits *limits;
    struct values *values;
    struct diagnostics *diagnostics;
    value_id container, latest; /* the open list or map; the last entry begun or flow one ended */
    uint32_t depth, alias_nodes, duplicates;
    bool has_key;
    struct entry entry;
    size_t done; /* all bytes before this one belong to something */
    struct slot few[FEW_SLOTS], *slots;
    uint32_t slot_count, slot_capacity;
    struct anchor *anchors;
    uint32_t anchor_count, anchor_capacity;
};

#define FAIL(reader, at, ...)                                                                      \
    (diagnostics_add((reader)->diagnostics, SEVERITY_ERROR, (reader)->path,                        \
                     text_place((reader)->source, (at)), __VA_ARGS__),                             \
     false)

/* --- places ------------------------------------------------------------------------------ */

static size_t byte_of(struct reader *reader, size_t character) {
    if (reader->ascii) return reader->start + character;
    const char *bytes = reader->source.bytes;
    while (reader->character < character && reader->byte < reader->end) {
        do reader->byte++;
        while (reader->byte < reader->end && ((unsigned char)bytes[reader->byte] & 0xC0) == 0x80);
        reader->character++;
    }
    while (reader->character > character) {
        do reader->byte--;
        while (((unsigned char)bytes[reader->byte] & 0xC0) == 0x80);
        reader->character--;
    }
    return reader->byte;
}

static bool is_ascii(const char *bytes, size_t length) {
    uint64_t seen = 0, word;
    for (; length >= 8; bytes += 8, length -= 8) {
        memcpy(&word, bytes, 8);
        seen |= word;
    }
    for (; length; bytes++, length--) seen |= (unsigned char)*bytes & 0x80u;
    return !(seen & 0x8080808080808080u);
}

/* The length of the line break at `at`, as YAML 1.1 and libyaml count them; 0 for none. */
static size_t line_break(const struct reader *reader, size_t at) {
    const char *b = reader->source.bytes + at;
    size_t left = reader->end - at;
    if (left == 0) return 0;
    if (*b == '\n') return 1;
    if (*b == '\r') return left > 1 && b[1] == '\n' ? 2 : 1;
    if (left > 1 && b[0] == '\xC2' && b[1] == '\x85') return 2;
    if (left > 2 && b[0] == '\xE2' && b[1] == '\x80' && (b[2] == '\xA8' || b[2] == '\xA9'))
        return 3;
    return 0;
}

static size_t line_end(const struct reader *reader, size_t at) {
    while (at < reader->end && !line_break(reader, at)) at++;
    return at;
}

static bool ends_line(const struct reader *reader, size_t at) {
    const char *b = reader->source.bytes;
    if (at == reader->start) return true;
    if (b[at - 1] == '\n') return true;
    if (b[at - 1] == '\r') return at == reader->end || b[at] != '\n';
    return (at >= reader->start + 2 && line_break(reader, at - 2) == 2) ||
           (at >= reader->start + 3 && line_break(reader, at - 3) == 3);
}

static size_t line_start(const struct reader *reader, size_t at) {
    while (at > reader->start && !ends_line(reader, at)) at--;
    return at;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Over white space, line breaks and comments. */
static size_t skip_empty(const struct reader *reader, size_t at, size_t end) {
    while (at < end) {
        size_t length = line_break(reader, at);
        if (length)
            at += length;
        else if (is_blank(reader->source.bytes[at]))
            at++;
        else if (reader->source.bytes[at] == '#')
            at = line_end(reader, at);
        else
            break;
    }
    return at < end ? at : end;
}

static struct span span_of(size_t from, size_t to) {
    return (struct span){(uint32_t)from, to > from ? (uint32_t)(to - from) : 0};
}

/* The comment that begins between `from` and the end of its line, or none. */
static struct span comment_behind(const struct reader *reader, size_t from, size_t limit) {
    for (size_t at = from; at < limit && !line_break(reader, at); at++)
        if (reader->source.bytes[at] == '#' &&
            (at == reader->start || is_blank(reader->source.bytes[at - 1])))
            return span_of(at, line_end(reader, at));
    return (struct span){0, 0};
}

/* Gives away the bytes between the last thing read and an entry that begins at `at`: the comment on
 * the last thing's line is that one's, whole lines are the entry's. */
static struct span take_gap(struct reader *reader, size_t at) {
    size_t from = reader->done, to, length;
    if (!ends_line(reader, from)) {
        struct span comment = comment_behind(reader, from, at);
        struct value *latest = &reader->values->items[reader->latest];
        if (comment.length && reader->latest && !latest->after.length) latest->after = comment;
        while (from < at && !(length = line_break(reader, from))) from++;
        if (from < at) from += length;
    }
    to = from;
    for (size_t next = from; next < at; next += length) {
        length = line_break(reader, next);
        if (length)
            to = next + length;
        else
            length = 1;
    }
    return to > from ? span_of(from, to) : (struct span){0, 0};
}

/* --- names ------------------------------------------------------------------------------- */

static struct text slot_name(const struct reader *reader, const struct slot *slot) {
    return slot->scope ? value_key(reader->values, slot->id) : reader->anchors[slot->id - 1].name;
}

static struct slot *find_slot(struct reader *reader, uint32_t scope, struct text name) {
    uint64_t hash = (text_hash(name) ^ scope) * 0x9E3779B97F4A7C15u;
    uint32_t mask = reader->slot_capacity - 1, at = (uint32_t)(hash >> 32) & mask;
    for (;; at = (at + 1) & mask) {
        struct slot *slot = &reader->slots[at];
        if (!slot->id) {
            slot->hash = hash;
            slot->scope = scope;
            return slot;
        }
        if (slot->hash == hash && slot->scope == scope && text_equal(slot_name(reader, slot), name))
            return slot;
    }
}

/* Room for one more before find_slot's free slot is filled. */
static void reserve_slot(struct reader *reader) {
    if (++reader->slot_count * 4 < reader->slot_capacity * 3) return;
    struct slot *old = reader->slots;
    uint32_t count = reader->slot_capacity, mask = count * 2 - 1;
    reader->slots = memory_allocate_zeroed((size_t)count * 2 * sizeof *old);
    reader->slot_capacity = count * 2;
    for (uint32_t i = 0; i < count; i++) {
        if (!old[i].id) continue;
        uint32_t at = (uint32_t)(old[i].hash >> 32) & mask;
        while (reader->slots[at].id) at = (at + 1) & mask;
        reader->slots[at] = old[i];
    }
    if (old != reader->few) memory_free(old);
}

static void warn_of_duplicate(struct reader *reader, value_id first, value_id second) {
    const struct value *items = reader->values->items;
    if (reader->duplicates++ >= DUPLICATES_REPORTED) return;
    struct text key = value_key(reader->values, second);
    diagnostics_add(reader->diagnostics, SEVERITY_WARNING, reader->path,
                    text_place(reader->source, items[second].key_place.offset),
                    "the key \"%.*s\" stands twice, first on line %u; the last one counts, remove "
                    "the other",
                    (int)(key.length > 100 ? 100 : key.length), key.bytes,
                    (unsigned)text_place(reader->source, items[first].key_place.offset).line);
}

/* --- building ---------------------------------------------------------------------------- */

static bool in_map(const struct reader *reader) {
    return reader->container && reader->values->items[reader->container].type == VALUE_MAP;
}

/* An event that begins at `at` is a list's item: notes its dash and what precedes it. */
static void begin_item(struct reader *reader, size_t at) {
    const struct value *list = &reader->values->items[reader->container];
    reader->entry = (struct entry){0};
    if (list->style == STYLE_BLOCK) {
        size_t dash = skip_empty(reader, reader->done, at);
        if (reader->source.bytes[dash] == '-' && dash < reader->end) {
            reader->entry.before = take_gap(reader, dash);
            reader->entry.key_place = span_of(dash, dash + 1);
            reader->entry.after = comment_behind(reader, dash + 1, at);
            return;
        }
    }
    reader->entry.before = take_gap(reader, at);
}

/* A value under the entry at hand; the root takes number 1. */
static value_id add_value(struct reader *reader, enum value_type type, size_t at) {
    struct values *values = reader->values;
    value_id container = reader->container;
    if (!container) { /* as opened: an empty map */
        struct value *root = &values->items[ROOT_VALUE];
        *root = (struct value){.type = (uint8_t)type};
        return ROOT_VALUE;
    }
    if (in_map(reader)) {
        struct span key_place = reader->entry.key_place;
        struct span comment = comment_behind(reader, key_place.offset + key_place.length, at);
        if (comment.length) reader->entry.after = comment;
    } else {
        begin_item(reader, at);
    }
    value_id id = values_add(values, type);
    struct value *value = &values->items[id];
    value->key = reader->entry.key;
    value->key_place = reader->entry.key_place;
    value->before = reader->entry.before;
    value->after = reader->entry.after;
    value_append(values, container, id);
    reader->latest = id;
    reader->has_key = false;
    if (in_map(reader)) {
        reserve_slot(reader);
        struct slot *slot = find_slot(reader, container, value_key(values, id));
        if (slot->id) {
            warn_of_duplicate(reader, slot->id, id);
            value_override(values, slot->id);
        }
        slot->id = id;
    }
    return id;
}

static bool add_anchor(struct reader *reader, size_t at, size_t length, value_id id) {
    memory_reserve(&reader->anchors, &reader->anchor_capacity, reader->anchor_count + 1);
    struct text name = {reader->source.bytes + at + 1, length - 1};
    reserve_slot(reader);
    struct slot *slot = find_slot(reader, 0, name);
    reader->anchors[reader->anchor_count++] = (struct anchor){name, id};
    slot->id = reader->anchor_count;
    reader->values->items[id].flags |= VALUE_ANCHORED;
    return true;
}

static bool refuse_tag(struct reader *reader, const yaml_char_t *tag, size_t at) {
    static const char core[] = "tag:yaml.org,2002:";
    const char *name = (const char *)tag;
    bool is_core = strncmp(name, core, sizeof core - 1) == 0;
    return FAIL(reader, at, "the tag %s%.60s is not supported; remove it", is_core ? "!!" : "",
                is_core ? name + sizeof core - 1 : name);
}

/* Where the value itself begins behind an anchor at *at; the anchor's length through *length. */
static void skip_anchor(const struct reader *reader, size_t *at, size_t end, size_t *length) {
    size_t name = *at;
    const char *bytes = reader->source.bytes;
    while (name < end && !is_blank(bytes[name]) && !line_break(reader, name) &&
           !memchr(",[]{}", bytes[name], 5))
        name++;
    *length = name - *at;
    *at = skip_empty(reader, name, end);
    if (*at == end) *at = name; /* an empty value stands right behind its anchor */
}

/* A block scalar without blank lines that are not its content and without its last line end. */
static size_t block_scalar_end(const struct reader *reader, size_t at, size_t end) {
    const char *bytes = reader->source.bytes;
    size_t header = line_end(reader, at), indent = 0;
    size_t line = header + line_break(reader, header);
    while (line < end) { /* the first line with content tells the indentation */
        size_t text = line;
        while (text < end && bytes[text] == ' ') text++;
        indent = text - line;
        if (text >= end || !line_break(reader, text)) break;
        line = text + line_break(reader, text);
    }
    bool keeps = memchr(bytes + at, '+', header - at < 3 ? header - at : 3) != NULL;
    while (end > header) {
        if (ends_line(reader, end)) { /* before the line break */
            end--;
            while (end > header && !line_break(reader, end)) end--;
            if (end > header && bytes[end] == '\n' && bytes[end - 1] == '\r') end--;
            if (keeps) break;
        }
        size_t start = line_start(reader, end), text = start;
        while (text < end && bytes[text] == ' ') text++;
        if (text < end || end - start > indent || start <= header) break;
        end = start;
    }
    return end > header ? end : header;
}

static enum value_style style_of(yaml_scalar_style_t style) {
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: return STYLE_SINGLE;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return STYLE_DOUBLE;
    case YAML_LITERAL_SCALAR_STYLE: return STYLE_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE: return STYLE_FOLDED;
    default: return STYLE_PLAIN;
    }
}

/* The content as bytes of the source where it stands there literally, else in the pool. */
static struct span refer(struct reader *reader, const yaml_event_t *event, size_t from, size_t to,
                         enum value_style style) {
    struct text content = {(const char *)event->data.scalar.value, event->data.scalar.length};
    size_t quote = style == STYLE_SINGLE || style == STYLE_DOUBLE;
    const char *there = reader->source.bytes + from + quote;
    if (from + quote + content.length + quote == to && content.length &&
        memcmp(there, content.bytes, content.length) == 0)
        return span_of(from + quote, to - quote);
    return strings_add(&reader->values->strings, content);
}

static bool read_key(struct reader *reader, const yaml_event_t *event, size_t at, size_t end) {
    if (event->data.scalar.anchor)
        return FAIL(reader, at, "an anchor on a key is not supported; put it before the value");
    if (event->data.scalar.length > reader->limits->yaml_key_bytes)
        return FAIL(reader, at, "a key of %zu bytes is over the limit of %u; shorten it",
                    event->data.scalar.length, (unsigned)reader->limits->yaml_key_bytes);
    enum value_style style = style_of(event->data.scalar.style);
    struct span before = take_gap(reader, at);
    reader->entry = (struct entry){.key = refer(reader, event, at, end, style),
                                   .key_place = span_of(at, end),
                                   .before = before};
    reader->has_key = true;
    reader->done = end;
    return true;
}

/* libyaml puts some empty values at the next token: behind the colon is where they belong. */
static size_t empty_place(const struct reader *reader, size_t at) {
    if (!in_map(reader)) return at;
    size_t key_end = reader->entry.key_place.offset + reader->entry.key_place.length;
    size_t colon = skip_empty(reader, key_end, reader->end);
    return colon < reader->end && reader->source.bytes[colon] == ':' ? colon + 1 : key_end;
}

static bool read_scalar(struct reader *reader, const yaml_event_t *event, size_t at, size_t end) {
    if (event->data.scalar.tag) return refuse_tag(reader, event->data.scalar.tag, at);
    size_t length = event->data.scalar.length;
    if (length && memchr(event->data.scalar.value, '\0', length))
        return FAIL(reader, at,
                    "\"\\0\" puts a NUL into the text, which no output can carry; remove it");
    enum value_style style = style_of(event->data.scalar.style);
    size_t done = end;
    if (style >= STYLE_LITERAL) {
        size_t header = at, anchor;
        if (event->data.scalar.anchor) skip_anchor(reader, &header, end, &anchor);
        end = block_scalar_end(reader, header, end);
        /* Blank lines that "+" keeps are content, not the next entry's. */
        size_t indicators = line_end(reader, header) - header;
        bool keeps = memchr(reader->source.bytes + header, '+', indicators < 3 ? indicators : 3);
        if (!keeps) done = end;
    }
    if (in_map(reader) && !reader->has_key) return read_key(reader, event, at, end);
    size_t anchor_at = at, anchor_length = 0;
    if (event->data.scalar.anchor)
        skip_anchor(reader, &at, end, &anchor_length);
    else if (at == end && style == STYLE_PLAIN)
        at = end = done = empty_place(reader, at);
    if (at > end) at = end;
    value_id id = add_value(reader, VALUE_STRING, at);
    struct span text = refer(reader, event, at, end, style);
    struct value *value = &reader->values->items[id];
    value->place = span_of(at, end);
    value->style = (uint8_t)style;
    value->text = text;
    if (style == STYLE_PLAIN) {
        value_type_plain(value, (struct text){(const char *)event->data.scalar.value, length});
    } else if (style >= STYLE_LITERAL) {
        struct span comment = comment_behind(reader, at, line_end(reader, at));
        if (comment.length) value->after = comment;
    }
    if (anchor_length) add_anchor(reader, anchor_at, anchor_length, id);
    reader->done = done;
    return true;
}

static bool begin_collection(struct reader *reader, enum value_type type, bool flow,
                             const yaml_char_t *anchor, const yaml_char_t *tag, size_t at) {
    if (tag) return refuse_tag(reader, tag, at);
    if (in_map(reader) && !reader->has_key)
        return FAIL(reader, at,
                    "a %s as a key is not supported; use text, or put { and [ in quotes",
                    type == VALUE_LIST ? "list" : "map");
    uint32_t most = reader->limits->yaml_depth;
    if (most > YAML_DEEPEST) most = YAML_DEEPEST;
    if (++reader->depth > most)
        return FAIL(reader, at, "lists and maps are nested deeper than %u; use fewer levels",
                    (unsigned)most);
    size_t anchor_at = at, anchor_length = 0;
    if (anchor) skip_anchor(reader, &at, reader->end, &anchor_length);
    value_id id = add_value(reader, type, at);
    struct value *value = &reader->values->items[id];
    value->style = flow ? STYLE_FLOW : STYLE_BLOCK;
    value->place = span_of(at, at);
    if (anchor) add_anchor(reader, anchor_at, anchor_length, id);
    bool has_bracket = flow && at < reader->end && memchr("[{", reader->source.bytes[at], 2);
    if (flow)
        reader->done = at + has_bracket;
    else if (anchor)
        reader->done = anchor_at + anchor_length;
    else if (in_map(reader))
        reader->done = value->key_place.offset + value->key_place.length;
    else if (value->key_place.length)
        reader->done = value->key_place.offset + 1;
    if (!flow && !anchor && reader->container && in_map(reader)) {
        /* behind the colon, so that its line's comment is not taken for an entry's */
        size_t colon = skip_empty(reader, reader->done, at);
        if (colon < at && reader->source.bytes[colon] == ':') reader->done = colon + 1;
    }
    reader->container = id;
    reader->has_key = false;
    return true;
}

static void end_collection(struct reader *reader, size_t end) {
    struct value *items = reader->values->items, *value = &items[reader->container];
    size_t at = value->place.offset;
    bool is_pair = value->style == STYLE_FLOW && value->type == VALUE_MAP &&
                   reader->source.bytes[at] != '{'; /* [a: b] */
    if (value->style == STYLE_BLOCK || is_pair) {
        struct span last = items[value->last].place;
        end = value->last ? last.offset + last.length : at;
        if (end < at) end = at;
    } else {
        reader->latest = reader->container;
    }
    if (end > reader->done) reader->done = end;
    value->place = span_of(at, end);
    reader->container = value->parent;
    reader->depth--;
}

/* The values of a subtree, counted no further than `most`. */
static uint32_t count_subtree(const struct values *values, value_id top, uint32_t most) {
    uint32_t count = 1;
    for (value_id at = top; count <= most; count++) {
        value_id next = value_first(values, at);
        while (!next) {
            if (at == top) return count;
            next = value_next(values, at);
            if (!next) at = values->items[at].parent;
        }
        at = next;
    }
    return count;
}

/* Gives the copy the original's places: the two have the same shape. */
static void mark_alias(struct values *values, value_id copy, value_id original) {
    for (value_id x = copy, y = original;;) {
        values->items[x].flags |= VALUE_ALIAS;
        values->items[x].place = values->items[y].place;
        values->items[x].key_place = values->items[y].key_place;
        value_id next = value_first(values, x), other = value_first(values, y);
        while (!next) {
            if (x == copy) return;
            next = value_next(values, x);
            other = value_next(values, y);
            if (next) break;
            x = values->items[x].parent;
            y = values->items[y].parent;
        }
        x = next;
        y = other;
    }
}

static bool read_alias(struct reader *reader, size_t at, size_t end) {
    struct values *values = reader->values;
    struct text name = {reader->source.bytes + at + 1, end - at - 1};
    int shown = (int)(name.length > 60 ? 60 : name.length);
    if (in_map(reader) && !reader->has_key)
        return FAIL(reader, at, "an alias as a key is not supported; write the key out");
    struct slot *slot = find_slot(reader, 0, name);
    if (!slot->id)
        return FAIL(reader, at,
                    "no anchor &%.*s stands before this alias; add one, or put the value in "
                    "quotes",
                    shown, name.bytes);
    value_id original = reader->anchors[slot->id - 1].value;
    for (value_id up = reader->container; up; up = values->items[up].parent)
        if (up == original)
            return FAIL(reader, at, "the alias *%.*s stands inside its own anchor; remove it",
                        shown, name.bytes);
    uint32_t left = reader->limits->yaml_alias_nodes - reader->alias_nodes;
    uint32_t count = count_subtree(values, original, left);
    if (count > left)
        return FAIL(reader, at, "the aliases make more than %u values; use fewer",
                    (unsigned)reader->limits->yaml_alias_nodes);
    reader->alias_nodes += count;
    value_id copy = values_copy(values, values, original);
    value_id id = add_value(reader, VALUE_NULL, at);
    mark_alias(values, copy, original);
    /* The copy's content moves to the entry; the copy itself is left unused. */
    struct value *value = &values->items[id], *from = &values->items[copy];
    value->type = from->type;
    value->style = from->style;
    value->text = from->text;
    value->as = from->as;
    value->first = from->first;
    value->last = from->last;
    value->count = from->count;
    value->flags |= VALUE_ALIAS;
    value->place = span_of(at, end);
    for (value_id child = value->first; child; child = values->items[child].next)
        values->items[child].parent = id;
    reader->done = end;
    return true;
}

/* --- events ------------------------------------------------------------------------------ */

/* Behind the document nothing may follow but comments and "...". */
static bool end_document(struct reader *reader, size_t at) {
    const char *bytes = reader->source.bytes;
    for (;;) {
        at = skip_empty(reader, at, reader->end);
        if (reader->end - at < 3 || memcmp(bytes + at, "...", 3) != 0) break;
        at += 3;
    }
    if (at == reader->end) return true;
    if (bytes[at] == '%')
        return FAIL(reader, at, "YAML directives are not supported; remove the line");
    if (reader->end - at >= 3 && memcmp(bytes + at, "---", 3) == 0)
        return FAIL(reader, at, "a second YAML document begins here; keep one in a file");
    return FAIL(reader, at,
                "this line does not belong to what stands above; indent all keys alike");
}

static bool read_event(struct reader *reader, const yaml_event_t *event, bool *more) {
    size_t at = byte_of(reader, event->start_mark.index);
    size_t end = byte_of(reader, event->end_mark.index);
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (!event->data.document_start.implicit) reader->done = end;
        return true;
    case YAML_DOCUMENT_END_EVENT: *more = false; return end_document(reader, at);
    case YAML_STREAM_END_EVENT: *more = false; return true;
    case YAML_SCALAR_EVENT: return read_scalar(reader, event, at, end);
    case YAML_ALIAS_EVENT: return read_alias(reader, at, end);
    case YAML_SEQUENCE_START_EVENT:
        return begin_collection(
            reader, VALUE_LIST, event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
            event->data.sequence_start.anchor, event->data.sequence_start.tag, at);
    case YAML_MAPPING_START_EVENT:
        return begin_collection(
            reader, VALUE_MAP, event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
            event->data.mapping_start.anchor, event->data.mapping_start.tag, at);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: end_collection(reader, end); return true;
    default: return true;
    }
}

static bool report_problem(struct reader *reader, const yaml_parser_t *parser) {
    if (parser->error == YAML_MEMORY_ERROR) memory_exhausted(reader->end - reader->start);
    /* The reader's errors have a byte offset and no mark, all others a mark. */
    bool of_bytes = parser->error == YAML_READER_ERROR;
    size_t at = of_bytes ? reader->start + parser->problem_offset
                         : byte_of(reader, parser->problem_mark.index);
    struct yaml_problem problem = {parser->problem, parser->context, at, at};
    if (!of_bytes && parser->context)
        problem.context_at = byte_of(reader, parser->context_mark.index);
    yaml_problem_report(reader->path, reader->source, problem, reader->diagnostics);
    return false;
}

static bool read_events(struct reader *reader) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) memory_exhausted(sizeof parser);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser,
                                 (const unsigned char *)reader->source.bytes + reader->start,
                                 reader->end - reader->start);
    bool good = true, more = true;
    while (good && more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            good = report_problem(reader, &parser);
            break;
        }
        good = read_event(reader, &event, &more);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

/* A directive can only stand before the document: libyaml is quadratic in them. */
static bool has_no_directive(struct reader *reader) {
    size_t at = skip_empty(reader, reader->start, reader->end);
    if (at == reader->end || reader->source.bytes[at] != '%' || !ends_line(reader, at)) return true;
    struct text line = {reader->source.bytes + at, line_end(reader, at) - at};
    return FAIL(reader, at, "the YAML directive \"%.*s\" is not supported; remove the line",
                (int)(line.length > 60 ? 60 : line.length), line.bytes);
}

/* The lines behind the last entry are the root's. */
static void take_rest(struct reader *reader) {
    struct value *items = reader->values->items;
    struct span rest = take_gap(reader, reader->end);
    if (rest.length) rest = span_of(rest.offset, reader->end);
    items[ROOT_VALUE].after = rest;
}

bool yaml_read(struct text path, struct text source, struct span region,
               const struct limits *limits, struct values *values,
               struct diagnostics *diagnostics) {
    if (!source.bytes) source.bytes = ""; /* an empty buffer's */
    struct reader reader = {.path = path,
                            .source = source,
                            .start = region.offset,
                            .end = (size_t)region.offset + region.length,
                            .limits = limits,
                            .values = values,
                            .diagnostics = diagnostics,
                            .slot_capacity = FEW_SLOTS};
    reader.slots = reader.few;
    if (region.length >= 3 && memcmp(source.bytes + region.offset, "\xEF\xBB\xBF", 3) == 0)
        reader.start += 3; /* libyaml would not count it */
    reader.byte = reader.done = reader.start;
    values->items[ROOT_VALUE].style = STYLE_BLOCK;
    values->items[ROOT_VALUE].place = span_of(reader.start, reader.start);
    if (region.length > limits->front_matter_bytes)
        return FAIL(&reader, region.offset,
                    "%u bytes of YAML are over the limit of %u; make it shorter, "
                    "or raise limits in galley.yaml",
                    (unsigned)region.length, (unsigned)limits->front_matter_bytes);
    size_t valid =
        utf8_valid_length((struct text){source.bytes + reader.start, reader.end - reader.start});
    if (reader.start + valid < reader.end)
        return FAIL(&reader, reader.start + valid,
                    "a byte that is not UTF-8; save the file as UTF-8");
    if (!has_no_directive(&reader)) return false;
    reader.ascii = is_ascii(source.bytes + reader.start, reader.end - reader.start);
    bool good = read_events(&reader);
    struct value *root = &values->items[ROOT_VALUE];
    if (good) {
        if (root->type == VALUE_NULL && root->place.length == 0) root->type = VALUE_MAP;
        take_rest(&reader);
    }
    if (reader.duplicates > DUPLICATES_REPORTED)
        diagnostics_add(diagnostics, SEVERITY_WARNING, path, (struct place){0, 0},
                        "%u more keys stand twice",
                        (unsigned)(reader.duplicates - DUPLICATES_REPORTED));
    if (reader.slots != reader.few) memory_free(reader.slots);
    memory_free(reader.anchors);
    return good;
}

/* A key that no one would choose is most often the body, begun before the closing fence. */
static void warn_of_slipped_body(struct text path, const struct values *values,
                                 struct diagnostics *diagnostics) {
    for (value_id id = value_first(values, ROOT_VALUE); id; id = value_next(values, id)) {
        struct text key = value_key(values, id);
        bool is_html = key.length > 2 && key.bytes[0] == '<' && key.bytes[1] != '<';
        bool is_prose = key.length > 80 && memchr(key.bytes, ' ', key.length);
        if (!is_html && !is_prose) continue;
        diagnostics_add(
            diagnostics, SEVERITY_WARNING, path,
            text_place(values->strings.source, values->items[id].key_place.offset),
            "this line of the front matter looks like text of the body, yet it is read as "
            "a key; close the front matter with --- above it");
        return;
    }
}

bool yaml_read_map(struct text path, struct text source, struct span region,
                   const struct limits *limits, struct values *values,
                   struct diagnostics *diagnostics) {
    static const char *const kinds[] = {"null",     "a boolean", "a number",
                                        "a number", "text",      "a list"};
    if (!yaml_read(path, source, region, limits, values, diagnostics)) return false;
    const struct value *root = &values->items[ROOT_VALUE];
    if (root->type == VALUE_MAP) {
        warn_of_slipped_body(path, values, diagnostics);
        return true;
    }
    diagnostics_add(
        diagnostics, SEVERITY_ERROR, path, text_place(source, root->place.offset),
        "\"key: value\" lines are expected here, but this is %s; add a key, or remove it",
        kinds[root->type]);
    return false;
}

const char *yaml_library_version(void) {
    return yaml_get_version_string();
}
