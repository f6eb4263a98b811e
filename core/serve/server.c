#include "serve/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

static bool fail(struct diagnostics *diagnostics, const char *what, const char *reason,
                 const char *advice) {
    diagnostics_add(diagnostics, SEVERITY_ERROR, (struct text){NULL, 0}, (struct place){0, 0},
                    "%s (%s); %s", what, reason, advice);
    return false;
}

static void hold_signals(struct server *server) {
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        struct sigaction action;
        if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&held, ending[i]);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &held, &server->mask_before);
    server->signals = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool listen_as(struct server *server, const struct server_options *options, bool *taken,
                      struct diagnostics *diagnostics) {
    const char *why = "";
    char what[256];
    int result =
        listener_open(options->address, options->port, options->last_port, &server->listener, &why);
    if (!result) return true;
    *taken = result == EADDRINUSE;
    if (result > 0) why = strerror(result);
    if (options->last_port > options->port)
        snprintf(what, sizeof what, "no port from %u to %u is free at %s", options->port,
                 options->last_port, options->address);
    else if (result > 0)
        snprintf(what, sizeof what, "port %u at %s cannot be listened on", options->port,
                 options->address);
    else
        snprintf(what, sizeof what, "'%s' is no address of this machine", options->address);
    return fail(diagnostics, what, why,
                *taken             ? "end what listens there, or name another with --port"
                : result == EACCES ? "name one above 1023 with --port"
                                   : "name another with --bind");
}

static bool make_folder(struct server *server, struct diagnostics *diagnostics) {
    return temporary_make(&server->folder) ||
           fail(diagnostics, "no folder can be made for the pages", strerror(errno),
                "set TMPDIR to a folder that can be written to, or name one with --output");
}

struct server *server_open(const struct server_options *options, bool *taken,
                           struct diagnostics *diagnostics) {
    struct server *server = memory_allocate_zeroed(sizeof *server);
    struct text name = {NULL, 0};
    server->owner = getpid();
    server->listener.descriptor = -1;
    server->address = strdup(options->address);
    if (!server->address) memory_exhausted(strlen(options->address));
    hold_signals(server);
    *taken = false;
    if (listen_as(server, options, taken, diagnostics)) {
        /* A name in letters is one that browsers will ask for. */
        name = text_of(options->address);
        server->http = http_open(server->listener.descriptor, name, options->script, diagnostics);
    }
    if (server->http && (!options->temporary || make_folder(server, diagnostics))) {
        server->watch = watch_open(options->polling);
        return server;
    }
    server_close(server, false);
    return NULL;
}

/* The sooner of two timeouts, of which -1 is none. */
static int sooner(int a, int b) {
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

enum server_event server_wait(struct server *server) {
    for (;;) {
        enum { SIGNALS, ANSWER, FILES, HTTP };
        bool building = server->builder.process != 0;
        struct pollfd files[HTTP + HTTP_DESCRIPTORS] = {
            {server->signals, POLLIN, 0},
            {building ? server->builder.answer : -1, POLLIN, 0},
            {watch_descriptor(server->watch), POLLIN, 0},
        };
        http_descriptors(server->http, files + HTTP);
        int wait = http_timeout(server->http), quiet = watch_timeout(server->watch);
        /* What changes meanwhile is for the next build, but the system's queue is read. */
        if (!building || quiet > 0) wait = sooner(wait, quiet);
        if (poll(files, sizeof files / sizeof *files, wait) < 0 && errno != EINTR)
            return SERVER_STOPPED;
        struct signalfd_siginfo information;
        if (read(server->signals, &information, sizeof information) == sizeof information)
            return SERVER_STOPPED;
        http_run(server->http);
        bool changed = watch_run(server->watch);
        if (building && files[ANSWER].revents && builder_read(&server->builder))
            return SERVER_BUILT;
        if (changed && !building) return SERVER_CHANGED;
    }
}

int server_build(struct server *server, bool quietly) {
    return builder_start(&server->builder, &server->mask_before, quietly);
}

void server_close(struct server *server, bool gently) {
    if (!server || server->owner != getpid()) return;
    builder_end(&server->builder, gently);
    http_close(server->http);
    watch_close(server->watch);
    temporary_remove(&server->folder);
    free(server->address);
    if (server->signals >= 0) close(server->signals);
    sigprocmask(SIG_SETMASK, &server->mask_before, NULL);
    memory_free(server);
}
