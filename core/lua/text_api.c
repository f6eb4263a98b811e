#include "lua/text_api.h"

#include "article/slug.h"
#include "base/similar.h"
#include "base/unicode.h"
#include "lua/api.h"
#include "lua/scratch.h"

#include <lauxlib.h>

static struct text rest_of(struct text text, size_t at) {
    return (struct text){text.bytes + at, text.length - at};
}

static uint32_t code_at(struct text text, size_t at, size_t *used) {
    return utf8_decode(text.bytes + at, text.length - at, used);
}

static int change_case(lua_State *L, enum unicode_case to, const char *what) {
    struct text text = api_text(L, 1, what);
    struct buffer *out = scratch_open(L);
    unicode_change_case(text, to, out);
    return scratch_give(L, out);
}

static int text_lower(lua_State *L) {
    return change_case(L, UNICODE_LOWER, "text.lower: the text");
}
static int text_upper(lua_State *L) {
    return change_case(L, UNICODE_UPPER, "text.upper: the text");
}
static int text_title(lua_State *L) {
    return change_case(L, UNICODE_TITLE, "text.title: the text");
}

static int text_slug(lua_State *L) {
    struct text text = api_text(L, 1, "text.slug: the text");
    lua_Integer most = lua_isnoneornil(L, 2) ? 80 : lua_tointeger(L, 2);
    if (most < 1 || most > 255) api_error(L, "text.slug: the length is 1 to 255 bytes");
    struct buffer *out = scratch_open(L);
    slug_write(text, (size_t)most, out);
    return scratch_give(L, out);
}

static int text_normalise(lua_State *L) {
    static const char *const names[] = {"NFC", "NFD", "NFKC", "NFKD", NULL};
    struct text text = api_text(L, 1, "text.normalise: the text");
    struct text form =
        lua_isnoneornil(L, 2) ? TEXT("NFC") : api_text(L, 2, "text.normalise: the form");
    int which = 0;
    while (names[which] && !text_is(form, names[which])) which++;
    if (!names[which])
        api_error(L, "text.normalise: the form is NFC, NFD, NFKC or NFKD, not \"%s\"", form.bytes);
    struct buffer *out = scratch_open(L);
    if (!unicode_normalise(text, (enum unicode_form)which, out))
        return api_fail(L, "missing",
                        "text.normalise needs the library utf8proc, which this galley was built "
                        "without; install libutf8proc-dev and build again");
    return scratch_give(L, out);
}

/* ---- counting ---- */

static int text_characters(lua_State *L) {
    lua_pushinteger(L,
                    (lua_Integer)unicode_count(api_text(L, 1, "text.characters: the text")).count);
    return 1;
}

static int text_width(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)unicode_width(api_text(L, 1, "text.width: the text")));
    return 1;
}

static bool is_ideograph(uint32_t code) {
    return (code >= 0x3041 && code <= 0x30FF) || (code >= 0x3400 && code <= 0x9FFF) ||
           (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x20000 && code <= 0x3FFFD);
}

static int text_words(lua_State *L) {
    struct text text = api_text(L, 1, "text.words: the text");
    static const uint8_t ascii[128] = {
        /* 1: a blank, 2: a letter or digit */
        [9] = 1, 1, 1, 1, 1, [' '] = 1, ['0'] = 2, 2, 2,         2, 2, 2, 2, 2, 2, 2, ['A'] = 2,
        2,       2, 2, 2, 2, 2,         2,         2, 2,         2, 2, 2, 2, 2, 2, 2, 2,
        2,       2, 2, 2, 2, 2,         2,         2, ['a'] = 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2,       2, 2, 2, 2, 2,         2,         2, 2,         2, 2, 2, 2, 2, 2, 2, 2};
    lua_Integer words = 0;
    bool counted = false;
    for (size_t i = 0, used; i < text.length; i += used) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 128) {
            used = 1;
            words += ascii[byte] == 2 && !counted;
            counted = ascii[byte] ? ascii[byte] == 2 : counted;
            continue;
        }
        uint32_t code = code_at(text, i, &used);
        if (is_ideograph(code))
            words++, counted = false;
        else if (unicode_is_blank(code) || code == 0xA0 || code == 0x2014)
            counted = false;
        else if (!counted && unicode_is_letter(code))
            words++, counted = true;
    }
    lua_pushinteger(L, words);
    return 1;
}

static bool ends_sentence(uint32_t code) {
    return code == '.' || code == '!' || code == '?' || code == 0x2026 || code == 0x3002 ||
           code == 0xFF01 || code == 0xFF1F;
}

/* Titles and the like, whose full stop ends nothing. `end` is on it. */
static bool is_abbreviation(struct text text, size_t end) {
    static const char *const known[] = {"Mr", "Mrs", "Ms",  "Dr",  "Prof", "St", "Rev", "Sir",
                                        "vs", "e.g", "i.e", "No",  "Jr",   "Sr", "Inc", "Ltd",
                                        "Co", "Gen", "Sen", "Rep", "Gov",  NULL};
    size_t start = end;
    while (start > 0 && (unsigned char)text.bytes[start - 1] > ' ') start--;
    while (start < end && strchr("\"'([", text.bytes[start])) start++;
    struct text word = {text.bytes + start, end - start};
    if (word.length == 1 && word.bytes[0] >= 'A' && word.bytes[0] <= 'Z')
        return true; /* an initial */
    for (size_t i = 0; known[i]; i++)
        if (text_is(word, known[i])) return true;
    return false;
}

static int text_sentences(lua_State *L) {
    struct text text = api_text(L, 1, "text.sentences: the text");
    lua_Integer sentences = 0;
    bool open = false;
    for (size_t i = 0, used; i < text.length; i += used) {
        uint32_t code = code_at(text, i, &used);
        if (unicode_is_letter(code)) open = true;
        if (!open || !ends_sentence(code)) continue;
        /* What follows the mark: quotes and brackets, then a blank or the end. */
        size_t next = i + used, length;
        uint32_t after = 0;
        while (next < text.length) {
            after = code_at(text, next, &length);
            if (!ends_sentence(after) && after != '"' && after != '\'' && after != ')' &&
                after != ']' && after != 0x2019 && after != 0x201D && after != 0xBB)
                break;
            next += length;
        }
        bool wide = code == 0x3002 || code == 0xFF01 || code == 0xFF1F;
        if (next < text.length && !unicode_is_blank(after) && !wide) continue;
        if (code == '.' && next == i + 1 && next < text.length && is_abbreviation(text, i))
            continue;
        while (next < text.length && unicode_is_blank(code_at(text, next, &length))) next += length;
        if (next < text.length && text.bytes[next] >= 'a' && text.bytes[next] <= 'z') continue;
        sentences++, open = false;
    }
    lua_pushinteger(L, sentences + open);
    return 1;
}

/* ---- cutting ---- */

/* At most `most` characters, the ellipsis counted; cut before a word where one begins in the second
 * half. */
static int text_truncate(lua_State *L) {
    struct text text = api_text(L, 1, "text.truncate: the text");
    if (!lua_isinteger(L, 2))
        api_error(L, "text.truncate: the number of characters must be a whole number, not %s",
                  api_kind(L, 2));
    lua_Integer most = lua_tointeger(L, 2);
    struct text ellipsis = lua_isnoneornil(L, 3) ? TEXT("\xE2\x80\xA6")
                                                 : api_text(L, 3, "text.truncate: the ellipsis");
    lua_Integer room = most - (lua_Integer)unicode_count(ellipsis).count, count = 0;
    if (room < 1) api_error(L, "text.truncate: %I characters are too few", most);
    size_t at = 0, word = 0, cut = 0, half = 0, used;
    for (; at < text.length && count < most; count++) {
        if (count == room) cut = at;
        if (count == room / 2) half = at;
        if (count <= room && unicode_is_blank(code_at(text, at, &used))) word = at;
        at += unicode_character(rest_of(text, at), NULL);
    }
    if (at >= text.length) {
        lua_settop(L, 1);
        return 1;
    }
    if (count == room) cut = at;
    if (word && word >= half) cut = word;
    while (cut > 0) { /* no blank and no comma before the ellipsis */
        size_t before = cut - 1;
        while (before > 0 && ((unsigned char)text.bytes[before] & 0xC0) == 0x80) before--;
        uint32_t code = code_at(text, before, &used);
        if (!unicode_is_blank(code) && code != ',' && code != ';' && code != ':') break;
        cut = before;
    }
    struct buffer *out = scratch_open(L);
    buffer_append(out, text.bytes, cut);
    buffer_append_text(out, ellipsis);
    return scratch_give(L, out);
}

static struct text option(lua_State *L, const char *name, const char *what) {
    struct text text = TEXT("");
    if (lua_istable(L, 3) && lua_getfield(L, 3, name) != LUA_TNIL) text = api_text(L, -1, what);
    return text; /* stays in the options table */
}

/* Ideographs, kana and their punctuation: scripts that write no blanks between words. */
static bool is_ideographic(uint32_t code) {
    return (code >= 0x2E80 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0xFF01 && code <= 0xFF60) || (code >= 0x20000 && code <= 0x3FFFF);
}

static bool is_one_of(uint32_t code, const char *characters) {
    size_t used;
    for (size_t i = 0; characters[i]; i += used)
        if (utf8_decode(characters + i, strlen(characters + i), &used) == code) return true;
    return false;
}

/* Whether a line may end between two characters that no blank parts. What closes or goes on does
 * not begin a line, what opens does not end one. */
static bool may_part(uint32_t before, uint32_t behind) {
    if (!is_ideographic(before) && !is_ideographic(behind)) return false;
    return !is_one_of(before, "(\"'“‘（［｛「『【〔〈《〖〘") &&
           !is_one_of(behind,
                      ")\"'”’,.;:!?…%、。，．・：；？！）］｝」』】〕〉》〗〙ーぁぃぅぇぉっゃゅょゎ"
                      "ァィゥェォッャュョヮ々〻ゝゞヽヾ％");
}

/* Paragraphs (parted by empty lines) are filled one by one; a word wider than a line stands alone.
 */
static int text_wrap(lua_State *L) {
    struct text text = api_text(L, 1, "text.wrap: the text");
    lua_Integer columns = lua_tointeger(L, 2);
    if (columns < 1 || columns > 10000) api_error(L, "text.wrap: the width is 1 to 10000 columns");
    if (!lua_isnoneornil(L, 3) && !lua_istable(L, 3))
        api_error(L, "text.wrap: the options must be a table, not %s", api_kind(L, 3));
    struct text indent = option(L, "indent", "text.wrap: the option indent");
    struct text first = lua_istable(L, 3) && lua_getfield(L, 3, "first") != LUA_TNIL
                            ? api_text(L, -1, "text.wrap: the option first")
                            : indent;
    struct buffer *out = scratch_open(L);
    size_t column = 0, used;
    bool begun = false; /* a line has words */
    for (size_t at = 0; at < text.length;) {
        size_t lines = 0, blanks = at;
        while (at < text.length && unicode_is_blank(code_at(text, at, &used))) {
            lines += text.bytes[at] == '\n';
            at += used;
        }
        if (at == text.length) break;
        size_t start = at, width = 0;
        uint32_t code = 0, behind;
        while (at < text.length && !unicode_is_blank(behind = code_at(text, at, &used))) {
            unsigned character;
            if (at > start && may_part(code, behind)) break;
            code = behind;
            at += unicode_character(rest_of(text, at), &character);
            width += character;
        }
        bool paragraph = lines > 1 && begun;
        size_t space = start > blanks;
        if (paragraph || (begun && column + space + width > (size_t)columns)) {
            buffer_append_string(out, paragraph ? "\n\n" : "\n");
            begun = false;
        }
        if (begun) {
            if (space) buffer_append_byte(out, ' ');
            column += space;
        } else {
            struct text margin = paragraph || !out->length ? first : indent;
            buffer_append_text(out, margin);
            column = unicode_width(margin);
        }
        buffer_append(out, text.bytes + start, at - start);
        column += width;
        begun = true;
    }
    return scratch_give(L, out);
}

static int trim_blanks(lua_State *L) {
    struct text text = api_text(L, 1, "text.trim: the text");
    size_t start = 0, used, end = 0;
    while (start < text.length) {
        uint32_t code = code_at(text, start, &used);
        if (!unicode_is_blank(code) && code != 0xA0 && code != 0xFEFF) break;
        start += used;
    }
    for (size_t i = end = start; i < text.length; i += used) {
        uint32_t code = code_at(text, i, &used);
        if (!unicode_is_blank(code) && code != 0xA0 && code != 0xFEFF) end = i + used;
    }
    lua_pushlstring(L, text.bytes + start, end - start);
    return 1;
}

/* split(text, separator [, most]): parts between a separator that is plain text. */
static int text_split(lua_State *L) {
    struct text text = api_text(L, 1, "text.split: the text");
    struct text separator = api_text(L, 2, "text.split: the separator");
    lua_Integer most = lua_isnoneornil(L, 3) ? LUA_MAXINTEGER : lua_tointeger(L, 3), count = 0;
    if (!separator.length) api_error(L, "text.split: the separator is empty");
    if (most < 1) api_error(L, "text.split: the number of parts is 1 or more");
    lua_newtable(L);
    size_t at = 0;
    while (count + 1 < most) {
        const char *found =
            memmem(text.bytes + at, text.length - at, separator.bytes, separator.length);
        if (!found) break;
        lua_pushlstring(L, text.bytes + at, (size_t)(found - text.bytes) - at);
        lua_rawseti(L, -2, ++count);
        at = (size_t)(found - text.bytes) + separator.length;
    }
    lua_pushlstring(L, text.bytes + at, text.length - at);
    lua_rawseti(L, -2, ++count);
    return 1;
}

static int text_starts_with(lua_State *L) {
    struct text text = api_text(L, 1, "text.starts: the text");
    lua_pushboolean(L, text_starts(text, api_text(L, 2, "text.starts: the beginning")));
    return 1;
}

static int text_ends_with(lua_State *L) {
    struct text text = api_text(L, 1, "text.ends: the text");
    lua_pushboolean(L, text_ends(text, api_text(L, 2, "text.ends: the end")));
    return 1;
}

/* ---- likeness ---- */

static int text_distance(lua_State *L) {
    struct text a = api_text(L, 1, "text.distance: the first text");
    int32_t distance = similar_distance(a, api_text(L, 2, "text.distance: the second text"));
    if (distance < 0)
        return api_fail(L, "limit", "text.distance: a text is longer than %d letters",
                        SIMILAR_MOST);
    lua_pushinteger(L, distance);
    return 1;
}

static int text_similarity(lua_State *L) {
    struct text a = api_text(L, 1, "text.similarity: the first text");
    double likeness = similar_likeness(a, api_text(L, 2, "text.similarity: the second text"));
    if (likeness < 0)
        return api_fail(L, "limit", "text.similarity: a text is longer than %d letters",
                        SIMILAR_MOST);
    lua_pushnumber(L, likeness);
    return 1;
}

void text_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"lower", text_lower},
                                         {"upper", text_upper},
                                         {"title", text_title},
                                         {"slug", text_slug},
                                         {"normalise", text_normalise},
                                         {"characters", text_characters},
                                         {"width", text_width},
                                         {"words", text_words},
                                         {"sentences", text_sentences},
                                         {"truncate", text_truncate},
                                         {"wrap", text_wrap},
                                         {"trim", trim_blanks},
                                         {"split", text_split},
                                         {"starts", text_starts_with},
                                         {"ends", text_ends_with},
                                         {"distance", text_distance},
                                         {"similarity", text_similarity},
                                         {NULL, NULL}};
    luaL_newlib(L, functions);
}
