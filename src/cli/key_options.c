#include "cli/key_options.h"

#include <stdlib.h>

#include "api/key_scope.h"
#include "base/clock.h"
#include "base/utf8.h"

enum { DAY_S = 24 * 60 * 60, NOTE_BYTES = 500, MOST = 1000000000, DAYS_MOST = 36500 };

const char *const key_option_names[] = {"--models",  "--rate", "--quota", "--at-once", "--domains",
                                        "--expires", "--note", "--role",  NULL};

/* A whole number; false: none, or too large. */
static bool read_number(const char *text, int64_t most, int64_t *out)
{
    int64_t n = 0;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9' || n > most)
            return false;
        n = n * 10 + (*p - '0');
    }
    *out = n;
    return *text && n <= most;
}

/* word: what stands for `means`. */
static const char *take_number(const char *text, int64_t least, const char *word, int64_t means, const char *why,
                               int64_t *out)
{
    int64_t n;
    if (strcmp(text, word) == 0)
        return *out = means, NULL;
    if (!read_number(text, MOST, &n) || n < least)
        return why;
    return *out = n, NULL;
}

/* "2027-01-31" is good until the end of that day; "90d" from now on; "never". */
static const char *take_expiry(const char *text, int64_t *out)
{
    struct day day;
    int64_t days, now = clock_unix_s();
    size_t n = strlen(text);
    char figures[8];
    if (strcmp(text, "never") == 0)
        return *out = 0, NULL;
    if (date_parse_iso(slice_of(text), &day)) {
        *out = (date_days(day) + 1) * DAY_S;
        return *out > now ? NULL : "is a day that is over; take one that is to come, or revoke the key";
    }
    if (n > 1 && n < sizeof figures && text[n - 1] == 'd') {
        snprintf(figures, sizeof figures, "%.*s", (int)(n - 1), text);
        if (read_number(figures, DAYS_MOST, &days) && days > 0)
            return *out = now + days * DAY_S, NULL;
    }
    return "must be a day such as 2027-01-31, a number of days such as 90d, or never";
}

static const char *take_note(struct key_options *o, const char *text)
{
    struct slice note = slice_of(text);
    uint32_t code;
    if (note.n > NOTE_BYTES)
        return "may have 500 bytes at most";
    for (size_t i = 0, step; i < note.n; i += step) {
        step = utf8_next(slice_sub(note, i, note.n - i), &code);
        if (step == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0))
            return "must be one line of printable UTF-8 text";
    }
    o->scope.note = arena_dup(o->arena, note);
    return NULL;
}

static const char *take_list(struct key_options *o, const char *text, bool models)
{
    struct slice *out = models ? &o->scope.models : &o->scope.domains;
    if (strcmp(text, "all") == 0)
        return *out = SLICE(""), NULL;
    if (models ? key_scope_models(o->arena, slice_of(text), out, &o->err)
               : key_scope_domains(o->arena, slice_of(text), out, &o->err))
        return NULL;
    return o->err.message;
}

const char *key_options_take(void *ud, const char *name, const char *value)
{
    struct key_options *o = ud;
    struct slice which = slice_of(name);
    o->given++;
    if (slice_is(which, "--models") || slice_is(which, "--domains"))
        return take_list(o, value, slice_is(which, "--models"));
    if (slice_is(which, "--rate"))
        return take_number(value, 0, "default", KEY_AS_SET,
                           "must be a number of requests a minute (0: no limit), or default",
                           &o->scope.rate_per_minute);
    if (slice_is(which, "--at-once"))
        return take_number(value, 1, "default", KEY_AS_SET, "must be a number of requests from 1 on, or default",
                           &o->scope.at_once);
    if (slice_is(which, "--quota"))
        return take_number(value, 1, "none", 0, "must be a number of questions a day from 1 on, or none",
                           &o->scope.daily_quota);
    if (slice_is(which, "--expires"))
        return take_expiry(value, &o->scope.expires_unix);
    if (slice_is(which, "--note"))
        return take_note(o, value);
    if (strcmp(value, "user") != 0 && strcmp(value, "admin") != 0)
        return "must be user or admin";
    o->scope.role = strcmp(value, "admin") == 0 ? KEY_ADMIN : KEY_USER;
    return NULL;
}

const char *key_status(const struct state_key *key, int64_t now_unix)
{
    if (key->revoked_unix)
        return "revoked";
    return key->scope.expires_unix && now_unix >= key->scope.expires_unix ? "expired" : "valid";
}

static json_t *number_or_null(int64_t n, bool given)
{
    return given ? json_integer((json_int_t)n) : json_null();
}

static json_t *list_or_null(struct slice text)
{
    struct slice entry;
    if (text.n == 0)
        return json_null();
    json_t *list = json_array();
    while (key_scope_next(&text, &entry))
        json_array_append_new(list, json_stringn(entry.p, entry.n));
    return list;
}

json_t *key_json(const struct state_key *key, const struct key_use *use, int64_t now_unix)
{
    const struct key_scope *s = &key->scope;
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s%}", "name", key->name,
                     "hint", key->hint, "status", key_status(key, now_unix), "role",
                     s->role == KEY_ADMIN ? "admin" : "user", "created_unix", (json_int_t)key->created_unix,
                     "revoked_unix", number_or_null(key->revoked_unix, key->revoked_unix != 0), "expires_unix",
                     number_or_null(s->expires_unix, s->expires_unix != 0), "last_used_unix",
                     number_or_null(use->last_unix, use->last_unix != 0), "models", list_or_null(s->models), "domains",
                     list_or_null(s->domains), "rate_per_minute",
                     number_or_null(s->rate_per_minute, s->rate_per_minute != KEY_AS_SET), "at_once",
                     number_or_null(s->at_once, s->at_once != KEY_AS_SET), "daily_quota",
                     number_or_null(s->daily_quota, s->daily_quota != 0), "questions_today", (json_int_t)use->today,
                     "note", s->note.n ? s->note.p : "", s->note.n);
}

static void page_number(const char *name, int64_t n, bool given, const char *unit, const char *otherwise)
{
    if (given)
        printf("%-12s %lld%s\n", name, (long long)n, unit);
    else
        printf("%-12s %s\n", name, otherwise);
}

static void page_day(const char *name, int64_t unix_s, const char *otherwise)
{
    char date[DATE_ROOM];
    clock_date(unix_s, date);
    printf("%-12s %s\n", name, unix_s ? date : otherwise);
}

void key_page(const struct state_key *key, const struct key_use *use, int64_t now_unix)
{
    const struct key_scope *s = &key->scope;
    printf("%-12s %s\n%-12s %s\n%-12s %s\n%-12s %s\n", "name", key->name, "hint", key->hint, "status",
           key_status(key, now_unix), "role", s->role == KEY_ADMIN ? "admin" : "user");
    page_day("created", key->created_unix, "-");
    if (key->revoked_unix)
        page_day("revoked", key->revoked_unix, "-");
    /* A day is good until its end: the moment after it belongs to the next one. */
    page_day("expires", s->expires_unix ? s->expires_unix - 1 : 0, "never");
    page_day("last used", use->last_unix, "not yet");
    printf("%-12s %.*s\n%-12s %.*s\n", "models", SLICE_ARGS(s->models.n ? s->models : SLICE("all")), "domains",
           SLICE_ARGS(s->domains.n ? s->domains : SLICE("all")));
    if (s->rate_per_minute == 0)
        printf("%-12s no limit\n", "rate");
    else
        page_number("rate", s->rate_per_minute, s->rate_per_minute != KEY_AS_SET, " requests a minute",
                    "as the server's rate_per_minute says");
    page_number("quota", s->daily_quota, s->daily_quota != 0, " questions a day", "none");
    printf("%-12s %llu\n", "today", (unsigned long long)use->today);
    page_number("at once", s->at_once, s->at_once != KEY_AS_SET, " requests", "as the server's key_at_once says");
    printf("%-12s %.*s\n", "note", SLICE_ARGS(s->note));
}
