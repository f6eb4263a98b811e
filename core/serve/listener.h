/* listener.h: the socket that a server listens on. */
#ifndef GALLEY_LISTENER_H
#define GALLEY_LISTENER_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

struct listener {
    int descriptor; /* does not block; closed when programs are started */
    uint16_t port;
    bool beyond; /* can be reached from other machines */
    bool any;    /* at every address that this machine has */
};

/* `address`: digits or a name. `port` 0: any that is free. The ports up to `last` are tried while
 * they are taken. 0; or an errno, EADDRINUSE when all are taken; -1 when the address is none, with
 * *reason. */
int listener_open(const char *address, uint16_t port, uint16_t last, struct listener *listener,
                  const char **reason);

/* Where others reach one that is at any address: in digits (IPv4), one a line. */
void listener_addresses(struct buffer *out);

#endif
