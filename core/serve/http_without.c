/* http.h of a galley that was built without libmicrohttpd. */
#ifndef HAVE_LIBMICROHTTPD

#include "serve/http.h"

#include <unistd.h>

bool http_available(void) {
    return false;
}

struct http *http_open(int listener, struct text bound, struct text script,
                       struct diagnostics *diagnostics) {
    (void)bound, (void)script;
    close(listener);
    diagnostics_add(diagnostics, SEVERITY_ERROR, (struct text){NULL, 0}, (struct place){0, 0},
                    "this galley was built without libmicrohttpd; install libmicrohttpd-dev and "
                    "build again");
    return NULL;
}

/* Nobody has a server to call these with. */
void http_serve(struct http *http, const char *folder, struct text base, struct text mark) {
    (void)http, (void)folder, (void)base, (void)mark;
}
void http_set_missing(struct http *http, struct text page) {
    (void)http, (void)page;
}
void http_set_instead(struct http *http, struct text page) {
    (void)http, (void)page;
}
void http_tell(struct http *http, struct text line) {
    (void)http, (void)line;
}
void http_descriptors(const struct http *http, struct pollfd files[HTTP_DESCRIPTORS]) {
    (void)http, (void)files;
}
int http_timeout(const struct http *http) {
    (void)http;
    return -1;
}
void http_run(struct http *http) {
    (void)http;
}
void http_close(struct http *http) {
    (void)http;
}

#endif
