/* doctor_cmd.c - footnote doctor: checks everything that may have been set up wrong, and says what to do about it.
 *
 * It runs the code that serve and ask would run, so that it finds what they would meet. It changes nothing: it makes no
 * folder and reads no page. Only --online asks services on the network and starts the local model. */
#include <stdio.h>

#include "base/log.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/doctor_llm.h"
#include "cli/doctor_own.h"
#include "cli/doctor_web.h"
#include "shape/value.h"

static const char usage[] =
    "usage: footnote doctor [--online] [--json] [OPTIONS]\n\n"
    "Checks what may have been set up wrong: a line for each, with ok, warn or FAIL and what to do.\n"
    "  --online                   also ask each search service, the reranker and the language model; a model_file\n"
    "                             is started and asked for a word\n"
    "  --json                     {\"ok\", \"checks\": [{\"name\", \"status\", \"message\", \"advice\"}]}\n"
    "It takes the options of footnote serve and footnote llm. Exit status: 0 nothing fails (warnings may be there),\n"
    "1 something fails, 2 not understood.\n";

struct printer {
    bool json;
    size_t fails, warns, count;
};

static const char *const words[] = {"ok", "warn", "FAIL"}, *const wire[] = {"ok", "warn", "fail"};

static void put_json(const char *name, const char *text)
{
    struct buf out;
    struct slice s = slice_of(text);
    buf_init(&out, s.n * 6 + 64);
    s.n = utf8_check(s);
    if (s.n)
        value_print_string(s, &out);
    else
        buf_add(&out, SLICE("null"));
    printf("\"%s\":%.*s", name, SLICE_ARGS(buf_slice(&out)));
    buf_release(&out);
}

static void doctor_print(void *ud, const struct finding *f)
{
    struct printer *p = ud;
    p->fails += f->verdict == DOCTOR_FAIL;
    p->warns += f->verdict == DOCTOR_WARN;
    if (p->json) {
        fputs(p->count ? ",\n  {" : "\n  {", stdout);
        put_json("name", f->name);
        printf(",\"status\":\"%s\",", wire[f->verdict]);
        put_json("message", f->message);
        putchar(',');
        put_json("advice", f->advice);
        putchar('}');
    } else {
        printf("%-5s %-13s %s%s%s\n", words[f->verdict], f->name, f->message, f->advice[0] ? " " : "", f->advice);
    }
    fflush(stdout);
    p->count++;
}

static void check_all(const struct doctor *d)
{
    static void (*const checks[])(const struct doctor *d) = {
        doctor_data,   doctor_confidence, doctor_encoder, doctor_index,  doctor_keys,        doctor_state,
        doctor_listen, doctor_tls,        doctor_search,  doctor_guard,  doctor_pdf,         doctor_certificates,
        doctor_llm,    doctor_local,      doctor_rerank,  doctor_limits, doctor_confinement, doctor_versions};
    for (size_t i = 0; i < COUNT_OF(checks); i++)
        checks[i](d);
}

/* The checks that ask nothing of the settings. */
static void check_without_settings(const struct doctor *d)
{
    doctor_pdf(d);
    doctor_certificates(d);
    doctor_versions(d);
}

/* 0: go on; otherwise the exit status plus one. */
static int read_arguments(int argc, char **argv, struct printer *p, bool *online, bool strict)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(usage, stdout);
            return 1;
        }
        if (strcmp(argv[i], "--json") == 0) {
            p->json = true;
        } else if (strcmp(argv[i], "--online") == 0) {
            *online = true;
        } else if (strict) {
            fprintf(stderr, "footnote doctor: '%s' is not understood; see footnote doctor --help\n", argv[i]);
            return 3;
        }
    }
    return 0;
}

static int doctor_run(int argc, char **argv, const struct config *config, const struct err *why)
{
    struct printer p = {.json = false};
    bool online = false;
    int stop = read_arguments(argc, argv, &p, &online, config != NULL);
    if (stop)
        return stop - 1;
    struct doctor d = {arena_new(), config, online, doctor_print, &p};
    log_set_level(LOG_OFF); /* what it would say is in the findings */
    if (p.json)
        fputs("{\"checks\":[", stdout);
    doctor_settings(&d, why);
    if (config)
        check_all(&d);
    else
        check_without_settings(&d);
    arena_free(d.arena);
    if (p.json)
        printf("\n],\"ok\":%s}\n", p.fails ? "false" : "true");
    else
        printf("\n%zu checks: %zu fail, %zu warn\n", p.count, p.fails, p.warns);
    return fflush(stdout) == 0 && p.fails == 0 ? 0 : 1;
}

int doctor_cmd(int argc, char **argv, const struct config *config)
{
    return doctor_run(argc, argv, config, NULL);
}

int doctor_without_settings(int argc, char **argv, const struct err *why)
{
    return doctor_run(argc, argv, NULL, why);
}
