/* origin.h - which web sites a browser may let use this server (CORS), and which names it is called by.
 *
 * A server that asks for no key must be out of reach of web sites: a browser on the same machine sends their requests
 * to it. So it answers only to names of the loopback interface, which no web site has (DNS rebinding), and only to the
 * origins that the operator listed.
 *
 * THREADS: HTTP threads and workers; they only read. */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

#include "base/err.h"

struct exchange;

/* "*", "none", or origins ("https://app.example, http://localhost:3000"); "" is "*" with keys and "none" without.
 * ERR_USAGE: it is none of these, or is "*" without keys. */
MUST_USE bool origin_setting_fits(const char *cors, bool no_auth, struct err *e);

/* False: refused, with *e. Only servers without keys refuse. */
MUST_USE bool origin_may_ask(const struct exchange *x, struct err *e);
/* The same for paths that no web site may use unless the setting cors names it, or is "*" itself: pages of this server,
 * and of this machine where the server is called by a name of it. */
MUST_USE bool origin_may_call(const struct exchange *x, struct err *e);
/* Whether a program of this machine asks, directly: from a loopback address, for a loopback name, not through a proxy
 * and not for a web page in a browser. */
bool origin_is_local(const struct exchange *x);
/* The value of Access-Control-Allow-Origin; empty: the reply has none. */
struct slice origin_allowed(const struct exchange *x);

#endif
