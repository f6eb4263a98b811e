/* main.c: makes a trusted Lua state and gives it the command line; all else is
 * scripts/galley/main.lua. */
#include "base/memory.h"
#include "lua/engine_api.h"
#include "lua/galley_api.h"
#include "lua/host.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_api(lua_State *L) {
    const struct text *home = lua_touserdata(L, 1);
    galley_api_open(L, true, *home);
    lua_setglobal(L, "galley");
    return 0;
}

/* No file of ours takes the number of a standard stream that is closed. Reading it finds nothing,
 * and writing to it still fails, so that no output is lost in silence. */
static bool hold_standard_streams(void) {
    int file;
    do file = open("/dev/null", O_RDONLY);
    while (file >= 0 && file <= 2);
    if (file >= 0) close(file);
    return file >= 0 || fcntl(2, F_GETFD) >= 0;
}

/* Whether all that was written to standard output has arrived, or was not wanted: `| head`. */
static bool output_arrived(void) {
    errno = 0;
    bool before = ferror(stdout), flushed = fflush(stdout) == 0;
    struct pollfd out = {.fd = 1, .events = POLLOUT};
    if ((!before && flushed) || errno == EPIPE) return true;
    if (poll(&out, 1, 0) == 1 && out.revents & POLLERR) return true;
    fprintf(stderr, "galley: error: standard output cannot be written%s%s%s; check where it goes\n",
            errno ? " (" : "", errno ? strerror(errno) : "", errno ? ")" : "");
    return false;
}

/* A reader of our output that goes early is a failed write: it must not end a run that has more to
 * do than print, such as an edit. A handler, since programs that are started would inherit SIG_IGN.
 */
static void reader_is_gone(int number) {
    (void)number;
}

int main(int count, char **arguments) {
    static char room[4096];
    struct text home = host_home(room, sizeof room);
    struct host host;
    if (!hold_standard_streams()) return 3;
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = reader_is_gone}, NULL);
    if (!host_open(&host, 0, true, home)) {
        fputs("galley: error: out of memory at the start; free some memory\n", stderr);
        return 3;
    }
    lua_State *L = host.L;
    lua_pushcfunction(L, open_api);
    lua_pushlightuserdata(L, &home);
    bool done = host_call(L, 1, 0, true);
    if (done) {
        lua_createtable(L, count, 0);
        for (int i = 0; i < count; i++) {
            lua_pushstring(L, arguments[i]);
            lua_rawseti(L, -2, i);
        }
        done = host_run(L, home, "galley/main", 1, 1, getenv("GALLEY_TRACE") != NULL);
    }
    int status = 3;
    if (done) {
        status = lua_isinteger(L, -1) ? (int)lua_tointeger(L, -1) : 0;
    } else {
        const char *message = lua_tostring(L, -1);
        if (message && strstr(message, HOST_NO_MEMORY)) memory_exhausted(0);
        fprintf(stderr, "galley: error: %s\n", message ? message : "failed without a message");
    }
    host_close(&host);
    return output_arrived() || status ? status : 3;
}
