/* http.h: the output folder over HTTP, for the browsers of one person at work.
 *
 * One thread, no waiting: http_descriptors and http_timeout say when http_run has something to do.
 *
 *     struct http *http = http_open(listener, &diagnostics);
 *     http_serve(http, "/tmp/x/site", TEXT("/desk"), TEXT("?build=7"));
 *     http_tell(http, TEXT("{\"build\":7}"));
 *
 * Answered are GET and HEAD, from hosts that address.h allows, with files that published.h opens:
 * pages with a script's tag behind their last byte (the file stays as it is), other files as they
 * are, by ranges where asked; nothing may be kept by a browser. "/.galley/live.js" is the script,
 * "/.galley/events" the stream of what http_tell was given, the latest first; no output can have
 * these names. Where the folder is not there, or lacks the path, pages that the caller gave stand
 * in.
 *
 * Built without libmicrohttpd there is no server: http_available is false, and http_open fails.
 * Ownership: texts are copied. The listener is closed by http_close. SIGPIPE must be ignored.
 */
#ifndef GALLEY_HTTP_H
#define GALLEY_HTTP_H

#include "base/diagnostic.h"

#include <poll.h>
#include <stdbool.h>

struct http;

enum { HTTP_DESCRIPTORS = 2 };

bool http_available(void);
/* `listener` listens, does not block, and is http_close's to close, whatever this returns: NULL
 * with an error added. `bound`: a name that the user listens by, or empty. `script`: live.js. */
struct http *http_open(int listener, struct text bound, struct text script,
                       struct diagnostics *diagnostics);
/* What is served from now on: `folder` (absolute) below the path `base` ("" or "/desk"). `mark`
 * is what the script's address ends with in pages that are sent from now on. */
void http_serve(struct http *http, const char *folder, struct text base, struct text mark);
/* A whole page for paths that are not in the folder, where that has no 404.html. */
void http_set_missing(struct http *http, struct text page);
/* A whole page for every path while the folder is not there. */
void http_set_instead(struct http *http, struct text page);
/* Sends one line to every page that listens, and to every one that comes. */
void http_tell(struct http *http, struct text line);

/* Fills in what to poll for; then http_run when one has something, or the timeout (milliseconds;
 * -1: none) is over. */
void http_descriptors(const struct http *http, struct pollfd files[HTTP_DESCRIPTORS]);
int http_timeout(const struct http *http);
void http_run(struct http *http);
/* NULL is allowed. */
void http_close(struct http *http);

#endif
