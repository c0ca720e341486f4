#include "session/session.h"

#include <string.h>

#include "search/search.h"

struct workings {
    struct arena *arena; /* NULL: given back */
};

static void release_workings(void *thing)
{
    struct workings *w = thing;
    arena_free(w->arena);
    w->arena = NULL;
}

void session_forget_workings(struct session *s)
{
    release_workings(s->own_workings);
    s->workings = NULL;
    s->view = NULL;
    for (size_t i = 0; i < s->part_count; i++) {
        struct part *p = &s->parts[i];
        p->view = NULL;
        p->need = NULL;
        p->ranking = (struct ranking){0};
        p->agreement = (struct agreement){0};
        p->taken = NULL;
        p->taken_count = 0;
    }
}

static int64_t at_most(int64_t budget, int64_t limit)
{
    return limit > 0 && limit < budget ? limit : budget;
}

void session_open(struct session *s, const struct world *world, const struct question *q, const struct sink *sink,
                  atomic_bool *cancelled, struct arena *a, struct answer *out)
{
    int64_t now_ms = clock_ms(), until_ms = now_ms + q->tier->deadline_ms;
    if (q->max_ms > 0 && (q->asked_ms ? q->asked_ms : now_ms) + q->max_ms < until_ms)
        until_ms = (q->asked_ms ? q->asked_ms : now_ms) + q->max_ms;
    *s = (struct session){.world = world,
                          .question = q,
                          .sink = sink,
                          .deadline = {until_ms, cancelled},
                          .arena = a,
                          .answer = out,
                          .confidence = world->confidence ? world->confidence : &confidence_shipped,
                          .queries_left = at_most(q->tier->queries, q->max_searches),
                          .asks_left = at_most(INT64_MAX, q->max_searches),
                          .pages_left = at_most(q->tier->pages, q->max_pages),
                          .pool = pool_new(a, world->index),
                          .evidence = evidence_new(a)};
    struct workings *workings = arena_array(a, struct workings, 1);
    s->workings = workings->arena = arena_new();
    s->own_workings = workings;
    arena_defer(a, release_workings, workings);
    *out = (struct answer){0};
}

void session_claim(struct session *s, struct claim claim)
{
    struct claim *slot = arena_push(s->arena, &s->claims, s->claim_count, &s->claim_room);
    *slot = claim;
    s->claim_count++;
}

struct part *session_part(struct session *s, struct slice text, struct slice field)
{
    size_t most = s->question->output == OUTPUT_TEXT ? SUBQUESTIONS_MAX : PARTS_MAX; /* fields may join a document */
    if (s->part_count == most)
        return NULL;
    if (!s->parts)
        s->parts = arena_array(s->arena, struct part, most);
    struct part *p = &s->parts[s->part_count++];
    struct slice *asks = arena_array(s->arena, struct slice, ASKS_MAX);
    *p = (struct part){.text = text, .field = field, .open = true, .asks = asks, .first_asks = 1};
    p->ask_count = asks_make(s->arena, text, s->lang, asks);
    return p;
}

void session_warn(struct session *s, struct slice warning)
{
    answer_warn(s->arena, s->answer, warning);
}

void session_report(struct session *s, const char *provider, enum search_status status, size_t results, int64_t ms,
                    struct slice detail)
{
    struct answer *answer = s->answer;
    for (size_t i = 0; i < answer->report_count; i++) {
        struct report *r = &answer->reports[i];
        if (strcmp(r->provider, provider) != 0)
            continue;
        r->results += results;
        r->ms += ms;
        if (detail.n && (r->detail.n == 0 || r->status != SEARCH_OK))
            r->detail = detail;
        if (r->status != SEARCH_OK)
            r->status = status;
        return;
    }
    if (answer->report_count < COUNT_OF(answer->reports))
        answer->reports[answer->report_count++] =
            (struct report){.provider = provider, .status = status, .results = results, .ms = ms, .detail = detail};
}

bool session_asks_web(const struct session *s)
{
    return s->world->search && s->world->fetcher && search_provider_count(s->world->search) > 0;
}

bool session_asks_index(const struct session *s)
{
    return !s->world->search || search_uses_index(s->world->search);
}
