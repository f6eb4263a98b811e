#include "lua/xml_escape.h"

#include "base/lanes.h"
#include "base/text.h"
#include "lua/api.h"
#include "lua/scratch.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that need a look; most texts have runs of hundreds without one. */
static const unsigned char special[256] = {
    [0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1, [0x06] = 1,
    [0x07] = 1, [0x08] = 1, [0x0B] = 1, [0x0C] = 1, [0x0E] = 1, [0x0F] = 1, [0x10] = 1,
    [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1, [0x15] = 1, [0x16] = 1, [0x17] = 1,
    [0x18] = 1, [0x19] = 1, [0x1A] = 1, [0x1B] = 1, [0x1C] = 1, [0x1D] = 1, [0x1E] = 1,
    [0x1F] = 1, [0x7F] = 1, [0xEF] = 1, ['&'] = 1,  ['<'] = 1,  ['>'] = 1,  ['"'] = 1};

static size_t plain_length(struct text text, size_t from) {
    while (text.length - from >= sizeof(lanes)) {
        lanes bytes = lanes_at(text.bytes + from);
        lanes found = (lanes)(bytes == '<') | (lanes)(bytes == '>') | (lanes)(bytes == '&') |
                      (lanes)(bytes == '"') | (lanes)(bytes == 0x7F) | (lanes)(bytes == 0xEF) |
                      ((lanes)(bytes < 0x20) & (lanes)(bytes != '\t') & (lanes)(bytes != '\n') &
                       (lanes)(bytes != '\r'));
        size_t first = lanes_first(found);
        from += first;
        if (first < sizeof(lanes)) return from;
    }
    while (from < text.length && !special[(unsigned char)text.bytes[from]]) from++;
    return from;
}

void xml_escape_text(struct text text, struct buffer *out) {
    buffer_grow(out, text.length + text.length / 8);
    for (size_t at = 0; at < text.length;) {
        size_t next = plain_length(text, at), used = 1;
        buffer_append(out, text.bytes + at, next - at);
        if (next == text.length) return;
        switch (text.bytes[next]) {
        case '&': buffer_append(out, "&amp;", 5); break;
        case '<': buffer_append(out, "&lt;", 4); break;
        case '>': buffer_append(out, "&gt;", 4); break;
        case '"': buffer_append(out, "&quot;", 6); break;
        case '\xEF': {
            uint32_t code = utf8_decode(text.bytes + next, text.length - next, &used);
            if (code < 0xFFFE) buffer_append(out, text.bytes + next, used);
            break;
        }
        default: break; /* left out */
        }
        at = next + used;
    }
}

static void mend(struct text text, struct buffer *out) {
    while (text.length) {
        size_t valid = utf8_valid_length(text), used = 0;
        buffer_append(out, text.bytes, valid);
        text.bytes += valid;
        text.length -= valid;
        if (!text.length) break;
        utf8_decode(text.bytes, text.length, &used);
        buffer_append_string(out, "\xEF\xBF\xBD");
        text.bytes += used;
        text.length -= used;
    }
}

/* Of `text` what XML can hold, with a buffer for what has to be mended first. */
static void escape_any(lua_State *L, struct text text, struct buffer *out) {
    if (utf8_valid_length(text) != text.length) {
        struct buffer *mended = scratch_open(L);
        mend(text, mended);
        text = buffer_text(mended);
    }
    xml_escape_text(text, out);
}

int xml_escape(lua_State *L) {
    struct text text = api_bytes(L, 1, "xml.escape: the text");
    if (plain_length(text, 0) == text.length && utf8_valid_length(text) == text.length) {
        lua_settop(L, 1);
        if (lua_type(L, 1) == LUA_TNUMBER) lua_tostring(L, 1);
        return 1;
    }
    struct buffer *out = scratch_open(L);
    escape_any(L, text, out);
    return scratch_give(L, out);
}

/* Not all that XML allows, but what would end the name or the tag. */
static struct text check_name(lua_State *L, int index, const char *what) {
    struct text name = api_bytes(L, index, what);
    bool good = name.length > 0;
    for (size_t i = 0; i < name.length && good; i++)
        good = (unsigned char)name.bytes[i] > ' ' && !strchr("<>&\"'/=", name.bytes[i]);
    if (!good) api_error(L, "%s cannot be \"%s\"", what, name.bytes);
    return name;
}

static int compare_names(const void *a, const void *b) {
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Those of a table, in the order of their names. */
static void append_attributes(lua_State *L, int table, struct buffer *out) {
    size_t count = 0, filled = 0;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) count++;
    struct text *names = lua_newuserdatauv(L, (count + 1) * sizeof *names, 0);
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            api_error(L, "xml.element: the attributes have %s as a name", api_kind(L, -2));
        names[filled++] = check_name(L, -2, "xml.element: an attribute's name");
    }
    qsort(names, filled, sizeof *names, compare_names);
    for (size_t i = 0; i < filled; i++) {
        int top = lua_gettop(L);
        if (lua_getfield(L, table, names[i].bytes) == LUA_TBOOLEAN) {
            lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false");
            lua_replace(L, -2);
        }
        struct text value = api_bytes(L, -1, "xml.element: an attribute");
        buffer_append_byte(out, ' ');
        buffer_append_text(out, names[i]);
        buffer_append_string(out, "=\"");
        escape_any(L, value, out);
        buffer_append_byte(out, '"');
        lua_settop(L, top);
    }
}

int xml_element(lua_State *L) {
    struct text name = check_name(L, 1, "xml.element: the name");
    struct text attributes = {"", 0}, content;
    bool by_name = lua_istable(L, 3);
    if (!by_name && !lua_isnoneornil(L, 3))
        attributes = api_bytes(L, 3, "xml.element: the attributes");
    lua_settop(L, 3);
    if (lua_isnil(L, 2))
        lua_pushliteral(L, "");
    else
        luaL_tolstring(L, 2, NULL);
    content = api_string(L, -1);
    struct buffer *out = scratch_open(L);
    buffer_append_byte(out, '<');
    buffer_append_text(out, name);
    if (attributes.length) buffer_append_byte(out, ' ');
    buffer_append_text(out, attributes);
    if (by_name) append_attributes(L, 3, out);
    if (!content.length) {
        buffer_append_string(out, "/>");
        return scratch_give(L, out);
    }
    buffer_append_byte(out, '>');
    escape_any(L, content, out);
    buffer_append_string(out, "</");
    buffer_append_text(out, name);
    buffer_append_byte(out, '>');
    return scratch_give(L, out);
}
