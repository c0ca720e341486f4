/* research.c - the table of steps and the dispatcher that runs them: see research.h. */
#include "research/research.h"

#include "ask/plan.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/trace.h"
#include "fill/fill.h"
#include "research/headway.h"
#include "research/step.h"
#include "session/compose.h"
#include "text/token_estimate.h"
#include "write/model_write.h"
#include "write/quote.h"

/* question -> parts. Tiers that research each field by itself get parts for the fields at once. */
static bool step_plan(struct session *s, struct err *e)
{
    (void)e;
    ask_plan(s);
    if (s->question->output != OUTPUT_TEXT && s->question->tier->each)
        fill_plan(s);
    return true;
}

/* evidence -> text or document. The language model writes; where there is none or it wrote nothing, sources are quoted.
 */
static bool step_write(struct session *s, struct err *e)
{
    bool text = s->question->output == OUTPUT_TEXT, written = false;
    if (s->world->model && !s->small_talk && !(text ? model_write(s, &written, e) : fill_by_model(s, &written, e)))
        return false;
    if (written)
        return true;
    return text ? quote_write(s, e) : fill_write(s, e);
}

/* The steps FIRST_OF_ROUND to LAST_OF_ROUND may run several times. */
enum { FIRST_OF_ROUND = 1, LAST_OF_ROUND = 3 };
static const struct step {
    const char *name;
    bool (*run)(struct session *s, struct err *e);
} steps[] = {
    {"plan", step_plan},   {"gather", step_gather}, {"choose", step_choose},
    {"judge", step_judge}, {"write", step_write},   {"verify", step_verify},
};

/* With less time than this left, another round of searching and reading is not worth it. */
enum { ROUND_LEAST_MS = 1000 };

static bool may_go_on(const struct session *s, struct err *e)
{
    if (deadline_cancelled(&s->deadline))
        return err_set(e, ERR_CANCELLED, NULL);
    /* Once there is something to quote, the session always ends with an answer: quoting takes milliseconds. */
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
    if (session_asks_web(s) && s->pages_left > 0 &&
        (s->unread_count || (p->asked < p->ask_count && s->queries_left > 0)))
        return true;
    return session_asks_index(s) && !p->own_asked;
}

static bool another_round(struct session *s)
{
    const struct tier *tier = s->question->tier;
    bool wanted = false;
    for (size_t i = 0; i < s->part_count; i++)
        wanted |= can_ask_more(s, &s->parts[i]);
    if (!wanted || s->round + 1 >= tier->rounds)
        return false;
    if (deadline_left_ms(&s->deadline) < ROUND_LEAST_MS && session_asks_web(s)) {
        s->skipped = arena_printf(s->arena, "There was no time for round %d of %d.", s->round + 2, (int)tier->rounds);
        return false;
    }
    s->round++;
    return true;
}

static void count_tokens(struct session *s)
{
    for (size_t i = 0; i < s->question->turn_count; i++)
        s->answer->prompt_tokens += token_estimate(s->question->turns[i].text, TOKENS_USUAL);
    s->answer->completion_tokens = token_estimate(s->answer->text, TOKENS_USUAL);
    if (s->answer->spent.prompt_tokens) { /* the model's own counts, where it made any */
        s->answer->prompt_tokens = s->answer->spent.prompt_tokens;
        s->answer->completion_tokens = s->answer->spent.completion_tokens;
    }
}

/* Of a document: the lowest confidence of its fields. */
static const char *lowest_confidence(const struct answer *answer)
{
    enum confidence lowest = answer->basis_count ? CONFIDENCE_HIGH : CONFIDENCE_NONE;
    for (size_t i = 0; i < answer->basis_count; i++)
        if (answer->basis[i].confidence < lowest)
            lowest = answer->basis[i].confidence;
    return lowest == CONFIDENCE_NONE ? "none" : confidence_name(lowest);
}

static void count_answer(const struct session *s)
{
    const char *model = s->question->tier->name;
    meter_add(METER_ANSWERS, model, lowest_confidence(s->answer), 1);
    meter_observe(METER_EVIDENCE, model, NULL, s->evidence->source_count);
    meter_add(METER_CITATIONS, model, NULL, s->evidence->cited_count);
}

/* What a step has left in the session. */
static void trace_step(const struct session *s, const char *name, bool ok, int64_t us)
{
    if (trace_on(TRACE_STEP))
        trace_say(TRACE_STEP, "%s, round %d: %lld.%03lld ms%s", name, s->round + 1, (long long)us / 1000,
                  (long long)us % 1000, ok ? "" : ", failed");
    if (strcmp(name, "plan") == 0 && trace_on(TRACE_PLAN))
        for (size_t i = 0; i < s->part_count; i++)
            for (size_t k = 0; k < s->parts[i].ask_count; k++)
                trace_say(TRACE_PLAN, "part %zu, \"%.*s\": wording \"%.*s\"", i + 1, SLICE_ARGS(s->parts[i].text),
                          SLICE_ARGS(s->parts[i].asks[k]));
    if (strcmp(name, "judge") == 0 && trace_on(TRACE_EVIDENCE))
        for (size_t i = 0; i < s->part_count; i++) {
            const struct part *p = &s->parts[i];
            trace_say(TRACE_EVIDENCE, "part %zu, \"%.*s\": probability %.3f, %zu passages, %s", i + 1,
                      SLICE_ARGS(p->text), p->probability, p->hits.n, p->open ? "open" : "settled");
            for (size_t k = 0; k < p->taken_count; k++)
                trace_say(TRACE_EVIDENCE, "part %zu takes \"%.*s\" of %.*s", i + 1, SLICE_ARGS(p->taken[k]->text),
                          SLICE_ARGS(p->taken[k]->passage->source->url));
        }
}

bool research_run(const struct world *world, const struct question *q, const struct sink *sink, atomic_bool *cancelled,
                  struct arena *a, struct answer *out, struct err *e)
{
    struct session s;
    session_open(&s, world, q, sink, cancelled, a, out);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        if (!may_go_on(&s, e))
            return false;
        if (i == FIRST_OF_ROUND)
            headway_search(&s);
        else if (i == LAST_OF_ROUND + 1)
            headway_write(&s);
        int64_t start_us = clock_us();
        bool ok = steps[i].run(&s, e);
        meter_observe_us(METER_STEP_TIME, steps[i].name, NULL, clock_us() - start_us);
        trace_step(&s, steps[i].name, ok, clock_us() - start_us);
        log_event(LOG_DEBUG, "step", "name=%s round=%d ok=%d us=%lld arena_bytes=%zu", steps[i].name, s.round, ok,
                  (long long)(clock_us() - start_us), arena_bytes(a));
        if (!ok)
            return false;
        if (i == 0 && s.small_talk)
            i = LAST_OF_ROUND; /* nothing to search for: on to write */
        if (i == LAST_OF_ROUND && !s.small_talk && another_round(&s))
            i = FIRST_OF_ROUND - 1;
    }
    out->evidence = s.evidence;
    out->pool = s.pool;
    out->cited = (const struct source *const *)s.evidence->cited;
    out->cited_count = s.evidence->cited_count;
    count_tokens(&s);
    count_answer(&s);
    return true;
}
