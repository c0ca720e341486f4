#include "http/mcp_route.h"

#include "http/mcp_run.h"

static const char EVENTS_TYPE[] = "text/event-stream; charset=utf-8", EVENTS_BEAT[] = ": ping\n\n";

static void mcp_send_event(void *ud, struct slice message)
{
    struct buf event;
    buf_init(&event, MCP_MAX_BYTES);
    buf_add(&event, SLICE("event: message\ndata: "));
    buf_add(&event, message);
    buf_add(&event, SLICE("\n\n"));
    (void)!exchange_write(ud, buf_slice(&event)); /* a client that has left is noticed elsewhere */
    buf_release(&event);
}

static bool mcp_header_differs(struct exchange *x, const struct mcp_message *m, const char *name, struct slice wanted,
                               struct mcp_error *e)
{
    struct slice value = slice_trim(exchange_header(x, name)), read;
    if (!value.n)
        return !mcp_fail(m->arena, e, MCP_HEADER_MISMATCH, 400, "Header mismatch: %s is missing.", name);
    if (!mcp_header_value(m->arena, value, &read))
        return !mcp_fail(m->arena, e, MCP_HEADER_MISMATCH, 400, "Header mismatch: %s is not valid Base64.", name);
    if (slice_eq(read, wanted))
        return false;
    return !mcp_fail(m->arena, e, MCP_HEADER_MISMATCH, 400, "Header mismatch: %s is '%.*s', but the body says '%.*s'.",
                     name, (int)(value.n < 100 ? value.n : 100), value.p, (int)(wanted.n < 100 ? wanted.n : 100),
                     wanted.p);
}

/* What stands in headers for those on the way must be what the body says. */
static bool mcp_headers_fit(struct exchange *x, const struct mcp_message *m, struct mcp_error *e)
{
    const struct value *name = value_member(m->params.object, SLICE("name"));
    if (mcp_header_differs(x, m, "MCP-Protocol-Version", m->version, e) ||
        (slice_is(m->version, MCP_MODERN) && mcp_header_differs(x, m, "Mcp-Method", m->method, e)))
        return false;
    return !slice_is(m->version, MCP_MODERN) || !mcp_is_work(m) || !name || name->kind != VALUE_STRING ||
           !mcp_header_differs(x, m, "Mcp-Name", name->string, e);
}

/* Clients say with each request that they read events, but for programs that were written by hand. */
static bool mcp_reads_events(const struct exchange *x)
{
    struct slice accept = exchange_header(x, "Accept");
    return slice_find(accept, SLICE("text/event-stream")) < accept.n;
}

static void mcp_refuse_request(struct exchange *x, const struct mcp_message *m, const struct mcp_error *e)
{
    struct buf out;
    exchange_uncount(x);
    buf_init(&out, MCP_MAX_BYTES);
    mcp_print_error(m->id, e, &out);
    exchange_reply(x, e->status, "application/json", buf_slice(&out));
    buf_release(&out);
}

static void mcp_take_notification(struct exchange *x)
{
    exchange_uncount(x);
    exchange_reply(x, 202, "application/json", SLICE(""));
}

static void mcp_answer(struct exchange *x, struct api_world *w, const struct mcp_message *m)
{
    const struct state_key *key = exchange_key(x);
    bool given = false, events = mcp_is_work(m) && m->progress && mcp_reads_events(x);
    const struct mcp_caller caller = {.world = w,
                                      .models = key ? key->scope.models : SLICE(""),
                                      .domains = key ? key->scope.domains : SLICE(""),
                                      .cancelled = exchange_cancelled(x),
                                      .asked_ms = exchange_arrived_ms(x),
                                      .work = exchange_work(x),
                                      .given = &given,
                                      .notify = events ? mcp_send_event : NULL,
                                      .ud = x};
    struct buf out;
    struct err e;
    exchange_work(x)->stream = events;
    buf_init(&out, MCP_MAX_BYTES);
    if (events)
        exchange_begin(x, EVENTS_TYPE, EVENTS_BEAT);
    else if (mcp_is_work(m))
        exchange_announce(x, "application/json", " ");
    int status = mcp_run(&caller, m, &out);
    if (!given && status) /* what failed is no question, as on every path */
        exchange_uncount(x);
    if (status && out.over) {
        struct mcp_error too_long;
        buf_reset(&out);
        (void)mcp_fail(m->arena, &too_long, MCP_INTERNAL, 200, "The reply is too long.");
        mcp_print_error(m->id, &too_long, &out);
    }
    if (events) {
        if (status)
            mcp_send_event(x, buf_slice(&out));
        exchange_end(x);
    } else if (status) {
        exchange_reply(x, status, "application/json", buf_slice(&out));
    } else {
        err_set(&e, ERR_CANCELLED, NULL);
        exchange_fail(x, &e);
    }
    buf_release(&out);
}

void mcp_handle(struct exchange *x, void *world)
{
    struct slice version = slice_trim(exchange_header(x, "MCP-Protocol-Version"));
    struct arena *a = arena_new(); /* not the exchange's, which stays until a slow client has read its reply */
    struct mcp_message m;
    struct mcp_error e;
    if (!mcp_message_parse(a, exchange_body(x), version.n && !mcp_is_legacy(version), &m, &e) ||
        (m.id && m.modern && !mcp_headers_fit(x, &m, &e)))
        mcp_refuse_request(x, &m, &e);
    else if (!m.id)
        mcp_take_notification(x);
    else
        mcp_answer(x, world, &m);
    arena_free(a);
}

/* Looks for words only: a message with an escape may have any of them. */
void mcp_cost(const struct exchange *x, struct work_job *job)
{
    static const char *const dear[] = {"\"base\"", "\"core\"", "fetch\"", "_search\"", "\"search\"", "\\"};
    struct slice body = exchange_body(x);
    bool call = slice_find(body, SLICE("tools/call")) < body.n || slice_find(body, SLICE("\\")) < body.n;
    for (size_t i = 0; call && i < COUNT_OF(dear); i++)
        job->dear |= slice_find(body, slice_of(dear[i])) < body.n;
}
