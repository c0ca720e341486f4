/* cookies.c - see cookies.h. */
#include "fetch/cookies.h"

void cookies_keep(struct arena *a, struct cookies *c, const struct http_reply *reply, const struct url *from)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        struct slice value = reply->headers[i].value;
        if (!slice_eq_nocase(reply->headers[i].name, SLICE("Set-Cookie")))
            continue;
        value.n = slice_find(value, SLICE(";"));
        size_t equals = slice_find(value, SLICE("="));
        struct slice name = slice_trim(slice_sub(value, 0, equals));
        if (equals == value.n || name.n == 0 || value.n > COOKIE_BYTES_MAX)
            continue;
        size_t at = 0;
        while (at < c->n && !(slice_eq(c->at[at].name, name) && slice_eq(c->at[at].origin, from->origin)))
            at++;
        if (at == COOKIES_MAX)
            continue;
        if (at == c->n) {
            struct cookie *one = arena_push(a, &c->at, c->n, &c->room);
            *one = (struct cookie){.origin = from->origin, .name = arena_dup(a, name)};
            c->n++;
        }
        c->at[at].value = arena_dup(a, slice_trim(slice_sub(value, equals + 1, value.n - equals - 1)));
    }
}

struct slice cookies_for(struct arena *a, const struct cookies *c, const struct url *to)
{
    struct arena_text text = {.arena = a};
    for (size_t i = 0; i < c->n; i++)
        if (slice_eq(c->at[i].origin, to->origin))
            arena_text_printf(&text, "%s%.*s=%.*s", text.n ? "; " : "", SLICE_ARGS(c->at[i].name),
                              SLICE_ARGS(c->at[i].value));
    return arena_text_slice(&text);
}
