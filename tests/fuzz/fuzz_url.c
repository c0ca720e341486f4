/* Feeds the URL parser: the first line is a base, the second a reference. What was read once must read the same again,
 * hold no byte that could end a line of HTTP, and be judged by the guard as its own text is.
 *
 *   scripts/fuzz url [SECONDS] */
#include "net/guard.h"
#include "net/site.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static void check(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check_url(struct arena *a, const struct guard *g, const struct url *u)
{
    struct url again;
    const char *why;
    check(u->text.n <= URL_MAX_BYTES && u->port >= 1 && u->port <= 65535 && u->path.n > 0 && u->path.p[0] == '/');
    for (size_t i = 0; i < u->text.n; i++)
        check(u->text.p[i] > ' ' && u->text.p[i] < 0x7f);
    check(url_parse(a, u->text, &again, &why) && slice_eq(again.text, u->text));
    check(guard_url(g, u).ok == guard_url(g, &again).ok);
    struct slice key = url_canonical(a, u);
    check(slice_eq(key, url_canonical(a, &again)) && key.n <= 3 * URL_MAX_BYTES);
    struct slice owner = site_owner(u->host);
    check(owner.n > 0 && slice_ends(u->host, owner) && slice_eq(owner, site_owner(owner)));
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    static struct guard *guard;
    struct err e;
    if (!guard && !guard_new(SLICE("10.1.0.0/16 wiki.corp"), SLICE("80 443"), &guard, &e))
        __builtin_trap();
    struct slice input = {(const char *)text, n};
    size_t line = slice_find(input, SLICE("\n")), after = line < n ? line + 1 : n;
    struct arena *a = arena_new();
    struct url base, u;
    const char *why = NULL;
    if (url_parse(a, slice_sub(input, 0, line), &base, &why)) {
        check_url(a, guard, &base);
        if (url_resolve(a, &base, slice_sub(input, after, n - after), &u, &why))
            check_url(a, guard, &u);
        else
            check(why != NULL);
    } else {
        check(why != NULL);
    }
    arena_free(a);
    return 0;
}
