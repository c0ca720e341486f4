/* ask_cmd.c - footnote ask: one question, answered into the terminal. Needs no server and no key. */
#include <stdlib.h>
#include <unistd.h>

#include "api/chat_reply.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "research/research.h"

enum { MAX_SCHEMA_BYTES = 1024 * 1024, MAX_REPLY_BYTES = 4 * 1024 * 1024 };
enum { LOCAL_WAIT_MS = 60 * 1000 }; /* for a model file to load */

struct ask {
    const char *question, *model, *schema;
    bool json, colour;
};

static void ask_help(void)
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

/* NULL: each of them may say anything. */
static const char *ask_take(void *ud, const char *name, const char *value)
{
    struct ask *ask = ud;
    *(strcmp(name, "--model") == 0 ? &ask->model : &ask->schema) = value;
    return NULL;
}

/* NULL, or what is wrong with the question. */
static const char *ask_take_question(struct ask *ask, int argc, char **argv)
{
    if (argc > 2)
        return "put the question in quotes: footnote ask \"where is it?\"";
    if (argc < 2 || !argv[1][0])
        return "ask something: footnote ask \"where is it?\"";
    ask->question = argv[1];
    return utf8_check(slice_of(argv[1])) < strlen(argv[1]) ? "the question is not valid UTF-8." : NULL;
}

/* False: end with *status. */
static bool read_arguments(int argc, char **argv, struct ask *ask, int *status)
{
    bool plain = getenv("NO_COLOR") || !isatty(STDOUT_FILENO);
    *ask = (struct ask){.model = "speed"};
    const struct options own = {.command = "ask",
                                .help = ask_help,
                                .flags = {{"--json", &ask->json}, {"--no-color", &plain}},
                                .with_value = {"--model", "--schema"},
                                .take = ask_take,
                                .ud = ask};
    if (!options_read(&own, &argc, argv, status))
        return false;
    ask->colour = !plain;
    const char *why = ask_take_question(ask, argc, argv);
    if (!why)
        return true;
    fprintf(stderr, "footnote ask: %s\n", why);
    *status = 2;
    return false;
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
           err_set(e, ERR_UNSUPPORTED_SCHEMA,
                   "With every $ref replaced by what it names, the schema has more than %d places.", SHAPE_PLACES_MAX);
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
    struct answering own;
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
    if (!answering_open(c, &own, e))
        return false;
    if (own.local && !local_model_ready(own.local, &(struct deadline){clock_ms() + LOCAL_WAIT_MS, NULL}))
        fputs("footnote ask: the model is not ready, so the answer is made of quotes; see footnote doctor --online\n",
              stderr);
    bool ok = research_run(&own.world, &r.question, &sink, NULL, a, &answer, e);
    if (ok && ask->json)
        ok = print_json(&r, &answer, e);
    else if (ok)
        show_footnotes(&answer, ask->colour);
    answering_close(&own);
    return ok;
}

int ask_cmd(int argc, char **argv, const struct config *config)
{
    struct ask ask;
    struct err e;
    int status;
    if (!read_arguments(argc, argv, &ask, &status))
        return status;
    struct arena *arena = arena_new();
    bool ok = answer_question(arena, &ask, config, &e);
    arena_free(arena);
    return command_status("ask", ok, &e);
}
