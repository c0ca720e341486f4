/* The dispatcher. It alone logs and times steps, looks at the deadline between them and decides on another round. */
#include "research/session.h"

#include "base/log.h"
#include "research/compose.h"
#include "research/steps.h"
#include "research/subquestions.h"
#include "research/web.h"

/* plan, then rounds of gather to judge, then the rest. */
enum { FIRST_OF_ROUND = 1, LAST_OF_ROUND = 3 };
static const struct step {
    const char *name;
    bool (*run)(struct session *s, struct err *e);
} steps[] = {
    {"plan", step_plan},   {"gather", step_gather}, {"choose", step_choose},
    {"judge", step_judge}, {"write", step_write},   {"verify", step_verify},
};

/* Less time than this is not worth another round of searching and reading. */
enum { ROUND_LEAST_MS = 1000 };

static bool may_go_on(const struct session *s, struct err *e)
{
    if (deadline_cancelled(&s->deadline))
        return err_set(e, ERR_CANCELLED, NULL);
    /* Once there is something to quote the session always ends with an answer: what remains takes milliseconds. */
    bool empty = s->pool->n == 0;
    for (size_t i = 0; i < s->part_count; i++)
        empty &= s->parts[i].own.n == 0;
    if (deadline_left_ms(&s->deadline) == 0 && empty && s->evidence->source_count == 0)
        return err_set(e, ERR_DEADLINE, NULL);
    return true;
}

static bool can_ask_more(const struct session *s, const struct part *p)
{
    if (!p->open)
        return false;
    if (web_is_there(s) && s->pages_left > 0 && (s->unread_count || (p->asked < p->ask_count && s->queries_left > 0)))
        return true;
    return web_uses_index(s) && !p->own_asked;
}

static bool another_round(struct session *s)
{
    const struct tier *tier = s->question->tier;
    bool wanted = false;
    for (size_t i = 0; i < s->part_count; i++)
        wanted |= can_ask_more(s, &s->parts[i]);
    if (!wanted || s->round + 1 >= tier->rounds)
        return false;
    if (deadline_left_ms(&s->deadline) < ROUND_LEAST_MS && web_is_there(s)) {
        s->skipped = arena_printf(s->arena, "There was no time for round %d of %d.", s->round + 2, (int)tier->rounds);
        return false;
    }
    s->round++;
    return true;
}

static void count_tokens(struct session *s)
{
    for (size_t i = 0; i < s->question->turn_count; i++)
        s->answer->prompt_tokens += tokens_estimate(s->question->turns[i].text);
    s->answer->completion_tokens = tokens_estimate(s->answer->text);
    if (s->usage.prompt_tokens) { /* what it cost is what counts; a call that failed at once cost nothing */
        s->answer->prompt_tokens = s->usage.prompt_tokens;
        s->answer->completion_tokens = s->usage.completion_tokens;
    }
}

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

bool session_run(const struct world *world, const struct question *q, const struct sink *sink, atomic_bool *cancelled,
                 struct arena *a, struct answer *out, struct err *e)
{
    struct session s = {.world = world,
                        .question = q,
                        .sink = sink,
                        .deadline = {clock_ms() + at_most(q->tier->deadline_ms, q->max_ms), cancelled},
                        .arena = a,
                        .answer = out,
                        .confidence = world->confidence ? world->confidence : &confidence_shipped,
                        .queries_left = at_most(q->tier->queries, q->max_searches),
                        .asks_left = at_most(INT64_MAX, q->max_searches),
                        .pages_left = at_most(q->tier->pages, q->max_pages),
                        .pool = pool_new(a, world->index),
                        .evidence = evidence_new(a)};
    struct workings *workings = arena_array(a, struct workings, 1);
    s.workings = workings->arena = arena_new();
    s.own_workings = workings;
    arena_defer(a, release_workings, workings);
    *out = (struct answer){0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (!may_go_on(&s, e))
            return false;
        int64_t start_us = clock_us();
        bool ok = steps[i].run(&s, e);
        log_event(LOG_DEBUG, "step", "name=%s round=%d ok=%d us=%lld arena_bytes=%zu", steps[i].name, s.round, ok,
                  (long long)(clock_us() - start_us), arena_bytes(a));
        if (!ok)
            return false;
        if (i == LAST_OF_ROUND && another_round(&s))
            i = FIRST_OF_ROUND - 1;
    }
    out->evidence = s.evidence;
    out->pool = s.pool;
    out->cited = (const struct source *const *)s.evidence->cited;
    out->cited_count = s.evidence->cited_count;
    count_tokens(&s);
    return true;
}

void session_claim(struct session *s, struct claim claim)
{
    struct claim *slot = arena_push(s->arena, (void **)&s->claims, s->claim_count, &s->claim_room, sizeof *slot);
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

void part_ask_first(struct session *s, struct part *p, const struct slice *queries, size_t n)
{
    struct slice *all = arena_array(s->arena, struct slice, n + p->ask_count);
    memcpy(all, queries, n * sizeof *all);
    memcpy(all + n, p->asks, p->ask_count * sizeof *all);
    p->asks = all;
    p->ask_count += n;
    p->first_asks = n;
}

void session_warn(struct session *s, struct slice warning)
{
    struct answer *answer = s->answer;
    struct slice *wider = arena_array(s->arena, struct slice, answer->warning_count + 1);
    if (answer->warning_count)
        memcpy(wider, answer->warnings, answer->warning_count * sizeof *wider);
    wider[answer->warning_count++] = warning;
    answer->warnings = wider;
}
