#include "lua/xml_escape.h"

#include "base/text.h"
#include "lua/api.h"
#include "lua/scratch.h"

/* Bytes that need a look; most texts have runs of hundreds without one. */
static const unsigned char special[256] = {
    [0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1, [0x06] = 1,
    [0x07] = 1, [0x08] = 1, [0x0B] = 1, [0x0C] = 1, [0x0E] = 1, [0x0F] = 1, [0x10] = 1,
    [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1, [0x15] = 1, [0x16] = 1, [0x17] = 1,
    [0x18] = 1, [0x19] = 1, [0x1A] = 1, [0x1B] = 1, [0x1C] = 1, [0x1D] = 1, [0x1E] = 1,
    [0x1F] = 1, [0x7F] = 1, [0xEF] = 1, ['&'] = 1,  ['<'] = 1,  ['>'] = 1,  ['"'] = 1};

static size_t plain_length(struct text text, size_t from) {
    while (from < text.length && !special[(unsigned char)text.bytes[from]]) from++;
    return from;
}

static void escape(struct text text, struct buffer *out) {
    for (size_t at = 0; at < text.length;) {
        size_t next = plain_length(text, at), used = 1;
        buffer_append(out, text.bytes + at, next - at);
        if (next == text.length) return;
        switch (text.bytes[next]) {
        case '&': buffer_append_string(out, "&amp;"); break;
        case '<': buffer_append_string(out, "&lt;"); break;
        case '>': buffer_append_string(out, "&gt;"); break;
        case '"': buffer_append_string(out, "&quot;"); break;
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

int xml_escape(lua_State *L) {
    struct text text = api_bytes(L, 1, "xml.escape: the text");
    bool valid = utf8_valid_length(text) == text.length;
    if (valid && plain_length(text, 0) == text.length) {
        lua_settop(L, 1);
        if (lua_type(L, 1) == LUA_TNUMBER) lua_tostring(L, 1);
        return 1;
    }
    struct buffer *mended = scratch_open(L), *out = scratch_open(L);
    if (!valid) {
        mend(text, mended);
        text = buffer_text(mended);
    }
    buffer_grow(out, text.length + text.length / 8);
    escape(text, out);
    return scratch_give(L, out);
}
