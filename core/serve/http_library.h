/* http_library.h: libmicrohttpd, loaded when a server begins and not when the program does.
 *
 * With what it needs itself (TLS, and all that that needs) it would take a quarter of every
 * command's start. MICROHTTPD_FILE is the library's name as the linker knows it.
 *
 * Ownership: http_library_close is for when the last daemon has stopped; the library itself stays
 * until the process ends. Errors: false with an error added.
 */
#ifndef GALLEY_HTTP_LIBRARY_H
#define GALLEY_HTTP_LIBRARY_H

#include "base/diagnostic.h"

#include <microhttpd.h>
#include <stdbool.h>

/* Without their MHD_. */
#define HTTP_FUNCTIONS(X)                                                                          \
    X(start_daemon)                                                                                \
    X(stop_daemon)                                                                                 \
    X(run)                                                                                         \
    X(get_timeout)                                                                                 \
    X(get_daemon_info)                                                                             \
    X(get_connection_info)                                                                         \
    X(get_connection_values)                                                                       \
    X(lookup_connection_value)                                                                     \
    X(suspend_connection)                                                                          \
    X(resume_connection)                                                                           \
    X(create_response_from_buffer)                                                                 \
    X(create_response_from_buffer_with_free_callback)                                              \
    X(create_response_from_callback)                                                               \
    X(create_response_from_fd_at_offset64)                                                         \
    X(add_response_header)                                                                         \
    X(queue_response)                                                                              \
    X(destroy_response)

struct http_library {
    void *handle;
#define HTTP_POINTER(name) __typeof__(MHD_##name) *name;
    HTTP_FUNCTIONS(HTTP_POINTER)
#undef HTTP_POINTER
};

bool http_library_open(struct http_library *library, struct diagnostics *diagnostics);
void http_library_close(struct http_library *library);

#endif
