/* The dispatcher. It alone logs and times steps and looks at the deadline between them. */
#include "research/session.h"

#include "base/log.h"
#include "research/compose.h"
#include "research/steps.h"

static const struct step {
    const char *name;
    bool (*run)(struct session *s, struct err *e);
} steps[] = {
    {"plan", step_plan}, {"gather", step_gather}, {"choose", step_choose}, {"write", step_write}, {"verify", step_verify},
};

static bool may_go_on(const struct session *s, struct err *e)
{
    if (deadline_cancelled(&s->deadline))
        return err_set(e, ERR_CANCELLED, NULL);
    /* Once there is evidence the session always ends with an answer: what remains takes milliseconds. */
    if (deadline_left_ms(&s->deadline) == 0 && !s->evidence)
        return err_set(e, ERR_DEADLINE, NULL);
    return true;
}

static void count_tokens(struct session *s)
{
    for (size_t i = 0; i < s->question->turn_count; i++)
        s->answer->prompt_tokens += tokens_estimate(s->question->turns[i].text);
    s->answer->completion_tokens = tokens_estimate(s->answer->text);
}

bool session_run(const struct world *world, const struct question *q, const struct sink *sink, atomic_bool *cancelled,
                 struct arena *a, struct answer *out, struct err *e)
{
    int64_t allowed_ms = q->tier->deadline_ms;
    if (q->max_ms > 0 && q->max_ms < allowed_ms)
        allowed_ms = q->max_ms;
    struct session s = {.world = world,
                        .question = q,
                        .sink = sink,
                        .deadline = {clock_ms() + allowed_ms, cancelled},
                        .arena = a,
                        .answer = out};
    s.pool = pool_new(a, world->index);
    *out = (struct answer){0};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (!may_go_on(&s, e))
            return false;
        int64_t start_us = clock_us();
        bool ok = steps[i].run(&s, e);
        log_event(LOG_DEBUG, "step", "name=%s ok=%d us=%lld", steps[i].name, ok, (long long)(clock_us() - start_us));
        if (!ok)
            return false;
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

void session_warn(struct session *s, struct slice warning)
{
    struct answer *answer = s->answer;
    struct slice *wider = arena_array(s->arena, struct slice, answer->warning_count + 1);
    if (answer->warning_count)
        memcpy(wider, answer->warnings, answer->warning_count * sizeof *wider);
    wider[answer->warning_count++] = warning;
    answer->warnings = wider;
}
