/* key_cmd.c - footnote key: makes, lists and revokes API keys.
 *
 * Works on the state file directly, beside a running server, which notices at its next request. `create` prints the
 * key and nothing else on standard output, so that KEY=$(footnote key create NAME) works; what a person should know
 * goes to standard error. */
#include "cli/commands.h"

#include <jansson.h>
#include <stdio.h>

#include "base/clock.h"
#include "state/state.h"

static const char help[] = "Usage: footnote key create NAME     make a key; it is printed once and not kept\n"
                           "       footnote key list [--json]   name, first characters, day of creation, status\n"
                           "       footnote key revoke NAME     by name, or by the first characters that list shows\n"
                           "\n"
                           "A running server takes the change into account at its next request.\n"
                           "Exit status: 0 done, 1 failed or no such key, 2 not understood.\n";

static int fail(const struct err *e)
{
    fprintf(stderr, "footnote key: %s\n", e->message);
    return e->code == ERR_USAGE ? 2 : 1;
}

static int create(struct state *s, const char *name)
{
    struct err e;
    char key[STATE_KEY_CHARS + 1];
    if (!state_key_create(s, slice_of(name), key, &e))
        return fail(&e);
    printf("%s\n", key);
    if (fflush(stdout) != 0) {
        fputs("footnote key: the key could not be printed; revoke it and try again.\n", stderr);
        return 1;
    }
    fprintf(stderr, "This is the key of %s. It is shown this once; only a hash of it is kept.\n", name);
    return 0;
}

static void print_table(const struct state_key *keys, size_t count)
{
    int width = 4;
    for (size_t i = 0; i < count; i++)
        if ((int)strlen(keys[i].name) > width)
            width = (int)strlen(keys[i].name);
    printf("%-*s  %-7s  %-10s  %s\n", width, "NAME", "HINT", "CREATED", "STATUS");
    for (size_t i = 0; i < count; i++) {
        char created[11], revoked[11];
        clock_date(keys[i].created_unix, created);
        clock_date(keys[i].revoked_unix, revoked);
        printf("%-*s  %-7s  %s  %s%s\n", width, keys[i].name, keys[i].hint, created,
               keys[i].revoked_unix ? "revoked " : "valid", keys[i].revoked_unix ? revoked : "");
    }
}

static void print_json(const struct state_key *keys, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *key = json_pack("{s:s, s:s, s:I, s:o}", "name", keys[i].name, "hint", keys[i].hint, "created_unix",
                                (json_int_t)keys[i].created_unix, "revoked_unix",
                                keys[i].revoked_unix ? json_integer((json_int_t)keys[i].revoked_unix) : json_null());
        json_array_append_new(list, key);
    }
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

static int list(struct state *s, bool json)
{
    struct err e;
    struct arena *a = arena_new();
    struct state_key *keys;
    size_t count;
    bool ok = state_key_list(s, a, &keys, &count, &e);
    if (ok && json)
        print_json(keys, count);
    else if (ok)
        print_table(keys, count);
    arena_free(a);
    if (!ok)
        return fail(&e);
    return fflush(stdout) == 0 ? 0 : 1;
}

static int revoke(struct state *s, const char *name)
{
    struct err e;
    bool found;
    if (!state_key_revoke(s, slice_of(name), &found, &e))
        return fail(&e);
    if (!found) {
        fprintf(stderr, "footnote key: there is no valid key named %s.\n", name);
        return 1;
    }
    fprintf(stderr, "The key of %s is revoked.\n", name);
    return 0;
}

int key_cmd(int argc, char **argv, const char *data_dir)
{
    struct slice verb = slice_of(argc > 1 ? argv[1] : "");
    for (int i = 1; i < argc; i++)
        if (slice_is(slice_of(argv[i]), "--help") || slice_is(slice_of(argv[i]), "-h")) {
            fputs(help, stdout);
            return 0;
        }
    bool wants_json = argc == 3 && slice_is(slice_of(argv[2]), "--json");
    bool is_list = slice_is(verb, "list") && (argc == 2 || wants_json);
    bool has_name = argc == 3 && argv[2][0] != '-';
    bool is_create = slice_is(verb, "create") && has_name, is_revoke = slice_is(verb, "revoke") && has_name;
    if (!is_list && !is_create && !is_revoke) {
        fputs(help, stderr);
        return 2;
    }
    struct err e;
    struct state *s;
    if (!state_open(data_dir, &s, &e))
        return fail(&e);
    int status = is_list ? list(s, wants_json) : is_create ? create(s, argv[2]) : revoke(s, argv[2]);
    state_close(s);
    return status;
}
