/* usage_cmd.c - footnote usage: what each key used on each day. It reads the file that servers write once a second. */
#include "cli/commands.h"
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "http/usage_route.h"
#include "state/state.h"

enum { DAYS_SHOWN = USAGE_DAYS_SHOWN, DAYS_MOST = 36500, DAY_S = 24 * 60 * 60, JSON_BYTES = 1 << 30 };

struct usage_options {
    const char *key;
    int64_t days;
    bool csv, json;
};

static void usage_help(void)
{
    puts("Usage: footnote usage [--days N] [--key NAME] [--csv | --json]\n\n"
         "What each key used on each day (UTC): requests, those of them that failed, questions that count against the\n"
         "daily quota, searches, pages read from the web, calls and tokens of language models.\n\n"
         "  --days N      the last N days, with today (default 30)\n"
         "  --key NAME    of this key only; - for requests without a key\n"
         "  --csv         for a spreadsheet\n"
         "  --json        as GET /v1/usage gives it\n\n"
         "A running server writes what it counts once a second.\n"
         "Exit status: 0 done, 1 failed or no such key, 2 not understood.");
}

static const char *usage_take_option(void *ud, const char *name, const char *value)
{
    struct usage_options *o = ud;
    if (strcmp(name, "--key") == 0)
        return o->key = value, NULL;
    char *end;
    o->days = strtol(value, &end, 10);
    return *end == '\0' && o->days >= 1 && o->days <= DAYS_MOST ? NULL : "must be a number of days from 1 on";
}

static void usage_print_table(const struct usage_line *lines, size_t n)
{
    uint64_t sums[USAGE_COUNT] = {0};
    int width = 5;
    for (size_t i = 0; i < n; i++)
        width = (int)lines[i].key.n > width ? (int)lines[i].key.n : width;
    printf("%-10s  %-*s", "DAY", width, "KEY");
    for (int k = 0; k < USAGE_COUNT; k++)
        printf("  %s", usage_names[k]);
    putchar('\n');
    for (size_t i = 0; i <= n; i++) {
        if (i < n)
            printf("%s  %-*.*s", lines[i].date, width, SLICE_ARGS(lines[i].key.n ? lines[i].key : SLICE("-")));
        else
            printf("%-10s  %-*s", "all", width, "");
        for (int k = 0; k < USAGE_COUNT; k++) {
            sums[k] += i < n ? lines[i].counts[k] : 0;
            printf("  %*llu", (int)strlen(usage_names[k]), (unsigned long long)(i < n ? lines[i].counts[k] : sums[k]));
        }
        putchar('\n');
    }
}

/* RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe. */
static void csv_text(struct slice text)
{
    putchar('"');
    if (text.n && char_in(text.p[0], "=+-@\t\r"))
        putchar('\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            putchar('"');
        putchar(text.p[i]);
    }
    putchar('"');
}

static void usage_print_csv(const struct usage_line *lines, size_t n)
{
    fputs("date,key", stdout);
    for (int k = 0; k < USAGE_COUNT; k++)
        printf(",%s", usage_names[k]);
    fputs("\r\n", stdout);
    for (size_t i = 0; i < n; i++) {
        printf("%s,", lines[i].date);
        csv_text(lines[i].key);
        for (int k = 0; k < USAGE_COUNT; k++)
            printf(",%llu", (unsigned long long)lines[i].counts[k]);
        fputs("\r\n", stdout);
    }
}

static void usage_print_json(const struct usage_line *lines, size_t n)
{
    struct buf out;
    buf_init(&out, JSON_BYTES);
    usage_reply_print(usage_names, USAGE_COUNT, lines, n, NULL, &out);
    puts(buf_slice(&out).p);
    buf_release(&out);
}

/* *id: of the last key with this name, or with this hint. */
static bool key_id_of(const struct state_key *keys, size_t count, const char *name, int64_t *id)
{
    *id = name ? 0 : USAGE_ALL_KEYS;
    if (!name || strcmp(name, "-") == 0)
        return true;
    for (size_t i = count; i-- > 0 && *id == 0;)
        if (strcmp(name, keys[i].name) == 0 || strcmp(name, keys[i].hint) == 0)
            *id = keys[i].id;
    return *id != 0;
}

static bool usage_run(struct state *s, struct usage *u, const struct usage_options *o, struct arena *a, struct err *e)
{
    struct state_key *keys;
    struct usage_row *rows;
    size_t key_count, n;
    int64_t id, since = (clock_unix_s() / DAY_S - o->days + 1) * DAY_S;
    if (!state_key_list(s, a, &keys, &key_count, e))
        return false;
    if (!key_id_of(keys, key_count, o->key, &id))
        return err_set(e, ERR_NOT_FOUND, "There is no key named %s; footnote key list shows all.", o->key);
    if (!usage_list(u, id, since, a, &rows, &n, e))
        return false;
    const struct usage_line *lines = usage_lines_of(a, rows, n, keys, key_count);
    (o->csv ? usage_print_csv : o->json ? usage_print_json : usage_print_table)(lines, n);
    return fflush(stdout) == 0 || err_set(e, ERR_IO, "It could not be printed.");
}

int usage_cmd(int argc, char **argv, const char *data_dir)
{
    struct usage_options given = {.days = DAYS_SHOWN};
    const struct options o = {.command = "usage",
                              .help = usage_help,
                              .flags = {{"--csv", &given.csv}, {"--json", &given.json}},
                              .with_value = {"--days", "--key"},
                              .take = usage_take_option,
                              .ud = &given};
    int status;
    if (!options_read(&o, &argc, argv, &status))
        return status;
    if (argc > 1 || (given.csv && given.json)) {
        fputs("footnote usage: it takes no words, and one of --csv and --json; see footnote usage --help\n", stderr);
        return 2;
    }
    struct err e;
    struct state *s = NULL;
    struct usage *u = NULL;
    struct arena *a = arena_new();
    bool ok = state_open(data_dir, &s, &e) && usage_open(data_dir, 0, &u, &e) && usage_run(s, u, &given, a, &e);
    usage_close(u);
    state_close(s);
    arena_free(a);
    return command_status("usage", ok, &e);
}
