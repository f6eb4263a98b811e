#include "lua/lines_api.h"

#include "lua/api.h"

#include <poll.h>
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

/* The library's callbacks again: what the line being read has come to. */
static char *line_read;
static bool line_ended;
static volatile sig_atomic_t leaves_line;

static void note_interrupt(int number) {
    (void)number;
    leaves_line = 1;
}

static void take_line(char *line) {
    line_read = line;
    line_ended = true;
    rl_callback_handler_remove(); /* here, or the prompt is shown again */
}

/* ^C gives the line up. The signal is let in only while ppoll waits: with the library's own loop
 * one that comes between two keys is lost. */
static char *read_or_leave(const char *prompt, bool *interrupted) {
    struct sigaction action = {.sa_handler = note_interrupt}, before;
    sigset_t held, outside, waiting;
    sigemptyset(&action.sa_mask);
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigprocmask(SIG_BLOCK, &held, &outside);
    sigaction(SIGINT, NULL, &before);
    waiting = outside;
    sigdelset(&waiting, SIGINT);
    line_read = NULL;
    line_ended = false;
    leaves_line = 0;
    rl_callback_handler_install(prompt, take_line);
    sigaction(SIGINT, &action, NULL); /* in the place of the library's, just installed */
    while (!line_ended && !leaves_line) {
        struct pollfd input = {.fd = fileno(rl_instream), .events = POLLIN};
        if (ppoll(&input, 1, NULL, &waiting) > 0)
            rl_callback_read_char();
        else
            rl_check_signals(); /* ^Z, a window of another size */
    }
    if (!line_ended) {
        rl_free_line_state();
        rl_callback_sigcleanup();
        rl_callback_handler_remove();
        fputc('\n', rl_outstream);
        fflush(rl_outstream);
    }
    sigaction(SIGINT, &action, NULL); /* the library has put back what was there before it */
    sigprocmask(SIG_SETMASK, &outside, NULL);
    sigaction(SIGINT, &before, NULL);
    *interrupted = leaves_line;
    return line_read;
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
