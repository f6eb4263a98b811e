/* server.h: one loop over the browsers, the site's files, the build that runs, and signals.
 *
 *     struct server *server = server_open(&options, &diagnostics);
 *     for (;;) switch (server_wait(server)) { ... }
 *
 * The owner decides what to do about what happened; everything else is answered inside of
 * server_wait. While a server lives SIGINT, SIGTERM and SIGHUP are held, and SIGPIPE is ignored.
 * Ownership: server_close frees all parts, ends a build that runs, and removes the temporary
 * folder.
 */
#ifndef GALLEY_SERVER_H
#define GALLEY_SERVER_H

#include "base/diagnostic.h"
#include "serve/builder.h"
#include "serve/http.h"
#include "serve/listener.h"
#include "serve/temporary.h"
#include "serve/watch.h"

struct server_options {
    const char *address;
    uint16_t port, last_port; /* see listener.h */
    bool polling;             /* see watch.h */
    bool temporary;           /* a folder is wanted for what is built */
    struct text script;       /* see http.h */
};

struct server {
    struct listener listener;
    struct http *http;
    struct watch *watch;
    struct builder builder;
    char *address;
    struct temporary folder;
    int signals;
    sigset_t mask_before;
    pid_t owner;
};

enum server_event { SERVER_STOPPED /* by a signal */, SERVER_CHANGED, SERVER_BUILT };

/* NULL with an error added; *taken: because the port is. */
struct server *server_open(const struct server_options *options, bool *taken,
                           struct diagnostics *diagnostics);
/* Waits. SERVER_CHANGED comes only while no build runs; watch_take says what. */
enum server_event server_wait(struct server *server);
/* builder_start with the mask that was there before the server. */
int server_build(struct server *server, bool quietly);
/* `gently`: see builder_end. NULL is allowed. */
void server_close(struct server *server, bool gently);

#endif
