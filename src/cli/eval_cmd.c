/* eval_cmd.c - footnote eval: asks questions with known answers, in this process or of a running server, says how good
 * the answers are and whether the stated probabilities hold, and fits the confidence model on them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/confidence_file.h"
#include "cli/eval_ask.h"
#include "cli/eval_questions.h"
#include "cli/local.h"
#include "cli/web.h"
#include "eval/recalibrate.h"
#include "eval/report.h"
#include "shape/value.h"

enum { THREADS_MOST = 256, REPORT_MAX_BYTES = 1024 * 1024, ROW_MAX_BYTES = 16 * 1024 * 1024, ERRORS_SHOWN = 3 };

struct eval {
    const char *model, *url, *key, *json, *svg;
    long limit, threads;
    bool calibrate, force, print_model;
    char **files;
    int file_count;
};

static void help(void)
{
    struct buf text;
    puts("usage: footnote eval [OPTIONS] QUESTIONS.jsonl...\n"
         "       footnote eval --print-model\n\n"
         "Asks questions with known answers and says how good the replies are. A line of a file is\n"
         "  {\"id\"?, \"question\", \"answers\": [...], \"url\"?}     \"answers\": [] where nothing in the pages answers it\n\n"
         "  --model NAME               speed, lite, base or core (default base)\n"
         "  --url BASE_URL             ask a running server, like http://127.0.0.1:8080/v1 (default: this data folder)\n"
         "  --key KEY                  the server's API key\n"
         "  --parallel N               questions at once, 1 to 256 (default: the number of cores)\n"
         "  --limit N                  only the first N questions\n"
         "  --json FILE                write one JSON object a question\n"
         "  --svg FILE                 write a reliability diagram\n"
         "  --calibrate                fit the confidence model on these questions; written to confidence.ini in the data\n"
         "                             folder when that is better across folds of pages. 50 questions at least, answerable\n"
         "                             and unanswerable ones as they are asked in earnest\n"
         "  --force                    with --calibrate: write it even if it is not better\n"
         "  --print-model              print the confidence model in force as an ini file\n\n"
         "figures:");
    buf_init(&text, REPORT_MAX_BYTES);
    report_explain(&text);
    printf("%.*s\n", SLICE_ARGS(buf_slice(&text)));
    buf_release(&text);
    puts("settings:");
    config_help(CONFIG_ANSWER | CONFIG_WEB | CONFIG_SEARCH, stdout);
    config_help(CONFIG_ALL, stdout);
}

static bool number(const char *text, long most, long *out)
{
    char *end;
    errno = 0;
    *out = strtol(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && *out >= 1 && *out <= most;
}

/* NULL, or what is wrong with it. */
static const char *take_option(struct eval *ev, const char *name, const char *value)
{
    if (strcmp(name, "--limit") == 0)
        return number(value, 100000000, &ev->limit) ? NULL : "must be a number of at least 1";
    if (strcmp(name, "--parallel") == 0)
        return number(value, THREADS_MOST, &ev->threads) ? NULL : "must be a number from 1 to 256";
    const struct {
        const char *name, **at;
    } texts[] = {{"--model", &ev->model}, {"--url", &ev->url}, {"--key", &ev->key}, {"--json", &ev->json}, {"--svg", &ev->svg}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i].name) == 0)
            *texts[i].at = value;
    return NULL;
}

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "footnote eval: %s%s; see footnote eval --help\n", what, why);
    return 3;
}

static int check_arguments(const struct eval *ev)
{
    if (ev->print_model)
        return ev->file_count ? complain("--print-model", " takes no questions") : 0;
    if (!ev->file_count)
        return complain("", "name a file of questions");
    if (ev->url && ev->calibrate)
        return complain("--calibrate", " works on this data folder, not on a server");
    if (ev->force && !ev->calibrate)
        return complain("--force", " goes with --calibrate");
    if (ev->key && !ev->url)
        return complain("--key", " goes with --url");
    if (!ev->url && !tier_find(slice_of(ev->model)))
        return complain("--model", " must be speed, lite, base or core");
    return utf8_check(slice_of(ev->model)) < strlen(ev->model) ? complain("--model", " is not valid UTF-8") : 0;
}

/* 0: go on; otherwise the exit status plus one. The files stay in argv, moved to its begin. */
static int read_arguments(int argc, char **argv, struct eval *ev)
{
    static const char *const with_value[] = {"--model", "--url", "--key", "--json", "--svg", "--limit", "--parallel"};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *ev = (struct eval){.model = "base", .files = argv + 1};
    ev->threads = cores < 1 ? 1 : cores < THREADS_MOST ? cores : THREADS_MOST;
    bool open = true; /* what follows a bare "--" is no option */
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i], *why = NULL;
        bool takes = false;
        for (size_t k = 0; open && k < sizeof with_value / sizeof with_value[0]; k++)
            takes |= strcmp(arg, with_value[k]) == 0;
        if (takes) {
            why = i + 1 < argc ? take_option(ev, arg, argv[i + 1]) : "needs a value";
            i++;
        } else if (open && (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)) {
            help();
            return 1;
        } else if (open && strcmp(arg, "--calibrate") == 0) {
            ev->calibrate = true;
        } else if (open && strcmp(arg, "--force") == 0) {
            ev->force = true;
        } else if (open && strcmp(arg, "--print-model") == 0) {
            ev->print_model = true;
        } else if (open && strcmp(arg, "--") == 0) {
            open = false;
        } else if (open && arg[0] == '-' && arg[1]) {
            why = "is not understood";
        } else {
            ev->files[ev->file_count++] = argv[i];
        }
        if (why) {
            fprintf(stderr, "footnote eval: '%s' %s; see footnote eval --help\n", arg, why);
            return 3;
        }
    }
    return check_arguments(ev);
}

static bool read_questions(struct arena *a, const struct eval *ev, struct eval_questions *out, struct err *e)
{
    *out = (struct eval_questions){.n = 0};
    for (int i = 0; i < ev->file_count; i++)
        if (!eval_questions_read(a, ev->files[i], out, e))
            return false;
    if (out->bad)
        fprintf(stderr, "footnote eval: %zu lines were skipped\n", out->bad);
    if (ev->limit && out->n > (size_t)ev->limit)
        out->n = (size_t)ev->limit;
    return out->n || err_set(e, ERR_USAGE, "There are no questions.");
}

static bool ask_server(struct arena *a, const struct eval *ev, const struct config *c, struct eval_row *rows, size_t n,
                       struct err *e)
{
    struct http_client *http = http_client_new(&(struct http_options){.user_agent = c->user_agent, .ca_file = c->ca_file});
    const struct eval_target target = {.model = ev->model, .url = ev->url, .key = ev->key, .http = http};
    bool ok = eval_ask_all(a, &target, rows, n, (unsigned)ev->threads, e);
    http_client_free(http);
    return ok;
}

/* Nothing that is read for a question is remembered: it would help the next one. */
static bool ask_here(struct arena *a, const struct eval *ev, const struct config *c, const struct confidence_model *model,
                     struct eval_row *rows, size_t n, struct err *e)
{
    struct config own = *c;
    struct web web = {NULL};
    struct local_model *local = NULL;
    struct confidence_model asked = *model;
    struct world world = {.confidence = &asked};
    own.remember = false;
    if (ev->calibrate)
        asked.answer_from = 0; /* what would be given up has to be judged too */
    if (!index_open(arena_printf(a, "%s/index", c->data).p, &world.index, e))
        return false;
    bool ok = web_open(&own, &web, e) && web_open_search(&own, &web, e) &&
              models_open(&own, &local, &world.model, &world.small, e) && reranker_open(&own, &world.reranker, e);
    if (ok) {
        web_lend(&web, &world);
        const struct eval_target target = {.model = ev->model, .world = &world};
        ok = eval_ask_all(a, &target, rows, n, (unsigned)ev->threads, e);
    }
    rerank_close(world.reranker);
    llm_close(world.small);
    llm_close(world.model);
    local_model_stop(local);
    web_close(&web);
    index_close(world.index);
    return ok;
}

static void show_errors(const struct eval_row *rows, size_t n)
{
    size_t shown = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        all += rows[i].error.n > 0;
        if (rows[i].error.n && shown++ < ERRORS_SHOWN)
            fprintf(stderr, "footnote eval: \"%.*s\": %.*s\n", SLICE_ARGS(utf8_cut(rows[i].question->text, 80)),
                    SLICE_ARGS(rows[i].error));
    }
    if (all > ERRORS_SHOWN)
        fprintf(stderr, "footnote eval: %zu more questions failed\n", all - ERRORS_SHOWN);
}

static struct calibration calibration_of(struct arena *a, const struct eval_row *rows, size_t n)
{
    struct forecast *forecasts = arena_array(a, struct forecast, n);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (!rows[i].error.n && rows[i].reply.probability >= 0)
            forecasts[count++] = (struct forecast){rows[i].reply.probability, rows[i].right};
    return calibration_make(a, forecasts, count);
}

static void print_text(struct buf *out, const char *name, struct slice text)
{
    buf_printf(out, "\"%s\":", name);
    value_print_string(text, out);
    buf_add_char(out, ',');
}

static void print_texts(struct buf *out, const char *name, const struct slice *texts, size_t n)
{
    buf_printf(out, "\"%s\":[", name);
    for (size_t i = 0; i < n; i++) {
        buf_add(out, i ? SLICE(",") : SLICE(""));
        value_print_string(texts[i], out);
    }
    buf_add(out, SLICE("],"));
}

static void print_row(struct buf *out, const struct eval_row *row)
{
    const struct eval_question *q = row->question;
    buf_add_char(out, '{');
    print_text(out, "id", q->id);
    print_text(out, "question", q->text);
    print_text(out, "url", q->url);
    print_texts(out, "answers", q->answers, q->answer_count);
    if (row->error.n) {
        buf_add(out, SLICE("\"error\":"));
        value_print_string(row->error, out);
        buf_add(out, SLICE("}\n"));
        return;
    }
    print_text(out, "text", row->reply.text);
    buf_add(out, SLICE("\"cited_urls\":["));
    for (size_t i = 0; i < row->reply.citation_count; i++) {
        buf_add(out, i ? SLICE(",") : SLICE(""));
        value_print_string(row->reply.citations[i].url, out);
    }
    const struct {
        const char *name;
        bool is;
    } flags[] = {{"found", row->found}, {"first", row->first}, {"cited", row->cited}, {"proved", row->proved}, {"right", row->right}};
    buf_add(out, SLICE("],"));
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        buf_printf(out, "\"%s\":%s,", flags[i].name, flags[i].is ? "true" : "false");
    const char *level = confidence_name(row->reply.level), *quote = level ? "\"" : "";
    buf_printf(out, "\"words\":%zu,\"ms\":%.1f,\"confidence\":%s%s%s,\"probability\":", row->words, row->ms, quote,
               level ? level : "null", quote);
    if (row->reply.probability >= 0)
        buf_printf(out, "%.4f}\n", row->reply.probability);
    else
        buf_add(out, SLICE("null}\n"));
}

static bool write_rows(const char *path, const struct eval_row *rows, size_t n, struct err *e)
{
    FILE *out = fopen(path, "wb");
    struct buf line;
    buf_init(&line, ROW_MAX_BYTES);
    bool ok = out != NULL;
    for (size_t i = 0; i < n && ok; i++) {
        buf_reset(&line);
        print_row(&line, &rows[i]);
        ok = !line.over && fwrite(line.p, 1, line.n, out) == line.n;
    }
    if (out)
        ok = fclose(out) == 0 && ok;
    buf_release(&line);
    return ok || err_set(e, ERR_IO, "%s cannot be written: %s.", path, strerror(errno));
}

static bool write_diagram(const char *path, const struct eval_figures *f, const struct calibration *c, struct err *e)
{
    FILE *out = fopen(path, "wb");
    struct buf text;
    buf_init(&text, REPORT_MAX_BYTES);
    report_svg(f, c, &text);
    bool ok = out && fwrite(text.p, 1, text.n, out) == text.n;
    if (out)
        ok = fclose(out) == 0 && ok;
    buf_release(&text);
    return ok || err_set(e, ERR_IO, "%s cannot be written: %s.", path, strerror(errno));
}

static void print_report(const struct eval_figures *f, const struct calibration *c)
{
    struct buf text;
    buf_init(&text, REPORT_MAX_BYTES);
    report_print(f, c, &text);
    fwrite(text.p, 1, text.n, stdout);
    buf_release(&text);
}

static const char *four_decimals(struct arena *a, double number)
{
    return isnan(number) ? "-     " : arena_printf(a, "%.4f", number).p;
}

/* Fits, says what that gives and perhaps writes it. */
static bool calibrate(struct arena *a, const struct eval *ev, const struct config *c, const struct confidence_model *model,
                      const struct eval_row *rows, size_t n, struct err *e)
{
    struct recalibration r;
    const char *path = confidence_path(a, c);
    if (!recalibrate(a, rows, n, model, &r, e))
        return false;
    printf("\ncalibration on %zu questions about %zu pages, %zu answers right, judged across %zu folds of pages\n", r.questions,
           r.pages, r.right, r.folds);
    const struct {
        const char *name;
        double before, after;
    } lines[] = {{"Brier score", r.before.brier, r.after.brier},
                 {"ECE", r.before.ece, r.after.ece},
                 {"wrong", r.before.answers_wrong, r.after.answers_wrong},
                 {"high wrong", r.before.high_wrong, r.after.high_wrong},
                 {"high share", r.before.high_share, r.after.high_share},
                 {"high from", model->high_from, r.model.high_from},
                 {"medium from", model->medium_from, r.model.medium_from},
                 {"answer from", model->answer_from, r.model.answer_from}};
    puts("             before    after");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        printf("%-11s  %s   %s\n", lines[i].name, four_decimals(a, lines[i].before), four_decimals(a, lines[i].after));
    if (!r.better && !ev->force) {
        puts("The model in force is as good or better on these questions: nothing was written (--force writes anyway).");
        return true;
    }
    if (!confidence_write(path, &r.model, e))
        return false;
    printf("%s %s\nIt counts from the next start on; remove the file to go back.\n",
           r.better ? "The fitted model is better. Written:" : "The fitted model is not better. Written all the same:", path);
    if (c->confidence_high >= 0 || c->confidence_medium >= 0 || c->confidence_answer >= 0)
        puts("note: the settings confidence_high, confidence_medium and confidence_answer are stronger than the file.");
    return true;
}

static bool run(struct arena *a, const struct eval *ev, const struct config *c, struct err *e)
{
    struct confidence_model model;
    struct eval_questions questions;
    if (!confidence_load(c, &model, e) || !read_questions(a, ev, &questions, e))
        return false;
    size_t n = questions.n;
    struct eval_row *rows = arena_array(a, struct eval_row, n), *shown = arena_array(a, struct eval_row, n);
    for (size_t i = 0; i < n; i++)
        rows[i].question = &questions.at[i];
    if (!(ev->url ? ask_server(a, ev, c, rows, n, e) : ask_here(a, ev, c, &model, rows, n, e)))
        return false;
    show_errors(rows, n);
    memcpy(shown, rows, n * sizeof *shown);
    for (size_t i = 0; i < n; i++)
        if (ev->calibrate && shown[i].reply.inputs && shown[i].reply.probability < model.answer_from)
            eval_give_up(&shown[i]);
    struct eval_figures figures = eval_count(a, shown, n);
    struct calibration reliability = calibration_of(a, shown, n);
    if (figures.errors == n)
        return err_set(e, ERR_UNAVAILABLE, "All questions failed.");
    print_report(&figures, &reliability);
    return (!ev->json || write_rows(ev->json, shown, n, e)) && (!ev->svg || write_diagram(ev->svg, &figures, &reliability, e)) &&
           (!ev->calibrate || calibrate(a, ev, c, &model, rows, n, e));
}

static bool print_model(const struct config *c, struct err *e)
{
    struct confidence_model model;
    struct buf text;
    if (!confidence_load(c, &model, e))
        return false;
    buf_init(&text, REPORT_MAX_BYTES);
    confidence_print(&model, &text);
    fwrite(text.p, 1, text.n, stdout);
    buf_release(&text);
    return true;
}

int eval_cmd(int argc, char **argv, const struct config *config)
{
    struct eval ev;
    struct err e;
    int stop = read_arguments(argc, argv, &ev);
    if (stop)
        return stop - 1;
    struct arena *arena = arena_new();
    bool ok = ev.print_model ? print_model(config, &e) : run(arena, &ev, config, &e);
    if (!ok) {
        fflush(stdout);
        fprintf(stderr, "footnote eval: %s\n", e.message);
    }
    arena_free(arena);
    return ok ? 0 : e.code == ERR_USAGE ? 2 : 1;
}
