#include "read/yaml.h"

#include "read/yaml_build.h"
#include "read/yaml_mistake.h"
#include "read/yaml_problem.h"

#include <yaml.h>

enum { SLIPS_REPORTED = 10 };

static bool refuse_tag(struct yaml_build *build, const yaml_char_t *tag, size_t at) {
    static const char core[] = "tag:yaml.org,2002:";
    const char *name = (const char *)tag;
    bool is_core = strncmp(name, core, sizeof core - 1) == 0;
    return YAML_FAIL(build, at,
                     "the tag %s%.60s is not supported; remove it, or put the value in quotes",
                     is_core ? "!!" : "", is_core ? name + sizeof core - 1 : name);
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

/* Behind the document nothing may follow but comments and "...". */
static bool end_document(struct yaml_build *build, size_t at) {
    const struct yaml_places *places = &build->places;
    const char *bytes = places->source.bytes;
    for (;;) {
        at = yaml_skip_empty(places, at, places->end);
        if (places->end - at < 3 || memcmp(bytes + at, "...", 3) != 0) break;
        at += 3;
    }
    if (at == places->end) return true;
    if (bytes[at] == '%')
        return YAML_FAIL(build, at, "YAML directives are not supported; remove the line");
    if (places->end - at >= 3 && memcmp(bytes + at, "---", 3) == 0)
        return YAML_FAIL(build, at, "a second YAML document begins here; keep one in a file");
    return YAML_FAIL(build, at,
                     "this line does not belong to what stands above; indent all keys alike");
}

static struct text name_of(const yaml_char_t *anchor) {
    return text_of((const char *)anchor);
}

static bool read_event(struct yaml_build *build, const yaml_event_t *event, bool *more) {
    struct yaml_token token = {.at = yaml_byte_of(&build->places, event->start_mark.index),
                               .end = yaml_byte_of(&build->places, event->end_mark.index)};
    const yaml_char_t *tag = NULL;
    enum value_type type = VALUE_STRING;
    bool flow = false;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (!event->data.document_start.implicit) build->done = token.end;
        return true;
    case YAML_DOCUMENT_END_EVENT: *more = false; return end_document(build, token.at);
    case YAML_STREAM_END_EVENT: *more = false; return true;
    case YAML_ALIAS_EVENT:
        token.anchor = name_of(event->data.alias.anchor);
        return yaml_build_alias(build, &token);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: yaml_build_end(build, token.end); return true;
    case YAML_SCALAR_EVENT:
        tag = event->data.scalar.tag;
        token.anchor = name_of(event->data.scalar.anchor);
        token.content =
            (struct text){(const char *)event->data.scalar.value, event->data.scalar.length};
        token.style = style_of(event->data.scalar.style);
        break;
    case YAML_SEQUENCE_START_EVENT:
        tag = event->data.sequence_start.tag;
        token.anchor = name_of(event->data.sequence_start.anchor);
        flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        type = VALUE_LIST;
        break;
    case YAML_MAPPING_START_EVENT:
        tag = event->data.mapping_start.tag;
        token.anchor = name_of(event->data.mapping_start.anchor);
        flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
        type = VALUE_MAP;
        break;
    default: return true;
    }
    bool quoted = token.style == STYLE_SINGLE || token.style == STYLE_DOUBLE;
    if (tag && quoted && !token.anchor.length && strcmp((const char *)tag, "!") == 0)
        token.text_tag = true;
    else if (tag)
        return refuse_tag(build, tag, token.at);
    if (type == VALUE_STRING) return yaml_build_scalar(build, &token);
    token.style = flow ? STYLE_FLOW : STYLE_BLOCK;
    return yaml_build_begin(build, type, &token);
}

static bool report_problem(struct yaml_build *build, const yaml_parser_t *parser) {
    struct yaml_places *places = &build->places;
    if (parser->error == YAML_MEMORY_ERROR) memory_exhausted(places->end - places->start);
    /* The reader's errors have a byte offset and no mark, all others a mark. */
    bool of_bytes = parser->error == YAML_READER_ERROR;
    size_t at = of_bytes ? places->start + parser->problem_offset
                         : yaml_byte_of(places, parser->problem_mark.index);
    struct yaml_problem problem = {parser->problem, parser->context, at, at};
    if (!of_bytes && parser->context)
        problem.context_at = yaml_byte_of(places, parser->context_mark.index);
    if (!yaml_mistake_report(build->path, places, problem, build->diagnostics))
        yaml_problem_report(build->path, places->source, problem, build->diagnostics);
    return false;
}

static bool read_events(struct yaml_build *build) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) memory_exhausted(sizeof parser);
    const struct yaml_places *places = &build->places;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser,
                                 (const unsigned char *)places->source.bytes + places->start,
                                 places->end - places->start);
    bool good = true, more = true;
    while (good && more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            good = report_problem(build, &parser);
            break;
        }
        good = read_event(build, &event, &more);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

/* A directive can only stand before the document: libyaml is quadratic in them. */
static bool has_no_directive(struct yaml_build *build) {
    const struct yaml_places *places = &build->places;
    const char *bytes = places->source.bytes;
    size_t at = yaml_skip_empty(places, places->start, places->end);
    if (at == places->end || bytes[at] != '%' || !yaml_begins_line(places, at)) return true;
    size_t length = yaml_line_end(places, at) - at;
    return YAML_FAIL(build, at, "the YAML directive \"%.*s\" is not supported; remove the line",
                     (int)(length > 60 ? 60 : length), bytes + at);
}

bool yaml_read(struct text path, struct text source, struct span region,
               const struct limits *limits, struct values *values,
               struct diagnostics *diagnostics) {
    if (!source.bytes) source.bytes = ""; /* an empty buffer's */
    struct yaml_build build = {
        .path = path,
        .places = yaml_places_of(source, region),
        .limits = limits,
        .values = values,
        .diagnostics = diagnostics,
        .deepest = limits->yaml_depth < YAML_DEEPEST ? limits->yaml_depth : YAML_DEEPEST,
    };
    size_t start = build.places.start;
    build.done = start;
    struct value *root = &values->items[ROOT_VALUE];
    root->style = STYLE_BLOCK;
    root->place = yaml_span(start, start);
    if (region.length > limits->front_matter_bytes)
        return YAML_FAIL(&build, region.offset,
                         "%u bytes of YAML are over the limit of %u; make it shorter, "
                         "or raise limits in galley.yaml",
                         (unsigned)region.length, (unsigned)limits->front_matter_bytes);
    struct text text = {source.bytes + start, build.places.end - start};
    size_t valid = utf8_valid_length(text);
    if (valid < text.length)
        return YAML_FAIL(&build, start + valid, "a byte that is not UTF-8; save the file as UTF-8");
    if (!has_no_directive(&build)) return false;
    yaml_names_open(&build.names);
    bool good = read_events(&build);
    root = &values->items[ROOT_VALUE];
    if (good && root->type == VALUE_NULL && root->place.length == 0) root->type = VALUE_MAP;
    yaml_build_finish(&build, good);
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
        yaml_mistake_warn(path, values, SLIPS_REPORTED, diagnostics);
        return true;
    }
    const struct yaml_places places = yaml_places_of(source, region);
    if (root->type == VALUE_STRING && root->style == STYLE_PLAIN &&
        yaml_mistake_no_key(path, &places, root->place.offset, diagnostics))
        return false;
    diagnostics_add(
        diagnostics, SEVERITY_ERROR, path, text_place(source, root->place.offset),
        "\"key: value\" lines are expected here, but this is %s; add a key, or remove it",
        kinds[root->type]);
    return false;
}

const char *yaml_library_version(void) {
    return yaml_get_version_string();
}
