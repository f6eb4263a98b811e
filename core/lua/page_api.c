#include "lua/page_api.h"

#include "lua/api.h"
#include "lua/html_api.h"
#include "lua/piece_api.h"

#include <stdlib.h>

#define PAGE  "galley.page"
#define SHEET "galley.sheet"

enum {
    MOST_KEPT = 1 << 20,      /* bytes of memory that an empty sheet or page keeps */
    SPARE_PAGES = 4,          /* that a store keeps from task to task */
    MOST_WRITTEN = 192 << 20, /* bytes of one sheet */
    MOST_SLOTS = 1 << 20,
};

/* ---- sheets ---- */

struct sheet {
    struct buffer bytes;
    struct site_view *view; /* NULL outside of workers: there are no pieces */
};

static const char view_key; /* its address names the view in the registry */

static int sheet_open(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &view_key);
    struct site_view *view = lua_touserdata(L, -1);
    struct sheet *sheet = lua_newuserdatauv(L, sizeof *sheet, 0);
    *sheet = (struct sheet){.view = view};
    luaL_setmetatable(L, SHEET);
    return 1;
}

static int sheet_collect(lua_State *L) {
    struct sheet *sheet = luaL_testudata(L, 1, SHEET);
    if (sheet) buffer_free(&sheet->bytes);
    return 0;
}

static void empty(struct buffer *bytes) {
    bytes->length = 0;
    if (bytes->capacity > MOST_KEPT) buffer_free(bytes);
}

static int sheet_text(lua_State *L) {
    struct sheet *sheet = api_object(L, 1, SHEET, "a sheet");
    api_push_text(L, buffer_text(&sheet->bytes));
    empty(&sheet->bytes);
    return 1;
}

/* names(values, metatable): a copy of a plain table, with room for the names that a template adds.
 */
static int names(lua_State *L) {
    enum { ROOM = 32 };
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_createtable(L, 0, ROOM);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, 3);
    }
    lua_pushvalue(L, 2);
    lua_setmetatable(L, 3);
    return 1;
}

/* ---- writing ---- */

enum kind { KIND_RAW, KIND_TEXT, KIND_ATTRIBUTE, KIND_URL, KIND_OTHER, KIND_NONE };

/* A text, and the value behind it; of the last in a run only the text. */
struct slot {
    uint32_t text, length;
    uint8_t kind; /* enum kind */
};

struct writer {
    uint32_t run_count;
    const uint32_t *runs; /* [run_count + 1]: where in `slots` each begins */
    const struct slot *slots;
    const char *texts;
};

static enum kind kind_of(struct text escaper) {
    static const struct {
        const char *escaper;
        enum kind kind;
    } kinds[] = {{"raw", KIND_RAW},
                 {"text", KIND_TEXT},
                 {"attribute", KIND_ATTRIBUTE},
                 {"attribute_quoted", KIND_ATTRIBUTE},
                 {"url_quoted", KIND_URL},
                 {"url_head_quoted", KIND_URL},
                 {"url_path_quoted", KIND_URL}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_is(escaper, kinds[i].escaper)) return kinds[i].kind;
    return KIND_OTHER;
}

static bool is_plain_url(struct text text) {
    static const unsigned char plain[256] = {
        ['-'] = 1, ['.' ... '9'] = 1, ['A' ... 'Z'] = 1, ['_'] = 1, ['a' ... 'z'] = 1};
    size_t i = 0;
    while (i < text.length && plain[(unsigned char)text.bytes[i]]) i++;
    return i == text.length;
}

static bool append_string(struct buffer *out, enum kind kind, struct text text) {
    switch (kind) {
    case KIND_TEXT: html_api_escape(text, out); return true;
    case KIND_ATTRIBUTE:
        if (!html_api_is_plain(text)) return false;
        break;
    case KIND_URL:
        if (!is_plain_url(text)) return false;
        break;
    case KIND_OTHER: return false;
    default: break;
    }
    buffer_append_text(out, text);
    return true;
}

static void append_integer(struct buffer *out, lua_Integer number) {
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) *--at = '-';
    buffer_append(out, at, (size_t)(digits + sizeof digits - at));
}

/* As tostring can, without an address. */
static bool is_printable(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TFUNCTION:
    case LUA_TTHREAD: return false;
    case LUA_TTABLE:
    case LUA_TUSERDATA:
        if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) return false;
        lua_pop(L, 1);
        return true;
    default: return true;
    }
}

/* The text that the escaper of slot `number` gives. */
static void append_escaped(lua_State *L, struct sheet *sheet, int index, enum kind kind,
                           uint32_t number) {
    if (kind != KIND_OTHER && !is_printable(L, index))
        luaL_error(L, "a %s cannot be printed; name one of its fields, or call it",
                   luaL_typename(L, index));
    luaL_checkstack(L, 4, NULL);
    lua_rawgeti(L, lua_upvalueindex(2), (lua_Integer)number + 1);
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    buffer_append_text(&sheet->bytes, api_bytes(L, -1, "what a template prints"));
    lua_pop(L, 1);
}

static void append_value(lua_State *L, struct sheet *sheet, int index, enum kind kind,
                         uint32_t number) {
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        if (append_string(&sheet->bytes, kind, api_string(L, index))) return;
        break;
    case LUA_TNONE:
    case LUA_TNIL:
        if (kind != KIND_OTHER) return;
        break;
    case LUA_TNUMBER:
        if (kind == KIND_OTHER || !lua_isinteger(L, index)) break;
        append_integer(&sheet->bytes, lua_tointeger(L, index));
        return;
    case LUA_TLIGHTUSERDATA:
        if (kind != KIND_RAW || !sheet->view) break;
        piece_api_append(L, index, sheet->view, &sheet->bytes);
        return;
    default: break;
    }
    append_escaped(L, sheet, index, kind, number);
}

/* write(sheet, run, values...). Upvalues: the writer, its escapers by slot, the sheets' metatable.
 */
static int write_run(lua_State *L) {
    const struct writer *writer = lua_touserdata(L, lua_upvalueindex(1));
    struct sheet *sheet = api_known_self(L, 3, SHEET, "a sheet");
    lua_Integer run = lua_tointeger(L, 2);
    if (run < 1 || run > writer->run_count) api_error(L, "there is no run %d", (int)run);
    if (sheet->bytes.length > MOST_WRITTEN)
        luaL_error(L, "a page of more than %d MB; does a loop never end?", MOST_WRITTEN >> 20);
    int value = 3;
    for (uint32_t i = writer->runs[run - 1]; i < writer->runs[run]; i++) {
        const struct slot *slot = &writer->slots[i];
        buffer_append(&sheet->bytes, writer->texts + slot->text, slot->length);
        if (slot->kind != KIND_NONE) append_value(L, sheet, value++, slot->kind, i);
    }
    return 0;
}

struct measure {
    size_t runs, slots, bytes;
};

/* Goes through the runs at index 1: counts, or with `slots` fills. */
static struct measure go_through(lua_State *L, uint32_t *runs, struct slot *slots, char *texts) {
    struct measure measure = {.runs = (size_t)lua_rawlen(L, 1)};
    for (size_t run = 0; run < measure.runs; run++) {
        lua_rawgeti(L, 1, (lua_Integer)run + 1);
        lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
        if (slots) runs[run] = (uint32_t)measure.slots;
        for (lua_Integer i = 1; i <= count; i += 2) {
            lua_rawgeti(L, -1, i);
            lua_rawgeti(L, -2, i + 1);
            struct text text = api_bytes(L, -2, "a run's text");
            struct text escaper = i < count ? api_bytes(L, -1, "a run's escaper") : TEXT("");
            if (slots) {
                slots[measure.slots] =
                    (struct slot){.text = (uint32_t)measure.bytes,
                                  .length = (uint32_t)text.length,
                                  .kind = (uint8_t)(i < count ? kind_of(escaper) : KIND_NONE)};
                if (text.length) memcpy(texts + measure.bytes, text.bytes, text.length);
                lua_rawget(L, 2); /* the escaper's function, or nil */
                lua_rawseti(L, 3, (lua_Integer)measure.slots + 1);
                lua_pop(L, 1);
            } else {
                lua_pop(L, 2);
            }
            measure.slots++;
            measure.bytes += text.length;
        }
        lua_pop(L, 1);
    }
    if (slots) runs[measure.runs] = (uint32_t)measure.slots;
    return measure;
}

/* writer(runs, escapers) -> write */
static int writer(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    struct measure measure = go_through(L, NULL, NULL, NULL);
    if (measure.slots > MOST_SLOTS || measure.bytes > UINT32_MAX)
        api_error(L, "this template is too large; take it apart");
    lua_createtable(L, (int)measure.slots, 0);
    size_t slots_at = sizeof(struct writer), runs_at, texts_at;
    runs_at = slots_at + measure.slots * sizeof(struct slot);
    texts_at = runs_at + (measure.runs + 1) * sizeof(uint32_t);
    char *block = lua_newuserdatauv(L, texts_at + measure.bytes, 0);
    struct slot *slots = (struct slot *)(void *)(block + slots_at);
    uint32_t *runs = (uint32_t *)(void *)(block + runs_at);
    go_through(L, runs, slots, block + texts_at);
    *(struct writer *)(void *)block =
        (struct writer){(uint32_t)measure.runs, runs, slots, block + texts_at};
    lua_insert(L, 3); /* before its escapers */
    luaL_getmetatable(L, SHEET);
    api_push_identity(L, -1);
    lua_replace(L, -2);
    lua_pushcclosure(L, write_run, 3);
    return 1;
}

/* ---- pages of a worker ---- */

struct page_object {
    struct page_store *store;
    uint32_t number, task;
};

void page_store_reset(struct page_store *store) {
    store->task++;
    store->count = 0;
    while (store->made > SPARE_PAGES) buffer_free(&store->pages[--store->made]);
    for (uint32_t i = 0; i < store->made; i++) empty(&store->pages[i]);
}

/* keep_page(sheet) -> page; the sheet is empty again. */
static int keep_page(lua_State *L) {
    struct page_store *store = lua_touserdata(L, lua_upvalueindex(1));
    struct sheet *sheet = api_object(L, 1, SHEET, "a sheet");
    struct page_object *page = lua_newuserdatauv(L, sizeof *page, 0);
    *page = (struct page_object){store, store->count, store->task};
    luaL_setmetatable(L, PAGE);
    if (store->count == store->made) {
        memory_reserve(&store->pages, &store->capacity, store->made + 1);
        store->pages[store->made++] = (struct buffer){0};
    }
    struct buffer written = sheet->bytes;
    sheet->bytes = store->pages[store->count];
    store->pages[store->count++] = written;
    return 1;
}

static int is_page(lua_State *L) {
    lua_pushboolean(L, luaL_testudata(L, 1, PAGE) != NULL);
    return 1;
}

struct text page_api_content(lua_State *L, int index, const char *what) {
    const struct page_object *page = luaL_testudata(L, index, PAGE);
    if (!page) return api_bytes(L, index, what);
    if (page->task != page->store->task)
        api_error(L, "this page is gone; a page is used in the task that made it");
    return buffer_text(&page->store->pages[page->number]);
}

static int page_tostring(lua_State *L) {
    luaL_checkudata(L, 1, PAGE);
    api_push_text(L, page_api_content(L, 1, "the page"));
    return 1;
}

static int page_length(lua_State *L) {
    luaL_checkudata(L, 1, PAGE);
    lua_pushinteger(L, (lua_Integer)page_api_content(L, 1, "the page").length);
    return 1;
}

void page_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"open", sheet_open},
                                         {"writer", writer},
                                         {"text", sheet_text},
                                         {"names", names},
                                         {NULL, NULL}};
    luaL_newmetatable(L, SHEET);
    lua_pushcfunction(L, sheet_collect);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    luaL_newlib(L, functions);
    lua_setfield(L, -2, "galley.page");
    lua_pop(L, 1);
}

void page_api_open_worker(lua_State *L, struct page_store *store, struct site_view *view) {
    static const luaL_Reg meta[] = {
        {"__tostring", page_tostring}, {"__len", page_length}, {NULL, NULL}};
    luaL_newmetatable(L, PAGE);
    luaL_setfuncs(L, meta, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    lua_pushlightuserdata(L, view);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &view_key);
    lua_pushlightuserdata(L, store);
    lua_pushcclosure(L, keep_page, 1);
    lua_setfield(L, -2, "keep_page");
    lua_pushcfunction(L, is_page);
    lua_setfield(L, -2, "is_page");
}
