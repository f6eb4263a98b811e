#include "lua/highlight_api.h"

#include "document/highlight.h"
#include "lua/api.h"
#include "lua/scratch.h"

static int fail(lua_State *L, enum highlight_result result, struct text language) {
    switch (result) {
    case HIGHLIGHT_UNKNOWN:
        api_push_text(L, language);
        return api_fail(L, "unknown",
                        "there is no language '%s'; galley.highlight.languages() lists them",
                        lua_tostring(L, -1));
    case HIGHLIGHT_NO_DEFINITIONS:
        return api_fail(L, "missing",
                        "the definitions of source-highlight cannot be read; install "
                        "libsource-highlight-common");
    case HIGHLIGHT_TOO_LARGE: return api_fail(L, "limit", "the code is longer than 1 MB");
    default:
        return api_fail(L, "missing",
                        "this galley was built without source-highlight; install "
                        "libsource-highlight-dev and build again");
    }
}

static int html(lua_State *L) {
    struct text code = api_text(L, 1, "highlight.html: the code");
    struct text language = api_text(L, 2, "highlight.html: the language");
    struct text prefix =
        lua_isnoneornil(L, 3) ? TEXT("hl-") : api_text(L, 3, "highlight.html: the prefix");
    struct buffer *out = scratch_open(L);
    enum highlight_result result = highlight_html(code, language, prefix, out);
    if (result != HIGHLIGHT_DONE) return fail(L, result, language);
    return scratch_give(L, out);
}

static int languages(lua_State *L) {
    lua_settop(L, 0);
    struct buffer *out = scratch_open(L);
    enum highlight_result result = highlight_languages(out);
    if (result != HIGHLIGHT_DONE) return fail(L, result, TEXT(""));
    lua_newtable(L);
    lua_Integer count = 0;
    for (size_t at = 0; at < out->length;) {
        size_t end = at;
        while (out->bytes[end] != '\n') end++;
        lua_pushlstring(L, out->bytes + at, end - at);
        lua_rawseti(L, -2, ++count);
        at = end + 1;
    }
    return 1;
}

void highlight_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"html", html}, {"languages", languages}, {NULL, NULL}};
    luaL_newlib(L, functions);
}
