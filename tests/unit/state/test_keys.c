/* Keys: what is stored, what is accepted, and that another opener of the file is noticed at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "state/state.h"

static char folder[FOLDER_BYTES];

static int make_folder(void **unused)
{
    (void)unused;
    return folder_make(folder, "keys");
}

static int drop_folder(void **unused)
{
    (void)unused;
    return folder_drop(folder);
}

static struct state *open_state(void)
{
    struct err e;
    struct state *s = NULL;
    if (!state_open(folder, &s, &e))
        fail_msg("%s", e.message);
    return s;
}

static void create(struct state *s, const char *name, char *key)
{
    struct err e;
    if (!state_key_create(s, slice_of(name), &key_scope_wide, key, &e))
        fail_msg("%s", e.message);
}

static bool accepted(struct state *s, const char *key, struct state_key *out)
{
    struct err e = {.code = ERR_OK};
    struct arena *a = arena_new();
    bool ok = state_key_check(s, slice_of(key), 1000, a, out, &e);
    arena_free(a);
    assert_int_equal(e.code, ok ? ERR_OK : ERR_BAD_KEY);
    return ok;
}

static void created_key_is_accepted_and_others_are_not(void **unused)
{
    (void)unused;
    struct state *s = open_state();
    char key[STATE_KEY_CHARS + 1], other[STATE_KEY_CHARS + 1];
    struct state_key found;
    create(s, "ada", key);
    create(s, "grace", other);
    assert_int_equal(strlen(key), STATE_KEY_CHARS);
    assert_memory_equal(key, "fn-", 3);
    assert_string_not_equal(key, other);
    assert_true(accepted(s, key, &found));
    assert_string_equal(found.name, "ada");
    assert_memory_equal(found.hint, key, 7);
    assert_int_equal(strlen(found.hint), 7);
    int64_t ada = found.id;
    assert_true(accepted(s, other, &found));
    assert_int_not_equal(found.id, ada);
    key[STATE_KEY_CHARS - 1] = key[STATE_KEY_CHARS - 1] == 'a' ? 'b' : 'a';
    assert_false(accepted(s, key, &found));
    assert_false(accepted(s, "", &found));
    assert_false(accepted(s, "fn-", &found));
    state_close(s);
}

static void another_opener_is_noticed(void **unused)
{
    (void)unused;
    struct state *server = open_state(), *command = open_state();
    char key[STATE_KEY_CHARS + 1];
    struct state_key found;
    assert_false(accepted(server, "fn-none", &found));
    create(command, "late", key);
    assert_true(accepted(server, key, &found));
    assert_true(accepted(server, key, &found));
    bool was_there;
    struct err e;
    assert_true(state_key_revoke(command, slice_of("late"), &was_there, &e));
    assert_true(was_there);
    assert_false(accepted(server, key, &found));
    state_close(command);
    state_close(server);
}

static void revoke_by_name_or_hint(void **unused)
{
    (void)unused;
    struct state *s = open_state();
    char key[STATE_KEY_CHARS + 1], again[STATE_KEY_CHARS + 1];
    struct state_key found;
    struct err e;
    bool was_there;
    create(s, "ada", key);
    assert_false(state_key_create(s, slice_of("ada"), &key_scope_wide, again, &e));
    assert_int_equal(e.code, ERR_EXISTS);
    assert_true(state_key_revoke(s, slice_of("nobody"), &was_there, &e));
    assert_false(was_there);
    assert_true(state_key_revoke(s, (struct slice){key, 7}, &was_there, &e));
    assert_true(was_there);
    assert_false(accepted(s, key, &found));
    assert_true(state_key_revoke(s, slice_of("ada"), &was_there, &e));
    assert_false(was_there);
    create(s, "ada", again);
    assert_true(accepted(s, again, &found));

    struct arena *a = arena_new();
    struct state_key *keys;
    size_t count;
    assert_true(state_key_list(s, a, &keys, &count, &e));
    assert_int_equal(count, 2);
    assert_true(keys[0].revoked_unix > 0);
    assert_true(keys[0].created_unix > 1600000000);
    assert_int_equal(keys[1].revoked_unix, 0);
    assert_true(keys[0].id < keys[1].id);
    arena_free(a);
    state_close(s);
}

static void names_have_rules(void **unused)
{
    (void)unused;
    struct state *s = open_state();
    char key[STATE_KEY_CHARS + 1], longest[STATE_KEY_NAME_BYTES + 2];
    struct err e;
    memset(longest, 'x', sizeof longest);
    assert_false(state_key_create(s, (struct slice){longest, STATE_KEY_NAME_BYTES + 1}, &key_scope_wide, key, &e));
    assert_int_equal(e.code, ERR_USAGE);
    assert_true(state_key_create(s, (struct slice){longest, STATE_KEY_NAME_BYTES}, &key_scope_wide, key, &e));
    static const char *const bad[] = {"", "a\nb", "a\x7f", "a\xff", "\xc2\x85"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(state_key_create(s, slice_of(bad[i]), &key_scope_wide, key, &e));
        assert_int_equal(e.code, ERR_USAGE);
    }
    assert_true(state_key_create(s, SLICE("Zo\xc3\xab 2"), &key_scope_wide, key, &e));
    state_close(s);
}

static void files_are_private_and_hold_no_key(void **unused)
{
    (void)unused;
    char nested[96], path[128], key[STATE_KEY_CHARS + 1];
    snprintf(nested, sizeof nested, "%s/a", folder);
    struct err e;
    struct state *s;
    assert_true(state_open(nested, &s, &e));
    create(s, "ada", key);
    struct stat st;
    assert_int_equal(stat(nested, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    static const char *const files[] = {"state.db", "state.db-wal", "state.db-shm"};
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", nested, files[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        FILE *f = fopen(path, "rb");
        char *bytes = malloc((size_t)st.st_size + 1);
        size_t n = fread(bytes, 1, (size_t)st.st_size, f);
        assert_null(memmem(bytes, n, key, STATE_KEY_CHARS));
        free(bytes);
        fclose(f);
    }
    state_close(s);
    snprintf(path, sizeof path, "%s/state.db", nested);
    unlink(path);
    rmdir(nested);
}

static void newer_or_broken_files_are_refused(void **unused)
{
    (void)unused;
    state_close(open_state());
    char path[96];
    snprintf(path, sizeof path, "%s/state.db", folder);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(db);
    struct err e;
    struct state *s;
    assert_false(state_open(folder, &s, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    assert_non_null(strstr(e.message, "newer"));

    FILE *f = fopen(path, "wb");
    fputs("this was never a database, only some text that is long enough to be read as one", f);
    fclose(f);
    assert_false(state_open(folder, &s, &e));
    assert_int_equal(e.code, ERR_CORRUPT);
    assert_false(state_open("/proc/nowhere", &s, &e));
    assert_int_equal(e.code, ERR_IO);
}

static void scopes_are_kept_and_changed(void **unused)
{
    (void)unused;
    struct state *s = open_state(), *other = open_state();
    struct arena *a = arena_new();
    struct key_scope scope = {KEY_ADMIN, 5000, 60, 2, 100, SLICE("speed"), SLICE("example.org"), SLICE("hers")};
    char key[STATE_KEY_CHARS + 1];
    struct state_key found, *keys;
    struct err e;
    size_t n;
    bool there;
    assert_true(state_key_create(s, SLICE("ada"), &scope, key, &e));
    assert_true(state_key_check(other, slice_of(key), 4999, a, &found, &e));
    assert_int_equal(found.scope.role, KEY_ADMIN);
    assert_int_equal(found.scope.rate_per_minute + found.scope.at_once + found.scope.daily_quota, 162);
    assert_true(slice_is(found.scope.models, "speed") && slice_is(found.scope.domains, "example.org"));
    assert_int_equal(found.scope.note.n, 0);
    assert_false(state_key_check(other, slice_of(key), 5000, a, &found, &e));
    assert_int_equal(e.code, ERR_BAD_KEY);
    assert_non_null(strstr(e.message, "expired on 1970-01-01"));
    assert_true(state_key_set(s, found.id, &key_scope_wide, &there, &e) && there);
    assert_true(state_key_check(other, slice_of(key), 5000, a, &found, &e));
    assert_int_equal(found.scope.rate_per_minute, KEY_AS_SET);
    assert_true(state_key_set(s, found.id, &scope, &there, &e) && there);
    assert_true(state_key_list(s, a, &keys, &n, &e));
    assert_true(slice_is(keys[0].scope.note, "hers"));
    assert_true(state_key_revoke(s, SLICE("ada"), &there, &e));
    assert_true(state_key_set(s, found.id, &scope, &there, &e) && !there);
    arena_free(a);
    state_close(s);
    state_close(other);
}

static void *check_many(void *arg)
{
    const void *const *both = arg;
    struct state_key found;
    struct err e;
    uintptr_t wrong = 0;
    struct arena *a = arena_new();
    for (int i = 0; i < 500; i++)
        wrong += !state_key_check((struct state *)(uintptr_t)both[0], slice_of(both[1]), 1000, a, &found, &e);
    arena_free(a);
    return (void *)wrong;
}

static void threads_share_it(void **unused)
{
    (void)unused;
    struct state *s = open_state();
    char key[STATE_KEY_CHARS + 1], more[STATE_KEY_CHARS + 1], name[16];
    create(s, "ada", key);
    const void *both[] = {s, key};
    pthread_t ids[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&ids[i], NULL, check_many, both);
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "k%d", i);
        create(s, name, more);
    }
    for (int i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(ids[i], &wrong);
        assert_null(wrong);
    }
    state_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(created_key_is_accepted_and_others_are_not, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(another_opener_is_noticed, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(revoke_by_name_or_hint, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(names_have_rules, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(files_are_private_and_hold_no_key, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(newer_or_broken_files_are_refused, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(scopes_are_kept_and_changed, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(threads_share_it, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
