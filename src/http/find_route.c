/* find_route.c - see find_route.h. */
#include "http/find_route.h"

#include "api/chat_peek.h"
#include "api/find_reply.h"
#include "api/find_request.h"
#include "api/key_scope.h"
#include "http/api_routes.h"
#include "research/find.h"
#include "research/open.h"

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

/* The client's warnings, then those of the work. */
static void find_join(struct arena *a, const struct find_request *r, const struct slice *more, size_t n,
                      struct find_reply *out)
{
    struct slice *all = arena_array(a, struct slice, r->warning_count + n);
    for (size_t i = 0; i < r->warning_count; i++)
        all[i] = r->warnings[i];
    for (size_t i = 0; i < n; i++)
        all[r->warning_count + i] = more[i];
    out->warnings = all;
    out->warning_count = r->warning_count + n;
}

/* The session that the client named, or a new one; none in the older form. */
static struct slice find_session(const struct find_request *r, enum find_form form, char room[FIND_ID_BYTES])
{
    if (form == FIND_FORM_BETA)
        return SLICE("");
    find_id("session", room);
    return r->session.n ? r->session : slice_of(room);
}

static enum find_mode find_mode_of(struct slice name)
{
    for (int i = 0; i < FIND_MODE_COUNT; i++)
        if (slice_is(name, find_mode_name((enum find_mode)i)))
            return (enum find_mode)i;
    return FIND_ADVANCED; /* also for "one-shot" and "agentic" of the older form */
}

/* Of no other place than the key's. */
static void find_scope(const struct exchange *x, struct arena *a, struct policy *p)
{
    const struct state_key *key = exchange_key(x);
    (void)(key && key_scope_narrow(a, key->scope.domains, p)); /* nothing is left: then nothing is found */
}

static void find_search(struct exchange *x, struct api_world *w, enum find_form form)
{
    struct arena *a = arena_new();
    struct find_request r;
    struct found found;
    struct err e;
    char id[FIND_ID_BYTES], session[FIND_ID_BYTES];
    bool ok = find_request_search(a, exchange_body(x), form, w->limits.max_input_chars, &r, &e);
    if (ok) {
        find_scope(x, a, &r.policy);
        const struct find_ask ask = {.mode = find_mode_of(r.mode),
                                     .objective = r.objective,
                                     .queries = r.queries,
                                     .query_count = r.query_count < FIND_QUERIES_MAX ? r.query_count : FIND_QUERIES_MAX,
                                     .policy = r.policy,
                                     .pages = r.results,
                                     .chars_per_page = r.chars_per_page,
                                     .chars = r.chars,
                                     .max_ms = r.max_ms,
                                     .asked_ms = exchange_arrived_ms(x)};
        ok = find_pages(&w->world, &ask, exchange_cancelled(x), a, &found, &e);
    }
    if (ok) {
        struct find_reply_page *pages = arena_array(a, struct find_reply_page, found.n);
        exchange_work(x)->searches = found.spent.searches;
        exchange_work(x)->pages = found.spent.pages;
        find_id("search", id);
        struct find_reply reply = {
            .id = id, .session = find_session(&r, form, session), .pages = pages, .page_count = found.n};
        for (size_t i = 0; i < found.n; i++)
            pages[i] = (struct find_reply_page){.url = found.at[i].url,
                                                .title = found.at[i].title,
                                                .date = found.at[i].date,
                                                .excerpts = found.at[i].excerpts,
                                                .excerpt_count = found.at[i].excerpt_count};
        find_join(a, &r, found.warnings, found.warning_count, &reply);
        find_answer(x, &reply, find_reply_search);
    } else {
        exchange_fail(x, &e);
    }
    arena_free(a);
}

static void find_extract(struct exchange *x, struct api_world *w, enum find_form form)
{
    struct arena *a = arena_new();
    struct find_request r;
    struct opened_page opened[FIND_REQUEST_URLS];
    struct policy own = {.include_count = 0};
    struct err e;
    char id[FIND_ID_BYTES], session[FIND_ID_BYTES];
    bool ok = find_request_extract(a, exchange_body(x), form, w->limits.max_input_chars, &r, &e);
    if (ok) {
        struct slice *texts = arena_array(a, struct slice, r.query_count + 1);
        size_t n = 0;
        if (r.objective.n)
            texts[n++] = r.objective;
        for (size_t i = 0; i < r.query_count; i++)
            texts[n++] = r.queries[i];
        find_scope(x, a, &own);
        const struct open_ask ask = {.urls = r.urls,
                                     .url_count = r.url_count,
                                     .texts = texts,
                                     .text_count = n,
                                     .chars_per_page = r.chars_per_page,
                                     .chars = r.excerpts ? r.chars : 0,
                                     .full_chars = r.full_chars,
                                     .policy = own,
                                     .max_age_s = r.max_age_s,
                                     .only_fresh = r.only_fresh,
                                     .max_ms = r.max_ms,
                                     .asked_ms = exchange_arrived_ms(x)};
        ok = open_pages(&w->world, &ask, exchange_cancelled(x), a, opened, &e);
    }
    if (ok) {
        struct find_reply_page pages[FIND_REQUEST_URLS];
        find_id("extract", id);
        struct find_reply reply = {
            .id = id, .session = find_session(&r, form, session), .pages = pages, .page_count = r.url_count};
        for (size_t i = 0; i < r.url_count; i++)
            pages[i] = (struct find_reply_page){.url = opened[i].url,
                                                .title = opened[i].title,
                                                .date = opened[i].date,
                                                .excerpts = opened[i].excerpts,
                                                .excerpt_count = opened[i].excerpt_count,
                                                .whole = r.full_chars > 0,
                                                .text = opened[i].text,
                                                .failure = opened[i].failure,
                                                .why = opened[i].why,
                                                .status = opened[i].status};
        find_join(a, &r, NULL, 0, &reply);
        find_answer(x, &reply, find_reply_extract);
    } else {
        exchange_fail(x, &e);
    }
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
