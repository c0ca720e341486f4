#include "http/task_shared.h"

#include <math.h>
#include <stdlib.h>

#include "api/key_scope.h"
#include "base/clock.h"
#include "http/query.h"

enum { MARGIN_MS = 500 /* before the client's own timeout */, LOOK_MS = 500 };

void task_send(struct exchange *x, int status, struct buf *body)
{
    struct err e;
    if (body->over) {
        err_set(&e, ERR_INTERNAL, "The reply has more than %zu bytes.", body->max_bytes);
        exchange_fail(x, &e);
    } else {
        exchange_reply(x, status, "application/json", buf_slice(body));
    }
    buf_release(body);
}

struct slice task_query(const struct exchange *x, struct arena *a, const char *name)
{
    struct slice rest = exchange_query(x), key, value, found = SLICE("");
    while (query_next(&rest, a, &key, &value))
        if (slice_is(key, name))
            found = value;
    return found;
}

static bool task_seconds(struct slice text, double *out)
{
    char *end;
    *out = text.n ? strtod(text.p, &end) : -1;
    return text.n == 0 || (end == text.p + text.n && isfinite(*out) && *out >= 0);
}

bool task_timeout(const struct exchange *x, struct arena *a, int64_t usual_s, int64_t most_s, int64_t *ms,
                  struct err *e)
{
    double seconds = 0, own = 0;
    if (!task_seconds(task_query(x, a, "timeout"), &seconds))
        return err_set_param(e, ERR_BAD_VALUE, "timeout", "'timeout' must be a number of seconds from 0 to %lld.",
                             (long long)most_s);
    seconds = seconds < 0 ? (double)usual_s : seconds > (double)most_s ? (double)most_s : seconds;
    *ms = (int64_t)(seconds * 1000);
    if (task_seconds(exchange_header(x, "x-stainless-read-timeout"), &own) && own > 0 && own * 1000 < (double)*ms)
        *ms = own * 1000 > 2 * MARGIN_MS ? (int64_t)(own * 1000) - MARGIN_MS : (int64_t)(own * 500);
    return true;
}

int64_t task_wait_until(struct api_world *w, int64_t until_ms)
{
    int64_t soon_ms = clock_ms() + LOOK_MS;
    return runs_lead(w->runs) || until_ms < soon_ms ? until_ms : soon_ms;
}

bool task_flag(const struct exchange *x, struct arena *a, const char *name, bool *out, struct err *e)
{
    struct slice text = task_query(x, a, name);
    *out = slice_is(text, "true") || slice_is(text, "True") || slice_is(text, "1");
    return *out || text.n == 0 || slice_is(text, "false") || slice_is(text, "False") || slice_is(text, "0") ||
           err_set_param(e, ERR_BAD_VALUE, name, "'%s' must be true or false.", name);
}

bool task_make(const struct exchange *x, const struct task_request *t, struct arena *a, struct run *run, struct err *e)
{
    enum { WARNINGS_BYTES = 1024 * 1024 };
    const struct state_key *key = exchange_key(x);
    const char *tier = t->question.tier->name;
    struct buf warnings;
    if (key && !key_scope_has_model(key->scope.models, tier))
        return err_set_param(e, ERR_FORBIDDEN_MODEL, "processor",
                             "This API key may not use %s, which is the model %s here; it may use %.*s.",
                             t->processor->name, tier, SLICE_ARGS(key->scope.models));
    buf_init(&warnings, WARNINGS_BYTES);
    task_warnings_print(SLICE(""), t, 0, NULL, &warnings);
    *run = (struct run){.key_id = exchange_owner(x),
                        .traced = t->traced,
                        .processor = slice_of(t->processor->name),
                        .hook = t->hook,
                        .metadata = t->metadata,
                        .warnings = warnings.over ? SLICE("") : arena_dup(a, buf_slice(&warnings)),
                        .request = t->kept};
    buf_release(&warnings);
    char *id = arena_alloc(a, TASK_ID_BYTES);
    task_id("trun", id);
    run->id = slice_of(id);
    return true;
}

bool task_find(const struct exchange *x, struct api_world *w, struct slice id, unsigned parts, struct arena *a,
               struct run *run, struct err *e)
{
    bool found = false;
    return runs_get(w->runs, exchange_owner(x), id, parts, a, run, &found, e) &&
           (found || err_set(e, ERR_RUN_NOT_FOUND, NULL));
}
