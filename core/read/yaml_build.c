#include "read/yaml_build.h"

enum { DUPLICATES_REPORTED = 10 };

/* Gives away the bytes between the last thing read and an entry that begins at `at`: the comment on
 * the last thing's line is that one's, whole lines are the entry's. */
static struct span take_gap(struct yaml_build *build, size_t at) {
    size_t from = build->done, to, length;
    if (!yaml_begins_line(&build->places, from)) {
        struct span comment = yaml_comment_behind(&build->places, from, at);
        struct value *latest = &build->values->items[build->latest];
        if (comment.length && build->latest && !latest->after.length) latest->after = comment;
        while (from < at && !(length = yaml_line_break(&build->places, from))) from++;
        if (from < at) from += length;
    }
    to = from;
    for (size_t next = from; next < at; next += length) {
        length = yaml_line_break(&build->places, next);
        if (length)
            to = next + length;
        else
            length = 1;
    }
    return to > from ? yaml_span(from, to) : (struct span){0, 0};
}

static void warn_of_duplicate(struct yaml_build *build, value_id first, value_id second) {
    const struct value *items = build->values->items;
    if (build->duplicates++ >= DUPLICATES_REPORTED) return;
    struct text key = value_key(build->values, second);
    diagnostics_add(build->diagnostics, SEVERITY_WARNING, build->path,
                    text_place(build->places.source, items[second].key_place.offset),
                    "the key \"%.*s\" stands twice, first on line %u; the last one counts, remove "
                    "the other",
                    (int)(key.length > 100 ? 100 : key.length), key.bytes,
                    (unsigned)text_place(build->places.source, items[first].key_place.offset).line);
}

static bool in_map(const struct yaml_build *build) {
    return build->container && build->values->items[build->container].type == VALUE_MAP;
}

/* An event that begins at `at` is a list's item: notes its dash and what precedes it. */
static void begin_item(struct yaml_build *build, size_t at) {
    const struct value *list = &build->values->items[build->container];
    build->entry = (struct yaml_entry){0};
    if (list->style == STYLE_BLOCK) {
        size_t dash = yaml_skip_empty(&build->places, build->done, at);
        if (build->places.source.bytes[dash] == '-' && dash < build->places.end) {
            build->entry.before = take_gap(build, dash);
            build->entry.key_place = yaml_span(dash, dash + 1);
            build->entry.after = yaml_comment_behind(&build->places, dash + 1, at);
            return;
        }
    }
    build->entry.before = take_gap(build, at);
}

/* A value under the entry at hand; the root takes number 1. */
static value_id add_value(struct yaml_build *build, enum value_type type, size_t at) {
    struct values *values = build->values;
    value_id container = build->container;
    if (!container) { /* as opened: an empty map */
        struct value *root = &values->items[ROOT_VALUE];
        *root = (struct value){.type = (uint8_t)type};
        return ROOT_VALUE;
    }
    if (in_map(build)) {
        struct span key_place = build->entry.key_place;
        struct span comment =
            yaml_comment_behind(&build->places, key_place.offset + key_place.length, at);
        if (comment.length) build->entry.after = comment;
    } else {
        begin_item(build, at);
    }
    value_id id = values_add(values, type);
    struct value *value = &values->items[id];
    value->key = build->entry.key;
    value->key_place = build->entry.key_place;
    value->before = build->entry.before;
    value->after = build->entry.after;
    value_append(values, container, id);
    build->latest = id;
    build->has_key = false;
    if (in_map(build)) {
        uint32_t *known =
            yaml_names_place(&build->names, &values->strings, container, build->entry.key);
        if (*known) {
            warn_of_duplicate(build, *known, id);
            value_override(values, *known);
        }
        *known = id;
    }
    return id;
}

/* A later anchor of the same name takes its place. */
static void add_anchor(struct yaml_build *build, const struct yaml_token *token, value_id id) {
    struct span name = yaml_span(token->at + 1, token->at + 1 + token->anchor.length);
    *yaml_names_place(&build->names, &build->values->strings, YAML_ANCHORS, name) = id;
    build->values->items[id].flags |= VALUE_ANCHORED;
}

/* Where the value itself begins, behind its anchor; false where more stands at the anchor than
 * libyaml takes for its name, and would take for the value. */
static bool skip_anchor(struct yaml_build *build, const struct yaml_token *token, size_t end,
                        size_t *at) {
    *at = token->at;
    if (!token->anchor.length) return true;
    size_t name = token->at + 1 + token->anchor.length;
    char next = name < build->places.end ? build->places.source.bytes[name] : ' ';
    if (!yaml_is_blank(next) && !yaml_line_break(&build->places, name) && !memchr(",[]{}", next, 5))
        return YAML_FAIL(build, token->at,
                         "an anchor's name has letters, digits, - and _ only; rename it, or put "
                         "the value in quotes");
    *at = yaml_skip_empty(&build->places, name, end);
    if (*at == end) *at = name; /* an empty value stands right behind its anchor */
    return true;
}

/* The content as bytes of the source where it stands there literally, else in the pool. */
static struct span refer(struct yaml_build *build, const struct yaml_token *token, size_t from,
                         size_t to) {
    struct text content = token->content;
    size_t quote = token->style == STYLE_SINGLE || token->style == STYLE_DOUBLE;
    const char *there = build->places.source.bytes + from + quote;
    if (from + quote + content.length + quote == to && content.length &&
        memcmp(there, content.bytes, content.length) == 0)
        return yaml_span(from + quote, to - quote);
    return strings_add(&build->values->strings, content);
}

static bool read_key(struct yaml_build *build, const struct yaml_token *token, size_t end) {
    size_t at = token->at;
    if (token->text_tag) return YAML_FAIL(build, at, "the tag ! is not supported; remove it");
    if (token->anchor.length)
        return YAML_FAIL(build, at, "an anchor on a key is not supported; put it before the value");
    if (token->content.length > build->limits->yaml_key_bytes)
        return YAML_FAIL(build, at, "a key of %zu bytes is over the limit of %u; shorten it",
                         token->content.length, (unsigned)build->limits->yaml_key_bytes);
    /* In brackets libyaml takes the "?" of "?x" for the mark of a key, as nobody else does. */
    if (at > build->places.start && build->places.source.bytes[at - 1] == '?')
        return YAML_FAIL(build, at - 1, "a value in brackets begins with \"?\"; put it in quotes");
    struct span before = take_gap(build, at);
    build->entry = (struct yaml_entry){
        .key = refer(build, token, at, end), .key_place = yaml_span(at, end), .before = before};
    build->has_key = true;
    build->done = end;
    return true;
}

/* libyaml puts some empty values at the next token: behind the colon is where they belong. */
static size_t empty_place(const struct yaml_build *build, size_t at) {
    if (!in_map(build)) return at;
    const struct yaml_places *places = &build->places;
    size_t key_end = build->entry.key_place.offset + build->entry.key_place.length;
    size_t colon = yaml_skip_empty(places, key_end, places->end);
    return colon < places->end && places->source.bytes[colon] == ':' ? colon + 1 : key_end;
}

/* Behind a "!" and the blanks after it: where the quotes begin. */
static size_t behind_tag(const struct yaml_build *build, size_t at, size_t end) {
    const char *bytes = build->places.source.bytes;
    while (at < end && bytes[at] != '"' && bytes[at] != '\'') at++;
    return at;
}

bool yaml_build_scalar(struct yaml_build *build, const struct yaml_token *token) {
    struct text content = token->content;
    if (content.length && memchr(content.bytes, '\0', content.length))
        return YAML_FAIL(build, token->at,
                         "\"\\0\" puts a NUL into the text, which no output can carry; remove it");
    size_t at, end = token->end;
    if (!skip_anchor(build, token, end, &at)) return false;
    size_t done = end;
    if (token->style >= STYLE_LITERAL) {
        end = yaml_block_scalar_end(&build->places, at, end);
        /* Blank lines that "+" keeps are content, not the next entry's. */
        if (!yaml_block_scalar_keeps(&build->places, at)) done = end;
    }
    if (in_map(build) && !build->has_key) return read_key(build, token, end);
    if (token->text_tag) at = behind_tag(build, at, end);
    if (!token->anchor.length && at == end && token->style == STYLE_PLAIN)
        at = end = done = empty_place(build, at);
    if (at > end) at = end;
    value_id id = add_value(build, VALUE_STRING, at);
    struct span text = refer(build, token, at, end);
    struct value *value = &build->values->items[id];
    value->place = yaml_span(at, end);
    value->style = (uint8_t)token->style;
    value->text = text;
    if (token->style == STYLE_PLAIN) {
        value_type_plain(value, content);
    } else if (token->style >= STYLE_LITERAL) {
        struct span comment =
            yaml_comment_behind(&build->places, at, yaml_line_end(&build->places, at));
        if (comment.length) value->after = comment;
    }
    if (token->anchor.length) add_anchor(build, token, id);
    build->done = done;
    return true;
}

/* Behind what opened the collection: its bracket, its anchor, its key's colon or its dash. */
static size_t behind_opening(const struct yaml_build *build, const struct yaml_token *token,
                             const struct value *value) {
    const struct yaml_places *places = &build->places;
    const char *bytes = places->source.bytes;
    size_t at = value->place.offset, key_end = value->key_place.offset + value->key_place.length;
    if (token->style == STYLE_FLOW)
        return at + (at < places->end && memchr("[{", bytes[at], 2) != NULL);
    if (token->anchor.length) return token->at + 1 + token->anchor.length;
    if (!value->key_place.length) return build->done;
    if (!in_map(build)) return key_end;
    /* Behind the colon, so that its line's comment is not taken for an entry's. */
    size_t colon = yaml_skip_empty(places, key_end, at);
    return colon < at && bytes[colon] == ':' ? colon + 1 : key_end;
}

bool yaml_build_begin(struct yaml_build *build, enum value_type type,
                      const struct yaml_token *token) {
    const char *bytes = build->places.source.bytes;
    size_t at = token->at;
    if (in_map(build) && !build->has_key && at > build->places.start && bytes[at] == '{' &&
        bytes[at - 1] == '{')
        return YAML_FAIL(build, at - 1, "a value cannot begin with \"{{\"; put it in quotes");
    if (in_map(build) && !build->has_key)
        return YAML_FAIL(build, at,
                         "a %s as a key is not supported; use text, or put { and [ in quotes",
                         type == VALUE_LIST ? "list" : "map");
    if (++build->depth > build->deepest)
        return YAML_FAIL(build, token->at,
                         "lists and maps are nested deeper than %u; use fewer levels",
                         (unsigned)build->deepest);
    if (!skip_anchor(build, token, build->places.end, &at)) return false;
    value_id id = add_value(build, type, at);
    struct value *value = &build->values->items[id];
    value->style = (uint8_t)token->style;
    value->place = yaml_span(at, at);
    if (token->anchor.length) add_anchor(build, token, id);
    build->done = behind_opening(build, token, value);
    build->container = id;
    build->has_key = false;
    return true;
}

void yaml_build_end(struct yaml_build *build, size_t end) {
    struct value *items = build->values->items, *value = &items[build->container];
    size_t at = value->place.offset;
    bool is_pair = value->style == STYLE_FLOW && value->type == VALUE_MAP &&
                   build->places.source.bytes[at] != '{'; /* [a: b] */
    if (value->style == STYLE_BLOCK || is_pair) {
        struct span last = items[value->last].place;
        end = value->last ? last.offset + last.length : at;
        if (end < at) end = at;
    } else {
        build->latest = build->container;
    }
    if (end > build->done) build->done = end;
    value->place = yaml_span(at, end);
    build->container = value->parent;
    build->depth--;
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

bool yaml_build_alias(struct yaml_build *build, const struct yaml_token *token) {
    struct values *values = build->values;
    size_t at = token->at, end = token->end;
    struct text name = token->anchor;
    int shown = (int)(name.length > 60 ? 60 : name.length);
    if (in_map(build) && !build->has_key)
        return YAML_FAIL(build, at, "an alias as a key is not supported; write the key out");
    value_id original = yaml_names_find(&build->names, &values->strings, YAML_ANCHORS, name);
    if (!original)
        return YAML_FAIL(build, at,
                         "no anchor &%.*s stands before this alias; add one, or put the value in "
                         "quotes",
                         shown, name.bytes);
    for (value_id up = build->container; up; up = values->items[up].parent)
        if (up == original)
            return YAML_FAIL(build, at, "the alias *%.*s stands inside its own anchor; remove it",
                             shown, name.bytes);
    uint32_t left = build->limits->yaml_alias_nodes - build->alias_nodes;
    uint32_t count = count_subtree(values, original, left);
    if (count > left)
        return YAML_FAIL(build, at, "the aliases make more than %u values; use fewer",
                         (unsigned)build->limits->yaml_alias_nodes);
    build->alias_nodes += count;
    value_id copy = values_copy(values, values, original);
    value_id id = add_value(build, VALUE_NULL, at);
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
    value->place = yaml_span(at, end);
    for (value_id child = value->first; child; child = values->items[child].next)
        values->items[child].parent = id;
    build->done = end;
    return true;
}

void yaml_build_finish(struct yaml_build *build, bool good) {
    if (good) {
        struct span rest = take_gap(build, build->places.end);
        if (rest.length) rest = yaml_span(rest.offset, build->places.end);
        build->values->items[ROOT_VALUE].after = rest;
    }
    if (build->duplicates > DUPLICATES_REPORTED)
        diagnostics_add(build->diagnostics, SEVERITY_WARNING, build->path, (struct place){0, 0},
                        "%u more keys stand twice",
                        (unsigned)(build->duplicates - DUPLICATES_REPORTED));
    yaml_names_free(&build->names);
}
