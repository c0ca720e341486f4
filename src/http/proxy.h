/* proxy.h - whose request it is when reverse proxies stand in front of the server.
 *
 * A proxy writes the address of its client at the end of a header's list. Only an entry that a trusted proxy wrote
 * counts: the list is read from its end, as long as the address that wrote an entry is trusted. What a client wrote
 * itself stands further in front and is never reached. One header is read, not several: a proxy that writes one passes
 * the other on as its client sent it.
 *
 * THREADS: any, once it is made. */
#ifndef HTTP_PROXY_H
#define HTTP_PROXY_H

#include "base/err.h"
#include "http/watch.h"

struct exchange;

enum { PROXIES_MOST = 64 };

struct proxies {
    struct proxy_net {
        struct watch_address address;
        unsigned bits; /* of the 128 */
    } nets[PROXIES_MOST];
    size_t n;
    bool forwarded; /* Forwarded (RFC 7239), else X-Forwarded-For */
};

/* list: "10.0.0.0/8, 192.0.2.7, fd00::/8", or empty: nobody is trusted. header: "X-Forwarded-For" or "Forwarded".
 * ERR_USAGE. */
MUST_USE bool proxies_read(struct proxies *p, const char *list, const char *header, struct err *e);
/* The address of the client: `from`, the one that the connection came from, unless that is a trusted proxy. */
struct watch_address proxies_client(const struct proxies *p, const struct exchange *x, struct watch_address from);

#endif
