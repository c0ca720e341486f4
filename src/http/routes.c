/* routes.c - see routes.h for the contract.
 *
 * Paths are compared as they were sent, before any decoding, so that "%2F" never becomes a separator. Of each path only
 * the segment that "*" matches is decoded. There are a handful of routes, so the look-up is a linear walk. */
#include "http/routes.h"

#include "http/exchange_inner.h"
#include "http/query.h"
#include "http/server_inner.h"

/* Slashes in a row as one: clients put a base URL that ends in a slash before a path that begins with one. */
static struct slice path_single(struct arena *a, struct slice path)
{
    char *to = arena_alloc(a, path.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] != '/' || n == 0 || to[n - 1] != '/')
            to[n++] = path.p[i];
    return (struct slice){to, n};
}

/* The path of "/a/b?c", and of "http://host/a/b?c" which proxies send (RFC 9112, 3.2.2); without a trailing slash. */
static struct slice path_of(struct arena *a, struct slice target)
{
    size_t scheme = slice_find(target, SLICE("://"));
    if (target.n && target.p[0] != '/' && scheme < target.n) {
        struct slice rest = slice_sub(target, scheme + 3, target.n - scheme - 3);
        size_t slash = slice_find(rest, SLICE("/"));
        target = slash < rest.n ? slice_sub(rest, slash, rest.n - slash) : SLICE("/");
    }
    target.n = slice_find(target, SLICE("?"));
    if (slice_find(target, SLICE("//")) < target.n)
        target = path_single(a, target);
    if (target.n > 1 && target.p[target.n - 1] == '/')
        target.n--;
    return target;
}

/* The next segment, without its slash in front. False: there is none. */
static bool route_segment(struct slice *rest, struct slice *segment)
{
    if (rest->n == 0 || rest->p[0] != '/')
        return false;
    size_t n = 1 + slice_find(slice_sub(*rest, 1, rest->n - 1), SLICE("/"));
    *segment = slice_sub(*rest, 1, n - 1);
    *rest = slice_sub(*rest, n, rest->n - n);
    return true;
}

/* wildcards: the segments of path that the first and the second "*" match, still encoded; empty without them. */
static bool route_matches(const struct route *r, struct slice path, struct slice wildcards[2])
{
    struct slice pattern = slice_of(r->path), want, is;
    size_t n = 0;
    wildcards[0] = wildcards[1] = SLICE("");
    while (route_segment(&pattern, &want)) {
        bool any = slice_is(want, "*");
        if (!route_segment(&path, &is) || (any ? is.n == 0 : !slice_eq(is, want)))
            return false;
        if (any && n < 2)
            wildcards[n++] = is;
    }
    return path.n == 0;
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
    struct slice wildcards[2];
    struct buf list;
    buf_init(&list, 256);
    for (size_t i = 0; i < o->route_count; i++)
        if (route_matches(&o->routes[i], x->path, wildcards))
            buf_printf(&list, "%s%s, ", o->routes[i].method, strcmp(o->routes[i].method, "GET") == 0 ? ", HEAD" : "");
    if (list.n)
        x->allow = arena_printf(x->arena, "%sOPTIONS", buf_slice(&list).p).p;
    buf_release(&list);
}

bool routes_find(struct exchange *x, struct err *e)
{
    const struct server_options *o = &x->server->options;
    struct slice wildcards[2] = {SLICE(""), SLICE("")};
    x->path = path_of(x->arena, x->target);
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
        if (method_fits(&o->routes[i], x->method) && route_matches(&o->routes[i], x->path, wildcards))
            x->route = &o->routes[i];
    if (!x->route)
        return err_set(e, ERR_METHOD, "%.*s is not allowed here; this path takes %s.",
                       (int)(x->method.n < 20 ? x->method.n : 20), x->method.p, x->allow);
    return (query_decode(wildcards[0], false, x->arena, &x->wildcard) &&
            query_decode(wildcards[1], false, x->arena, &x->wildcard_2)) ||
           err_set(e, ERR_BAD_REQUEST, "The path has a broken percent escape.");
}
