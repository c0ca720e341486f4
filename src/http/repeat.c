/* repeat.c - see repeat.h for the contract.
 *
 * A reply is kept before the work is taken off the list of attach.c, so that a repeat finds one or the other. */
#include "http/repeat.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/meter.h"
#include "http/exchange_inner.h"
#include "http/server_inner.h"
#include "state/replies.h"

enum { SECONDS_AN_HOUR = 3600 };

static struct replies *repeat_store(const struct exchange *x)
{
    return x->server->options.replies;
}

static struct slice repeat_header(const struct exchange *x)
{
    struct slice key = slice_trim(exchange_header(x, "Idempotency-Key"));
    bool quoted = key.n >= 2 && key.p[0] == '"' && key.p[key.n - 1] == '"';
    return quoted ? slice_sub(key, 1, key.n - 2) : key;
}

struct slice repeat_key(const struct exchange *x)
{
    return repeat_store(x) && slice_is(x->method, "POST") ? repeat_header(x) : SLICE("");
}

bool repeat_key_fits(const struct exchange *x, struct err *e)
{
    struct slice key = repeat_header(x);
    bool there = exchange_header(x, "Idempotency-Key").p != NULL && exchange_header(x, "Idempotency-Key").n > 0;
    if (!there || (key.n > 0 && key.n <= REPEAT_KEY_CHARS))
        return true;
    return err_set(e, ERR_BAD_REQUEST, "Idempotency-Key must have 1 to %d characters.", REPEAT_KEY_CHARS);
}

static struct reply_name repeat_name(const struct exchange *x)
{
    return (struct reply_name){exchange_owner(x), repeat_key(x), x->path, exchange_body(x)};
}

enum repeat_is repeat_find(struct exchange *x, struct arena *a, struct kept_reply *out, struct err *e)
{
    struct reply_name name = repeat_name(x);
    enum replies_found found = REPLIES_NONE;
    if (name.key.n == 0)
        return REPEAT_FIRST;
    int64_t since = clock_unix_s() - x->server->options.reply_hours * SECONDS_AN_HOUR;
    if (!replies_get(repeat_store(x), &name, since, a, &found, out, e)) {
        log_event(LOG_ERROR, "replies", "id=%s cause=%s", x->request_id, log_quoted(slice_of(e->message)).text);
        return REPEAT_FIRST; /* answering it twice is better than not at all */
    }
    if (found == REPLIES_OTHER)
        err_set(e, ERR_REPEAT_OTHER, NULL);
    x->repeat.replayed = found == REPLIES_SAME;
    if (x->repeat.replayed)
        meter_add(METER_REPLAYS, "stored", NULL, 1);
    return found == REPLIES_SAME ? REPEAT_KEPT : found == REPLIES_OTHER ? REPEAT_REFUSED : REPEAT_FIRST;
}

void repeat_keep(struct exchange *x, const char *content_type, struct slice body)
{
    struct reply_name name = repeat_name(x);
    struct kept_reply reply = {slice_of(content_type), body};
    struct err e;
    if (name.key.n == 0 || x->repeat.replayed || x->repeat.spoiled || body.n > REPEAT_REPLY_BYTES)
        return;
    if (!replies_put(repeat_store(x), &name, &reply, clock_unix_s(), x->server->options.reply_hours * SECONDS_AN_HOUR,
                     &e))
        log_event(LOG_ERROR, "replies", "id=%s not kept, cause=%s", x->request_id,
                  log_quoted(slice_of(e.message)).text);
}

void repeat_begin(struct exchange *x, const char *content_type)
{
    if (repeat_key(x).n == 0)
        return;
    buf_init(&x->repeat.kept, REPEAT_REPLY_BYTES);
    x->repeat.content_type = arena_dup(x->arena, slice_of(content_type)).p;
    x->repeat.keeps = true;
}

void repeat_add(struct exchange *x, struct slice bytes)
{
    if (x->repeat.keeps)
        (void)buf_add(&x->repeat.kept, bytes); /* too long: `over` */
}

void repeat_end(struct exchange *x)
{
    if (x->repeat.keeps && !x->repeat.kept.over)
        repeat_keep(x, x->repeat.content_type, buf_slice(&x->repeat.kept));
    if (x->repeat.keeps)
        buf_release(&x->repeat.kept);
    x->repeat.keeps = false;
}
