#include "lua/lines_api.h"

#include "lua/api.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined HAVE_LIBEDIT
#include <editline/readline.h>
#define HAVE_LINES
#elif defined HAVE_READLINE
#include <readline/history.h>
#include <readline/readline.h>
#define HAVE_LINES
#endif

#ifdef HAVE_LINES

enum { MOST_LINES = 1000 };

/* The library's callbacks have no argument for a context. Set while `read` runs, which cannot be
 * entered twice: stack index 2 is the function, 3 the list of candidates. */
static lua_State *reading;

static char *next_candidate(const char *word, int state) {
    (void)word;
    char *copy = NULL;
    if (!lua_checkstack(reading, 2)) return NULL;
    if (lua_rawgeti(reading, 3, state + 1) == LUA_TSTRING) copy = strdup(lua_tostring(reading, -1));
    lua_pop(reading, 1);
    return copy;
}

/* `state` counts from 0 only in the first call; the library then passes what is not 0. */
static int candidate_number;

static char *candidate(const char *word, int state) {
    candidate_number = state ? candidate_number + 1 : 0;
    return next_candidate(word, candidate_number);
}

static char **complete(const char *word, int start, int end) {
    (void)start;
    (void)end;
    rl_attempted_completion_over = 1; /* no file names instead */
    rl_completion_append_character = '\0';
    if (!lua_isfunction(reading, 2) || !lua_checkstack(reading, 4)) return NULL;
    lua_pushvalue(reading, 2);
    lua_pushstring(reading, word);
    bool done = lua_pcall(reading, 1, 1, 0) == LUA_OK && lua_istable(reading, -1);
    if (done)
        lua_replace(reading, 3);
    else
        lua_pop(reading, 1);
    return done ? rl_completion_matches(word, candidate) : NULL;
}

#ifdef HAVE_LIBEDIT

static char *read_or_leave(const char *prompt, bool *interrupted) {
    *interrupted = false;
    return readline(prompt);
}

#else

/* ^C gives the line up: the library's hook is called where it may be left by a jump. */
static sigjmp_buf line_left;
static volatile sig_atomic_t leaves_line;

static void note_interrupt(int number) {
    (void)number;
    leaves_line = 1;
}

static int leave_line(void) {
    if (!leaves_line) return 0;
    rl_free_line_state();
    rl_cleanup_after_signal();
    fputc('\n', rl_outstream);
    fflush(rl_outstream);
    siglongjmp(line_left, 1);
}

static char *read_or_leave(const char *prompt, bool *interrupted) {
    struct sigaction action = {.sa_handler = note_interrupt}, before;
    char *volatile line = NULL;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &before);
    leaves_line = 0;
    rl_signal_event_hook = leave_line;
    if (!sigsetjmp(line_left, 1)) line = readline(prompt);
    sigaction(SIGINT, &before, NULL);
    *interrupted = leaves_line;
    return line;
}

#endif

/* read(prompt, complete): the line; nothing at the end; nil and "interrupted". */
static int read_line(lua_State *L) {
    const char *prompt = luaL_checkstring(L, 1);
    bool interrupted;
    lua_settop(L, 2);
    lua_newtable(L);
    rl_readline_name = "galley";
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = (char *)" \t\n\"'`@$><=;|&{}(),+-*/%^#~!";
    reading = L;
    char *line = read_or_leave(prompt, &interrupted);
    reading = NULL;
    if (interrupted) {
        free(line);
        lua_pushnil(L);
        lua_pushliteral(L, "interrupted");
        return 2;
    }
    if (!line) return 0;
    lua_pushstring(L, line); /* little enough to be lost should this fail */
    free(line);
    return 1;
}

static int add_line(lua_State *L) {
    add_history(luaL_checkstring(L, 1));
    return 0;
}

static int load_lines(lua_State *L) {
    const char *file = luaL_checkstring(L, 1);
    using_history();
    stifle_history(MOST_LINES);
    lua_pushboolean(L, read_history(file) == 0);
    return 1;
}

static int save_lines(lua_State *L) {
    lua_pushboolean(L, write_history(luaL_checkstring(L, 1)) == 0);
    return 1;
}

#endif

/* ---- what a line asks for ---- */

static lua_State *volatile running;

static void stop_running(lua_State *L, lua_Debug *where) {
    (void)where;
    lua_sethook(L, NULL, 0, 0);
    luaL_error(L, "interrupted");
}

/* As in Lua's own prompt: the first ^C ends the chunk as soon as Lua code runs again, the next one
 * the program. */
static void interrupt(int number) {
    signal(number, SIG_DFL);
    lua_sethook(running, stop_running, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT,
                1);
}

/* call(function): true and its results, or false and the error's message. */
static int call_function(lua_State *L) {
    struct sigaction action = {.sa_handler = interrupt}, before;
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    sigemptyset(&action.sa_mask);
    running = L;
    sigaction(SIGINT, &action, &before);
    int status = lua_pcall(L, 0, LUA_MULTRET, 0);
    sigaction(SIGINT, &before, NULL);
    lua_sethook(L, NULL, 0, 0);
    lua_pushboolean(L, status == LUA_OK);
    lua_insert(L, 1);
    return lua_gettop(L);
}

#ifdef HAVE_LINES

void lines_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"call", call_function}, {"read", read_line},
                                         {"add", add_line},       {"load", load_lines},
                                         {"save", save_lines},    {NULL, NULL}};
    luaL_newlib(L, functions);
}

#else

void lines_api_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"call", call_function}, {NULL, NULL}};
    luaL_newlib(L, functions);
}

#endif
