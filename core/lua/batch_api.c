#include "edit/batch.h"
#include "edit/diff_print.h"
#include "edit/splice.h"
#include "edit/undo.h"
#include "lua/api.h"
#include "lua/edit_api.h"
#include "lua/scratch.h"
#include "read/files.h"

#include <fcntl.h>

#define BATCH "galley.batch"

struct batch_object {
    struct batch batch;
    struct diagnostics diagnostics;
    bool open;
};

/* nil, the messages as a list of tables, and a word for the status. */
static int fail(lua_State *L, struct diagnostics *diagnostics, enum edit_status status) {
    static const char *const severities[] = {"note", "warning", "error"};
    lua_pushnil(L);
    lua_createtable(L, (int)diagnostics->count, 0);
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        lua_createtable(L, 0, 5);
        lua_pushstring(L, severities[item->severity]);
        lua_setfield(L, -2, "severity");
        if (item->file.length) {
            api_push_text(L, item->file);
            lua_setfield(L, -2, "file");
        }
        lua_pushinteger(L, item->place.line);
        lua_setfield(L, -2, "line");
        lua_pushinteger(L, item->place.column);
        lua_setfield(L, -2, "column");
        api_push_text(L, item->message);
        lua_setfield(L, -2, "message");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    diagnostics_clear(diagnostics);
    lua_pushstring(L, status == EDIT_REFUSED ? "refused" : "failed");
    return 3;
}

static int answer(lua_State *L, struct diagnostics *diagnostics, enum edit_status status) {
    if (status != EDIT_DONE) return fail(L, diagnostics, status);
    lua_pushboolean(L, true);
    return 1;
}

static int batch_open_object(lua_State *L) {
    struct text site = api_text(L, 1, "the site's folder"), label = api_text(L, 2, "the label");
    struct batch_object *object = lua_newuserdatauv(L, sizeof *object, 0);
    *object = (struct batch_object){.open = false};
    luaL_setmetatable(L, BATCH);
    enum edit_status status = batch_open(&object->batch, site, label, &object->diagnostics);
    object->open = true;
    return status == EDIT_DONE ? 1 : fail(L, &object->diagnostics, status);
}

static int batch_close_object(lua_State *L) {
    struct batch_object *object = luaL_checkudata(L, 1, BATCH);
    if (object->open) batch_close(&object->batch);
    diagnostics_free(&object->diagnostics);
    object->open = false;
    return 0;
}

static struct batch_object *check_batch(lua_State *L) {
    struct batch_object *object = luaL_checkudata(L, 1, BATCH);
    if (!object->open) api_error(L, "this batch is closed");
    return object;
}

static struct file_stamp check_stamp(lua_State *L, int index) {
    struct file_stamp stamp;
    struct text bytes = api_bytes(L, index, "the stamp");
    if (bytes.length != sizeof stamp) api_error(L, "the stamp is not one of engine:stamp");
    memcpy(&stamp, bytes.bytes, sizeof stamp);
    return stamp;
}

/* replace(path, stamp, old, new) */
static int replace(lua_State *L) {
    struct batch_object *object = check_batch(L);
    struct file_stamp stamp = check_stamp(L, 3);
    return answer(L, &object->diagnostics,
                  batch_replace(&object->batch, api_text(L, 2, "the path"), &stamp,
                                api_bytes(L, 4, "the old text"), api_bytes(L, 5, "the new text")));
}

/* create(path, text [, like]) */
static int create(lua_State *L) {
    struct batch_object *object = check_batch(L);
    struct text like = lua_isnoneornil(L, 4) ? (struct text){NULL, 0} : api_text(L, 4, "the model");
    return answer(L, &object->diagnostics,
                  batch_create(&object->batch, api_text(L, 2, "the path"),
                               api_bytes(L, 3, "the text"), like));
}

/* move(from, to, stamp, old, new) */
static int move(lua_State *L) {
    struct batch_object *object = check_batch(L);
    struct file_stamp stamp = check_stamp(L, 4);
    return answer(L, &object->diagnostics,
                  batch_move(&object->batch, api_text(L, 2, "the path"),
                             api_text(L, 3, "the new path"), &stamp,
                             api_bytes(L, 5, "the old text"), api_bytes(L, 6, "the new text")));
}

/* remove(path, stamp, old) */
static int take_out(lua_State *L) {
    struct batch_object *object = check_batch(L);
    struct file_stamp stamp = check_stamp(L, 3);
    return answer(L, &object->diagnostics,
                  batch_remove(&object->batch, api_text(L, 2, "the path"), &stamp,
                               api_bytes(L, 4, "the old text")));
}

/* commit(): the number of files, and of the batch. */
static int commit(lua_State *L) {
    struct batch_object *object = check_batch(L);
    uint32_t count = batch_count(&object->batch), number = batch_number(&object->batch);
    enum edit_status status = batch_commit(&object->batch);
    if (status != EDIT_DONE) return fail(L, &object->diagnostics, status);
    lua_pushinteger(L, count);
    lua_pushinteger(L, number);
    return 2;
}

/* For functions that have no object to keep diagnostics in. */
static struct diagnostics *push_diagnostics(lua_State *L) {
    struct batch_object *object = lua_newuserdatauv(L, sizeof *object, 0);
    *object = (struct batch_object){.open = false};
    luaL_setmetatable(L, BATCH);
    return &object->diagnostics;
}

static int recover(lua_State *L) {
    struct text site = api_text(L, 1, "the site's folder");
    struct diagnostics *diagnostics = push_diagnostics(L);
    return answer(L, diagnostics, batch_recover(site, diagnostics));
}

/* undos(site): { number, label, files, seconds, readable }, newest first. */
static int undos(lua_State *L) {
    struct text site = api_text(L, 1, "the site's folder");
    struct diagnostics *diagnostics = push_diagnostics(L);
    struct undo_list list = {0};
    enum edit_status status = undo_list_read(&list, site, diagnostics);
    if (status != EDIT_DONE) {
        undo_list_free(&list);
        return fail(L, diagnostics, status);
    }
    lua_createtable(L, (int)list.count, 0);
    for (uint32_t i = 0; i < list.count; i++) {
        lua_createtable(L, 0, 5);
        lua_pushinteger(L, list.items[i].number);
        lua_setfield(L, -2, "number");
        api_push_text(L, list.items[i].label);
        lua_setfield(L, -2, "label");
        lua_pushinteger(L, list.items[i].files);
        lua_setfield(L, -2, "files");
        lua_pushinteger(L, list.items[i].seconds);
        lua_setfield(L, -2, "seconds");
        lua_pushboolean(L, list.items[i].readable);
        lua_setfield(L, -2, "readable");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    undo_list_free(&list);
    return 1;
}

/* undo(site, number or 0): the number of files taken back, and the label. */
static int undo(lua_State *L) {
    struct text site = api_text(L, 1, "the site's folder");
    lua_Integer number = luaL_optinteger(L, 2, 0);
    struct diagnostics *diagnostics = push_diagnostics(L);
    struct undo undo;
    enum edit_status status = undo_open(&undo, site, (uint32_t)number, diagnostics);
    if (status == EDIT_DONE) {
        lua_pushinteger(L, undo.journal.count);
        api_push_text(L, undo.journal.label);
        status = undo_apply(&undo, site, diagnostics);
    }
    undo_close(&undo);
    return status == EDIT_DONE ? 2 : fail(L, diagnostics, status);
}

/* diff(old, new, old_path, new_path, color): the diff, lines removed, lines added. */
static int diff_texts(lua_State *L) {
    struct text old_text = api_bytes(L, 1, "the old text"),
                new_text = api_bytes(L, 2, "the new text");
    struct diff_file file = {.old_path = api_bytes(L, 3, "the old path"),
                             .new_path = api_bytes(L, 4, "the new path")};
    struct diff diff;
    struct buffer out = {0};
    diff_open(&diff, old_text, new_text);
    struct diff_counts counts = diff_count(&diff);
    diff_print(&diff, file, lua_toboolean(L, 5) ? DIFF_COLOUR : 0, &out);
    diff_free(&diff);
    lua_pushlstring(L, out.length ? out.bytes : "", out.length);
    buffer_free(&out);
    lua_pushinteger(L, counts.removed);
    lua_pushinteger(L, counts.added);
    return 3;
}

/* changes(old, new): a list of { old line, lines taken, new line, lines put }, lines from 1. */
static int diff_changes(lua_State *L) {
    struct text old_text = api_bytes(L, 1, "the old text"),
                new_text = api_bytes(L, 2, "the new text");
    struct diff diff;
    diff_open(&diff, old_text, new_text);
    lua_createtable(L, (int)diff.count, 0);
    for (uint32_t i = 0; i < diff.count; i++) {
        const lua_Integer parts[] = {diff.changes[i].old_line + 1, diff.changes[i].old_count,
                                     diff.changes[i].new_line + 1, diff.changes[i].new_count};
        lua_createtable(L, 4, 0);
        for (int part = 0; part < 4; part++) {
            lua_pushinteger(L, parts[part]);
            lua_rawseti(L, -2, part + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    diff_free(&diff);
    return 1;
}

/* stat({ { path, removed, added }, ... }, width, color) */
static int diff_stat(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    uint32_t count = (uint32_t)lua_rawlen(L, 1);
    lua_Integer width = luaL_optinteger(L, 2, 80);
    bool color = lua_toboolean(L, 3);
    struct diff_stat *stats = lua_newuserdatauv(L, (count + 1) * sizeof *stats, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        lua_rawgeti(L, -1, 1);
        stats[i].path = api_string(L, -1); /* stays in the table */
        lua_rawgeti(L, -2, 2);
        stats[i].counts.removed = (uint32_t)lua_tointeger(L, -1);
        lua_rawgeti(L, -3, 3);
        stats[i].counts.added = (uint32_t)lua_tointeger(L, -1);
        lua_pop(L, 4);
    }
    struct buffer out = {0};
    diff_print_stat(stats, count, (uint32_t)width, color ? DIFF_COLOUR : 0, &out);
    api_push_text(L, buffer_text(&out));
    buffer_free(&out);
    return 1;
}

/* read(path): a file's bytes and its stamp, for replace, move and remove. */
static int read_file(lua_State *L) {
    struct text path = api_text(L, 1, "the path");
    struct diagnostics *diagnostics = push_diagnostics(L);
    struct buffer bytes = {0};
    struct file file = {0};
    if (!files_read(AT_FDCWD, path, UINT32_MAX / 2, &bytes, &file, diagnostics)) {
        buffer_free(&bytes);
        return fail(L, diagnostics, EDIT_REFUSED);
    }
    struct file_stamp stamp = {.device = file.device,
                               .inode = file.inode,
                               .size = file.size,
                               .seconds = file.modified / 1000000000,
                               .nanoseconds = (uint32_t)(file.modified % 1000000000)};
    lua_pushlstring(L, bytes.length ? bytes.bytes : "", bytes.length);
    buffer_free(&bytes);
    lua_pushlstring(L, (const char *)&stamp, sizeof stamp);
    return 2;
}

/* patched(old, delta): the new text of what edit_result gave. */
static int patched(lua_State *L) {
    struct text old_text = api_bytes(L, 1, "the old text"), delta = api_bytes(L, 2, "the changes");
    struct buffer *out = scratch_open(L);
    if (!splices_apply_packed(delta, old_text, out))
        api_error(L, "the changes are of another text");
    return scratch_give(L, out);
}

/* hash(text): as edit_hash gives it, for texts of one run of the program. */
static int hash(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)text_digest(api_bytes(L, 1, "the text")));
    return 1;
}

void edit_api_open_batch(lua_State *L) {
    static const luaL_Reg methods[] = {{"replace", replace}, {"create", create},
                                       {"move", move},       {"remove", take_out},
                                       {"commit", commit},   {"close", batch_close_object},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__gc", batch_close_object}, {"__close", batch_close_object}, {NULL, NULL}};
    static const luaL_Reg functions[] = {
        {"open", batch_open_object}, {"recover", recover},      {"undos", undos},    {"undo", undo},
        {"diff", diff_texts},        {"changes", diff_changes}, {"stat", diff_stat}, {"hash", hash},
        {"patched", patched},        {"read", read_file},       {NULL, NULL}};
    luaL_newmetatable(L, BATCH);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
}
