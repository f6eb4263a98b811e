#include "lua/program_api.h"

#include "lua/api.h"
#include "lua/engine_parts.h"

#include <string.h>

/* Of the time that a task has left: the worker must still say that the program took too long. */
enum { RESERVE_MS = 200 };

#define ANSWER "galley.program_answer"

static const char *const *read_strings(lua_State *L, struct engine_job *job, const char *name,
                                       uint32_t *count) {
    lua_getfield(L, -1, name);
    struct text *list = engine_keep_list(L, job, -1, count);
    lua_pop(L, 1);
    const char **strings = arena_allocate(&job->engine.arena, (*count + 1) * sizeof *strings);
    for (uint32_t i = 0; i < *count; i++) strings[i] = list[i].bytes;
    return strings;
}

const struct program_grants *program_api_grants(lua_State *L, struct engine_job *job, int table) {
    struct arena *arena = &job->engine.arena;
    bool any = lua_getfield(L, table, "programs") == LUA_TTABLE && lua_rawlen(L, -1) > 0;
    if (!any) {
        lua_pop(L, 1);
        return NULL;
    }
    struct program_grants *grants = arena_allocate_zeroed(arena, sizeof *grants);
    grants->count = (uint32_t)lua_rawlen(L, -1);
    struct program_grant *items = arena_allocate_zeroed(arena, grants->count * sizeof *items);
    for (uint32_t i = 0; i < grants->count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        items[i].programs = read_strings(L, job, "programs", &items[i].program_count);
        items[i].environment = read_strings(L, job, "environment", &items[i].environment_count);
        items[i].read = read_strings(L, job, "read", &items[i].read_count);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    grants->items = items;
    struct text folder = engine_keep_field(L, job, table, "folder");
    grants->folder = folder.length ? folder.bytes : ".";
    grants->memory = job->memory;
    return grants;
}

/* The answer is in a userdata, so that its bytes are freed whatever is raised. */
static int answer_collect(lua_State *L) {
    struct program_answer *answer = lua_touserdata(L, 1);
    buffer_free(&answer->output);
    buffer_free(&answer->errors);
    return 0;
}

static struct program_answer *new_answer(lua_State *L) {
    struct program_answer *answer = lua_newuserdatauv(L, sizeof *answer, 0);
    *answer = (struct program_answer){.outcome = PROGRAM_LOST};
    luaL_setmetatable(L, ANSWER);
    return answer;
}

static int run_program(lua_State *L) {
    static const char *const outcomes[] = {"ended", "signalled", "late", "missing",
                                           "talks", "refused",   "lost"};
    struct engine_job *job = lua_touserdata(L, lua_upvalueindex(1));
    struct program_request request = {.grant = (uint32_t)(luaL_checkinteger(L, 1) - 1)};
    luaL_checktype(L, 2, LUA_TTABLE);
    if (!lua_isnoneornil(L, 3)) request.input = api_bytes(L, 3, "the input");
    uint32_t left = worker_milliseconds_left(job->engine.worker);
    left = left > RESERVE_MS ? left - RESERVE_MS : 1;
    lua_Integer wanted = luaL_optinteger(L, 4, left);
    request.deadline_ms = wanted < 1 ? 1 : wanted < left ? (uint32_t)wanted : left;
    request.word_count = (uint32_t)lua_rawlen(L, 2);
    const char **words = lua_newuserdatauv(L, (request.word_count + 1) * sizeof *words, 0);
    for (uint32_t i = 0; i < request.word_count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1); /* stays in the table */
        words[i] = lua_tostring(L, -1);
        if (!words[i]) api_error(L, "a word of a command is a text");
        lua_pop(L, 1);
    }
    request.words = words;
    struct program_answer *answer = new_answer(L);
    if (job->engine.worker->programs >= 0)
        program_run(job->engine.worker->programs, &request, answer);
    lua_pushstring(L, outcomes[answer->outcome]);
    if (answer->outcome == PROGRAM_MISSING)
        lua_pushstring(L, strerror(answer->status));
    else
        lua_pushinteger(L, answer->status);
    api_push_text(L, buffer_text(&answer->output));
    api_push_text(L, buffer_text(&answer->errors));
    return 4;
}

void program_api_open_worker(lua_State *L, struct engine_job *job) {
    static const luaL_Reg functions[] = {{"run_program", run_program}, {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__gc", answer_collect}, {"__close", answer_collect}, {NULL, NULL}};
    luaL_newmetatable(L, ANSWER);
    luaL_setfuncs(L, meta, 0);
    lua_pop(L, 1);
    lua_pushlightuserdata(L, job);
    luaL_setfuncs(L, functions, 1);
}
