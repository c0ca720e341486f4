/* Each thread takes the next question, asks it with an arena of its own, copies the row into the caller's arena, and
 * judges it. Meanwhile the calling thread shows the progress. */
#include "cli/eval_ask.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "cli/progress.h"
#include "evidence/confidence.h"
#include "shape/value.h"

enum {
    SERVER_TIMEOUT_MS = 400 * 1000,
    SERVER_MAX_BYTES = 16 * 1024 * 1024,
    BUSY_TRIES = 20, /* a server that says 429 is asked again after as long as it says */
    BUSY_WAIT_MS = 1000,
    BUSY_WAIT_MOST_MS = 60 * 1000,
    BODY_MAX_BYTES = 1024 * 1024,
    SHOW_EVERY_MS = 50,
};

struct run {
    const struct eval_target *target;
    struct eval_row *rows;
    size_t n;
    atomic_size_t next, done;
};

struct asker {
    struct run *run;
    struct arena *keep;
    pthread_t thread;
};

static struct slice ask_failure(struct arena *keep, struct slice sentence)
{
    return sentence.n ? arena_dup(keep, sentence) : SLICE("unknown error");
}

static const struct eval_citation *keep_citations(struct arena *keep, const struct basis *b)
{
    struct eval_citation *out = arena_array(keep, struct eval_citation, b->citation_count);
    for (size_t i = 0; i < b->citation_count; i++) {
        const struct citation *c = &b->citations[i];
        struct slice *excerpts = arena_array(keep, struct slice, c->excerpt_count);
        for (size_t k = 0; k < c->excerpt_count; k++)
            excerpts[k] = arena_dup(keep, c->excerpts[k]);
        out[i] = (struct eval_citation){arena_dup(keep, c->source->url), excerpts, c->excerpt_count};
    }
    return out;
}

static bool hear_nothing(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

static void ask_session(const struct eval_target *t, struct arena *a, struct arena *keep, struct eval_row *row)
{
    const struct turn turn = {ROLE_USER, row->question->text};
    const struct question q = {.tier = tier_find(slice_of(t->model)), .turns = &turn, .turn_count = 1};
    const struct sink sink = {.text = hear_nothing};
    struct answer answer;
    struct err e;
    if (!research_run(t->world, &q, &sink, NULL, a, &answer, &e)) {
        row->error = ask_failure(keep, slice_of(e.message));
        return;
    }
    row->reply = (struct eval_reply){.text = arena_dup(keep, answer.text), .probability = NAN};
    if (answer.basis_count == 0)
        return;
    const struct basis *b = &answer.basis[0];
    row->reply.citations = keep_citations(keep, b);
    row->reply.citation_count = b->citation_count;
    row->reply.level = b->confidence;
    if (b->confidence != CONFIDENCE_NONE)
        row->reply.probability = b->probability;
    if (b->inputs) {
        double *inputs = arena_array(keep, double, INPUT_COUNT);
        memcpy(inputs, b->inputs, INPUT_COUNT * sizeof *inputs);
        row->reply.inputs = inputs;
    }
}

/* object.name.name..., a number in a name's place is an element; NULL where the way ends. */
static const struct value *at_path(const struct value *v, const char *const *path)
{
    for (; v && *path; path++) {
        if (v->kind == VALUE_ARRAY)
            v = v->array.n ? &v->array.at[0] : NULL; /* the first one is all that is asked for */
        else
            v = value_member(v, slice_of(*path));
    }
    return v;
}

static struct slice string_at(const struct value *v, const char *name)
{
    const struct value *s = v ? value_member(v, slice_of(name)) : NULL;
    return s && s->kind == VALUE_STRING ? s->string : SLICE("");
}

static void read_citations(struct arena *keep, const struct value *list, struct eval_reply *out)
{
    size_t n = list && list->kind == VALUE_ARRAY ? list->array.n : 0;
    struct eval_citation *citations = arena_array(keep, struct eval_citation, n);
    for (size_t i = 0; i < n; i++) {
        const struct value *c = &list->array.at[i], *texts = value_member(c, SLICE("excerpts"));
        size_t count = texts && texts->kind == VALUE_ARRAY ? texts->array.n : 0;
        struct slice *excerpts = arena_array(keep, struct slice, count);
        for (size_t k = 0; k < count; k++)
            if (texts->array.at[k].kind == VALUE_STRING)
                excerpts[k] = arena_dup(keep, texts->array.at[k].string);
        citations[i] = (struct eval_citation){arena_dup(keep, string_at(c, "url")), excerpts, count};
    }
    out->citations = citations;
    out->citation_count = n;
}

static bool read_reply(struct arena *keep, const struct value *v, struct eval_reply *out)
{
    static const char *const to_text[] = {"choices", "0", "message", "content", NULL}, *const to_basis[] = {"basis",
                                                                                                            "0", NULL};
    const struct value *text = at_path(v, to_text), *basis = at_path(v, to_basis);
    *out = (struct eval_reply){.text = SLICE(""), .probability = NAN};
    if (!text || text->kind != VALUE_STRING)
        return false;
    out->text = arena_dup(keep, text->string);
    if (!basis || basis->kind != VALUE_OBJECT)
        return true;
    read_citations(keep, value_member(basis, SLICE("citations")), out);
    struct slice level = string_at(basis, "confidence");
    for (int i = CONFIDENCE_LOW; i <= CONFIDENCE_HIGH; i++)
        if (slice_is(level, confidence_name((enum confidence)i)))
            out->level = (enum confidence)i;
    const struct value *all = value_member(v, SLICE("probabilities"));
    const struct value *p = all ? value_member(all, string_at(basis, "field")) : NULL;
    double number = p && p->kind == VALUE_REAL ? p->real : p && p->kind == VALUE_INT ? (double)p->integer : NAN;
    if (number >= 0 && number <= 1)
        out->probability = number;
    return true;
}

static struct slice request_body(struct arena *a, const struct eval_target *t, const struct eval_row *row)
{
    struct buf body;
    buf_init(&body, BODY_MAX_BYTES);
    buf_add(&body, SLICE("{\"model\":"));
    value_print_string(slice_of(t->model), &body);
    buf_add(&body, SLICE(",\"store\":false,\"messages\":[{\"role\":\"user\",\"content\":"));
    value_print_string(row->question->text, &body);
    buf_add(&body, SLICE("}]}"));
    struct slice out = arena_dup(a, buf_slice(&body));
    buf_release(&body);
    return out;
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

static void ask_server(const struct eval_target *t, struct arena *a, struct arena *keep, struct eval_row *row)
{
    struct slice base = slice_of(t->url);
    while (base.n > 0 && base.p[base.n - 1] == '/')
        base.n--;
    const struct http_header headers[] = {
        {SLICE("Content-Type"), SLICE("application/json")},
        {SLICE("Authorization"), arena_printf(a, "Bearer %s", t->key ? t->key : "")},
    };
    const struct http_request request = {.url = arena_printf(a, "%.*s/chat/completions", SLICE_ARGS(base)),
                                         .headers = headers,
                                         .header_count = t->key ? 2 : 1,
                                         .body = request_body(a, t, row),
                                         .timeout_ms = SERVER_TIMEOUT_MS,
                                         .max_wire_bytes = SERVER_MAX_BYTES,
                                         .max_body_bytes = SERVER_MAX_BYTES};
    const struct http_reply *reply = NULL;
    const struct value *v;
    struct err e;
    for (int i = 0; i < BUSY_TRIES; i++) {
        const struct deadline d = {clock_ms() + SERVER_TIMEOUT_MS, NULL};
        reply = http_ask(t->http, a, &request, &d);
        if (reply->status != 429)
            break;
        unsigned wait = reply->retry_after_ms ? reply->retry_after_ms : BUSY_WAIT_MS;
        pause_ms(wait < BUSY_WAIT_MOST_MS ? wait : BUSY_WAIT_MOST_MS);
    }
    bool parsed = reply->body.n && value_parse(a, reply->body, &v, NULL, &e);
    if (reply->outcome != HTTP_OK) {
        const struct value *said = parsed ? value_member(v, SLICE("error")) : NULL;
        row->error = arena_printf(keep, "%s%s%.*s", reply->reason, string_at(said, "message").n ? ": " : "",
                                  SLICE_ARGS(string_at(said, "message")));
        if (reply->status)
            row->error = arena_printf(keep, "status %d: %.*s", reply->status, SLICE_ARGS(row->error));
        return;
    }
    if (!parsed || !read_reply(keep, v, &row->reply))
        row->error = SLICE("the reply is no chat completion");
}

static void *ask_some(void *thing)
{
    struct asker *asker = thing;
    struct run *run = asker->run;
    for (;;) {
        size_t i = atomic_fetch_add(&run->next, 1);
        if (i >= run->n)
            return NULL;
        struct eval_row *row = &run->rows[i];
        struct arena *a = arena_new();
        int64_t start_us = clock_us();
        (run->target->world ? ask_session : ask_server)(run->target, a, asker->keep, row);
        row->ms = (double)(clock_us() - start_us) / 1000;
        if (!row->error.n)
            eval_judge(a, row);
        arena_free(a);
        atomic_fetch_add(&run->done, 1);
    }
}

static void release_arena(void *arena)
{
    arena_free(arena);
}

bool eval_ask_all(struct arena *a, const struct eval_target *target, struct eval_row *rows, size_t n, unsigned threads,
                  struct err *e)
{
    struct run run = {.target = target, .rows = rows, .n = n};
    struct asker *askers = arena_array(a, struct asker, threads);
    struct progress progress;
    unsigned started = 0;
    progress_begin(&progress, "eval", 0);
    progress.unit = "questions";
    for (; started < threads; started++) {
        askers[started] = (struct asker){.run = &run, .keep = arena_new()};
        arena_defer(a, release_arena, askers[started].keep);
        if (pthread_create(&askers[started].thread, NULL, ask_some, &askers[started]) != 0)
            break;
    }
    for (size_t done = 0; started > 0 && done < n; done = atomic_load(&run.done)) {
        progress_show(&progress, done, done, n, "");
        pause_ms(SHOW_EVERY_MS);
    }
    progress_clear(&progress);
    for (unsigned i = 0; i < started; i++)
        pthread_join(askers[i].thread, NULL);
    return started > 0 || err_set(e, ERR_IO, "No thread could be started.");
}
