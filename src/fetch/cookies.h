/* cookies.h - inside of fetch/: cookies that a redirect sets and the next hop of the same request expects.
 *
 * Sites that look whether cookies are taken redirect to themselves until one comes back. So what a redirect sets goes
 * along to its own origin, on this one request: nothing is kept for another one. Paths, ages and domains of cookies are
 * not heeded, since nothing lives long enough for them to matter. */
#ifndef FETCH_COOKIES_H
#define FETCH_COOKIES_H

#include "net/http.h"
#include "net/url.h"

enum { COOKIES_MAX = 20, COOKIE_BYTES_MAX = 4096 };

struct cookies {
    struct cookie {
        struct slice origin, name, value;
    } *at;
    size_t n, room;
};

/* Keeps what a reply from `from` sets; a later value of a name takes the place of an earlier one. */
void cookies_keep(struct arena *a, struct cookies *c, const struct http_reply *reply, const struct url *from);
/* The Cookie header for a request; empty when there is none. */
struct slice cookies_for(struct arena *a, const struct cookies *c, const struct url *to);

#endif
