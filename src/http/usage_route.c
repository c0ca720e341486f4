#include "http/usage_route.h"

#include "base/clock.h"
#include "http/api_routes.h"
#include "http/query.h"

enum { USAGE_REPLY_BYTES = 16 * 1024 * 1024, DAY_S = 24 * 60 * 60 };

void usage_count_outcome(void *world, const struct outcome *o)
{
    const struct api_world *w = world;
    bool error = o->status >= 400 && o->status != OUTCOME_LEFT;
    if (!w->usage || (!o->key && !o->counted))
        return;
    /* A repeat that was given another request's answer is no second question. */
    bool question = o->counted && !error && !o->shared;
    const uint64_t counts[USAGE_COUNT] = {[USAGE_requests] = 1,
                                          [USAGE_errors] = error,
                                          [USAGE_questions] = question,
                                          [USAGE_searches] = o->work.searches,
                                          [USAGE_pages] = o->work.pages,
                                          [USAGE_model_calls] = o->work.model_calls,
                                          [USAGE_prompt_tokens] = o->work.prompt_tokens,
                                          [USAGE_completion_tokens] = o->work.completion_tokens};
    usage_add(w->usage, o->key ? o->key->id : 0, o->started_unix, counts, o->counted);
}

struct asked { /* whose usage, of how many days */
    int64_t key_id, days;
};

/* A value of the target's query, decoded; NULL when it is not there. */
static struct slice query_value(struct exchange *x, struct arena *a, const char *wanted)
{
    struct slice rest = exchange_query(x), name, value;
    while (query_next(&rest, a, &name, &value))
        if (slice_is(name, wanted))
            return value;
    return (struct slice){NULL, 0};
}

static bool read_days(struct slice text, int64_t *days, struct err *e)
{
    int64_t n = 0;
    for (size_t i = 0; i < text.n && n <= USAGE_DAYS_MOST; i++)
        n = text.p[i] >= '0' && text.p[i] <= '9' ? n * 10 + (text.p[i] - '0') : USAGE_DAYS_MOST + 1;
    *days = text.p ? n : USAGE_DAYS_SHOWN;
    return (*days >= 1 && *days <= USAGE_DAYS_MOST) ||
           err_set_param(e, ERR_BAD_VALUE, "days", "'days' must be a whole number from 1 to %d.", USAGE_DAYS_MOST);
}

/* An admin names a key by the last one that had this name. */
static bool read_key(struct exchange *x, struct arena *a, const struct state_key *keys, size_t count, int64_t *id,
                     struct err *e)
{
    const struct state_key *own = exchange_key(x);
    struct slice name = query_value(x, a, "key");
    bool all = own && own->scope.role == KEY_ADMIN;
    *id = all ? USAGE_ALL_KEYS : own ? own->id : 0;
    if (name.n == 0 || (own && slice_is(name, own->name) && !all))
        return true;
    if (!all)
        return err_set_param(e, ERR_FORBIDDEN, "key",
                             "Only a key with the role admin may see the usage of other keys.");
    for (size_t i = count; i-- > 0;)
        if (slice_is(name, keys[i].name)) {
            *id = keys[i].id;
            return true;
        }
    return err_set_param(e, ERR_NOT_FOUND, "key", "There is no key of this name.");
}

static struct slice name_of(struct arena *a, const struct state_key *keys, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].id == id)
            return slice_of(keys[i].name);
    return id ? arena_printf(a, "#%lld", (long long)id) : SLICE("");
}

struct usage_line *usage_lines_of(struct arena *a, const struct usage_row *rows, size_t n, const struct state_key *keys,
                                  size_t key_count)
{
    struct usage_line *lines = arena_array(a, struct usage_line, n);
    for (size_t i = 0; i < n; i++) {
        char *date = arena_alloc(a, DATE_ROOM);
        clock_date(rows[i].day_unix, date);
        lines[i] = (struct usage_line){date, name_of(a, keys, key_count, rows[i].key_id), rows[i].counts};
    }
    return lines;
}

static void usage_print(struct arena *a, const struct state_key *own, struct usage *usage, const struct usage_row *rows,
                        size_t n, const struct state_key *keys, size_t key_count, struct buf *out)
{
    const struct usage_line *lines = usage_lines_of(a, rows, n, keys, key_count);
    int64_t now = clock_unix_s();
    const struct usage_quota quota = {own ? own->scope.daily_quota : 0, usage_today(usage, own ? own->id : 0, now),
                                      (now / DAY_S + 1) * DAY_S};
    usage_reply_print(usage_names, USAGE_COUNT, lines, n, &quota, out);
}

void usage_handle(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct asked asked;
    struct state_key *keys = NULL;
    struct usage_row *rows = NULL;
    size_t key_count = 0, n = 0;
    struct err e;
    int64_t today = clock_unix_s() / DAY_S;
    if (read_days(query_value(x, a, "days"), &asked.days, &e) && state_key_list(w->state, a, &keys, &key_count, &e) &&
        read_key(x, a, keys, key_count, &asked.key_id, &e) &&
        usage_list(w->usage, asked.key_id, (today - asked.days + 1) * DAY_S, a, &rows, &n, &e)) {
        struct buf out;
        buf_init(&out, USAGE_REPLY_BYTES);
        usage_print(a, exchange_key(x), w->usage, rows, n, keys, key_count, &out);
        if (out.over) {
            err_set_param(&e, ERR_BAD_VALUE, "days", "This is too much for one reply; ask for fewer days or one key.");
            exchange_fail(x, &e);
        } else {
            exchange_reply(x, 200, "application/json", buf_slice(&out));
        }
        buf_release(&out);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}
