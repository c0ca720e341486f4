/* url.h - web addresses: parsed, resolved, and brought to one form for comparing.
 *
 * url.c parses and resolves; url_canonical.c makes the one form for comparing. Who owns a host is in net/site.h.
 *
 * DESIGN: only http and https are accepted. The parser is libcurl's own, so that the guard (net/guard.h) judges the
 * address that libcurl will connect to. Everything is refused that two parsers could read in two ways: control
 * characters, spaces inside, backslashes, credentials.
 * OWNERSHIP: results live in the arena.
 * THREADS: any; the functions are pure. */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/arena.h"
#include "base/policy.h"

enum { URL_MAX_BYTES = 4096 };

enum url_host { URL_NAME, URL_IPV4, URL_IPV6 };

/* Every slice is NUL-terminated as well (the NUL is not counted). */
struct url {
    struct slice text;   /* the whole, normalised, without a fragment: what to send */
    struct slice origin; /* "https://example.org" or "http://example.org:8080" */
    struct slice host;   /* lower case, ASCII (xn-- for other scripts), no final dot; IPv6 without brackets */
    struct slice path;   /* begins with '/'; percent-encoding normalised, dot segments removed */
    struct slice query;  /* without '?'; empty when there is none */
    enum url_host kind;  /* 2130706433, 0x7f.1 and 0177.0.0.1 are URL_IPV4 with host "127.0.0.1" */
    unsigned port;       /* 1 to 65535; the scheme's own when none is written */
    bool https;
};

/* An absolute URL of at most URL_MAX_BYTES. White space at both ends is ignored. False: *why is a static sentence
 * for a person without its period ("the URL holds a user name or password"); *out is then untouched. */
MUST_USE bool url_parse(struct arena *a, struct slice text, struct url *out, const char **why);

/* What a link in a page means: `reference` is absolute, or relative to base (RFC 3986). Tabs and newlines inside are
 * dropped and spaces percent-encoded, as browsers do. An empty reference is base itself. */
MUST_USE bool url_resolve(struct arena *a, const struct url *base, struct slice reference, struct url *out,
                          const char **why);

/* One text for all addresses of the same page, for comparing and as a key; not an address to fetch. Like
 * "example.org/a/b?x=1": scheme, default port, "www.", fragment, trailing slash, index.html, session and tracking
 * parameters are gone, AMP and mobile forms are led back to the page itself, the query keeps its order. */
struct slice url_canonical(struct arena *a, const struct url *u);

/* Whether the policy allows the page of an address. What is no web address, such as a file of our own index, has no
 * place that could be excluded, and is in none that is asked for. Dates are not looked at. */
bool url_allowed(struct arena *a, const struct policy *p, struct slice text);

#endif
