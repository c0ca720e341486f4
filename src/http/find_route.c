/* find_route.c - see find_route.h. */
#include "http/find_route.h"

#include "api/chat_peek.h"
#include "http/api_routes.h"
#include "http/find_run.h"

/* Twenty whole pages with room for escapes. */
enum { FIND_REPLY_BYTES = 64 * 1024 * 1024 };

/* Prints the reply with `print` and sends it. */
static void find_answer(struct exchange *x, const struct find_reply *r,
                        void (*print)(const struct find_reply *r, struct buf *out))
{
    struct buf out;
    struct err e;
    buf_init(&out, FIND_REPLY_BYTES);
    print(r, &out);
    if (out.over) {
        err_set(&e, ERR_INTERNAL, "The reply has more than %d bytes.", FIND_REPLY_BYTES);
        exchange_fail(x, &e);
    } else {
        exchange_reply(x, 200, "application/json", buf_slice(&out));
    }
    buf_release(&out);
}

static struct find_caller find_caller_of(struct exchange *x, const struct api_world *w)
{
    const struct state_key *key = exchange_key(x);
    return (struct find_caller){.world = &w->world,
                                .max_chars = w->limits.max_input_chars,
                                .domains = key ? key->scope.domains : SLICE(""),
                                .cancelled = exchange_cancelled(x),
                                .asked_ms = exchange_arrived_ms(x)};
}

static void find_search(struct exchange *x, struct api_world *w, enum find_form form)
{
    const struct find_caller c = find_caller_of(x, w);
    struct arena *a = arena_new();
    struct find_reply reply;
    struct spent spent = {0};
    struct err e;
    if (find_run_search(&c, exchange_body(x), form, a, &reply, &spent, &e)) {
        exchange_work(x)->searches = spent.searches;
        exchange_work(x)->pages = spent.pages;
        find_answer(x, &reply, find_reply_search);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

static void find_extract(struct exchange *x, struct api_world *w, enum find_form form)
{
    const struct find_caller c = find_caller_of(x, w);
    struct arena *a = arena_new();
    struct find_reply reply;
    struct err e;
    if (find_run_extract(&c, exchange_body(x), form, a, &reply, &e))
        find_answer(x, &reply, find_reply_extract);
    else
        exchange_fail(x, &e);
    arena_free(a);
}

void search_handle(struct exchange *x, void *world)
{
    find_search(x, world, FIND_FORM_V1);
}

void search_beta_handle(struct exchange *x, void *world)
{
    find_search(x, world, FIND_FORM_BETA);
}

void extract_handle(struct exchange *x, void *world)
{
    find_extract(x, world, FIND_FORM_V1);
}

void extract_beta_handle(struct exchange *x, void *world)
{
    find_extract(x, world, FIND_FORM_BETA);
}

void search_cost(const struct exchange *x, struct work_job *job)
{
    job->dear = !chat_peek(exchange_body(x)).quick;
}

void extract_cost(const struct exchange *x, struct work_job *job)
{
    (void)x;
    job->dear = true;
}
