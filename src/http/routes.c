/* routes.c - which handler a method and a path mean.
 *
 * Paths are compared as they were sent, before any decoding, so that "%2F" never becomes a separator; only what "*"
 * stands for is decoded. A linear walk over a handful of routes is all it takes. HTTP threads. */
#include "http/request.h"

/* The path of "/a/b?c", and of "http://host/a/b?c" which proxies send (RFC 9112, 3.2.2); without a trailing slash. */
static struct slice path_of(struct slice target)
{
    size_t scheme = slice_find(target, SLICE("://"));
    if (target.n && target.p[0] != '/' && scheme < target.n) {
        struct slice rest = slice_sub(target, scheme + 3, target.n - scheme - 3);
        size_t slash = slice_find(rest, SLICE("/"));
        target = slash < rest.n ? slice_sub(rest, slash, rest.n - slash) : SLICE("/");
    }
    target.n = slice_find(target, SLICE("?"));
    if (target.n > 1 && target.p[target.n - 1] == '/')
        target.n--;
    return target;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20; /* lower case */
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False for a broken escape and for an encoded NUL, which would end a C string early. */
static bool decode(struct slice text, struct arena *a, struct slice *out)
{
    char *to = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++, n++) {
        to[n] = text.p[i];
        if (text.p[i] != '%')
            continue;
        int high = i + 2 < text.n ? hex(text.p[i + 1]) : -1, low = i + 2 < text.n ? hex(text.p[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0)
            return false;
        to[n] = (char)(high << 4 | low);
        i += 2;
    }
    *out = (struct slice){to, n};
    return true;
}

/* *wildcard: the part of path that "*" stood for, still encoded; empty without one. */
static bool matches(const struct route *r, struct slice path, struct slice *wildcard)
{
    struct slice pattern = slice_of(r->path);
    *wildcard = SLICE("");
    if (!slice_ends(pattern, SLICE("/*")))
        return slice_eq(pattern, path);
    pattern.n--;
    if (!slice_starts(path, pattern) || path.n == pattern.n)
        return false;
    *wildcard = slice_sub(path, pattern.n, path.n - pattern.n);
    return slice_find(*wildcard, SLICE("/")) == wildcard->n;
}

static bool method_fits(const struct route *r, struct slice method)
{
    return slice_is(method, r->method) || (slice_is(method, "HEAD") && slice_is(slice_of(r->method), "GET"));
}

static bool not_found(struct exchange *x, struct err *e)
{
    const struct server_options *o = &x->server->options;
    struct buf list;
    buf_init(&list, 400);
    for (size_t i = 0; i < o->route_count && !list.over; i++)
        buf_printf(&list, "%s%s %s", i ? ", " : "", o->routes[i].method, o->routes[i].path);
    struct slice path = x->path;
    if (path.n > 80)
        path.n = 80;
    err_set(e, ERR_NOT_FOUND, "There is nothing at %.*s. What there is: %s.", SLICE_ARGS(path), buf_slice(&list).p);
    buf_release(&list);
    return false;
}

/* "GET, HEAD, OPTIONS" */
static void list_allowed(struct exchange *x)
{
    const struct server_options *o = &x->server->options;
    struct slice wildcard;
    struct buf list;
    buf_init(&list, 256);
    for (size_t i = 0; i < o->route_count; i++)
        if (matches(&o->routes[i], x->path, &wildcard))
            buf_printf(&list, "%s%s, ", o->routes[i].method, strcmp(o->routes[i].method, "GET") == 0 ? ", HEAD" : "");
    if (list.n)
        x->allow = arena_printf(x->arena, "%sOPTIONS", buf_slice(&list).p).p;
    buf_release(&list);
}

bool routes_find(struct exchange *x, struct err *e)
{
    const struct server_options *o = &x->server->options;
    struct slice wildcard = SLICE("");
    x->path = path_of(x->target);
    list_allowed(x);
    bool is_options = slice_is(x->method, "OPTIONS");
    if (is_options && slice_is(x->target, "*"))
        x->allow = "GET, HEAD, POST, OPTIONS";
    if (!x->allow)
        return not_found(x, e);
    if (is_options) {
        x->preflight = true;
        return true;
    }
    for (size_t i = 0; i < o->route_count && !x->route; i++)
        if (method_fits(&o->routes[i], x->method) && matches(&o->routes[i], x->path, &wildcard))
            x->route = &o->routes[i];
    if (!x->route)
        return err_set(e, ERR_METHOD, "%.*s is not allowed here; this path takes %s.",
                       (int)(x->method.n < 20 ? x->method.n : 20), x->method.p, x->allow);
    return decode(wildcard, x->arena, &x->wildcard) ||
           err_set(e, ERR_BAD_REQUEST, "The path has a broken percent escape.");
}
