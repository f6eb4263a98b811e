/* replace_text: literal text in any case or as it is, Lua's patterns, whole words; a string, nodes
 * or a function of either to put in. */
#include "base/unicode.h"
#include "document/replace.h"

#include "lua/node_proxy.h"

#include <lualib.h>

static const char runs_key;

/* What C holds during a call, freed by Lua whatever happens. */
struct work {
    struct text_runs runs;
    struct text_match *matches;
    uint32_t count, capacity;
    struct buffer with; /* replacements one after the other; matches have offsets until the end */
    struct buffer folded, folded_what; /* for ignore_case */
    uint32_t *places; /* of each byte of `folded`: where its character begins, NO_PLACE inside */
    uint32_t place_capacity;
};

#define NO_PLACE UINT32_MAX

struct request {
    struct work *work;
    bool pattern, whole_word, ignore_case;
    bool plain; /* the run at hand is a label, in which no node can stand: such a match is kept */
    struct text what;
    int what_index, with_index, find;
    int nodes; /* the stack index of a table: by a match's number, what is to stand in its hole */
};

static void work_release(struct work *work) {
    text_runs_free(&work->runs);
    memory_free(work->matches);
    buffer_free(&work->with);
    buffer_free(&work->folded);
    buffer_free(&work->folded_what);
    memory_free(work->places);
    *work = (struct work){0};
}

static int work_free(lua_State *L) {
    work_release(lua_touserdata(L, 1));
    return 0;
}

/* Appends a string of a pattern's replacement, %0 to %9 being captures. The captures are at
 * first..first+count on the stack, the whole match in `whole`. */
static void expand(lua_State *L, struct request *request, struct text whole, int first, int count) {
    struct text with = api_string(L, request->with_index);
    struct buffer *out = &request->work->with;
    size_t start = out->length;
    for (size_t i = 0; i < with.length; i++) {
        if (with.bytes[i] != '%') {
            buffer_append_byte(out, with.bytes[i]);
            continue;
        }
        char next = ++i < with.length ? with.bytes[i] : 0;
        int number = next - '0';
        if (next == '%')
            buffer_append_byte(out, '%');
        else if (next == '0' || (next == '1' && count == 0))
            buffer_append_text(out, whole);
        else if (next >= '1' && next <= '9' && number <= count)
            buffer_append_text(out, api_string(L, first + number - 1));
        else
            api_error(L,
                      "replace_text: the replacement has \"%%%c\", but the pattern has %d "
                      "captures; write %%%% for a percent sign",
                      next ? next : '?', count);
    }
    struct text made = {out->bytes ? out->bytes + start : "", out->length - start};
    if (utf8_valid_length(made) < made.length)
        api_error(L, "replace_text: a capture of the pattern cuts a character in two; use "
                     "utf8.charpattern in place of \".\"");
}

static bool is_empty_list(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TTABLE || lua_rawlen(L, index)) return false;
    lua_pushnil(L);
    if (!lua_next(L, index)) return true;
    lua_pop(L, 2);
    return false;
}

/* An empty list is the empty text: what it leaves empty goes, too. */
static bool is_nodes(lua_State *L, int index) {
    return (lua_type(L, index) == LUA_TTABLE && !is_empty_list(L, index)) || node_peek(L, index);
}

enum replacement { KEEPS, IS_TEXT, IS_NODES };

/* Appends a text, or remembers nodes for the match that is taken next. */
static enum replacement make_replacement(lua_State *L, struct request *request, struct text whole,
                                         int first, int count) {
    struct buffer *out = &request->work->with;
    if (lua_type(L, request->with_index) != LUA_TFUNCTION) {
        if (is_nodes(L, request->with_index)) {
            if (request->plain) return KEEPS;
            lua_pushvalue(L, request->with_index);
            lua_rawseti(L, request->nodes, request->work->count);
            return IS_NODES;
        }
        if (is_empty_list(L, request->with_index)) return IS_TEXT;
        if (request->pattern)
            expand(L, request, whole, first, count);
        else
            buffer_append_text(out, api_string(L, request->with_index));
        return IS_TEXT;
    }
    luaL_checkstack(L, count + 8, NULL);
    lua_pushvalue(L, request->with_index);
    for (int i = 0; i < count; i++) lua_pushvalue(L, first + i);
    if (!count) api_push_text(L, whole);
    lua_call(L, count ? count : 1, 1);
    enum replacement replacement = lua_toboolean(L, -1) ? IS_TEXT : KEEPS;
    if (is_nodes(L, -1) && request->plain) {
        replacement = KEEPS;
    } else if (is_nodes(L, -1)) {
        lua_pushvalue(L, -1);
        lua_rawseti(L, request->nodes, request->work->count);
        replacement = IS_NODES;
    } else if (replacement == IS_TEXT && !is_empty_list(L, -1)) {
        int type = lua_type(L, -1);
        if (type != LUA_TSTRING && type != LUA_TNUMBER)
            api_error(L,
                      "replace_text: the function must return a string, a node, a list of "
                      "those, or nil to keep the match, not %s",
                      api_kind(L, -1));
        struct text text = api_text(L, -1, "replace_text: what the function returned");
        if (text.length && memchr(text.bytes, '\n', text.length))
            api_error(L, "replace_text: what the function returned has a line end");
        buffer_append_text(out, text);
    }
    lua_pop(L, 1);
    return replacement;
}

static void take_match(lua_State *L, struct request *request, struct text text, size_t first,
                       size_t end, int captures, int capture_count) {
    struct work *work = request->work;
    size_t start = work->with.length;
    struct text whole = {text.bytes + first, end - first};
    enum replacement replacement = make_replacement(L, request, whole, captures, capture_count);
    if (replacement == KEEPS) return;
    memory_reserve(&work->matches, &work->capacity, work->count + 1);
    struct text with = {NULL, work->with.length - start};
    work->matches[work->count++] = (struct text_match){
        .first = (uint32_t)first,
        .end = (uint32_t)end,
        .with = with,
        .leaves_hole = replacement == IS_NODES,
    };
}

/* What stands in the tree is copied, so that one node may be put in for every match. */
static struct placing placing_at(struct document_handle *handle, int cache, node_id parent) {
    return (struct placing){.handle = handle,
                            .cache = cache,
                            .parent = parent,
                            .function = "replace_text",
                            .copies = true};
}

/* Before anything changes: whether the nodes can stand where their matches are. */
static void check_holes(lua_State *L, const struct request *request, struct document_handle *handle,
                        int cache, uint32_t run) {
    const struct work *work = request->work;
    for (uint32_t i = 0; i < work->count; i++) {
        if (!work->matches[i].leaves_hole) continue;
        node_id id = text_run_node(&work->runs, run, work->matches[i].first);
        const struct node *node = document_node(handle->document, id);
        if (node->type != NODE_TEXT && node->type != NODE_SOFTBREAK)
            api_error(L, "replace_text: a node cannot stand in the text of %s",
                      node_type_phrase((enum node_type)node->type));
        if (!node->parent)
            api_error(L, "replace_text: a node cannot stand in a text that has no parent");
        struct placing placing = placing_at(handle, cache, node->parent);
        lua_rawgeti(L, request->nodes, i);
        node_place_check(L, &placing, -1);
        lua_pop(L, 1);
    }
}

static void fill_holes(lua_State *L, const struct request *request, struct document_handle *handle,
                       int cache) {
    for (uint32_t i = 0; i < request->work->count; i++) {
        if (!request->work->matches[i].leaves_hole) continue;
        struct placing placing = placing_at(handle, cache, NO_NODE);
        lua_rawgeti(L, request->nodes, i);
        node_exchange(L, &placing, request->work->matches[i].hole, -1);
        lua_pop(L, 1);
    }
}

static bool is_wanted(const struct request *request, struct text text, size_t first, size_t end) {
    return text_match_is_aligned(text, first, end) &&
           (!request->whole_word || text_match_is_whole(text, first, end));
}

static void find_literal(lua_State *L, struct request *request, struct text text) {
    struct text what = request->what;
    for (size_t at = 0; at + what.length <= text.length;) {
        const char *found = memmem(text.bytes + at, text.length - at, what.bytes, what.length);
        if (!found) return;
        size_t first = (size_t)(found - text.bytes), end = first + what.length;
        bool wanted = is_wanted(request, text, first, end);
        if (wanted) take_match(L, request, text, first, end, 0, 0);
        at = wanted ? end : first + 1;
    }
}

/* Appends one character so that its cases are alike; a sharp s is two letters s. */
static void fold(struct text character, struct buffer *out) {
    unsigned char byte = (unsigned char)character.bytes[0];
    if (byte < 0x80) {
        buffer_append_byte(out, (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte));
        return;
    }
    struct buffer upper = {0};
    unicode_change_case(character, UNICODE_UPPER, &upper);
    unicode_change_case(buffer_text(&upper), UNICODE_LOWER, out);
    buffer_free(&upper);
}

static size_t character_length(struct text text, size_t at) {
    size_t end = at + 1;
    while (end < text.length && ((unsigned char)text.bytes[end] & 0xC0) == 0x80) end++;
    return end - at;
}

/* Looks in a copy of the run without cases, whose bytes know where they come from. */
static void find_in_any_case(lua_State *L, struct request *request, struct text text) {
    struct work *work = request->work;
    struct buffer *folded = &work->folded;
    folded->length = 0;
    for (size_t at = 0, length; at < text.length; at += length) {
        length = character_length(text, at);
        size_t first = folded->length;
        fold((struct text){text.bytes + at, length}, folded);
        memory_reserve(&work->places, &work->place_capacity, (uint32_t)folded->length + 1);
        for (size_t i = first; i < folded->length; i++)
            work->places[i] = i == first ? (uint32_t)at : NO_PLACE;
        work->places[folded->length] = (uint32_t)(at + length);
    }
    struct text what = buffer_text(&work->folded_what);
    for (size_t at = 0; at + what.length <= folded->length;) {
        const char *found =
            memmem(folded->bytes + at, folded->length - at, what.bytes, what.length);
        if (!found) return;
        size_t start = (size_t)(found - folded->bytes);
        uint32_t first = work->places[start], end = work->places[start + what.length];
        bool wanted = first != NO_PLACE && end != NO_PLACE && is_wanted(request, text, first, end);
        if (wanted) take_match(L, request, text, first, end, 0, 0);
        at = wanted ? start + what.length : start + 1;
    }
}

/* The run is looked at as a Lua string, since the function may change what C holds. */
static void find_pattern(lua_State *L, struct request *request, struct text run) {
    int top = lua_gettop(L), string = top + 1;
    api_push_text(L, run);
    struct text text = api_string(L, string);
    bool anchored = request->what.length && request->what.bytes[0] == '^';
    for (size_t at = 0; at < text.length && (at == 0 || !anchored);) {
        lua_settop(L, string);
        lua_pushvalue(L, request->find);
        lua_pushvalue(L, string);
        lua_pushvalue(L, request->what_index);
        lua_pushinteger(L, (lua_Integer)at + 1);
        if (lua_pcall(L, 3, LUA_MULTRET, 0) != LUA_OK)
            api_error(L, "replace_text: %s", lua_tostring(L, -1));
        if (lua_isnil(L, string + 1)) break;
        size_t first = (size_t)lua_tointeger(L, string + 1) - 1;
        size_t end = (size_t)lua_tointeger(L, string + 2);
        bool wanted = end > first && is_wanted(request, text, first, end);
        if (wanted)
            take_match(L, request, text, first, end, string + 3, lua_gettop(L) - string - 2);
        at = wanted ? end : first + 1;
    }
    lua_settop(L, top);
}

static bool option(lua_State *L, const char *name) {
    lua_getfield(L, 4, name);
    if (!lua_isnil(L, -1) && !lua_isboolean(L, -1))
        api_error(L, "replace_text: %s must be true or false, not %s", name, api_kind(L, -1));
    bool set = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return set;
}

/* Leaves what keeps the selector on the stack. */
static const struct selector *selector_option(lua_State *L, const char *name) {
    if (lua_getfield(L, 4, name) == LUA_TNIL) return NULL;
    return selector_check(L, -1, name);
}

static void check_arguments(lua_State *L) {
    static const char *const names[] = {"pattern", "whole_word", "ignore_case",
                                        "within",  "except",     NULL};
    lua_settop(L, 4);
    struct text what = api_text(L, 2, "replace_text: what to look for");
    if (!what.length) api_error(L, "replace_text: what to look for is empty");
    if (lua_type(L, 3) != LUA_TFUNCTION && lua_type(L, 3) != LUA_TTABLE && !is_nodes(L, 3)) {
        int type = lua_type(L, 3);
        if (type != LUA_TSTRING && type != LUA_TNUMBER)
            api_error(L,
                      "replace_text: the replacement must be a string, a node, a list of those or "
                      "a function, not %s",
                      api_kind(L, 3));
        struct text with = api_text(L, 3, "replace_text: the replacement");
        if (with.length && memchr(with.bytes, '\n', with.length))
            api_error(L, "replace_text: the replacement has a line end");
    }
    if (lua_isnil(L, 4)) {
        lua_newtable(L);
        lua_replace(L, 4);
    }
    if (lua_type(L, 4) != LUA_TTABLE)
        api_error(L, "replace_text: the options must be a table, not %s", api_kind(L, 4));
    lua_pushnil(L);
    while (lua_next(L, 4)) {
        lua_pop(L, 1);
        bool known = false;
        if (lua_type(L, -1) != LUA_TSTRING)
            api_error(L, "replace_text: options have names, not %s", api_kind(L, -1));
        for (int i = 0; names[i]; i++) known |= strcmp(names[i], lua_tostring(L, -1)) == 0;
        if (known) continue;
        int key = lua_gettop(L);
        const char *suggestion = api_push_suggestion(L, api_string(L, key), names);
        api_error(L, "replace_text: there is no option \"%s\"%s", lua_tostring(L, key), suggestion);
    }
}

/* Upvalue 1: string.find. Gives how many matches were replaced. */
static int node_replace_text(lua_State *L) {
    struct node_proxy *proxy = node_peek(L, 1);
    if (!proxy || !proxy->handle->read) proxy = node_check_change(L, 1, "replace_text");
    struct document_handle *handle = proxy->handle;
    check_arguments(L);
    struct request request = {.what_index = 2, .with_index = 3, .find = lua_upvalueindex(1)};
    request.pattern = option(L, "pattern");
    request.whole_word = option(L, "whole_word");
    request.ignore_case = option(L, "ignore_case");
    if (request.pattern && request.ignore_case)
        api_error(L, "replace_text: ignore_case is for plain text; a pattern has classes, as in "
                     "\"[Tt]ea\"");
    request.what = api_string(L, 2);
    const struct selector *within = selector_option(L, "within");
    const struct selector *except = selector_option(L, "except");
    if (handle->read && handle->document && !request.pattern && !request.ignore_case &&
        !text_may_occur(handle->unread, request.what, request.whole_word)) {
        lua_pushinteger(L, 0);
        return 1;
    }
    node_check_change(L, 1, "replace_text");
    struct work *work = request.work = lua_newuserdatauv(L, sizeof *work, 0);
    *work = (struct work){0};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &runs_key);
    lua_setmetatable(L, -2);
    lua_newtable(L);
    request.nodes = lua_gettop(L);
    int cache = node_push_cache(L, 1);
    text_runs_read(&work->runs, handle->document, proxy->id, within, except, &handle->selectors);
    for (size_t at = 0, length; request.ignore_case && at < request.what.length; at += length) {
        length = character_length(request.what, at);
        fold((struct text){request.what.bytes + at, length}, &work->folded_what);
    }
    lua_Integer replaced = 0;
    for (uint32_t run = 0; run < work->runs.count; run++) {
        struct text text = text_run(&work->runs, run);
        work->count = 0;
        work->with.length = 0;
        request.plain = text_run_is_label(&work->runs, handle->document, run);
        if (request.pattern)
            find_pattern(L, &request, text);
        else if (request.ignore_case)
            find_in_any_case(L, &request, text);
        else
            find_literal(L, &request, text);
        if (!work->count) continue;
        if (!handle->document || proxy->handle != handle)
            api_error(L, "replace_text: the function closed the document or moved the node");
        size_t at = 0;
        for (uint32_t i = 0; i < work->count; i++) {
            work->matches[i].with.bytes = work->with.bytes ? work->with.bytes + at : "";
            at += work->matches[i].with.length;
        }
        handle_room(L, handle, text.length + work->with.length);
        check_holes(L, &request, handle, cache, run);
        if (!text_runs_replace(&work->runs, handle->document, run, work->matches, work->count))
            api_error(L, "replace_text: the function changed text that was being replaced");
        handle_changed(handle);
        fill_holes(L, &request, handle, cache);
        replaced += work->count;
    }
    work_release(work);
    lua_pushinteger(L, replaced);
    return 1;
}

void node_replace_register(lua_State *L) {
    lua_newtable(L);
    lua_pushcfunction(L, work_free);
    lua_setfield(L, -2, "__gc");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &runs_key);
    luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 0);
    lua_getfield(L, -1, "find");
    lua_remove(L, -2);
    lua_pushcclosure(L, node_replace_text, 1);
    lua_setfield(L, -2, "replace_text");
}
