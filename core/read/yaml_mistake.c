#include "read/yaml_mistake.h"

/* A line in parts; places are offsets in the source. */
struct line {
    size_t start, end;
    size_t content; /* behind the indentation */
    size_t entry;   /* behind the dashes of list items too */
    size_t colon;   /* that ends the key; `end` where there is no key */
    size_t value;   /* the key's value, else what stands at `entry`; `end` where there is none */
};

#define REPORT(at, ...)                                                                            \
    (diagnostics_add(diagnostics, SEVERITY_ERROR, path, text_place(places->source, (at)),          \
                     __VA_ARGS__),                                                                 \
     true)

static size_t skip_blanks(const struct yaml_places *places, size_t at, size_t end) {
    while (at < end && yaml_is_blank(places->source.bytes[at])) at++;
    return at;
}

/* Behind the quoted text that begins at `at`, or `end` where it is not closed before. */
static size_t behind_quotes(const struct yaml_places *places, size_t at, size_t end) {
    const char *bytes = places->source.bytes;
    char quote = bytes[at++];
    for (; at < end; at++) {
        if (quote == '"' && bytes[at] == '\\')
            at++;
        else if (bytes[at] == quote && quote == '\'' && at + 1 < end && bytes[at + 1] == quote)
            at++;
        else if (bytes[at] == quote)
            return at + 1;
    }
    return end;
}

static bool is_quote(char c) {
    return c == '"' || c == '\'';
}

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* The first colon that ends a key: before a blank or the line's end. */
static size_t key_colon(const struct yaml_places *places, size_t at, size_t end) {
    const char *bytes = places->source.bytes;
    if (at < end && is_quote(bytes[at])) {
        size_t behind = skip_blanks(places, behind_quotes(places, at, end), end);
        if (behind == end || bytes[behind] != ':') return end;
        at = behind;
    }
    for (; at < end; at++)
        if (bytes[at] == ':' && (at + 1 == end || yaml_is_blank(bytes[at + 1]))) return at;
    return end;
}

static struct line line_of(const struct yaml_places *places, size_t at) {
    const char *bytes = places->source.bytes;
    size_t start = at < places->end ? at : places->end;
    while (!yaml_begins_line(places, start)) start--;
    size_t end = yaml_line_end(places, start);
    struct line line = {.start = start, .end = end, .content = skip_blanks(places, start, end)};
    line.entry = line.content;
    while (line.entry < end && bytes[line.entry] == '-' &&
           (line.entry + 1 == end || yaml_is_blank(bytes[line.entry + 1])))
        line.entry = skip_blanks(places, line.entry + 1, end);
    line.colon = key_colon(places, line.entry, end);
    line.value = line.colon < end ? skip_blanks(places, line.colon + 1, end) : line.entry;
    return line;
}

/* The line above that says something, or false. */
static bool line_above(const struct yaml_places *places, struct line *line) {
    while (line->start > places->start) {
        *line = line_of(places, line->start - 1);
        if (line->content < line->end && places->source.bytes[line->content] != '#') return true;
    }
    return false;
}

static bool has_at(const struct yaml_places *places, size_t at, size_t end, const char *what) {
    size_t length = strlen(what);
    return end - at >= length && memcmp(places->source.bytes + at, what, length) == 0;
}

static bool is_comment(const struct yaml_places *places, size_t at, size_t end) {
    return at < end && places->source.bytes[at] == '#' &&
           yaml_is_blank(places->source.bytes[at - 1]);
}

/* Signs that stand for "- " in other programs and languages. */
static const char *const bullets[] = {"\u2022", "\u2013", "\u2014", "\u2212", "* ", "+ ", "\u00b7"};

static bool is_bullet(const struct yaml_places *places, size_t at, size_t end) {
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
        if (has_at(places, at, end, bullets[i])) return true;
    return false;
}

/* "-word": no number, no second dash. */
static bool is_dash_without_space(const struct yaml_places *places, size_t at, size_t end) {
    const char *bytes = places->source.bytes;
    return end - at > 1 && bytes[at] == '-' && is_word(bytes[at + 1]) &&
           !(bytes[at + 1] >= '0' && bytes[at + 1] <= '9');
}

/* Where a word that could be a key ends. */
static size_t word_end(const struct yaml_places *places, size_t at, size_t end) {
    const char *bytes = places->source.bytes;
    while (at < end && (is_word(bytes[at]) || bytes[at] == '_' || bytes[at] == '-') &&
           !has_at(places, at, end, "\uff1a") && !has_at(places, at, end, "\u00a0"))
        at++;
    return at;
}

/* A line that is neither "key: value" nor an item: which sign is missing? */
static bool report_text_line(struct text path, const struct yaml_places *places, struct line line,
                             struct diagnostics *diagnostics) {
    const char *bytes = places->source.bytes;
    size_t at = line.entry, end = line.end;
    if (is_dash_without_space(places, at, end))
        return REPORT(at, "a space is missing behind the dash of this list item; write \"- \"");
    if (is_bullet(places, at, end))
        return REPORT(at, "this sign begins no list item in YAML; write \"- \" in its place");
    size_t dashes = at;
    while (dashes < end && bytes[dashes] == '-') dashes++;
    if (dashes - at > 3 && skip_blanks(places, dashes, end) == end)
        return REPORT(at, "the line that closes front matter is three dashes; write ---");
    size_t key = word_end(places, at, end);
    size_t sign = skip_blanks(places, key, end);
    if (key == at || sign == end) return false;
    int length = (int)(key - at > 60 ? 60 : key - at);
    if (bytes[sign] == ':') {
        if (sign + 1 == end || yaml_is_blank(bytes[sign + 1]) || has_at(places, sign, end, "://"))
            return false;
        if (has_at(places, sign + 1, end, "\u00a0"))
            return REPORT(sign + 1, "a no-break space stands behind the colon, which YAML takes "
                                    "for text; put a plain space in its place");
        return REPORT(sign + 1, "a space is missing behind the colon of \"%.*s\"; write \"%.*s: \"",
                      length, bytes + at, length, bytes + at);
    }
    if (has_at(places, sign, end, "\uff1a"))
        return REPORT(sign, "this wide colon ends no key in YAML; write \":\" and a space");
    if ((bytes[sign] == '=' && !has_at(places, sign, end, "==")) || bytes[sign] == ';')
        return REPORT(sign, "\"%c\" ends no key in YAML; write \"%.*s: \"", bytes[sign], length,
                      bytes + at);
    return false;
}

/* A value in quotes or brackets with more behind them: 'It's', "A" and "B", [Update] Wards. */
static bool report_early_end(struct text path, const struct yaml_places *places, struct line line,
                             struct diagnostics *diagnostics) {
    const char *bytes = places->source.bytes;
    size_t at = line.value, end = line.end;
    if (at == end) return false;
    char first = bytes[at];
    if (is_quote(first)) {
        size_t behind = behind_quotes(places, at, end), rest = skip_blanks(places, behind, end);
        if (rest == end || is_comment(places, rest, end)) return false;
        if (first == '\'' && is_word(bytes[behind]) && is_word(bytes[behind - 2]))
            return REPORT(behind - 1, "the value in single quotes ends at this apostrophe; write "
                                      "it twice (''), or put the value in double quotes");
        if (first == '\'')
            return REPORT(behind - 1, "the value in single quotes ends here, but its line goes on; "
                                      "put all of it in double quotes");
        return REPORT(behind - 1, "the value in double quotes ends here, but its line goes on; "
                                  "put all of it in single quotes, or write \\\" for the marks "
                                  "inside");
    }
    if (first != '[' && first != '{') return false;
    char last = first == '[' ? ']' : '}';
    size_t depth = 0, close = at;
    for (; close < end; close++) {
        if (bytes[close] == first) depth++;
        if (bytes[close] == last && --depth == 0) break;
    }
    if (close == end) return false;
    size_t rest = skip_blanks(places, close + 1, end);
    if (rest == end || is_comment(places, rest, end)) return false;
    if (bytes[rest] == last)
        return REPORT(rest, "one \"%c\" too many; remove it, or put the value in quotes", last);
    return REPORT(at,
                  "a value that begins with \"%c\" is a %s, but this line goes on behind its "
                  "\"%c\"; put the whole value in quotes",
                  first, first == '[' ? "list" : "map", last);
}

/* A value whose quotes ended at the opening ones of a later value, which then make no sense. */
static bool report_open_quotes(struct text path, const struct yaml_places *places, struct line line,
                               struct diagnostics *diagnostics) {
    struct line above = line;
    while (line_above(places, &above)) {
        size_t at = above.value;
        if (at < above.end && is_quote(places->source.bytes[at])) {
            size_t behind = behind_quotes(places, at, above.end);
            bool closed =
                behind - at > 1 && (behind < above.end ||
                                    places->source.bytes[behind - 1] == places->source.bytes[at]);
            if (closed) return false;
            return REPORT(at,
                          "this quoted value is not closed on its line, and ends at the "
                          "quotation mark of line %u; add the closing one",
                          (unsigned)text_place(places->source, line.start).line);
        }
        if (above.colon < above.end) return false;
    }
    return false;
}

/* ": " where no key can be: in a value, or behind a key that the lines above leave no room for. */
static bool report_colon(struct text path, const struct yaml_places *places, size_t at,
                         struct diagnostics *diagnostics) {
    struct line line = line_of(places, at), above = line;
    const char *bytes = places->source.bytes;
    if (at != line.colon) {
        size_t value = line.value;
        if (report_early_end(path, places, line, diagnostics)) return true;
        if (has_at(places, value, line.end, "\u201c") || has_at(places, value, line.end, "\u2018"))
            return REPORT(value, "curly quotation marks do not quote in YAML, and this value holds "
                                 "\": \"; put straight ones (\" or ') around it");
        return REPORT(at, "the value holds \": \" without quotes; put the value in quotes");
    }
    if (!line_above(places, &above)) return false;
    if (above.colon == above.end) {
        if (report_text_line(path, places, above, diagnostics)) return true;
        /* Text that goes on over lines, of a key further up. */
        while (above.colon == above.end && line_above(places, &above)) {
        }
        if (above.colon < above.end && line.content - line.start > above.entry - above.start)
            return REPORT(at,
                          "the value that began on line %u holds \": \" without quotes; put "
                          "all of it in quotes",
                          (unsigned)text_place(places->source, above.value).line);
        return false;
    }
    size_t indent = line.content - line.start, over = above.entry - above.start;
    if (indent <= over || above.value == above.end) return false;
    int length = (int)(above.colon - above.entry > 60 ? 60 : above.colon - above.entry);
    return REPORT(line.content,
                  "this line is indented below \"%.*s\", which has a value already; begin it where "
                  "that key begins, or put the value in quotes",
                  length, bytes + above.entry);
}

/* A key or an item where the block above it ended. */
static bool report_lost_line(struct text path, const struct yaml_places *places, struct line line,
                             struct diagnostics *diagnostics) {
    size_t indent = line.content - line.start;
    struct line above = line;
    while (line_above(places, &above) && above.content - above.start > indent) {
    }
    if (above.start == line.start) return false;
    if (line.entry > line.content) {
        if (above.colon == above.end || above.value == above.end || above.entry > above.content)
            return false;
        int length = (int)(above.colon - above.entry > 60 ? 60 : above.colon - above.entry);
        return REPORT(line.content,
                      "a list item stands below \"%.*s\", which has a value already; put a key of "
                      "its own above the list",
                      length, places->source.bytes + above.entry);
    }
    if (line.colon == line.end || above.content - above.start == indent) return false;
    return REPORT(line.content, "this line is indented less than the one above, but as much as "
                                "none before; align it with the keys it belongs to");
}

static bool is(const char *problem, const char *what) {
    return problem && strcmp(problem, what) == 0;
}

bool yaml_mistake_report(struct text path, const struct yaml_places *places,
                         struct yaml_problem problem, struct diagnostics *diagnostics) {
    const char *bytes = places->source.bytes;
    if (problem.at > places->end || problem.context_at > places->end) return false;
    struct line line = line_of(places, problem.at), start = line_of(places, problem.context_at);
    if (is(problem.problem, "mapping values are not allowed in this context"))
        return report_colon(path, places, problem.at, diagnostics);
    if (is(problem.problem, "could not find expected ':'"))
        return report_text_line(path, places, start, diagnostics);
    if (is(problem.problem, "did not find expected key"))
        return report_open_quotes(path, places, line, diagnostics) ||
               report_early_end(path, places, line, diagnostics) ||
               (problem.at == line.content && report_lost_line(path, places, line, diagnostics));
    if (is(problem.problem, "did not find expected ',' or ']'") ||
        is(problem.problem, "did not find expected ',' or '}'")) {
        if (line.start == start.start || line.content - line.start > start.content - start.start)
            return false;
        return REPORT(problem.context_at,
                      "this \"%c\" is never closed; add \"%c\", or put the value in quotes",
                      bytes[problem.context_at], bytes[problem.context_at] == '[' ? ']' : '}');
    }
    if (is(problem.problem, "did not find expected '-' indicator"))
        return report_open_quotes(path, places, line, diagnostics) ||
               report_early_end(path, places, line, diagnostics) ||
               report_text_line(path, places, line, diagnostics);
    if (is(problem.problem, "did not find expected alphabetic or numeric character")) {
        size_t at = problem.context_at;
        if (at == start.content && has_at(places, at, start.end, "* "))
            return REPORT(at, "this sign begins no list item in YAML; write \"- \" in its place");
        return REPORT(at, "a value that begins with %c is %s to YAML; put the value in quotes",
                      bytes[at], bytes[at] == '*' ? "an alias" : "an anchor");
    }
    return false;
}

bool yaml_mistake_no_key(struct text path, const struct yaml_places *places, size_t at,
                         struct diagnostics *diagnostics) {
    return report_text_line(path, places, line_of(places, at), diagnostics);
}

static bool begins_unseen(struct text key) {
    static const char *const unseen[] = {"\u00a0", "\u200b", "\u200c",
                                         "\u200d", "\u2060", "\ufeff"};
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        if (text_starts(key, text_of(unseen[i]))) return true;
    return false;
}

void yaml_mistake_warn(struct text path, const struct values *values, uint32_t most,
                       struct diagnostics *diagnostics) {
    struct text source = values->strings.source;
    struct yaml_places places = {.source = source, .end = source.length};
    for (value_id id = ROOT_VALUE + 1; id < values->count && most; id++) {
        const struct value *value = &values->items[id];
        const char *slip = NULL;
        size_t at = value->key_place.offset;
        struct span after = value->after, place = value->place;
        if (value->flags & VALUE_ALIAS) continue;
        if (value->key.length && begins_unseen(value_key(values, id))) {
            slip = "this key begins with a character that is not seen, and is another key for it; "
                   "remove the character";
        } else if (value->style == STYLE_PLAIN && after.length > 1 &&
                   (value->type == VALUE_STRING || value->type == VALUE_NULL) &&
                   is_word(source.bytes[after.offset + 1])) {
            at = after.offset;
            slip = "a \"#\" behind a space begins a comment, which the value ends before; put the "
                   "value in quotes, or a space behind the \"#\" of a comment";
        } else if (value->style == STYLE_PLAIN && place.length && value->key_place.length &&
                   memchr(source.bytes + at, '\n', place.offset - at) &&
                   (is_bullet(&places, place.offset, place.offset + place.length) ||
                    is_dash_without_space(&places, place.offset, place.offset + place.length))) {
            at = place.offset;
            slip = "this is text and no list; begin each item with a dash and a space";
        }
        if (!slip) continue;
        diagnostics_add(diagnostics, SEVERITY_WARNING, path, text_place(source, at), "%s", slip);
        most--;
    }
}
