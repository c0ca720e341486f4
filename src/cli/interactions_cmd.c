/* interactions_cmd.c - footnote interactions: lists the conversations that are kept, and removes them.
 *
 * It works on the file of interactions directly, also while a server runs: from the next request on, a removed
 * conversation cannot be continued. The names of keys come from the state file; a key that is not there shows as its
 * number. */
#include "cli/commands.h"
#include "cli/options.h"

#include <jansson.h>
#include <stdio.h>

#include "base/clock.h"
#include "state/interactions.h"
#include "state/state.h"

static const char help[] =
    "Usage: footnote interactions list [--json]           id, key, age, turns, pages and bytes; newest first\n"
    "       footnote interactions purge --older-than DAYS remove those that are older\n"
    "       footnote interactions purge --all             remove all of them\n"
    "       footnote interactions purge ID...             remove these\n"
    "\n"
    "An interaction is a conversation and the pages it stands on, kept so that previous_interaction_id can go on from\n"
    "it. A running server takes the change into account at its next request. Bytes count pages that several\n"
    "interactions share for each of them; in the file they are kept once.\n"
    "Exit status: 0 done, 1 failed or an ID is not known, 2 not understood.\n";

static int interactions_cmd_fail(const struct err *e)
{
    fprintf(stderr, "footnote interactions: %s\n", e->message);
    return 1;
}

static struct slice key_name(struct arena *a, const struct state_key *keys, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].id == id)
            return slice_of(keys[i].name);
    return id == 0 ? SLICE("-") : arena_printf(a, "#%lld", (long long)id);
}

static struct slice age_of(struct arena *a, int64_t made_unix)
{
    enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };
    long long s = clock_unix_s() - made_unix;
    if (s < 2 * MINUTE_S)
        return arena_printf(a, "%lld s", s < 0 ? 0 : s);
    if (s < 2 * HOUR_S)
        return arena_printf(a, "%lld min", s / MINUTE_S);
    return s < 2 * DAY_S ? arena_printf(a, "%lld h", s / HOUR_S) : arena_printf(a, "%lld days", s / DAY_S);
}

static void print_table(struct arena *a, const struct interaction_row *rows, size_t n, const struct state_key *keys,
                        size_t key_count)
{
    printf("%-28s  %-20s  %8s  %5s  %5s  %9s\n", "ID", "KEY", "AGE", "TURNS", "PAGES", "BYTES");
    for (size_t i = 0; i < n; i++)
        printf("%-28.*s  %-20.*s  %8s  %5llu  %5llu  %9llu\n", SLICE_ARGS(rows[i].id),
               SLICE_ARGS(key_name(a, keys, key_count, rows[i].key_id)), age_of(a, rows[i].made_unix).p,
               (unsigned long long)rows[i].turns, (unsigned long long)rows[i].pages, (unsigned long long)rows[i].bytes);
}

static void print_json(struct arena *a, const struct interaction_row *rows, size_t n, const struct state_key *keys,
                       size_t key_count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        struct slice key = key_name(a, keys, key_count, rows[i].key_id);
        json_array_append_new(list, json_pack("{s:s%, s:s%, s:I, s:I, s:I, s:I}", "id", rows[i].id.p, rows[i].id.n,
                                              "key", key.p, key.n, "made_unix", (json_int_t)rows[i].made_unix, "turns",
                                              (json_int_t)rows[i].turns, "pages", (json_int_t)rows[i].pages, "bytes",
                                              (json_int_t)rows[i].bytes));
    }
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

static int interactions_cmd_list(struct interactions *x, struct state *s, bool json)
{
    struct err e;
    struct arena *a = arena_new();
    struct interaction_row *rows;
    struct state_key *keys;
    size_t n, key_count;
    bool ok = interactions_list(x, a, &rows, &n, &e) && state_key_list(s, a, &keys, &key_count, &e);
    if (ok && json)
        print_json(a, rows, n, keys, key_count);
    else if (ok)
        print_table(a, rows, n, keys, key_count);
    arena_free(a);
    if (!ok)
        return interactions_cmd_fail(&e);
    return fflush(stdout) == 0 ? 0 : 1;
}

static int say_removed(uint64_t removed)
{
    printf("%llu %s removed\n", (unsigned long long)removed, removed == 1 ? "interaction" : "interactions");
    return fflush(stdout) == 0 ? 0 : 1;
}

static int purge_before(struct interactions *x, int64_t before_unix)
{
    struct err e;
    uint64_t removed;
    return interactions_purge(x, before_unix, &removed, &e) ? say_removed(removed) : interactions_cmd_fail(&e);
}

static int purge_ids(struct interactions *x, char **ids, int count)
{
    struct err e;
    uint64_t removed = 0;
    int status = 0;
    for (int i = 0; i < count; i++) {
        bool found;
        if (!interactions_remove(x, slice_of(ids[i]), &found, &e))
            return interactions_cmd_fail(&e);
        removed += found;
        if (!found) {
            fprintf(stderr, "footnote interactions: there is no interaction %s.\n", ids[i]);
            status = 1;
        }
    }
    return say_removed(removed) || status;
}

/* A whole number of days; -1: not one. */
static int64_t days_of(const char *text)
{
    enum { MOST = 36500 };
    int64_t days = 0;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9' || days > MOST)
            return -1;
        days = days * 10 + (*p - '0');
    }
    return *text && days <= MOST ? days : -1;
}

static int interactions_cmd_purge(struct interactions *x, int count, char **rest)
{
    enum { DAY_S = 24 * 60 * 60 };
    if (slice_is(slice_of(rest[0]), "--all"))
        return purge_before(x, INT64_MAX);
    if (slice_is(slice_of(rest[0]), "--older-than"))
        return purge_before(x, clock_unix_s() - days_of(rest[1]) * DAY_S);
    return purge_ids(x, rest, count);
}

/* Whether what follows "purge" is one of its three forms. */
static bool is_purge(int count, char **rest)
{
    struct slice first = slice_of(count > 0 ? rest[0] : "");
    if (slice_is(first, "--all"))
        return count == 1;
    if (slice_is(first, "--older-than"))
        return count == 2 && days_of(rest[1]) >= 0;
    for (int i = 0; i < count; i++)
        if (rest[i][0] == '-' || !rest[i][0])
            return false;
    return count > 0;
}

int interactions_cmd(int argc, char **argv, const char *data_dir)
{
    struct slice verb = slice_of(argc > 1 ? argv[1] : "");
    if (options_ask_for_help(argc, argv)) {
        fputs(help, stdout);
        return 0;
    }
    bool json = argc == 3 && slice_is(slice_of(argv[2]), "--json");
    bool is_list = slice_is(verb, "list") && (argc == 2 || json);
    if (!is_list && !(slice_is(verb, "purge") && is_purge(argc - 2, argv + 2))) {
        fputs(help, stderr);
        return 2;
    }
    struct err e;
    struct state *s = NULL;
    struct interactions *x = NULL;
    int status;
    if (!state_open(data_dir, &s, &e) || !interactions_open(data_dir, &x, &e))
        status = interactions_cmd_fail(&e);
    else
        status = is_list ? interactions_cmd_list(x, s, json) : interactions_cmd_purge(x, argc - 2, argv + 2);
    interactions_close(x);
    state_close(s);
    return status;
}
