#include "http/stored_route.h"

#include <stdlib.h>

#include "api/stored.h"
#include "base/log.h"
#include "http/api_routes.h"
#include "http/query.h"
#include "state/completions.h"

enum { PAGE_USUAL = 20, LIST_BYTES = 32 * 1024 * 1024, KEPT_BYTES_MAX = 8 * 1024 * 1024 };

bool stored_keep(struct exchange *x, struct api_world *w, const struct chat_request *r, const struct chat_head *head,
                 struct slice reply)
{
    struct buf metadata, messages;
    struct err e = {0};
    if (!r->store || !w->completions)
        return true;
    buf_init(&metadata, KEPT_BYTES_MAX);
    buf_init(&messages, KEPT_BYTES_MAX);
    stored_metadata_print(r->metadata, &metadata);
    stored_messages_keep(&r->question, &messages);
    const struct completion kept = {.id = slice_of(head->id),
                                    .model = slice_of(head->model),
                                    .metadata = buf_slice(&metadata),
                                    .reply = reply,
                                    .messages = buf_slice(&messages),
                                    .created_unix = head->created};
    bool ok = (!messages.over && !metadata.over) || err_set(&e, ERR_TOO_LARGE, "The messages are too long.");
    ok = ok && completions_put(w->completions, exchange_owner(x), &kept, &e);
    if (!ok)
        log_event(LOG_ERROR, "completion", "id=%s not kept: %s", exchange_request_id(x), e.message);
    buf_release(&metadata);
    buf_release(&messages);
    return ok;
}

static void stored_reply(struct exchange *x, struct buf *body)
{
    struct err e;
    if (body->over) {
        err_set(&e, ERR_INTERNAL, "The list is longer than what is sent; ask for fewer at a time.");
        exchange_fail(x, &e);
    } else {
        exchange_reply(x, 200, "application/json", buf_slice(body));
    }
    buf_release(body);
}

static bool stored_find(struct exchange *x, struct api_world *w, struct arena *a, struct completion *out, struct err *e)
{
    bool found = false;
    if (w->completions && !completions_get(w->completions, exchange_owner(x), exchange_wildcard(x), a, out, &found, e))
        return false;
    return found || err_set(e, ERR_COMPLETION_NOT_FOUND, "There is no stored completion of this id and key.");
}

static bool read_limit(struct slice text, size_t *limit, struct err *e)
{
    char *end;
    unsigned long n = strtoul(text.p, &end, 10);
    if (text.n == 0 || *end || n < 1 || n > STORED_PAGE_MAX)
        return err_set_param(e, ERR_BAD_VALUE, "limit", "'limit' must be a whole number from 1 to %d.",
                             STORED_PAGE_MAX);
    *limit = n;
    return true;
}

/* "metadata[kind]" becomes a member of the filter. */
static void read_filter(struct slice name, struct slice value, struct buf *filter)
{
    struct slice begin = SLICE("metadata[");
    if (!slice_starts(name, begin) || !slice_ends(name, SLICE("]")))
        return;
    buf_add(filter, filter->n > 1 ? SLICE(",") : SLICE(""));
    (void)value_print_string(slice_sub(name, begin.n, name.n - begin.n - 1), filter);
    buf_add_char(filter, ':');
    (void)value_print_string(value, filter);
}

static bool read_query(struct exchange *x, struct arena *a, struct completion_query *q, struct err *e)
{
    enum { FILTER_BYTES = 64 * 1024 };
    struct slice rest = exchange_query(x), name, value;
    struct buf filter;
    bool ok = true;
    *q = (struct completion_query){.after = SLICE(""), .model = SLICE(""), .limit = PAGE_USUAL};
    buf_init(&filter, FILTER_BYTES);
    buf_add_char(&filter, '{');
    while (ok && query_next(&rest, a, &name, &value)) {
        if (slice_is(name, "limit"))
            ok = read_limit(value, &q->limit, e);
        else if (slice_is(name, "after"))
            q->after = value;
        else if (slice_is(name, "model"))
            q->model = value;
        else if (slice_is(name, "order") && !slice_is(value, "asc") && !slice_is(value, "desc"))
            ok = err_set_param(e, ERR_BAD_VALUE, "order", "'order' must be asc or desc.");
        else if (slice_is(name, "order"))
            q->newest_first = slice_is(value, "desc");
        else
            read_filter(name, value, &filter);
    }
    buf_add_char(&filter, '}');
    q->metadata = filter.over ? SLICE("{}") : arena_dup(a, buf_slice(&filter));
    buf_release(&filter);
    return ok;
}

void stored_list(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct completion_query q;
    struct completion *found = NULL;
    size_t n = 0;
    bool more = false;
    struct err e;
    bool ok = read_query(x, a, &q, &e) &&
              (!w->completions || completions_list(w->completions, exchange_owner(x), &q, a, &found, &n, &more, &e));
    if (ok) {
        struct buf out;
        buf_init(&out, LIST_BYTES);
        stored_list_begin(&out);
        for (size_t i = 0; i < n; i++) {
            buf_add(&out, i ? SLICE(",") : SLICE(""));
            stored_print(found[i].reply, found[i].metadata, &out);
        }
        stored_list_end(n ? found[0].id : SLICE(""), n ? found[n - 1].id : SLICE(""), more, &out);
        stored_reply(x, &out);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

static void stored_answer(struct exchange *x, const struct completion *c)
{
    struct buf out;
    buf_init(&out, LIST_BYTES);
    stored_print(c->reply, c->metadata, &out);
    stored_reply(x, &out);
}

void stored_get(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct completion c;
    struct err e;
    if (stored_find(x, world, a, &c, &e))
        stored_answer(x, &c);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void stored_update(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct arena *a = arena_new();
    struct completion c;
    struct err e;
    if (stored_find(x, w, a, &c, &e) && stored_update_read(a, exchange_body(x), &c.metadata, &e) &&
        completions_set_metadata(w->completions, exchange_owner(x), c.id, c.metadata, &e))
        stored_answer(x, &c);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void stored_remove(struct exchange *x, void *world)
{
    struct api_world *w = world;
    struct slice id = exchange_wildcard(x);
    struct buf out;
    struct err e;
    bool found = false;
    if (w->completions && !completions_remove(w->completions, exchange_owner(x), id, &found, &e)) {
        exchange_fail(x, &e);
    } else if (!found) {
        err_set(&e, ERR_COMPLETION_NOT_FOUND, "There is no stored completion of this id and key.");
        exchange_fail(x, &e);
    } else {
        buf_init(&out, LIST_BYTES);
        stored_deleted_print(id, &out);
        stored_reply(x, &out);
    }
}

void stored_messages(struct exchange *x, void *world)
{
    struct arena *a = arena_new();
    struct completion c;
    struct completion_query q;
    struct buf out;
    struct err e;
    buf_init(&out, LIST_BYTES);
    if (stored_find(x, world, a, &c, &e) && read_query(x, a, &q, &e) &&
        stored_messages_print(a, c.id, c.messages, q.after, q.limit, q.newest_first, &out, &e))
        stored_reply(x, &out);
    else
        exchange_fail(x, &e);
    buf_release(&out);
    arena_free(a);
}
