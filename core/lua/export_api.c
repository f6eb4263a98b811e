#include "lua/export_api.h"

#include "lua/api.h"
#include "lua/corpus_api.h"
#include "lua/engine_api.h"
#include "lua/sqlite_room.h"
#include "run/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define OUT "galley.out"

struct out {
    struct engine_job *job;
    struct stream *stream; /* NULL: closed */
    struct pieces_reader reader;
    uint64_t written;
    bool gone, broken;
};

static struct out *check_out(lua_State *L) {
    struct out *out = luaL_checkudata(L, 1, OUT);
    if (!out->stream) api_error(L, "this output is closed");
    return out;
}

static int out_open(lua_State *L) {
    struct engine_job *job = lua_touserdata(L, lua_upvalueindex(1));
    lua_settop(L, 2);
    struct out *out = lua_newuserdatauv(L, sizeof *out, 1);
    *out = (struct out){.job = job};
    luaL_setmetatable(L, OUT);
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, -2, 1);
    if (lua_type(L, 1) == LUA_TSTRING) {
        out->stream = stream_to_output(job->engine.output, api_bytes(L, 1, "the output's path"));
        return 1;
    }
    lua_Integer number = luaL_optinteger(L, 1, 1);
    if (number < 1 || number > job->engine.target_count) api_error(L, "no such target");
    out->stream = stream_to_file(target_descriptor(job->engine.targets[number - 1]));
    return 1;
}

/* A task that writes goes on, and may: an article's time for each article, counted in seconds of
 * writing so that a plugin which never ends is still ended. */
static void extend(struct engine_job *job) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    if (job->extended == (uint64_t)now.tv_sec) return;
    if (job->extensions > job->engine.corpus.table->file_count + 60) return;
    job->extended = (uint64_t)now.tv_sec;
    job->extensions++;
    worker_extend(job->engine.worker);
}

/* extend(): for what goes through many articles without writing. */
static int worker_extend_time(lua_State *L) {
    extend(lua_touserdata(L, lua_upvalueindex(1)));
    return 0;
}

static void note_end(struct out *out) {
    out->gone = stream_gone(out->stream);
    out->broken = stream_broken(out->stream);
}

static void put(lua_State *L, struct out *out, struct text bytes) {
    const char *problem;
    out->written += bytes.length;
    if (stream_write(out->stream, bytes, &problem)) return;
    note_end(out);
    struct text path = stream_path(out->stream);
    if (!path.length) api_error(L, "the export %s", problem);
    lua_pushlstring(L, path.bytes, path.length);
    api_error(L, "the output '%s' %s", lua_tostring(L, -1), problem);
}

static int out_write(lua_State *L) {
    struct out *out = check_out(L);
    int count = lua_gettop(L);
    extend(out->job);
    for (int i = 2; i <= count; i++) put(L, out, api_bytes(L, i, "what is written"));
    lua_settop(L, 1);
    return 1;
}

/* A text at `index`, or a function that gives texts until it gives nil. */
static void append_answer(lua_State *L, int index, struct buffer *out) {
    if (!lua_isfunction(L, index)) {
        buffer_append_text(out, api_bytes(L, index, "what an entry answers"));
        return;
    }
    for (;;) {
        lua_pushvalue(L, index);
        lua_call(L, 0, 1);
        if (lua_isnil(L, -1)) break;
        buffer_append_text(out, api_bytes(L, -1, "what an entry's function gives"));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Where the texts are wanted one by one, the length of each is before it; this one is that of nil.
 */
static const uint32_t no_text = UINT32_MAX;

/* piece(number, apart, texts...): what an export says of an article, for `put` of a later phase, or
 * for `texts` where they are to stay apart; piece(number): it says nothing. Gives a message when it
 * cannot be written. */
static int piece(lua_State *L) {
    struct engine_job *job = lua_touserdata(L, lua_upvalueindex(1));
    struct engine *engine = &job->engine;
    lua_Integer number = luaL_checkinteger(L, 1);
    bool apart = lua_toboolean(L, 2);
    if (number < 0 || number >= engine->corpus.table->file_count) api_error(L, "no such article");
    int count = lua_gettop(L);
    struct buffer *out = &engine->rendered;
    out->length = 0;
    if (count == 1) {
        pieces_add(&engine->pieces, &engine->shared, engine->worker->index, (uint32_t)number,
                   (struct text){NULL, 0});
        return 0;
    }
    for (int i = 3; i <= count; i++) {
        size_t start = out->length;
        if (apart) buffer_append(out, (const char *)&no_text, sizeof no_text);
        if (lua_isnil(L, i)) continue;
        append_answer(L, i, out);
        uint32_t length = (uint32_t)(out->length - start - sizeof length);
        if (apart) memcpy(out->bytes + start, &length, sizeof length);
    }
    if (pieces_add(&engine->pieces, &engine->shared, engine->worker->index, (uint32_t)number,
                   buffer_text(out)))
        return 0;
    lua_pushfstring(L, "a temporary file cannot be written (%s); check the disk, or set TMPDIR",
                    strerror(errno));
    return 1;
}

static struct text read_piece(lua_State *L, struct out *out, int article) {
    struct engine *engine = &out->job->engine;
    uint32_t number = article_api_file(L, &out->job->view, article);
    struct text text;
    extend(out->job);
    if (number == NOWHERE) api_error(L, "no such article");
    out->reader.pieces = &engine->pieces;
    out->reader.shared = &engine->shared;
    if (!pieces_read(&out->reader, number, &text))
        api_error(L, "a temporary file cannot be read (%s)", strerror(errno));
    return text;
}

/* put(out, article, skip): its piece without the first `skip` bytes; whether there is one. */
static int put_piece(lua_State *L) {
    struct out *out = check_out(L);
    size_t skip = (size_t)luaL_checkinteger(L, 3);
    struct text text = read_piece(L, out, 2);
    if (text.bytes && text.length > skip)
        put(L, out, (struct text){text.bytes + skip, text.length - skip});
    lua_pushboolean(L, text.bytes != NULL);
    return 1;
}

/* texts(out, article): those of its piece, one by one; none where there is no piece. */
static int piece_texts(lua_State *L) {
    struct text text = read_piece(L, check_out(L), 2);
    int count = 0;
    while (text.length) {
        uint32_t length;
        memcpy(&length, text.bytes, sizeof length);
        text.bytes += sizeof length;
        text.length -= sizeof length;
        luaL_checkstack(L, 4, "an entry answers too many texts");
        count++;
        if (length == no_text) {
            lua_pushnil(L);
            continue;
        }
        lua_pushlstring(L, text.bytes, length);
        text.bytes += length;
        text.length -= length;
    }
    return count;
}

/* own_filters(): one of the articles names filters itself. */
static int own_filters(lua_State *L) {
    lua_pushboolean(L, ((struct engine_job *)lua_touserdata(L, lua_upvalueindex(1)))
                               ->engine.corpus.table->own_filters != 0);
    return 1;
}

/* numbers(list): of its articles; nil where they are all of the corpus in its order. */
static int numbers(lua_State *L) {
    return corpus_api_push_numbers(L, 1);
}

/* numbered(numbers): the list again. */
static int numbered(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    return corpus_api_push_numbered(
        L, &((struct engine_job *)lua_touserdata(L, lua_upvalueindex(1)))->view, 1);
}

/* close(): an output of the stage is made known to the parent. A second time does nothing. */
static int out_close(lua_State *L) {
    struct out *out = luaL_checkudata(L, 1, OUT);
    if (!out->stream) {
        lua_pushboolean(L, true);
        return 1;
    }
    lua_getiuservalue(L, 1, 1);
    struct text plugin = lua_isstring(L, -1) ? api_string(L, -1) : (struct text){"", 0};
    struct output_entry entry = {
        .path = stream_path(out->stream), .source = {"", 0}, .plugin = plugin};
    const char *problem;
    bool done = stream_finish(out->stream, &entry.state, &problem);
    if (done && entry.path.length) {
        struct buffer packed = {0};
        output_entry_pack(&entry, &packed);
        worker_record(out->job->engine.worker, RECORD_OUTPUT, packed.bytes, packed.length);
        buffer_free(&packed);
    }
    note_end(out);
    if (done)
        lua_pushboolean(L, true);
    else
        api_fail(L, "system", "%s", problem);
    stream_free(out->stream);
    out->stream = NULL;
    return done ? 1 : 3;
}

static int out_written(lua_State *L) {
    struct out *out = luaL_checkudata(L, 1, OUT);
    lua_pushinteger(L, (lua_Integer)out->written);
    return 1;
}

static int out_gone(lua_State *L) {
    struct out *out = luaL_checkudata(L, 1, OUT);
    lua_pushboolean(L, out->gone);
    return 1;
}

/* broken(): whether the system refused bytes. */
static int out_broken(lua_State *L) {
    struct out *out = luaL_checkudata(L, 1, OUT);
    lua_pushboolean(L, out->broken);
    return 1;
}

/* room_broken(): whether it refused bytes of a database. */
static int room_broken(lua_State *L) {
    lua_pushboolean(L, sqlite_room_broken(L));
    return 1;
}

static int out_collect(lua_State *L) {
    struct out *out = luaL_checkudata(L, 1, OUT);
    if (out->stream) stream_free(out->stream);
    pieces_reader_free(&out->reader);
    out->stream = NULL;
    return 0;
}

/* At the end of `local file <close> = ctx.out:file(...)`: by an error, what was written goes. */
static int out_leave(lua_State *L) {
    if (!lua_isnil(L, 2)) return out_collect(L);
    lua_settop(L, 1);
    if (out_close(L) > 1) api_error(L, "%s", lua_tostring(L, -2));
    return 0;
}

void export_api_open_worker(lua_State *L, struct engine_job *job) {
    static const luaL_Reg functions[] = {{"out", out_open},
                                         {"extend", worker_extend_time},
                                         {"piece", piece},
                                         {"room_broken", room_broken},
                                         {"put", put_piece},
                                         {"texts", piece_texts},
                                         {"own_filters", own_filters},
                                         {"numbers", numbers},
                                         {"numbered", numbered},
                                         {NULL, NULL}};
    static const luaL_Reg methods[] = {{"write", out_write},     {"close", out_close},
                                       {"written", out_written}, {"gone", out_gone},
                                       {"broken", out_broken},   {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", out_collect}, {"__close", out_leave}, {NULL, NULL}};
    luaL_newmetatable(L, OUT);
    luaL_setfuncs(L, meta, 0);
    luaL_newlib(L, methods);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "out");
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    lua_pushlightuserdata(L, job);
    luaL_setfuncs(L, functions, 1);
}

static int engine_target(lua_State *L) {
    struct engine *engine = &engine_api_check(L)->engine;
    const char *path = NULL;
    if (!lua_isnoneornil(L, 2))
        path = arena_copy(&engine->arena, api_bytes(L, 2, "the file")).bytes;
    if (engine->target_count == ENGINE_MOST_TARGETS) api_error(L, "too many targets");
    struct target *target = target_open(path, &engine->diagnostics);
    if (target) engine->targets[engine->target_count++] = target;
    lua_pushboolean(L, target != NULL);
    return 1;
}

static int engine_target_commit(lua_State *L) {
    struct engine *engine = &engine_api_check(L)->engine;
    bool whole = engine->target_count > 0;
    for (uint32_t i = 0; i < engine->target_count; i++)
        whole = target_commit(engine->targets[i], &engine->diagnostics) && whole;
    lua_pushboolean(L, whole);
    return 1;
}

/* entries(numbers, skip): which articles the next run's tasks are of; nil for the corpus's. With
 * `skip` their texts are written to the target while they are made, the first without that many
 * bytes. */
static int engine_entries(lua_State *L) {
    struct engine *engine = &engine_api_check(L)->engine;
    struct corpus *corpus = &engine->corpus;
    bool all = lua_isnil(L, 2), direct = !lua_isnoneornil(L, 3);
    lua_Integer count = all ? corpus->table->article_count : luaL_len(L, 2);
    uint32_t *articles = arena_allocate(&engine->arena, (size_t)(count + 1) * sizeof *articles);
    for (lua_Integer i = 0; i < count; i++) {
        if (!all) lua_geti(L, 2, i + 1);
        articles[i] = all ? corpus_file_at(corpus, (uint32_t)i) : (uint32_t)lua_tointeger(L, -1);
        lua_settop(L, 3);
    }
    engine->gathering =
        (struct pieces_gathering){.reader = {.pieces = &engine->pieces, .shared = &engine->shared},
                                  .articles = articles,
                                  .count = (uint32_t)count,
                                  .file = direct ? target_descriptor(engine->targets[0]) : -1,
                                  .skip = (size_t)lua_tointeger(L, 3)};
    lua_pushinteger(L, count);
    return 1;
}

/* gathered(): behind that run, how many of the texts are written; nil and a message. */
static int engine_gathered(lua_State *L) {
    struct pieces_gathering *gathering = &engine_api_check(L)->engine.gathering;
    if (!pieces_gather(gathering, true))
        return api_fail(L, "system", "cannot be written (%s); check the disk and its permissions",
                        strerror(errno));
    lua_pushinteger(L, gathering->written);
    return 1;
}

/* target_regular(): whether what is written is a file that nobody reads meanwhile. */
static int engine_target_regular(lua_State *L) {
    struct engine *engine = &engine_api_check(L)->engine;
    struct stat status;
    lua_pushboolean(L, fstat(target_descriptor(engine->targets[0]), &status) == 0 &&
                           S_ISREG(status.st_mode));
    return 1;
}

void export_api_open_engine(lua_State *L) {
    static const luaL_Reg methods[] = {{"target", engine_target},
                                       {"target_commit", engine_target_commit},
                                       {"target_regular", engine_target_regular},
                                       {"entries", engine_entries},
                                       {"gathered", engine_gathered},
                                       {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
}
