/* freshness.c - reads Cache-Control and Expires. Without them it guesses from Last-Modified. */
#include "fetch/freshness.h"

#include "base/ascii.h"

enum { DAY_S = 24 * 3600, WEEK_S = 7 * DAY_S };

/* A number of seconds, with or without quotes, at most a week; 0 if it is no number. */
static int64_t lifetime_number(struct slice s)
{
    int64_t value = 0;
    for (size_t i = 0; i < s.n && value < WEEK_S; i++)
        if (ascii_is_digit(s.p[i]))
            value = value * 10 + (s.p[i] - '0');
        else if (s.p[i] != '"' && s.p[i] != ' ')
            break;
    return value < WEEK_S ? value : WEEK_S;
}

/* The value of a directive; -1 if it is not there, 0 if it has no value. */
static int64_t lifetime_directive(struct slice control, const char *name)
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
        return equals < item.n ? lifetime_number(slice_sub(item, equals + 1, item.n - equals - 1)) : 0;
    }
    return -1;
}

static int64_t lifetime_s(const struct http_reply *r, int64_t now)
{
    struct slice control = http_header(r, "Cache-Control");
    int64_t date = now, at, max_age = lifetime_directive(control, "max-age");
    if (lifetime_directive(control, "no-cache") >= 0)
        return 0;
    if (max_age >= 0) {
        return max_age - lifetime_number(http_header(r, "Age"));
    }
    (void)!http_date(http_header(r, "Date"), &date);
    if (http_date(http_header(r, "Expires"), &at))
        return at - date;
    /* A tenth of the page's age, as RFC 9111, 4.2.2 suggests, but at most a day. */
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
    return lifetime_directive(http_header(reply, "Cache-Control"), "no-store") < 0;
}
