/* access.c - see access.h for the contract.
 *
 * The line has who asked (client, key), for what (method, path, model), what came out (status, error, bytes, tokens)
 * and how long it took (ms in all, first_ms until the first text of a stream, wait_ms for a worker). No question, no
 * header and no key is logged. */
#include "http/access.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/meter.h"
#include "state/state.h"

enum { US_PER_MS = 1000 };

/* The path, with long segments shortened: someone may have put a key there. No path of ours has a segment this long. */
static void access_path(struct buf *out, struct slice path)
{
    enum { PATH_BYTES = 200, SEGMENT_BYTES = 24, SHOWN_BYTES = 4 };
    buf_init(out, PATH_BYTES);
    for (size_t at = 0; at < path.n && !out->over;) {
        struct slice rest = slice_sub(path, at, path.n - at);
        size_t slash = rest.p[0] == '/', n = slash;
        while (n < rest.n && rest.p[n] != '/')
            n++;
        bool long_one = n - slash > SEGMENT_BYTES;
        (void)buf_add(out, slice_sub(rest, 0, long_one ? slash + SHOWN_BYTES : n));
        if (long_one)
            (void)buf_add(out, SLICE("..."));
        at += n;
    }
}

static const char *access_error(const struct outcome *o)
{
    return o->failure ? err_wire_code(o->failure) : o->status == OUTCOME_LEFT ? err_wire_code(ERR_CANCELLED) : "";
}

static void access_count(const struct outcome *o)
{
    char status[16];
    const char *model = o->work.model;
    snprintf(status, sizeof status, "%d", o->status);
    meter_add(METER_REQUESTS, model ? model : "none", status, 1);
    if (o->status == 429)
        meter_add(METER_LIMITED, o->failure == ERR_BUSY ? "queue" : o->key ? "key" : "address", NULL, 1);
    if (o->shared)
        meter_add(METER_REPLAYS, "attached", NULL, 1);
    if (!model)
        return;
    meter_observe_us(METER_REQUEST_TIME, model, access_error(o), o->ended_us - o->started_us);
    if (o->work.stream && o->first_us)
        meter_observe_us(METER_FIRST_TOKEN, model, NULL, o->first_us - o->started_us);
}

/* " model=... " and so on: what only questions have. */
static void access_question(struct buf *out, const struct outcome *o)
{
    const struct outcome_work *w = &o->work;
    if (o->begun_us)
        buf_printf(out, " wait_ms=%lld", (long long)(o->begun_us - o->started_us) / US_PER_MS);
    if (!w->model)
        return;
    buf_printf(out, " model=%s", w->model);
    if (w->stream && o->first_us)
        buf_printf(out, " first_ms=%lld", (long long)(o->first_us - o->started_us) / US_PER_MS);
    buf_printf(out, " searches=%llu pages=%llu", (unsigned long long)w->searches, (unsigned long long)w->pages);
    if (w->model_calls)
        buf_printf(out, " model_calls=%llu prompt_tokens=%llu completion_tokens=%llu",
                   (unsigned long long)w->model_calls, (unsigned long long)w->prompt_tokens,
                   (unsigned long long)w->completion_tokens);
    if (o->shared)
        buf_add(out, SLICE(" shared=true"));
}

static void access_log(const struct outcome *o)
{
    enum { METHOD_BYTES = 16, MORE_BYTES = 400 };
    struct slice method = slice_of(o->method);
    struct buf more, path;
    if (method.n > METHOD_BYTES)
        method.n = METHOD_BYTES;
    access_path(&path, o->path);
    buf_init(&more, MORE_BYTES);
    access_question(&more, o);
    if (o->traceparent[0]) /* version, trace, span, flags */
        buf_printf(&more, " trace=%.32s span=%.16s", o->traceparent + 3, o->traceparent + 36);
    if (access_error(o)[0])
        buf_printf(&more, " error=%s", access_error(o));
    log_event(LOG_INFO, "request", "method=%s path=%s status=%d ms=%lld bytes=%llu client=%s key=%s%s id=%s",
              log_bare(method).text, log_bare(buf_slice(&path)).text, o->status,
              (long long)(o->ended_us - o->started_us) / US_PER_MS, (unsigned long long)o->reply_bytes, o->client,
              log_quoted(slice_of(o->key ? o->key->name : "")).text, buf_slice(&more).p, o->request_id);
    buf_release(&path);
    buf_release(&more);
}

void access_note(const struct outcome *o)
{
    access_count(o);
    access_log(o);
}
