/* freshness.c - Cache-Control, Expires, and a guess from Last-Modified when neither is there. */
#include "fetch/freshness.h"

enum { DAY_S = 24 * 3600, WEEK_S = 7 * DAY_S };

/* Seconds, quoted or not; 0 when it is no number, a week when it is more. */
static int64_t number(struct slice s)
{
    int64_t value = 0;
    for (size_t i = 0; i < s.n && value < WEEK_S; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            value = value * 10 + (s.p[i] - '0');
        else if (s.p[i] != '"' && s.p[i] != ' ')
            break;
    return value < WEEK_S ? value : WEEK_S;
}

/* Value of a directive: -1 when it is not there, 0 when it has none. */
static int64_t directive(struct slice control, const char *name)
{
    struct slice want = slice_of(name);
    while (control.n > 0) {
        size_t end = slice_find(control, SLICE(","));
        struct slice item = slice_trim(slice_sub(control, 0, end));
        size_t skip = end < control.n ? end + 1 : end;
        control = slice_sub(control, skip, control.n - skip);
        size_t equals = slice_find(item, SLICE("="));
        if (!slice_eq_nocase(slice_trim(slice_sub(item, 0, equals)), want))
            continue;
        return equals < item.n ? number(slice_sub(item, equals + 1, item.n - equals - 1)) : 0;
    }
    return -1;
}

static int64_t lifetime_s(const struct http_reply *r, int64_t now)
{
    struct slice control = http_header(r, "Cache-Control");
    int64_t date = now, at, max_age = directive(control, "max-age");
    if (directive(control, "no-cache") >= 0)
        return 0;
    if (max_age >= 0) {
        return max_age - number(http_header(r, "Age"));
    }
    (void)!http_date(http_header(r, "Date"), &date);
    if (http_date(http_header(r, "Expires"), &at))
        return at - date;
    /* A tenth of its age, as RFC 9111, 4.2.2 suggests. */
    if (http_date(http_header(r, "Last-Modified"), &at) && at < date)
        return (date - at) / 10 < DAY_S ? (date - at) / 10 : DAY_S;
    return 0;
}

bool freshness(const struct http_reply *reply, int64_t now_unix, unsigned floor_s, int64_t *until_unix)
{
    int64_t life = lifetime_s(reply, now_unix);
    if (life > WEEK_S)
        life = WEEK_S;
    if (life < (int64_t)floor_s)
        life = floor_s;
    *until_unix = now_unix + life;
    return directive(http_header(reply, "Cache-Control"), "no-store") < 0;
}
