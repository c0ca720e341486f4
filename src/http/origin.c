/* origin.c - see origin.h for the contract. */
#include "http/origin.h"

#include "base/ascii.h"
#include "http/exchange_inner.h"
#include "http/server_inner.h"

static bool origin_any(const struct server_options *o)
{
    return o->cors ? strcmp(o->cors, "*") == 0 || (!o->cors[0] && !o->no_auth) : !o->no_auth;
}

/* Takes the next entry of a list with commas. False at its end. */
static bool next_entry(struct slice *rest, struct slice *entry)
{
    while (rest->n) {
        size_t n = slice_find(*rest, SLICE(","));
        *entry = slice_trim(slice_sub(*rest, 0, n));
        *rest = n < rest->n ? slice_sub(*rest, n + 1, rest->n - n - 1) : SLICE("");
        if (entry->n)
            return true;
    }
    return false;
}

static bool origin_listed(const struct server_options *o, struct slice origin)
{
    struct slice rest = slice_of(o->cors ? o->cors : ""), entry;
    while (next_entry(&rest, &entry))
        if (slice_eq_nocase(entry, origin))
            return true;
    return false;
}

bool origin_setting_fits(const char *cors, bool no_auth, struct err *e)
{
    struct slice rest = slice_of(cors), entry;
    if (strcmp(cors, "none") == 0)
        return true;
    if (strcmp(cors, "*") == 0)
        return !no_auth || err_set(e, ERR_USAGE,
                                   "Without keys cors cannot be *: every web site could use this server. "
                                   "List origins, or ask for keys.");
    while (next_entry(&rest, &entry)) {
        size_t at = slice_find(entry, SLICE("://"));
        struct slice host = at < entry.n ? slice_sub(entry, at + 3, entry.n - at - 3) : SLICE("");
        if (host.n == 0 || slice_find(host, SLICE("/")) < host.n || slice_find(entry, SLICE(" ")) < entry.n)
            return err_set(e, ERR_USAGE, "cors must be *, none, or origins such as https://app.example, not '%.*s'.",
                           SLICE_ARGS(entry));
    }
    return true;
}

/* "localhost", "x.localhost", "127.0.0.1" and its like, "[::1]", each with or without a port. */
static bool origin_is_loopback(struct slice host)
{
    size_t colon = host.n;
    while (colon > 0 && ascii_is_digit(host.p[colon - 1]))
        colon--;
    if (colon > 0 && colon <= host.n && host.p[colon - 1] == ':')
        host.n = colon - 1;
    if (slice_eq_nocase(host, SLICE("localhost")) || slice_eq(host, SLICE("[::1]")))
        return true;
    size_t label = sizeof ".localhost" - 1;
    if (host.n > label && slice_eq_nocase(slice_sub(host, host.n - label, label), SLICE(".localhost")))
        return true;
    size_t dots = 0;
    for (size_t i = 0; i < host.n; i++) {
        if (!ascii_is_digit(host.p[i]) && host.p[i] != '.')
            return false;
        dots += host.p[i] == '.';
    }
    return slice_starts(host, SLICE("127.")) && dots == 3 && host.n <= sizeof "127.255.255.255" - 1;
}

/* The host of a target in absolute form, which counts before the Host header (RFC 9112, 3.2.2); else that header. */
static struct slice host_asked(const struct exchange *x)
{
    size_t scheme = slice_find(x->target, SLICE("://"));
    if (x->target.n == 0 || x->target.p[0] == '/' || scheme == x->target.n)
        return slice_trim(exchange_header(x, "Host"));
    struct slice host = slice_sub(x->target, scheme + 3, x->target.n - scheme - 3);
    host.n = 0;
    while (host.p + host.n < x->target.p + x->target.n && !strchr("/?#", host.p[host.n]))
        host.n++;
    return host;
}

/* Whether a page of this very server asks. */
static bool origin_is_own(const struct exchange *x, struct slice origin, struct slice host)
{
    struct slice scheme = x->server->tls ? SLICE("https://") : SLICE("http://");
    return slice_starts(origin, scheme) && slice_eq_nocase(slice_sub(origin, scheme.n, origin.n - scheme.n), host);
}

bool origin_may_ask(const struct exchange *x, struct err *e)
{
    const struct server_options *o = &x->server->options;
    struct slice host = host_asked(x), origin = slice_trim(exchange_header(x, "Origin"));
    if (!o->no_auth)
        return true;
    if (host.n && !origin_is_loopback(host)) /* HTTP/1.0 may have no Host; browsers send one */
        return err_set(e, ERR_FORBIDDEN_HOST,
                       "This server asks for no key, so it answers only to localhost and loopback addresses, not to "
                       "%.*s.",
                       (int)(host.n < 100 ? host.n : 100), host.p);
    if (origin.n && !origin_listed(o, origin) && !origin_is_own(x, origin, host))
        return err_set(e, ERR_FORBIDDEN_ORIGIN,
                       "This server asks for no key, so web pages may not use it unless the setting cors lists their "
                       "origin, here %.*s.",
                       (int)(origin.n < 100 ? origin.n : 100), origin.p);
    return true;
}

bool origin_may_call(const struct exchange *x, struct err *e)
{
    const struct server_options *o = &x->server->options;
    struct slice origin = slice_trim(exchange_header(x, "Origin")), host = host_asked(x);
    size_t scheme = slice_find(origin, SLICE("://"));
    struct slice site = scheme < origin.n ? slice_sub(origin, scheme + 3, origin.n - scheme - 3) : SLICE("");
    if (!origin.n || (o->cors && strcmp(o->cors, "*") == 0) || origin_listed(o, origin))
        return true;
    if (site.n && (slice_eq_nocase(site, host) || (origin_is_loopback(site) && origin_is_loopback(host))))
        return true;
    return err_set(e, ERR_FORBIDDEN_ORIGIN,
                   "Web pages may not use this path unless the setting cors lists their origin, here %.*s.",
                   (int)(origin.n < 100 ? origin.n : 100), origin.p);
}

static bool address_is_loopback(const struct watch_address *a)
{
    static const unsigned char v6[WATCH_ADDRESS_BYTES] = {[15] = 1},
                               v4[13] = {[10] = 0xff, [11] = 0xff, [12] = 127}; /* ::ffff:127.0.0.0/104 */
    return memcmp(a->bytes, v6, sizeof v6) == 0 || memcmp(a->bytes, v4, sizeof v4) == 0;
}

bool origin_is_local(const struct exchange *x)
{
    static const char *const telling[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP",
                                          "Via",       "Origin",          "Sec-Fetch-Site"};
    struct watch_address address = seat_address(x->seat);
    struct slice host = host_asked(x);
    for (size_t i = 0; i < COUNT_OF(telling); i++)
        if (exchange_header(x, telling[i]).n)
            return false;
    return address_is_loopback(&address) && (host.n == 0 || origin_is_loopback(host));
}

struct slice origin_allowed(const struct exchange *x)
{
    const struct server_options *o = &x->server->options;
    struct slice origin = slice_trim(exchange_header(x, "Origin"));
    if (origin_any(o))
        return SLICE("*");
    return origin.n && origin_listed(o, origin) ? origin : SLICE("");
}
