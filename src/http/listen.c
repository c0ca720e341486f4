/* listen.c - see listen.h for the contract.
 *
 * The socket is ours and not libmicrohttpd's, because every accepted connection inherits its options: a bounded send
 * buffer, without which a client that never reads costs megabytes of kernel memory, and keep-alive probes, without
 * which a client that lost its network is never noticed while it waits. Only literal addresses are accepted, since a
 * name could resolve to more than the operator meant. "localhost" means 127.0.0.1. */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"

enum { SEND_BUFFER_BYTES = 64 * 1024, BACKLOG = 511, PROBE_AFTER_S = 30, PROBE_EVERY_S = 10, PROBES = 3 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static bool parse_port(struct slice text, uint16_t *port)
{
    unsigned long n = 0;
    if (text.n == 0 || text.n > 5)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_digit(text.p[i]))
            return false;
        n = n * 10 + (unsigned long)(text.p[i] - '0');
    }
    *port = (uint16_t)n;
    return n <= 65535;
}

static bool listen_parse(const char *text, union address *out, socklen_t *bytes, bool *loopback)
{
    char host[64];
    uint16_t port;
    const char *colon = strrchr(text, ':');
    if (!colon || !parse_port(slice_of(colon + 1), &port))
        return false;
    size_t n = (size_t)(colon - text);
    bool bracketed = n >= 2 && text[0] == '[' && text[n - 1] == ']';
    if (n - 2 * bracketed >= sizeof host)
        return false;
    snprintf(host, sizeof host, "%.*s", (int)(n - 2 * bracketed), text + bracketed);
    memset(out, 0, sizeof *out);
    if (bracketed) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons(port);
        *bytes = sizeof out->v6;
        *loopback = inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1 && IN6_IS_ADDR_LOOPBACK(&out->v6.sin6_addr);
        return inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1;
    }
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons(port);
    *bytes = sizeof out->v4;
    bool ok = inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &out->v4.sin_addr) == 1;
    *loopback = ok && ntohl(out->v4.sin_addr.s_addr) >> 24 == 127;
    return ok;
}

static bool listen_set(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

static bool set_up(int fd, const union address *at, socklen_t bytes)
{
    return listen_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) && listen_set(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES) &&
           listen_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1) && listen_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER_S) &&
           listen_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_EVERY_S) &&
           listen_set(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES) &&
           (at->any.sa_family != AF_INET6 || listen_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0)) &&
           bind(fd, &at->any, bytes) == 0 && listen(fd, BACKLOG) == 0;
}

bool listen_open(const char *address, int *fd, unsigned *port, bool *loopback, struct err *e)
{
    union address at;
    socklen_t bytes = 0;
    if (!listen_parse(address, &at, &bytes, loopback))
        return err_set(e, ERR_USAGE, "The address %s is not understood; write 127.0.0.1:8080 or [::1]:8080.", address);
    int s = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0 || !set_up(s, &at, bytes) || getsockname(s, &at.any, &bytes) != 0) {
        err_set(e, ERR_IO, "The address %s cannot be used: %s.", address, strerror(errno));
        if (s >= 0)
            close(s);
        return false;
    }
    *fd = s;
    *port = ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
    return true;
}

bool listen_is_loopback(const char *address)
{
    union address at;
    socklen_t bytes;
    bool loopback = false;
    return listen_parse(address, &at, &bytes, &loopback) && loopback;
}
