/* state_keys.c - creates, lists, changes, revokes and checks API keys.
 *
 * A key is "fn-" and 40 random characters, 238 bits. So a plain SHA-256 is safe to store: nobody can guess the key
 * behind it, and a slow password hash would only slow down each request. A check compares the hash with every valid
 * one, each in constant time, from a table in memory. PRAGMA data_version says, in microseconds, whether another
 * process has changed the file; then the table is read again. So a change by a command counts from the next request on.
 *
 * Any thread; one lock around each call. */
#include "state/sqlite.h"

#include <sha2.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/utf8.h"

enum { PREFIX_CHARS = 3, HINT_CHARS = 7 };

static void hash_key(struct slice key, unsigned char out[KEY_HASH_BYTES])
{
    SHA2_CTX sha;
    SHA256Init(&sha);
    SHA256Update(&sha, (const uint8_t *)key.p, key.n);
    SHA256Final(out, &sha);
}

static bool name_fits(struct slice name, struct err *e)
{
    if (name.n == 0 || name.n > STATE_KEY_NAME_BYTES)
        return err_set(e, ERR_USAGE, "The name of a key has 1 to %d bytes.", STATE_KEY_NAME_BYTES);
    uint32_t code;
    for (size_t i = 0, step; i < name.n; i += step) {
        step = utf8_next(slice_sub(name, i, name.n - i), &code);
        if (step == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0))
            return err_set(e, ERR_USAGE, "The name of a key is printable UTF-8 text.");
    }
    return true;
}

static void copy_text(char *out, size_t room, sqlite3_stmt *st, int column)
{
    const unsigned char *text = sqlite3_column_text(st, column);
    snprintf(out, room, "%s", text ? (const char *)text : "");
}

#define KEY_COLUMNS                                                                                                    \
    "id, name, hint, created_unix, revoked_unix, role, expires_unix, rate_per_minute, at_once, daily_quota, models,"   \
    " domains, note, hash"
enum { HASH_COLUMN = 13 };

static struct slice text_of_row(struct arena *a, sqlite3_stmt *st, int column)
{
    const unsigned char *text = sqlite3_column_text(st, column);
    return arena_dup(a, slice_of(text ? (const char *)text : ""));
}

static struct state_key key_of_row(struct arena *a, sqlite3_stmt *st)
{
    struct state_key key = {.id = sqlite3_column_int64(st, 0)};
    copy_text(key.name, sizeof key.name, st, 1);
    copy_text(key.hint, sizeof key.hint, st, 2);
    key.created_unix = sqlite3_column_int64(st, 3);
    key.revoked_unix = sqlite3_column_int64(st, 4);
    key.scope = (struct key_scope){.role = sqlite3_column_int(st, 5) == KEY_ADMIN ? KEY_ADMIN : KEY_USER,
                                   .expires_unix = sqlite3_column_int64(st, 6),
                                   .rate_per_minute = sqlite3_column_int64(st, 7),
                                   .at_once = sqlite3_column_int64(st, 8),
                                   .daily_quota = sqlite3_column_int64(st, 9),
                                   .models = text_of_row(a, st, 10),
                                   .domains = text_of_row(a, st, 11),
                                   .note = text_of_row(a, st, 12)};
    return key;
}

static void bind_scope(sqlite3_stmt *st, int at, const struct key_scope *scope)
{
    const int64_t numbers[] = {scope->role, scope->expires_unix, scope->rate_per_minute, scope->at_once,
                               scope->daily_quota};
    const struct slice texts[] = {scope->models, scope->domains, scope->note};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        sqlite3_bind_int64(st, at++, numbers[i]);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        sqlite3_bind_text(st, at++, texts[i].n ? texts[i].p : "", (int)texts[i].n, SQLITE_STATIC);
}

static bool insert_key(struct state *s, struct slice name, const struct key_scope *scope, struct slice key,
                       struct err *e)
{
    sqlite3_stmt *st =
        sqlite_prepare(s,
                       "INSERT INTO keys(name, hash, hint, created_unix, role, expires_unix, rate_per_minute, at_once,"
                       " daily_quota, models, domains, note) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       e);
    if (!st)
        return false;
    unsigned char hash[KEY_HASH_BYTES];
    hash_key(key, hash);
    sqlite3_bind_text(st, 1, name.p, (int)name.n, SQLITE_STATIC);
    sqlite3_bind_blob(st, 2, hash, sizeof hash, SQLITE_STATIC);
    sqlite3_bind_text(st, 3, key.p, HINT_CHARS, SQLITE_STATIC);
    sqlite3_bind_int64(st, 4, clock_unix_s());
    bind_scope(st, 5, scope);
    bool ok = sqlite3_step(st) == SQLITE_DONE;
    if (!ok && sqlite3_extended_errcode(s->db) == SQLITE_CONSTRAINT_UNIQUE)
        err_set(e, ERR_EXISTS, "There is a valid key named %.*s already. Revoke it or choose another name.",
                SLICE_ARGS(name));
    else if (!ok)
        sqlite_fail(s, "adding a key", e);
    sqlite3_finalize(st);
    return ok;
}

bool state_key_create(struct state *s, struct slice name, const struct key_scope *scope, char key[STATE_KEY_CHARS + 1],
                      struct err *e)
{
    if (!name_fits(name, e))
        return false;
    memcpy(key, "fn-", PREFIX_CHARS);
    random_name(key + PREFIX_CHARS, STATE_KEY_CHARS - PREFIX_CHARS);
    pthread_mutex_lock(&s->lock);
    bool ok = insert_key(s, name, scope, (struct slice){key, STATE_KEY_CHARS}, e);
    s->seen_version = -1; /* data_version does not count this connection's own changes */
    pthread_mutex_unlock(&s->lock);
    if (!ok)
        explicit_bzero(key, STATE_KEY_CHARS + 1);
    return ok;
}

static bool list_locked(struct state *s, struct arena *a, struct state_key **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st = sqlite_prepare(s, "SELECT " KEY_COLUMNS " FROM keys ORDER BY id", e);
    if (!st)
        return false;
    struct state_key *keys = NULL;
    size_t n = 0, room = 0;
    int got;
    while ((got = sqlite3_step(st)) == SQLITE_ROW) {
        struct state_key *key = arena_push(a, &keys, n, &room);
        *key = key_of_row(a, st);
        n++;
    }
    bool ok = got == SQLITE_DONE || sqlite_fail(s, "listing keys", e);
    sqlite3_finalize(st);
    if (ok) {
        *out = keys;
        *count = n;
    }
    return ok;
}

bool state_key_list(struct state *s, struct arena *a, struct state_key **out, size_t *count, struct err *e)
{
    pthread_mutex_lock(&s->lock);
    bool ok = list_locked(s, a, out, count, e);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

bool state_key_set(struct state *s, int64_t id, const struct key_scope *scope, bool *found, struct err *e)
{
    pthread_mutex_lock(&s->lock);
    sqlite3_stmt *st =
        sqlite_prepare(s,
                       "UPDATE keys SET role = ?2, expires_unix = ?3, rate_per_minute = ?4, at_once = ?5,"
                       " daily_quota = ?6, models = ?7, domains = ?8, note = ?9"
                       " WHERE id = ?1 AND revoked_unix = 0",
                       e);
    bool ok = st != NULL;
    if (ok) {
        sqlite3_bind_int64(st, 1, id);
        bind_scope(st, 2, scope);
        ok = sqlite3_step(st) == SQLITE_DONE || sqlite_fail(s, "changing a key", e);
        *found = ok && sqlite3_changes(s->db) > 0;
        sqlite3_finalize(st);
    }
    s->seen_version = -1;
    pthread_mutex_unlock(&s->lock);
    return ok;
}

static bool revoke_where(struct state *s, const char *sql, struct slice name, bool *found, struct err *e)
{
    sqlite3_stmt *st = sqlite_prepare(s, sql, e);
    if (!st)
        return false;
    sqlite3_bind_text(st, 1, name.p, (int)name.n, SQLITE_STATIC);
    sqlite3_bind_int64(st, 2, clock_unix_s());
    bool ok = sqlite3_step(st) == SQLITE_DONE || sqlite_fail(s, "revoking a key", e);
    sqlite3_finalize(st);
    if (ok)
        *found = sqlite3_changes(s->db) > 0;
    return ok;
}

bool state_key_revoke(struct state *s, struct slice name, bool *found, struct err *e)
{
    *found = false;
    if (name.n == 0 || name.n > STATE_KEY_NAME_BYTES)
        return true;
    pthread_mutex_lock(&s->lock);
    bool ok = revoke_where(s, "UPDATE keys SET revoked_unix = ?2 WHERE revoked_unix = 0 AND name = ?1", name, found, e);
    /* A hint is four random characters: should two keys share one, neither is taken for the other. */
    if (ok && !*found)
        ok = revoke_where(s,
                          "UPDATE keys SET revoked_unix = ?2 WHERE revoked_unix = 0 AND hint = ?1"
                          " AND (SELECT count(*) FROM keys WHERE revoked_unix = 0 AND hint = ?1) = 1",
                          name, found, e);
    s->seen_version = -1;
    pthread_mutex_unlock(&s->lock);
    return ok;
}

static bool read_keys(struct state *s, struct err *e)
{
    sqlite3_stmt *st = sqlite_prepare(s, "SELECT " KEY_COLUMNS " FROM keys WHERE revoked_unix = 0 ORDER BY id", e);
    if (!st)
        return false;
    struct arena *a = arena_new();
    struct known_key *keys = NULL;
    size_t n = 0, room = 0;
    int got;
    while ((got = sqlite3_step(st)) == SQLITE_ROW) {
        if (sqlite3_column_bytes(st, HASH_COLUMN) != KEY_HASH_BYTES)
            continue;
        struct known_key *key = arena_push(a, &keys, n, &room);
        memcpy(key->hash, sqlite3_column_blob(st, HASH_COLUMN), KEY_HASH_BYTES);
        key->key = key_of_row(a, st);
        n++;
    }
    sqlite3_finalize(st);
    if (got != SQLITE_DONE) {
        arena_free(a);
        return sqlite_fail(s, "reading keys", e);
    }
    arena_free(s->keys_arena);
    s->keys_arena = a;
    s->keys = keys;
    s->key_count = n;
    return true;
}

/* data_version is read before the keys: a change in between is then seen again at the next check. */
static bool keys_refresh(struct state *s, struct err *e)
{
    bool ok = sqlite3_step(s->data_version) == SQLITE_ROW;
    int64_t version = ok ? sqlite3_column_int64(s->data_version, 0) : -1;
    if (!ok)
        sqlite_fail(s, "asking for changes", e);
    sqlite3_reset(s->data_version);
    if (!ok || version == s->seen_version)
        return ok;
    if (!read_keys(s, e))
        return false;
    s->seen_version = version;
    return true;
}

/* 0 when they are equal; takes the same time whatever they hold. */
static unsigned keys_differ(const unsigned char *a, const unsigned char *b)
{
    unsigned bits = 0;
    for (size_t i = 0; i < KEY_HASH_BYTES; i++)
        bits |= (unsigned)(a[i] ^ b[i]);
    return bits;
}

static bool key_expired(const struct state_key *key, struct err *e)
{
    char date[DATE_ROOM];
    clock_date(key->scope.expires_unix, date);
    return err_set(e, ERR_BAD_KEY, "This API key expired on %s. Ask the operator of this server for another one.",
                   date);
}

bool state_key_check(struct state *s, struct slice key, int64_t now_unix, struct arena *a, struct state_key *out,
                     struct err *e)
{
    unsigned char hash[KEY_HASH_BYTES];
    hash_key(key, hash);
    pthread_mutex_lock(&s->lock);
    bool ok = keys_refresh(s, e);
    bool found = false;
    for (size_t i = 0; ok && i < s->key_count; i++)
        if (keys_differ(hash, s->keys[i].hash) == 0) {
            *out = s->keys[i].key;
            found = true;
        }
    if (found) { /* the table may be read again once the lock is free */
        out->scope.models = arena_dup(a, out->scope.models);
        out->scope.domains = arena_dup(a, out->scope.domains);
        out->scope.note = SLICE(""); /* the operator's */
    }
    pthread_mutex_unlock(&s->lock);
    if (!ok) {
        /* What failed is the operator's business; the client is told only that it was not its key. */
        log_event(LOG_ERROR, "key_check", "error=\"%s\"", e->message);
        return err_set(e, ERR_INTERNAL, NULL);
    }
    if (found && out->scope.expires_unix && now_unix >= out->scope.expires_unix)
        return key_expired(out, e);
    return found || err_set(e, ERR_BAD_KEY, NULL);
}
