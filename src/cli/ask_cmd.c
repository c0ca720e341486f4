/* ask_cmd.c - footnote ask: one question, answered into the terminal. Needs no server and no key. */
#include <stdlib.h>
#include <unistd.h>

#include "api/chat_reply.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/confidence_file.h"
#include "cli/files.h"
#include "cli/local.h"
#include "cli/web.h"
#include "cli/terminal.h"
#include "research/session.h"

enum { MAX_SCHEMA_BYTES = 1024 * 1024, MAX_REPLY_BYTES = 4 * 1024 * 1024 };
enum { LOCAL_WAIT_MS = 60 * 1000 }; /* for a model file to load */

struct ask {
    const char *question, *model, *schema;
    bool json, colour;
};

static void help(void)
{
    puts("usage: footnote ask [OPTIONS] \"QUESTION\"\n\n"
         "Answers from the pages of the index; the footnotes below the answer quote them word for word.\n\n"
         "  --model NAME               speed, lite, base or core (default speed)\n"
         "  --schema FILE              answer as JSON that fits this JSON Schema; '-' reads it from standard input\n"
         "  --json                     print the whole reply as the API would give it\n"
         "  --no-color                 plain text (the default when the output is no terminal, or NO_COLOR is set)");
    config_help(CONFIG_ASK | CONFIG_ANSWER | CONFIG_WEB | CONFIG_SEARCH, stdout);
    config_help(CONFIG_ALL, stdout);
}

/* 0: go on; otherwise the exit status plus one. */
static int read_arguments(int argc, char **argv, struct ask *ask)
{
    *ask = (struct ask){.model = "speed", .colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR")};
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        const char **value = strcmp(arg, "--model") == 0 ? &ask->model : strcmp(arg, "--schema") == 0 ? &ask->schema : NULL;
        if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            help();
            return 1;
        }
        if (value && i + 1 < argc) {
            *value = argv[++i];
        } else if (strcmp(arg, "--json") == 0) {
            ask->json = true;
        } else if (strcmp(arg, "--no-color") == 0) {
            ask->colour = false;
        } else if (strcmp(arg, "--") == 0 && i + 2 == argc && !ask->question) {
            ask->question = argv[++i];
        } else if (arg[0] == '-' && arg[1]) {
            fprintf(stderr, "footnote ask: '%s' %s; see footnote ask --help\n", arg,
                    value ? "needs a value" : "is not understood");
            return 3;
        } else if (ask->question) {
            fputs("footnote ask: put the question in quotes: footnote ask \"where is it?\"\n", stderr);
            return 3;
        } else {
            ask->question = arg;
        }
    }
    if (!ask->question || !ask->question[0]) {
        fputs("footnote ask: ask something: footnote ask \"where is it?\"\n", stderr);
        return 3;
    }
    if (utf8_check(slice_of(ask->question)) < strlen(ask->question)) {
        fputs("footnote ask: the question is not valid UTF-8.\n", stderr);
        return 3;
    }
    return 0;
}

static bool read_schema(struct arena *a, const struct ask *ask, const struct config *c, struct question *q,
                        struct err *e)
{
    struct slice text;
    const struct value *schema;
    if (!file_read(a, ask->schema, MAX_SCHEMA_BYTES, &text, e) || !value_parse(a, text, &schema, NULL, e))
        return false;
    q->output = OUTPUT_JSON_SCHEMA;
    q->schema = schema;
    if (!shape_parse(a, schema, "", (unsigned)c->max_schema_depth, &q->shape, e))
        return false;
    return shape_unfolds_within(q->shape, SHAPE_PLACES_MAX) ||
           err_set(e, ERR_UNSUPPORTED_SCHEMA, "With every $ref replaced by what it names, the schema has more than %d places.",
                   SHAPE_PLACES_MAX);
}

struct terminal {
    bool colour;
};

static bool is_mark(struct slice text)
{
    return text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']' && text.p[1] >= '1' && text.p[1] <= '9';
}

static bool show_text(void *ud, struct slice delta)
{
    const struct terminal *t = ud;
    bool tint = t->colour && is_mark(delta);
    if (tint)
        fputs("\033[36m", stdout);
    terminal_put(delta);
    if (tint)
        fputs("\033[0m", stdout);
    return fflush(stdout) == 0;
}

static bool show_nothing(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

/* A title may have line ends, which could make up lines of their own. */
static void put_line(struct slice text)
{
    while (text.n > 0) {
        size_t line = slice_find(text, SLICE("\n"));
        terminal_put(slice_sub(text, 0, line));
        if (line == text.n)
            break;
        putchar(' ');
        text = slice_sub(text, line + 1, text.n - line - 1);
    }
}

static void show_footnotes(const struct answer *answer, bool colour)
{
    const char *tint = colour ? "\033[36m" : "", *dim = colour ? "\033[2m" : "", *off = colour ? "\033[0m" : "";
    putchar('\n');
    if (answer->cited_count)
        putchar('\n');
    for (size_t i = 0; i < answer->cited_count; i++) {
        const struct source *s = answer->cited[i];
        printf("%s[%zu]%s ", tint, i + 1, off);
        put_line(s->title);
        fputs(s->title.n ? " - " : "", stdout);
        put_line(s->url);
        putchar('\n');
    }
    for (size_t i = 0; i < answer->basis_count; i++) {
        const struct basis *b = &answer->basis[i];
        const char *level = confidence_name(b->confidence);
        printf("%s%s", i == 0 ? "\n" : "", dim);
        if (answer->basis_count > 1)
            put_line(b->field);
        printf("%sconfidence %s: ", answer->basis_count > 1 ? ": " : "", level ? level : "none");
        put_line(b->reasoning);
        printf("%s\n", off);
    }
    for (size_t i = 0; i < answer->warning_count; i++)
        fprintf(stderr, "note: %.*s\n", SLICE_ARGS(answer->warnings[i]));
}

static bool print_json(const struct chat_request *r, const struct answer *answer, struct err *e)
{
    struct chat_head head;
    struct buf out;
    chat_head_init(&head, r, clock_unix_s());
    buf_init(&out, MAX_REPLY_BYTES);
    chat_reply_print(&head, r, answer, SLICE(""), &out);
    bool ok = !out.over || err_set(e, ERR_INTERNAL, "The reply has more than %d bytes.", MAX_REPLY_BYTES);
    if (ok)
        printf("%.*s\n", SLICE_ARGS(buf_slice(&out)));
    buf_release(&out);
    return ok;
}

static bool answer_question(struct arena *a, const struct ask *ask, const struct config *c, struct err *e)
{
    struct chat_request r = {0};
    struct turn turn = {ROLE_USER, slice_of(ask->question)};
    struct world world = {NULL};
    struct web web = {NULL};
    struct local_model *local = NULL;
    struct confidence_model confidence;
    struct answer answer;
    struct terminal terminal = {ask->colour};
    const struct sink sink = {.text = ask->json ? show_nothing : show_text, .ud = &terminal};
    r.question.turns = &turn;
    r.question.turn_count = 1;
    r.question.tier = tier_find(slice_of(ask->model));
    if (!r.question.tier)
        return err_set(e, ERR_USAGE, "there is no model '%s'; the models are speed, lite, base and core", ask->model);
    if (ask->schema && !read_schema(a, ask, c, &r.question, e))
        return false;
    if (!confidence_load(c, &confidence, e))
        return false;
    world.confidence = &confidence;
    if (!index_open(arena_printf(a, "%s/index", c->data).p, &world.index, e))
        return false;
    bool ok = web_open(c, &web, e) && web_open_search(c, &web, e) &&
              models_open(c, &local, &world.model, &world.small, e) && reranker_open(c, &world.reranker, e);
    if (ok && local && !local_model_ready(local, &(struct deadline){clock_ms() + LOCAL_WAIT_MS, NULL}))
        fputs("footnote ask: the model is not ready, so the answer is made of quotes; see footnote doctor --online\n", stderr);
    web_lend(&web, &world);
    ok = ok && session_run(&world, &r.question, &sink, NULL, a, &answer, e);
    if (ok && ask->json)
        ok = print_json(&r, &answer, e);
    else if (ok)
        show_footnotes(&answer, ask->colour);
    rerank_close(world.reranker);
    llm_close(world.small);
    llm_close(world.model);
    local_model_stop(local);
    web_close(&web);
    index_close(world.index);
    return ok;
}

int ask_cmd(int argc, char **argv, const struct config *config)
{
    struct ask ask;
    struct err e;
    int stop = read_arguments(argc, argv, &ask);
    if (stop)
        return stop - 1;
    struct arena *arena = arena_new();
    bool ok = answer_question(arena, &ask, config, &e);
    if (!ok)
        fprintf(stderr, "footnote ask: %s%s%s\n", e.message, e.param[0] ? " At: " : "", e.param);
    arena_free(arena);
    return ok ? 0 : e.code == ERR_USAGE ? 2 : 1;
}
