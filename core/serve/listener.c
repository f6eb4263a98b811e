#include "serve/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAITING = 64 };

static int listen_on(const struct addrinfo *found, uint16_t port, struct listener *listener) {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } address = {0};
    socklen_t size = sizeof address;
    int yes = 1;
    if (found->ai_family == AF_INET6) {
        address.six = *(const struct sockaddr_in6 *)(const void *)found->ai_addr;
        address.six.sin6_port = htons(port);
        listener->beyond = !IN6_IS_ADDR_LOOPBACK(&address.six.sin6_addr);
        listener->any = IN6_IS_ADDR_UNSPECIFIED(&address.six.sin6_addr);
    } else {
        address.four = *(const struct sockaddr_in *)(const void *)found->ai_addr;
        address.four.sin_port = htons(port);
        listener->beyond = ntohl(address.four.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET;
        listener->any = address.four.sin_addr.s_addr == htonl(INADDR_ANY);
    }
    int descriptor =
        socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, found->ai_protocol);
    if (descriptor < 0) return errno;
    /* Not another's port: one that a server which just ended has left waiting. */
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(descriptor, &address.any, found->ai_addrlen) != 0 ||
        listen(descriptor, WAITING) != 0 || getsockname(descriptor, &address.any, &size) != 0) {
        int reason = errno;
        close(descriptor);
        return reason;
    }
    listener->descriptor = descriptor;
    listener->port =
        ntohs(found->ai_family == AF_INET6 ? address.six.sin6_port : address.four.sin_port);
    return 0;
}

int listener_open(const char *address, uint16_t port, uint16_t last, struct listener *listener,
                  const char **reason) {
    struct addrinfo *found;
    struct addrinfo wanted = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    int problem = getaddrinfo(address, NULL, &wanted, &found);
    if (problem) {
        *reason = gai_strerror(problem);
        return -1;
    }
    const struct addrinfo *one = found;
    while (one && one->ai_family != AF_INET && one->ai_family != AF_INET6) one = one->ai_next;
    int result = one ? EADDRINUSE : EAFNOSUPPORT;
    for (uint32_t at = port; one && at <= (last > port ? last : port); at++) {
        result = listen_on(one, (uint16_t)at, listener);
        if (result != EADDRINUSE) break;
    }
    freeaddrinfo(found);
    return result;
}

void listener_addresses(struct buffer *out) {
    struct ifaddrs *all;
    char digits[INET6_ADDRSTRLEN];
    if (getifaddrs(&all) != 0) return;
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        /* IPv6 has temporary and local ones that nobody wants to type. */
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || !(one->ifa_flags & IFF_UP) ||
            one->ifa_flags & IFF_LOOPBACK)
            continue;
        const struct sockaddr_in *four = (const void *)one->ifa_addr;
        buffer_append_string(out, inet_ntop(AF_INET, &four->sin_addr, digits, sizeof digits));
        buffer_append_byte(out, '\n');
    }
    freeifaddrs(all);
}
