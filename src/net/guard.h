/* guard.h - which addresses footnote may contact on behalf of a question or a page.
 *
 * Pages, links and redirects are written by strangers. Some would like footnote to call the router, the database next
 * door or the cloud's metadata service for them. So a URL is judged before its name is looked up, and the address is
 * judged again when a socket for it is about to open (net/transfer.c). That is after DNS, and on every redirect, so a
 * name that changes its address in between gains nothing.
 *
 * Refused are: schemes other than http and https, credentials, ports that are not listed, and every address that is
 * not public: private, loopback, link-local, shared (CGNAT), multicast, reserved, documentation and benchmark ranges
 * of IPv4, the same of IPv6, and IPv6 forms that carry a refused IPv4 address. The operator opens intranets with
 * `allow`.
 *
 * THREADS: any. A guard never changes, and its decisions are pure. */
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
 * ports: the ports on which public addresses may be asked, "80, 443"; they do not bind the entries of allow. ERR_USAGE
 * names the entry that is not understood. */
MUST_USE bool guard_new(struct slice allow, struct slice ports, struct guard **out, struct err *e);
void guard_free(struct guard *g); /* NULL is fine */

struct guard_verdict {
    bool ok;
    bool host_allowed;  /* the operator's list names this host: its addresses need not be public */
    const char *reason; /* static; a sentence without its period: "127.0.0.0/8 is loopback" */
};

/* Judges a URL before its name is looked up. ok: go on and judge the address. */
struct guard_verdict guard_url(const struct guard *g, const struct url *u);
/* Judges the address of a socket. host_allowed: of the verdict on the URL that is being followed. */
struct guard_verdict guard_address(const struct guard *g, const struct sockaddr *address, bool host_allowed);

#endif
