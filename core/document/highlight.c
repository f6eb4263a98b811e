#include "document/highlight.h"

#ifdef HAVE_SOURCE_HIGHLIGHT

#include "document/highlight_library.h"
#include "document/html.h"

#include <string.h>

enum { MOST_BYTES = 1 << 20, MOST_WORK = 8 << 20, WORK_A_BYTE = 64, MOST_NAME = 40 };

/* The library's elements, and what they are called here; others (symbols, brackets, plain names)
 * stay without a mark. */
static const struct {
    const char *element, *kind;
} kinds[] = {
    {"comment", "comment"},   {"todo", "comment"},        {"note", "comment"},
    {"keyword", "keyword"},   {"section", "keyword"},     {"selector", "keyword"},
    {"type", "type"},         {"usertype", "type"},       {"classname", "type"},
    {"attribute", "type"},    {"property", "type"},       {"string", "string"},
    {"regexp", "string"},     {"specialchar", "string"},  {"value", "string"},
    {"number", "number"},     {"function", "function"},   {"predef_func", "function"},
    {"variable", "variable"}, {"predef_var", "variable"}, {"argument", "variable"},
    {"name", "name"},         {"label", "name"},          {"atom", "name"},
    {"preproc", "macro"},     {"meta", "macro"},          {"date", "date"},
    {"time", "date"},         {"path", "path"},           {"file", "path"},
    {"url", "path"},          {"oldfile", "deleted"},     {"newfile", "inserted"},
    {"difflines", "macro"},   {"error", "error"},         {"warning", "error"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Names that Markdown writers use and the library does not, or for something else. */
static const struct {
    const char *name, *known_as;
} aliases[] = {
    {"c++", "cpp"},         {"c#", "csharp"},
    {"golang", "go"},       {"typescript", "javascript"},
    {"ts", "javascript"},   {"tsx", "javascript"},
    {"jsx", "javascript"},  {"mjs", "javascript"},
    {"node", "javascript"}, {"pl", "perl"},
    {"python3", "python"},  {"py3", "python"},
    {"svg", "xml"},         {"rss", "xml"},
    {"atom", "xml"},        {"xsl", "xml"},
    {"scss", "css"},        {"less", "css"},
    {"jsonc", "json"},      {"geojson", "json"},
    {"make", "makefile"},   {"rust", "rs"},
    {"postgres", "sql"},    {"mysql", "sql"},
    {"kotlin", "java"},     {"viml", "vim"},
    {"elisp", "lisp"},      {"ocaml", "caml"},
};

struct piece {
    int element;
    size_t length;
};

struct pieces {
    struct text code;
    struct piece *list;
    uint32_t count, capacity;
    size_t length;
    bool differs;
};

static void add(struct pieces *pieces, int element, size_t length) {
    memory_reserve(&pieces->list, &pieces->capacity, pieces->count + 1);
    pieces->list[pieces->count++] = (struct piece){element, length};
    pieces->length += length;
}

static void take(void *context, int element, const char *bytes, size_t length) {
    struct pieces *pieces = context;
    size_t left = pieces->code.length - pieces->length;
    if (pieces->differs || length > left ||
        memcmp(pieces->code.bytes + pieces->length, bytes, length) != 0) {
        pieces->differs = true;
        return;
    }
    add(pieces, element, length);
}

static bool is_inside_character(struct text code, size_t at) {
    return at < code.length && ((unsigned char)code.bytes[at] & 0xC0) == 0x80;
}

/* Neighbours of one kind become one; a border in a character moves behind it. */
static void write(const struct pieces *pieces, struct text prefix, struct buffer *out) {
    struct text code = pieces->code;
    size_t at = 0, end = 0;
    for (uint32_t i = 0; i < pieces->count;) {
        int element = pieces->list[i].element;
        const char *kind = element < 0 ? NULL : kinds[element].kind;
        for (; i < pieces->count; i++) {
            int other = pieces->list[i].element;
            if ((other < 0 ? NULL : kinds[other].kind) != kind &&
                (!kind || other < 0 || strcmp(kinds[other].kind, kind) != 0))
                break;
            end += pieces->list[i].length;
        }
        size_t border = end;
        while (is_inside_character(code, border)) border++;
        if (border <= at) continue;
        if (kind) {
            buffer_append_string(out, "<span class=\"");
            html_escape(prefix, out);
            buffer_append_string(out, kind);
            buffer_append_string(out, "\">");
        }
        html_escape((struct text){code.bytes + at, border - at}, out);
        if (kind) buffer_append_string(out, "</span>");
        at = border;
    }
}

/* The library's name, in `name`; false where there can be none. */
static bool library_name(struct text language, char name[MOST_NAME + 1]) {
    if (!language.length || language.length > MOST_NAME) return false;
    for (size_t i = 0; i < language.length; i++) {
        char byte = language.bytes[i];
        name[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
    name[language.length] = '\0';
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(name, aliases[i].name) == 0) strcpy(name, aliases[i].known_as);
    return true;
}

static enum highlight_result result_of(enum highlight_library_result result) {
    return result == LIBRARY_DONE      ? HIGHLIGHT_DONE
           : result == LIBRARY_UNKNOWN ? HIGHLIGHT_UNKNOWN
                                       : HIGHLIGHT_NO_DEFINITIONS;
}

enum highlight_result highlight_html(struct text code, struct text language, struct text prefix,
                                     struct buffer *out) {
    char name[MOST_NAME + 1];
    const char *elements[KINDS];
    if (code.length > MOST_BYTES) return HIGHLIGHT_TOO_LARGE;
    if (!library_name(language, name)) return HIGHLIGHT_UNKNOWN;
    for (int i = 0; i < KINDS; i++) elements[i] = kinds[i].element;
    struct pieces pieces = {.code = code};
    size_t work = (64 << 10) + code.length * WORK_A_BYTE; /* many blocks are no way around */
    if (work > MOST_WORK) work = MOST_WORK;
    enum highlight_library_result result =
        highlight_library_run(name, code.bytes, code.length, work, elements, KINDS, take, &pieces);
    if (result == LIBRARY_DONE) {
        if (pieces.differs) pieces.count = 0, pieces.length = 0;
        if (pieces.length < code.length) add(&pieces, -1, code.length - pieces.length);
        write(&pieces, prefix, out);
    }
    memory_free(pieces.list);
    return result_of(result);
}

static void append_name(void *context, const char *name) {
    buffer_append_string(context, name);
    buffer_append_byte(context, '\n');
}

enum highlight_result highlight_languages(struct buffer *out) {
    return result_of(highlight_library_names(append_name, out));
}

const char *highlight_folder(void) {
    return highlight_library_folder();
}

#else

enum highlight_result highlight_html(struct text code, struct text language, struct text prefix,
                                     struct buffer *out) {
    (void)code, (void)language, (void)prefix, (void)out;
    return HIGHLIGHT_MISSING;
}

enum highlight_result highlight_languages(struct buffer *out) {
    (void)out;
    return HIGHLIGHT_MISSING;
}

const char *highlight_folder(void) {
    return NULL;
}

#endif
