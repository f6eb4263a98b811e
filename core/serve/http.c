#include "serve/http.h"

#include <unistd.h>

#ifdef HAVE_LIBMICROHTTPD

#include "serve/address.h"
#include "serve/http_library.h"
#include "serve/published.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

enum { BLOCK_BYTES = 16384, IDLE_SECONDS = 30, MOST_CONNECTIONS = 512, MOST_HANGUPS = 32 };

/* What is told, kept while any stream is sending it. */
struct message {
    uint32_t users;
    struct text bytes;
};

/* One page that listens. Between two messages its connection is suspended, which the library then
 * does not look at: `hangups` tells when the other side is gone. */
struct event_stream {
    struct http *http;
    struct event_stream *next, *previous;
    struct MHD_Connection *connection;
    struct message *message; /* being sent */
    size_t sent;
    uint64_t told; /* the number of the last one that was begun */
    bool suspended, over;
};

struct http {
    struct http_library library;
    struct MHD_Daemon *daemon;
    int descriptor, hangups; /* both epoll's; the first is the library's */
    char *folder;
    struct buffer base, mark, bound, script, missing, instead;
    struct message *message;
    uint64_t told;
    struct event_stream *streams;
    bool closing;
};

bool http_available(void) {
    return true;
}

/* --- streams ----------------------------------------------------------------------------- */

static void message_release(struct message *message) {
    if (!message || --message->users) return;
    memory_free((char *)message->bytes.bytes);
    memory_free(message);
}

static void stream_free(void *context) {
    struct event_stream *stream = context;
    if (stream->next) stream->next->previous = stream->previous;
    if (stream->previous) stream->previous->next = stream->next;
    if (stream->http->streams == stream) stream->http->streams = stream->next;
    message_release(stream->message);
    memory_free(stream);
}

static void stream_watch(struct event_stream *stream) {
    const union MHD_ConnectionInfo *info = stream->http->library.get_connection_info(
        stream->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLONESHOT,
                                .data.ptr = stream};
    if (!info) return;
    if (epoll_ctl(stream->http->hangups, EPOLL_CTL_MOD, info->connect_fd, &event) != 0)
        epoll_ctl(stream->http->hangups, EPOLL_CTL_ADD, info->connect_fd, &event);
}

static ssize_t stream_read(void *context, uint64_t position, char *room, size_t size) {
    struct event_stream *stream = context;
    struct http *http = stream->http;
    (void)position;
    if (stream->over || http->closing) return MHD_CONTENT_READER_END_OF_STREAM;
    if (!stream->message && stream->told != http->told) {
        stream->told = http->told;
        stream->message = http->message;
        stream->message->users++;
        stream->sent = 0;
    }
    if (!stream->message) {
        stream_watch(stream);
        stream->suspended = true;
        http->library.suspend_connection(stream->connection);
        return 0;
    }
    struct text rest = stream->message->bytes;
    rest.bytes += stream->sent, rest.length -= stream->sent;
    if (rest.length > size) rest.length = size;
    memcpy(room, rest.bytes, rest.length);
    stream->sent += rest.length;
    if (stream->sent == stream->message->bytes.length) {
        message_release(stream->message);
        stream->message = NULL;
    }
    return (ssize_t)rest.length;
}

static void stream_resume(struct event_stream *stream) {
    if (stream->suspended) stream->http->library.resume_connection(stream->connection);
    stream->suspended = false;
}

static void resume_all(struct http *http) {
    for (struct event_stream *stream = http->streams; stream; stream = stream->next)
        stream_resume(stream);
}

static void read_hangups(struct http *http) {
    struct epoll_event events[MOST_HANGUPS];
    int count = epoll_wait(http->hangups, events, MOST_HANGUPS, 0);
    for (int i = 0; i < count; i++) {
        struct event_stream *stream = events[i].data.ptr;
        stream->over = true;
        stream_resume(stream);
    }
}

void http_tell(struct http *http, struct text line) {
    struct buffer bytes = {0};
    buffer_append_string(&bytes, "retry: 1000\ndata: ");
    buffer_append_text(&bytes, line);
    buffer_append_string(&bytes, "\n\n");
    message_release(http->message);
    http->message = memory_allocate_zeroed(sizeof *http->message);
    *http->message = (struct message){1, buffer_text(&bytes)};
    http->told++;
    resume_all(http);
    http_run(http);
}

/* --- answers ----------------------------------------------------------------------------- */

/* Takes the response. */
static enum MHD_Result send_response(struct http *http, struct MHD_Connection *connection,
                                     unsigned status, struct MHD_Response *response,
                                     const char *type) {
    if (!response) return MHD_NO;
    if (type) http->library.add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    http->library.add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    enum MHD_Result result = http->library.queue_response(connection, status, response);
    http->library.destroy_response(response);
    return result;
}

static struct MHD_Response *response_of(const struct http *http, struct text bytes) {
    return http->library.create_response_from_buffer(bytes.length, (void *)bytes.bytes,
                                                     MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result send_plain(struct http *http, struct MHD_Connection *connection,
                                  unsigned status, const char *line) {
    struct MHD_Response *response = response_of(http, text_of(line));
    if (response && status == MHD_HTTP_METHOD_NOT_ALLOWED)
        http->library.add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    return send_response(http, connection, status, response, "text/plain; charset=utf-8");
}

static enum MHD_Result send_page(struct http *http, struct MHD_Connection *connection,
                                 unsigned status, const struct buffer *page) {
    return send_response(http, connection, status, response_of(http, buffer_text(page)),
                         "text/html; charset=utf-8");
}

static enum MHD_Result send_stream(struct http *http, struct MHD_Connection *connection) {
    struct event_stream *stream = memory_allocate_zeroed(sizeof *stream);
    stream->http = http;
    stream->connection = connection;
    stream->next = http->streams;
    if (stream->next) stream->next->previous = stream;
    http->streams = stream;
    struct MHD_Response *response = http->library.create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK_BYTES, stream_read, stream, stream_free);
    if (!response) stream_free(stream);
    return send_response(http, connection, MHD_HTTP_OK, response, "text/event-stream");
}

/* A browser says what it wants a page for: one that a script fetches gets no script of ours. */
static bool wants_script(const struct http *http, struct MHD_Connection *connection) {
    static const char *const shown[] = {"document", "iframe", "frame", "embed", "object"};
    const char *purpose =
        http->library.lookup_connection_value(connection, MHD_HEADER_KIND, "Sec-Fetch-Dest");
    if (!purpose) return true;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (strcmp(purpose, shown[i]) == 0) return true;
    return false;
}

static void free_page(void *bytes) {
    memory_free(bytes);
}

/* The file's bytes and the tag behind them: there every parser takes a script, and nothing of the
 * page has to be understood. Closes the file. */
static enum MHD_Result send_with_script(struct http *http, struct MHD_Connection *connection,
                                        unsigned status, struct published_file *file) {
    struct buffer page = {0};
    buffer_grow(&page, (size_t)file->size + 128);
    ssize_t got = 1;
    while (got > 0) {
        if (page.length == page.capacity) buffer_grow(&page, page.length);
        got = read(file->descriptor, page.bytes + page.length, page.capacity - page.length);
        if (got > 0) page.length += (size_t)got;
        if (got < 0 && errno == EINTR) got = 1;
    }
    close(file->descriptor);
    if (got < 0) {
        buffer_free(&page);
        return send_plain(http, connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
                          "This file cannot be read.\n");
    }
    buffer_append_string(&page, "\n<script src=\"/.galley/live.js");
    buffer_append_text(&page, buffer_text(&http->mark));
    buffer_append_string(&page, "\"></script>\n");
    struct MHD_Response *response = http->library.create_response_from_buffer_with_free_callback(
        page.length, page.bytes, free_page);
    if (!response) buffer_free(&page);
    return send_response(http, connection, status, response, file->type);
}

/* Closes the file. */
static enum MHD_Result send_file(struct http *http, struct MHD_Connection *connection,
                                 unsigned status, struct published_file *file) {
    if (file->is_page && wants_script(http, connection))
        return send_with_script(http, connection, status, file);
    const char *header =
        http->library.lookup_connection_value(connection, MHD_HEADER_KIND, "Range");
    struct byte_range range = {0, file->size};
    enum range_result part = RANGE_NONE;
    /* With If-Range it is for a version of the file that no answer of ours has named. */
    if (header && status == MHD_HTTP_OK &&
        !http->library.lookup_connection_value(connection, MHD_HEADER_KIND, "If-Range"))
        part = address_range(text_of(header), file->size, &range);
    char text[96];
    if (part == RANGE_UNSATISFIABLE) {
        close(file->descriptor);
        struct MHD_Response *none = response_of(http, TEXT(""));
        snprintf(text, sizeof text, "bytes */%llu", (unsigned long long)file->size);
        if (none) http->library.add_response_header(none, MHD_HTTP_HEADER_CONTENT_RANGE, text);
        return send_response(http, connection, MHD_HTTP_RANGE_NOT_SATISFIABLE, none, NULL);
    }
    struct MHD_Response *response = http->library.create_response_from_fd_at_offset64(
        range.length, file->descriptor, range.first);
    if (!response) {
        close(file->descriptor);
        return MHD_NO;
    }
    http->library.add_response_header(response, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
    if (part == RANGE_PART) {
        snprintf(text, sizeof text, "bytes %llu-%llu/%llu", (unsigned long long)range.first,
                 (unsigned long long)(range.first + range.length - 1),
                 (unsigned long long)file->size);
        http->library.add_response_header(response, MHD_HTTP_HEADER_CONTENT_RANGE, text);
        status = MHD_HTTP_PARTIAL_CONTENT;
    }
    return send_response(http, connection, status, response, file->type);
}

/* The pieces of a query, as they were sent, are put together again. */
static enum MHD_Result add_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value) {
    struct buffer *to = context;
    (void)kind;
    buffer_append_byte(to, memchr(to->bytes, '?', to->length) ? '&' : '?');
    buffer_append_string(to, name);
    if (value) buffer_append_byte(to, '=');
    if (value) buffer_append_string(to, value);
    return MHD_YES;
}

/* Frees `to`. */
static enum MHD_Result redirect(struct http *http, struct MHD_Connection *connection,
                                struct buffer *to) {
    struct MHD_Response *response = response_of(http, TEXT(""));
    http->library.get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, to);
    if (response)
        http->library.add_response_header(response, MHD_HTTP_HEADER_LOCATION, buffer_string(to));
    buffer_free(to);
    return send_response(http, connection, MHD_HTTP_FOUND, response, NULL);
}

static enum MHD_Result send_missing(struct http *http, struct MHD_Connection *connection) {
    struct published_file file;
    if (published_open(http->folder, TEXT("404.html"), &file) == PUBLISHED_FILE)
        return send_file(http, connection, MHD_HTTP_NOT_FOUND, &file);
    return send_page(http, connection, MHD_HTTP_NOT_FOUND, &http->missing);
}

static enum MHD_Result answer_path(struct http *http, struct MHD_Connection *connection,
                                   const char *sent) {
    struct text path = text_of(sent), base = buffer_text(&http->base);
    struct buffer decoded = {0};
    if (base.length && (text_is(path, "/") || text_equal(path, base))) {
        buffer_append_text(&decoded, base);
        buffer_append_byte(&decoded, '/');
        return redirect(http, connection, &decoded);
    }
    bool below =
        text_starts(path, base) && path.length > base.length && path.bytes[base.length] == '/';
    if (below) path.bytes += base.length, path.length -= base.length;
    enum address_result address = address_decode(path, &decoded);
    struct published_file file;
    enum published_kind kind = PUBLISHED_MISSING;
    if (address == ADDRESS_GOOD || !http->folder)
        kind = http->folder ? published_open(http->folder, buffer_text(&decoded), &file)
                            : PUBLISHED_NOTHING;
    if (kind == PUBLISHED_FILE && !below) {
        close(file.descriptor);
        kind = PUBLISHED_MISSING;
    }
    buffer_free(&decoded);
    if (address == ADDRESS_MALFORMED)
        return send_plain(http, connection, MHD_HTTP_BAD_REQUEST, "This is no path.\n");
    switch (kind) {
    case PUBLISHED_NOTHING:
        return send_page(http, connection, MHD_HTTP_SERVICE_UNAVAILABLE, &http->instead);
    case PUBLISHED_FILE: return send_file(http, connection, MHD_HTTP_OK, &file);
    case PUBLISHED_FOLDER:
        if (!below) break;
        buffer_append_string(&decoded, sent);
        buffer_append_byte(&decoded, '/');
        return redirect(http, connection, &decoded);
    case PUBLISHED_MISSING: break;
    }
    return send_missing(http, connection);
}

/* Called once when a request's headers are there, again for a body, and once at its end. */
static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *body,
                              size_t *body_size, void **begun) {
    static int mark;
    struct http *http = context;
    (void)version, (void)body;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return send_plain(http, connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
    if (!*begun) {
        *begun = &mark;
        return MHD_YES;
    }
    if (*body_size) {
        *body_size = 0;
        return MHD_YES;
    }
    const char *host = http->library.lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    if (!host)
        return send_plain(http, connection, MHD_HTTP_BAD_REQUEST, "The Host header is missing.\n");
    if (!address_host_allowed(text_of(host), buffer_text(&http->bound)))
        return send_plain(http, connection, MHD_HTTP_FORBIDDEN,
                          "This name is not one that galley serve answers to; use localhost, the "
                          "address in digits, or the name given to --bind.\n");
    if (strcmp(path, "/.galley/events") == 0) return send_stream(http, connection);
    if (strcmp(path, "/.galley/live.js") == 0)
        return send_response(http, connection, MHD_HTTP_OK,
                             response_of(http, buffer_text(&http->script)),
                             published_type(text_of(path)));
    return answer_path(http, connection, path);
}

/* Paths come to `answer` as they were sent: an escaped NUL would end the library's. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text) {
    (void)context, (void)connection;
    return strlen(text);
}

/* --- the server -------------------------------------------------------------------------- */

struct http *http_open(int listener, struct text bound, struct text script,
                       struct diagnostics *diagnostics) {
    struct http *http = memory_allocate_zeroed(sizeof *http);
    buffer_append_text(&http->bound, bound);
    buffer_append_text(&http->script, script);
    if (!http_library_open(&http->library, diagnostics)) {
        close(listener);
        memory_free(http);
        return NULL;
    }
    http->hangups = epoll_create1(EPOLL_CLOEXEC);
    if (http->hangups >= 0)
        http->daemon = http->library.start_daemon(
            MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, answer, http,
            MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT,
            (unsigned)MOST_CONNECTIONS, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        http->daemon ? http->library.get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (info) {
        http->descriptor = info->epoll_fd;
        return http;
    }
    diagnostics_add(diagnostics, SEVERITY_ERROR, (struct text){NULL, 0}, (struct place){0, 0},
                    "the server cannot be started (%s)", strerror(errno));
    if (!http->daemon) close(listener);
    http_close(http);
    return NULL;
}

void http_serve(struct http *http, const char *folder, struct text base, struct text mark) {
    struct text path = text_of(folder);
    memory_free(http->folder);
    http->folder = memory_allocate(path.length + 1);
    memcpy(http->folder, path.bytes, path.length + 1);
    http->base.length = http->mark.length = 0;
    buffer_append_text(&http->base, base);
    buffer_append_text(&http->mark, mark);
}

void http_set_missing(struct http *http, struct text page) {
    http->missing.length = 0;
    buffer_append_text(&http->missing, page);
}

void http_set_instead(struct http *http, struct text page) {
    http->instead.length = 0;
    buffer_append_text(&http->instead, page);
}

void http_descriptors(const struct http *http, struct pollfd files[HTTP_DESCRIPTORS]) {
    files[0] = (struct pollfd){http->descriptor, POLLIN, 0};
    files[1] = (struct pollfd){http->hangups, POLLIN, 0};
}

int http_timeout(const struct http *http) {
    MHD_UNSIGNED_LONG_LONG wait;
    if (http->library.get_timeout(http->daemon, &wait) != MHD_YES) return -1;
    return wait > 60000 ? 60000 : (int)wait;
}

void http_run(struct http *http) {
    read_hangups(http);
    http->library.run(http->daemon);
}

void http_close(struct http *http) {
    if (!http) return;
    http->closing = true;
    resume_all(http);
    if (http->daemon) {
        http->library.run(http->daemon);
        http->library.stop_daemon(http->daemon);
    }
    if (http->hangups >= 0) close(http->hangups);
    http_library_close(&http->library);
    message_release(http->message);
    memory_free(http->folder);
    buffer_free(&http->base);
    buffer_free(&http->mark);
    buffer_free(&http->bound);
    buffer_free(&http->script);
    buffer_free(&http->missing);
    buffer_free(&http->instead);
    memory_free(http);
}

#endif
