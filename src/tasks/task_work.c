/* task_work.c - see task_work.h. */
#include "tasks/task_work.h"

#include "api/chat_turns.h"
#include "api/key_scope.h"
#include "base/clock.h"
#include "base/log.h"
#include "research/known.h"
#include "research/research.h"
#include "tasks/task_head.h"

enum { OUTPUT_BYTES = 8 * 1024 * 1024, WARNINGS_BYTES = 256 * 1024, TURNS_BYTES = 64 * 1024 * 1024 };

struct task_progress { /* who is told how far a session is */
    const struct runner_options *options;
    const struct run *run;
    unsigned rounds;
};

static bool work_hear(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

static void work_headway(void *ud, const struct headway *p)
{
    const struct task_progress *t = ud;
    struct buf text;
    struct err e;
    buf_init(&text, WARNINGS_BYTES);
    task_event_headway(p, t->rounds, clock_unix_us(), &text);
    if (text.over || !runs_trace(t->options->runs, t->run->number, buf_slice(&text), &e))
        log_event(LOG_WARN, "task", "run=%.*s its progress could not be kept", SLICE_ARGS(t->run->id));
    else
        t->options->changed(t->options->changed_ud, task_topic(t->run->number));
    buf_release(&text);
}

/* A run of a monitor is a question of the day like any other; those that clients create were counted with their
 * request. */
static bool work_quota(const struct runner_options *o, const struct run *run, int64_t quota, struct err *e)
{
    static const uint64_t question[USAGE_COUNT] = {[USAGE_questions] = 1};
    int64_t now = clock_unix_s(), until = 0;
    if (run->monitor == 0)
        return true;
    if (!usage_take(o->usage, run->key_id, quota, now, &until))
        return err_set(e, ERR_QUOTA, "This API key may ask %lld questions a day, and has for today.", (long long)quota);
    usage_add(o->usage, run->key_id, now, question, true);
    return true;
}

/* Of a key that may not ask any more the runs fail; what it may do now counts. */
static bool work_scope(const struct runner_options *o, const struct run *run, struct task_request *t, struct arena *a,
                       struct err *e)
{
    struct state_key *keys = NULL;
    size_t n = 0;
    if (run->key_id == 0)
        return true;
    if (!state_key_list(o->state, a, &keys, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct key_scope *s = &keys[i].scope;
        if (keys[i].id != run->key_id || keys[i].revoked_unix)
            continue;
        if (s->expires_unix && s->expires_unix <= clock_unix_s())
            break;
        if (!key_scope_has_model(s->models, t->question.tier->name))
            return err_set_param(e, ERR_FORBIDDEN_MODEL, "processor",
                                 "This API key may not use %s, which is the model %s here.", t->processor->name,
                                 t->question.tier->name);
        if (!key_scope_narrow(a, s->domains, &t->question.policy))
            task_warn(a, t, "warning", SLICE("This API key may use none of the domains that the request names."));
        return work_quota(o, run, s->daily_quota, e);
    }
    return err_set(e, ERR_BAD_KEY, "The API key of this run was revoked or has expired.");
}

/* Puts the turns and pages of an earlier interaction before the question. */
static bool work_go_on(const struct runner_options *o, const struct run *run, struct task_request *t, struct arena *a,
                       struct err *e)
{
    struct interaction kept;
    bool found = false;
    if (t->previous.n == 0)
        return true;
    if (o->interaction_s && !interactions_get(o->interactions, t->previous, run->key_id,
                                              clock_unix_s() - o->interaction_s, a, &kept, &found, e))
        return false;
    if (!found) {
        task_warn(a, t, "input_validation_warning",
                  SLICE("There is no interaction of this previous_interaction_id that this key may go on from; the run "
                        "was answered without it."));
        return true;
    }
    t->question.known_pages = kept.pages;
    t->question.known_count = kept.page_count;
    return chat_turns_go_on(a, kept.turns, &t->question, e);
}

/* So that a later request can go on from this run, by its id. A run that a crash broke off may have been kept before.
 */
static void work_keep(const struct runner_options *o, const struct run *run, const struct task_request *t,
                      const struct answer *answer)
{
    struct interaction kept = {0};
    struct buf turns;
    struct err e;
    bool found;
    if (o->interaction_s == 0)
        return;
    struct arena *a = arena_new();
    buf_init(&turns, TURNS_BYTES);
    size_t n = chat_turns_print(&t->question, answer->text, o->limits.max_input_chars, &turns);
    kept.turns = buf_slice(&turns);
    known_of_answer(a, &t->question, answer, o->world->index, &kept.pages, &kept.page_count);
    if (turns.over || !interactions_remove(o->interactions, run->id, &found, &e) ||
        !interactions_put(o->interactions, run->id, run->key_id, &kept, n, clock_unix_s(), &e))
        log_event(LOG_ERROR, "task", "run=%.*s its conversation could not be kept", SLICE_ARGS(run->id));
    buf_release(&turns);
    arena_free(a);
}

static void work_count(const struct runner_options *o, const struct run *run, const struct spent *spent)
{
    const uint64_t counts[USAGE_COUNT] = {[USAGE_searches] = spent->searches,
                                          [USAGE_pages] = spent->pages,
                                          [USAGE_model_calls] = spent->model_calls,
                                          [USAGE_prompt_tokens] = spent->prompt_tokens,
                                          [USAGE_completion_tokens] = spent->completion_tokens};
    usage_add(o->usage, run->key_id, clock_unix_s(), counts, false);
}

static bool work_answer(const struct runner_options *o, struct run *run, struct task_request *t, atomic_bool *cancelled,
                        struct arena *a, struct answer *answer, struct err *e)
{
    struct task_progress progress = {o, run, (unsigned)t->question.tier->rounds};
    const struct sink sink = {.text = work_hear, .headway = run->traced ? work_headway : NULL, .ud = &progress};
    bool ok = research_run(o->world, &t->question, &sink, cancelled, a, answer, e);
    work_count(o, run, &answer->spent);
    return ok;
}

static bool work_print(const struct task_request *t, const struct answer *answer, struct run *run, struct arena *a,
                       struct err *e)
{
    struct buf out;
    buf_init(&out, OUTPUT_BYTES);
    task_output_print(answer, t->output, &out);
    bool ok = !out.over || err_set(e, ERR_INTERNAL, "The output has more than %d bytes.", OUTPUT_BYTES);
    if (ok)
        run->output = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return ok;
}

/* Those that the client was told already, and what the work adds: the request's own from `from` on. */
static struct slice work_warnings(const struct run *run, const struct task_request *t, size_t from,
                                  const struct answer *answer, struct arena *a)
{
    struct buf out;
    buf_init(&out, WARNINGS_BYTES);
    task_warnings_print(run->warnings, t, from, answer, &out);
    struct slice text = out.over ? run->warnings : arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return text;
}

/* What a client is told of a failure: no names of files. */
static struct slice work_error(const struct run *run, const struct err *e, struct arena *a)
{
    struct err outer = *e;
    struct buf out;
    log_event(LOG_INFO, "task", "run=%.*s failed: code=%s cause=%s", SLICE_ARGS(run->id), err_wire_code(e->code),
              log_quoted(slice_of(e->message)).text);
    if (e->code == ERR_IO || e->code == ERR_CORRUPT || e->code == ERR_INTERNAL || e->code == ERR_NO_MEMORY)
        err_set(&outer, e->code, NULL);
    buf_init(&out, WARNINGS_BYTES);
    task_error_print(&outer, run->id.p, &out);
    struct slice text = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return text;
}

bool task_work(const struct runner_options *o, struct run *run, atomic_bool *cancelled, struct arena *a)
{
    struct task_request t = {.output = TASK_AUTO};
    struct answer answer;
    struct err e;
    bool answered = false;
    bool ok = run->tries <= TASK_TRIES_MOST ||
              err_set(&e, ERR_INTERNAL, "The run was begun %d times and never came to an end.", TASK_TRIES_MOST);
    ok = ok && task_request_parse(a, run->request, &o->limits, &t, &e);
    size_t told = t.warning_count;
    ok = ok && work_scope(o, run, &t, a, &e) && work_go_on(o, run, &t, a, &e);
    if (ok && t.unusable) {
        e = t.why;
        ok = false;
    }
    if (ok) {
        answered = work_answer(o, run, &t, cancelled, a, &answer, &e);
        ok = answered && work_print(&t, &answer, run, a, &e);
    }
    if (!ok && atomic_load(cancelled))
        return false;
    if (ok)
        work_keep(o, run, &t, &answer);
    run->status = ok ? RUN_COMPLETED : RUN_FAILED;
    run->warnings = work_warnings(run, &t, told, answered ? &answer : NULL, a);
    run->error = ok ? SLICE("") : work_error(run, &e, a);
    return true;
}
