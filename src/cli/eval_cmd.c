/* eval_cmd.c - footnote eval: asks questions with known answers, in this process or of a running server, says how good
 * the answers are and whether the stated probabilities hold, and fits the confidence model on them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/answering.h"
#include "cli/commands.h"
#include "cli/confidence_file.h"
#include "cli/eval_ask.h"
#include "cli/eval_questions.h"
#include "cli/options.h"
#include "eval/recalibrate.h"
#include "eval/report.h"
#include "eval/report_svg.h"
#include "shape/value.h"

enum { THREADS_MOST = 256, REPORT_MAX_BYTES = 1024 * 1024, ROW_MAX_BYTES = 16 * 1024 * 1024, ERRORS_SHOWN = 3 };

struct eval {
    const char *model, *url, *key, *json, *svg;
    long limit, threads;
    bool calibrate, force, print_model;
    char **files;
    int file_count;
};

static void eval_help(void)
{
    struct buf text;
    puts(
        "usage: footnote eval [OPTIONS] SET...\n"
        "       footnote eval --print-model\n\n"
        "Asks questions with known answers and says how good the replies are. A set is a file, or several joined by "
        "commas;\n"
        "several sets are also shown side by side. A line of a file is\n"
        "  {\"id\"?, \"question\", \"answers\": [...], \"url\"?}     \"answers\": [] where nothing in the pages "
        "answers it\n\n"
        "  --model NAME               speed, lite, base or core (default base)\n"
        "  --url BASE_URL             ask a running server, like http://127.0.0.1:8080/v1 (default: this data folder)\n"
        "  --key KEY                  the server's API key\n"
        "  --parallel N               questions at once, 1 to 256 (default: the number of cores)\n"
        "  --limit N                  only the first N questions\n"
        "  --json FILE                write one JSON object a question\n"
        "  --svg FILE                 write a reliability diagram\n"
        "  --calibrate                fit the confidence model on these questions; written to confidence.ini in the "
        "data\n"
        "                             folder when that is better across folds of pages. 50 questions at least, "
        "answerable\n"
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

static bool eval_number(const char *text, long most, long *out)
{
    char *end;
    errno = 0;
    *out = strtol(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && *out >= 1 && *out <= most;
}

/* NULL, or what is wrong with it. */
static const char *eval_take(void *ud, const char *name, const char *value)
{
    struct eval *ev = ud;
    if (strcmp(name, "--limit") == 0)
        return eval_number(value, 100000000, &ev->limit) ? NULL : "must be a number of at least 1";
    if (strcmp(name, "--parallel") == 0)
        return eval_number(value, THREADS_MOST, &ev->threads) ? NULL : "must be a number from 1 to 256";
    const struct {
        const char *name, **at;
    } texts[] = {
        {"--model", &ev->model}, {"--url", &ev->url}, {"--key", &ev->key}, {"--json", &ev->json}, {"--svg", &ev->svg}};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (strcmp(name, texts[i].name) == 0)
            *texts[i].at = value;
    return NULL;
}

/* False, for check_arguments. */
static bool eval_complain(const char *what, const char *why)
{
    fprintf(stderr, "footnote eval: %s%s; see footnote eval --help\n", what, why);
    return false;
}

static bool check_arguments(const struct eval *ev)
{
    if (ev->print_model)
        return !ev->file_count || eval_complain("--print-model", " takes no questions");
    if (!ev->file_count)
        return eval_complain("", "name a file of questions");
    if (ev->url && ev->calibrate)
        return eval_complain("--calibrate", " works on this data folder, not on a server");
    if (ev->force && !ev->calibrate)
        return eval_complain("--force", " goes with --calibrate");
    if (ev->key && !ev->url)
        return eval_complain("--key", " goes with --url");
    if (!ev->url && !tier_find(slice_of(ev->model)))
        return eval_complain("--model", " must be speed, lite, base or core");
    return utf8_check(slice_of(ev->model)) == strlen(ev->model) || eval_complain("--model", " is not valid UTF-8");
}

/* False: end with *status. The files stay in argv. */
static bool read_arguments(int argc, char **argv, struct eval *ev, int *status)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *ev = (struct eval){.model = "base", .files = argv + 1};
    ev->threads = cores < 1 ? 1 : cores < THREADS_MOST ? cores : THREADS_MOST;
    const struct options own = {
        .command = "eval",
        .help = eval_help,
        .flags = {{"--calibrate", &ev->calibrate}, {"--force", &ev->force}, {"--print-model", &ev->print_model}},
        .with_value = {"--model", "--url", "--key", "--json", "--svg", "--limit", "--parallel"},
        .take = eval_take,
        .ud = ev};
    if (!options_read(&own, &argc, argv, status))
        return false;
    ev->file_count = argc - 1;
    *status = 2;
    return check_arguments(ev);
}

/* Reads the files of one set, "a.jsonl,b.jsonl". */
static bool read_set(struct arena *a, struct slice files, struct eval_questions *out, struct err *e)
{
    while (files.n) {
        size_t comma = slice_find(files, SLICE(","));
        if (!eval_questions_read(a, arena_printf(a, "%.*s", SLICE_ARGS(slice_sub(files, 0, comma))).p, out, e))
            return false;
        files = comma < files.n ? slice_sub(files, comma + 1, files.n - comma - 1) : SLICE("");
    }
    return true;
}

/* ends[i]: the number of questions up to the end of set i. */
static bool read_questions(struct arena *a, const struct eval *ev, struct eval_questions *out, size_t *ends,
                           struct err *e)
{
    *out = (struct eval_questions){.n = 0};
    for (int i = 0; i < ev->file_count; i++) {
        if (!read_set(a, slice_of(ev->files[i]), out, e))
            return false;
        ends[i] = out->n;
    }
    if (out->bad)
        fprintf(stderr, "footnote eval: %zu lines were skipped\n", out->bad);
    if (ev->limit && out->n > (size_t)ev->limit)
        out->n = (size_t)ev->limit;
    return out->n || err_set(e, ERR_USAGE, "There are no questions.");
}

/* What a set is called in the table: its first file without folder and ending. */
static struct slice set_name(const char *files)
{
    struct slice name = slice_of(files);
    name = slice_sub(name, 0, slice_find(name, SLICE(",")));
    for (size_t i = name.n; i-- > 0;)
        if (name.p[i] == '/') {
            name = slice_sub(name, i + 1, name.n - i - 1);
            break;
        }
    return slice_sub(name, 0, slice_find(name, SLICE(".jsonl")));
}

static void print_sets(struct arena *a, const struct eval *ev, const struct eval_row *rows, size_t n,
                       const size_t *ends)
{
    struct report_set *sets = arena_array(a, struct report_set, (size_t)ev->file_count);
    struct buf text;
    size_t count = 0, start = 0;
    for (int i = 0; i < ev->file_count; i++) {
        size_t end = ends[i] < n ? ends[i] : n;
        if (end > start)
            sets[count++] = (struct report_set){set_name(ev->files[i]), eval_count(a, rows + start, end - start)};
        start = end;
    }
    buf_init(&text, REPORT_MAX_BYTES);
    report_sets(sets, count, &text);
    fwrite(text.p, 1, text.n, stdout);
    buf_release(&text);
}

static bool ask_server(struct arena *a, const struct eval *ev, const struct config *c, struct eval_row *rows, size_t n,
                       struct err *e)
{
    struct http_client *http =
        http_client_new(&(struct http_options){.user_agent = c->user_agent, .ca_file = c->ca_file});
    const struct eval_target target = {.model = ev->model, .url = ev->url, .key = ev->key, .http = http};
    bool ok = eval_ask_all(a, &target, rows, n, (unsigned)ev->threads, e);
    http_client_free(http);
    return ok;
}

/* Pages read for a question are not remembered, since they would help the next one. */
static bool ask_here(struct arena *a, const struct eval *ev, const struct config *c, struct eval_row *rows, size_t n,
                     struct err *e)
{
    struct config own = *c;
    struct answering asked;
    own.remember = false;
    if (!answering_open(&own, &asked, e))
        return false;
    if (ev->calibrate)
        asked.confidence.answer_from = 0; /* what would be given up has to be judged too */
    const struct eval_target target = {.model = ev->model, .world = &asked.world};
    bool ok = eval_ask_all(a, &target, rows, n, (unsigned)ev->threads, e);
    answering_close(&asked);
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
    } flags[] = {{"found", row->found},
                 {"first", row->first},
                 {"cited", row->cited},
                 {"proved", row->proved},
                 {"right", row->right}};
    buf_add(out, SLICE("],"));
    for (size_t i = 0; i < COUNT_OF(flags); i++)
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
    const char *why = line.over ? "a row is too long" : strerror(errno);
    buf_release(&line);
    return ok || err_set(e, ERR_IO, "%s cannot be written: %s.", path, why);
}

static bool write_diagram(const char *path, const struct eval_figures *f, const struct calibration *c, struct err *e)
{
    FILE *out = fopen(path, "wb");
    struct buf text;
    buf_init(&text, REPORT_MAX_BYTES);
    report_svg(f, c, &text);
    bool ok = out && !text.over && fwrite(text.p, 1, text.n, out) == text.n;
    if (out)
        ok = fclose(out) == 0 && ok;
    const char *why = text.over ? "it is too large" : strerror(errno);
    buf_release(&text);
    return ok || err_set(e, ERR_IO, "%s cannot be written: %s.", path, why);
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

/* Fits the confidence model, prints the result, and writes it where that was asked for. */
static bool eval_calibrate(struct arena *a, const struct eval *ev, const struct config *c,
                           const struct confidence_model *model, const struct eval_row *rows, size_t n, struct err *e)
{
    struct recalibration r;
    const char *path = confidence_path(a, c);
    if (!recalibrate(a, rows, n, model, &r, e))
        return false;
    printf("\ncalibration on %zu questions about %zu pages, %zu answers right, judged across %zu folds of pages\n",
           r.questions, r.pages, r.right, r.folds);
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
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        printf("%-11s  %s   %s\n", lines[i].name, four_decimals(a, lines[i].before), four_decimals(a, lines[i].after));
    if (!r.better && !ev->force) {
        puts(
            "The model in force is as good or better on these questions: nothing was written (--force writes anyway).");
        return true;
    }
    if (!confidence_write(path, &r.model, e))
        return false;
    printf("%s %s\nIt counts from the next start on; remove the file to go back.\n",
           r.better ? "The fitted model is better. Written:" : "The fitted model is not better. Written all the same:",
           path);
    if (c->confidence_high >= 0 || c->confidence_medium >= 0 || c->confidence_answer >= 0)
        puts("note: the settings confidence_high, confidence_medium and confidence_answer are stronger than the file.");
    return true;
}

static bool eval_run(struct arena *a, const struct eval *ev, const struct config *c, struct err *e)
{
    struct confidence_model model;
    struct eval_questions questions;
    size_t *ends = arena_array(a, size_t, (size_t)ev->file_count);
    if (!confidence_load(c, &model, e) || !read_questions(a, ev, &questions, ends, e))
        return false;
    size_t n = questions.n;
    struct eval_row *rows = arena_array(a, struct eval_row, n), *shown = arena_array(a, struct eval_row, n);
    for (size_t i = 0; i < n; i++)
        rows[i].question = &questions.at[i];
    if (!(ev->url ? ask_server(a, ev, c, rows, n, e) : ask_here(a, ev, c, rows, n, e)))
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
    if (ev->file_count > 1)
        print_sets(a, ev, shown, n, ends);
    return (!ev->json || write_rows(ev->json, shown, n, e)) &&
           (!ev->svg || write_diagram(ev->svg, &figures, &reliability, e)) &&
           (!ev->calibrate || eval_calibrate(a, ev, c, &model, rows, n, e));
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
    int status;
    if (!read_arguments(argc, argv, &ev, &status))
        return status;
    struct arena *arena = arena_new();
    bool ok = ev.print_model ? print_model(config, &e) : eval_run(arena, &ev, config, &e);
    arena_free(arena);
    return command_status("eval", ok, &e);
}
