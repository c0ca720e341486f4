/* guard.h - which addresses footnote may contact on behalf of a question or a page.
 *
 * Pages, links and redirects are written by strangers, who would like footnote to call the router, the database next
 * door or the cloud's metadata service for them. So a URL is judged before anything is looked up, and the address is
 * judged again when a socket for it is about to open (net/http.c), which is after DNS and on every redirect; a
 * name that changes its address in between gains nothing.
 *
 * Refused: schemes but http and https, credentials, ports not listed, and every address that is not public: private,
 * loopback, link-local, shared (CGNAT), multicast, reserved, documentation and benchmark ranges of IPv4, the same of
 * IPv6, and IPv6 forms that carry a refused IPv4 address. The operator opens intranets with `allow`.
 *
 * Decisions are pure and take well under a microsecond. A guard never changes once made: any thread. */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <sys/socket.h>

#include "base/err.h"
#include "net/url.h"

struct guard;

/* allow: entries between commas or white space, "" for none:
 *   10.1.0.0/16  fd00:1::/32  127.0.0.1      addresses, on any port
 *   10.1.2.3:9200  [fd00::1]:9200            addresses, on one port
 *   wiki.corp  *.corp  wiki.corp:8080        names (with *. every name below), whatever address they have
 * ports: what public addresses may be asked on, "80, 443"; entries of allow are not bound by it.
 * ERR_USAGE names the entry that is not understood. */
MUST_USE bool guard_new(struct slice allow, struct slice ports, struct guard **out, struct err *e);
void guard_free(struct guard *g); /* NULL is fine */

struct guard_verdict {
    bool ok;
    bool host_allowed;  /* the operator's list names this host: its addresses need not be public */
    const char *reason; /* static; a sentence without its period: "127.0.0.0/8 is loopback" */
};

/* Before the name is looked up. ok means: go on and judge the address. */
struct guard_verdict guard_url(const struct guard *g, const struct url *u);
/* Of the socket's address. host_allowed: what guard_url said of the URL that is being followed. */
struct guard_verdict guard_address(const struct guard *g, const struct sockaddr *address, bool host_allowed);

#endif
