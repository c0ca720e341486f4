/* key_cmd.c - footnote key: creates, lists, shows, changes and revokes API keys.
 *
 * It works on the state file directly, also while a server runs, which notices at its next request. `create` prints the
 * key and nothing else on standard output, so that KEY=$(footnote key create NAME) works; notes for a person go to
 * standard error. */
#include "cli/commands.h"
#include "cli/key_options.h"
#include "cli/options.h"

#include <stdio.h>

#include "base/audit.h"
#include "base/clock.h"
#include "state/usage.h"

static void key_help(void)
{
    puts("Usage: footnote key create NAME [OPTIONS]   make a key; it is printed once and not kept\n"
         "       footnote key list [--json]           name, first characters, role, last use, status\n"
         "       footnote key show NAME [--json]      all that is known of a key\n"
         "       footnote key set NAME OPTIONS        change what a key may do\n"
         "       footnote key revoke NAME             refuse it from now on; this cannot be undone\n"
         "\n"
         "NAME is a key's name, or its first characters as list shows them.\n"
         "\n"
         "What a key may do (create without options: all that the server allows):\n"
         "  --models LIST    of speed, lite, base, core; or all\n"
         "  --rate N         requests a minute; 0: no limit; default: the server's rate_per_minute\n"
         "  --quota N        questions a day, from midnight to midnight UTC; or none\n"
         "  --at-once N      requests that wait or run; default: the server's key_at_once\n"
         "  --domains LIST   sources: example.org with its subdomains, .org for all of org, -example.org: not this\n"
         "                   one; or all. What a request asks for can only make it narrower\n"
         "  --expires WHEN   the last day, 2027-01-31, or days from now, 90d; or never\n"
         "  --note TEXT      your own words about it\n"
         "  --role ROLE      user, or admin, which may see the usage of all keys\n"
         "\n"
         "examples:\n"
         "  footnote key create ada\n"
         "  footnote key create shop --models speed,lite --quota 1000 --domains example.org --expires 90d\n"
         "  footnote key set shop --quota none --expires never\n"
         "\n"
         "A running server takes a change into account at its next request.\n"
         "Exit status: 0 done, 1 failed or no such key, 2 not understood.");
}

static int key_fail(const struct err *e)
{
    fprintf(stderr, "footnote key: %s\n", e->message);
    return e->code == ERR_USAGE ? 2 : 1;
}

static int key_is_missing(const char *name)
{
    fprintf(stderr, "footnote key: there is no valid key named %s; footnote key list shows all.\n", name);
    return 1;
}

static int key_create(struct state *s, const char *name, const struct key_scope *scope)
{
    struct err e;
    char key[STATE_KEY_CHARS + 1];
    if (!state_key_create(s, slice_of(name), scope, key, &e))
        return key_fail(&e);
    audit_event("key_created", "key=%s", log_quoted(slice_of(name)).text);
    printf("%s\n", key);
    if (fflush(stdout) != 0) {
        fputs("footnote key: the key could not be printed; revoke it and try again.\n", stderr);
        return 1;
    }
    fprintf(stderr, "This is the key of %s. It is shown this once; only a hash of it is kept.\n", name);
    return 0;
}

/* By name, the valid one first, then the newest; else by a hint that is one key's only. NULL: there is none. */
static const struct state_key *key_find(const struct state_key *keys, size_t count, struct slice name)
{
    const struct state_key *named = NULL, *hinted = NULL;
    size_t hints = 0;
    for (size_t i = 0; i < count; i++) {
        if (slice_is(name, keys[i].name) && (!named || named->revoked_unix || !keys[i].revoked_unix))
            named = &keys[i];
        if (slice_is(name, keys[i].hint) && !keys[i].revoked_unix) {
            hinted = &keys[i];
            hints++;
        }
    }
    return named ? named : hints == 1 ? hinted : NULL;
}

struct listing {
    struct arena *arena;
    struct state_key *keys;
    struct usage *usage;
    struct usage_last *lasts;
    size_t count, last_count;
    int64_t now_unix;
};

static struct key_use use_of(const struct listing *l, const struct state_key *key)
{
    struct key_use use = {.today = usage_today(l->usage, key->id, l->now_unix)};
    for (size_t i = 0; i < l->last_count; i++)
        if (l->lasts[i].key_id == key->id)
            use.last_unix = l->lasts[i].unix_s;
    return use;
}

static void print_table(const struct listing *l)
{
    int width = 4;
    for (size_t i = 0; i < l->count; i++)
        if ((int)strlen(l->keys[i].name) > width)
            width = (int)strlen(l->keys[i].name);
    printf("%-*s  %-7s  %-5s  %-10s  %-10s  %s\n", width, "NAME", "HINT", "ROLE", "CREATED", "LAST USED", "STATUS");
    for (size_t i = 0; i < l->count; i++) {
        const struct state_key *key = &l->keys[i];
        struct key_use use = use_of(l, key);
        char created[DATE_ROOM], last[DATE_ROOM], revoked[DATE_ROOM];
        clock_date(key->created_unix, created);
        clock_date(use.last_unix, last);
        clock_date(key->revoked_unix, revoked);
        printf("%-*s  %-7s  %-5s  %s  %-10s  %s%s%s\n", width, key->name, key->hint,
               key->scope.role == KEY_ADMIN ? "admin" : "user", created, use.last_unix ? last : "-",
               key_status(key, l->now_unix), key->revoked_unix ? " " : "", key->revoked_unix ? revoked : "");
    }
}

static void key_dump(json_t *tree)
{
    json_dumpf(tree, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(tree);
}

static void print_json(const struct listing *l)
{
    json_t *list = json_array();
    for (size_t i = 0; i < l->count; i++) {
        struct key_use use = use_of(l, &l->keys[i]);
        json_array_append_new(list, key_json(&l->keys[i], &use, l->now_unix));
    }
    key_dump(list);
}

/* name: NULL for a list. */
static int key_print(const struct listing *l, const char *name, bool json)
{
    if (!name && json)
        print_json(l);
    else if (!name)
        print_table(l);
    const struct state_key *key = name ? key_find(l->keys, l->count, slice_of(name)) : NULL;
    if (name && !key)
        return key_is_missing(name);
    if (key) {
        struct key_use use = use_of(l, key);
        if (json)
            key_dump(key_json(key, &use, l->now_unix));
        else
            key_page(key, &use, l->now_unix);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}

static int key_show(struct state *s, const char *data_dir, const char *name, bool json)
{
    struct err e;
    struct listing l = {.arena = arena_new(), .now_unix = clock_unix_s()};
    bool ok = state_key_list(s, l.arena, &l.keys, &l.count, &e) && usage_open(data_dir, 0, &l.usage, &e) &&
              usage_last_used(l.usage, l.arena, &l.lasts, &l.last_count, &e);
    int status = ok ? key_print(&l, name, json) : key_fail(&e);
    usage_close(l.usage);
    arena_free(l.arena);
    return status;
}

/* What was given, as one text: "--rate 60 --note x". */
static struct slice key_options_text(struct arena *a, int argc, char **argv)
{
    struct arena_text t = {.arena = a};
    for (int i = 1; i + 1 < argc; i++)
        for (size_t k = 0; key_option_names[k]; k++)
            if (strcmp(argv[i], key_option_names[k]) == 0) {
                arena_text_printf(&t, "%s%s %s", t.n ? " " : "", argv[i], argv[i + 1]);
                i++;
                break;
            }
    return arena_text_slice(&t);
}

/* The options are read twice: first to see that they are good, then on top of what the key has. */
static int key_set(struct state *s, int argc, char **argv, const char *name)
{
    struct err e;
    struct state_key *keys;
    size_t count;
    bool found = false;
    struct key_options o = {.arena = arena_new()};
    bool ok = state_key_list(s, o.arena, &keys, &count, &e);
    const struct state_key *key = ok ? key_find(keys, count, slice_of(name)) : NULL;
    if (key && !key->revoked_unix) {
        o.scope = key->scope;
        for (int i = 1; i + 1 < argc; i++)
            for (size_t k = 0; key_option_names[k]; k++)
                if (strcmp(argv[i], key_option_names[k]) == 0) {
                    (void)key_options_take(&o, argv[i], argv[i + 1]);
                    i++;
                    break;
                }
        ok = state_key_set(s, key->id, &o.scope, &found, &e);
    }
    if (ok && found)
        audit_event("key_changed", "key=%s options=%s", log_quoted(slice_of(name)).text,
                    log_quoted(key_options_text(o.arena, argc, argv)).text);
    arena_free(o.arena);
    if (!ok)
        return key_fail(&e);
    if (!found)
        return key_is_missing(name);
    fprintf(stderr, "The key of %s is changed.\n", name);
    return 0;
}

static int key_revoke(struct state *s, const char *name)
{
    struct err e;
    bool found;
    if (!state_key_revoke(s, slice_of(name), &found, &e))
        return key_fail(&e);
    if (!found)
        return key_is_missing(name);
    audit_event("key_revoked", "key=%s", log_quoted(slice_of(name)).text);
    fprintf(stderr, "The key of %s is revoked.\n", name);
    return 0;
}

enum verb { CREATE, LIST, SHOW, SET, REVOKE, NO_VERB };

/* Which verb it is, with the words and options that it takes. */
static enum verb verb_of(int words, char **argv, bool json, unsigned options)
{
    static const char *const names[] = {"create", "list", "show", "set", "revoke"};
    enum verb verb = CREATE;
    while (verb < NO_VERB && (words < 2 || strcmp(argv[1], names[verb]) != 0))
        verb++;
    if (verb == NO_VERB)
        return NO_VERB;
    bool named = words == 3 && argv[2][0];
    bool good = (verb == LIST ? words == 2 : named) && (!json || verb == LIST || verb == SHOW) &&
                (verb == SET ? options > 0 : verb == CREATE || options == 0);
    return good ? verb : NO_VERB;
}

int key_cmd(int argc, char **argv, const char *data_dir)
{
    bool json = false;
    int words = argc, status;
    struct key_options given = {.arena = arena_new(), .scope = key_scope_wide};
    struct options o = {
        .command = "key", .help = key_help, .flags = {{"--json", &json}}, .take = key_options_take, .ud = &given};
    char **line = arena_array(given.arena, char *, (size_t)argc + 1); /* options_read changes the order */
    for (int i = 0; i < argc; i++)
        line[i] = argv[i];
    for (size_t i = 0; key_option_names[i]; i++)
        o.with_value[i] = key_option_names[i];
    if (!options_read(&o, &words, line, &status)) {
        arena_free(given.arena);
        return status;
    }
    enum verb verb = verb_of(words, line, json, given.given);
    struct err e;
    struct state *s = NULL;
    if (verb == NO_VERB) {
        fputs("footnote key: this is not understood. Write create, show, set or revoke with a NAME, or list; set needs "
              "an\n"
              "option. See footnote key --help\n",
              stderr);
        status = 2;
    } else if (!state_open(data_dir, &s, &e)) {
        status = key_fail(&e);
    } else {
        const char *name = verb == LIST ? NULL : line[2];
        status = verb == CREATE   ? key_create(s, name, &given.scope)
                 : verb == SET    ? key_set(s, argc, argv, name)
                 : verb == REVOKE ? key_revoke(s, name)
                                  : key_show(s, data_dir, name, json);
    }
    state_close(s);
    arena_free(given.arena);
    return status;
}
