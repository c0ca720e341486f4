#include "state/replies.h"

#include <sha2.h>
#include <stdlib.h>

#include "state/db.h"

enum statement { GET, PUT, AGED /* from here on: db_forget */, BYTES, KEY_BYTES, OLDEST, KEY_OLDEST, STATEMENT_COUNT };

static const char tables[] = "CREATE TABLE IF NOT EXISTS replies ("
                             " key_id INTEGER NOT NULL,"
                             " name TEXT NOT NULL,"
                             " request BLOB NOT NULL," /* SHA-256 */
                             " content_type TEXT NOT NULL,"
                             " body BLOB NOT NULL,"
                             " bytes INTEGER NOT NULL,"
                             " made_unix INTEGER NOT NULL,"
                             " number INTEGER PRIMARY KEY AUTOINCREMENT,"
                             " UNIQUE (key_id, name)"
                             ") STRICT;"
                             "CREATE INDEX IF NOT EXISTS replies_age ON replies(made_unix);"
                             "CREATE INDEX IF NOT EXISTS replies_bytes ON replies(key_id, number, bytes);";

static const char *const sql[] = {
    [GET] = "SELECT request, content_type, body FROM replies WHERE key_id = ? AND name = ? AND made_unix >= ?",
    [PUT] = "INSERT OR REPLACE INTO replies (key_id, name, made_unix, request, content_type, body, bytes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
    [AGED] = DB_FORGET_SQL("replies", "made_unix"),
};
_Static_assert(COUNT_OF(sql) == STATEMENT_COUNT, "a statement without text");

enum { ROW_BYTES = 400 /* what a reply takes beside its body */ };

struct replies {
    struct db db;
    uint64_t max_bytes;
};

bool replies_open(const char *folder, uint64_t max_bytes, struct replies **out, struct err *e)
{
    struct replies *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(e, ERR_NO_MEMORY, NULL);
    r->max_bytes = max_bytes;
    if (!db_open(&r->db, folder, "replies.db", "kept replies", tables, sql, STATEMENT_COUNT, e)) {
        free(r);
        return false;
    }
    *out = r;
    return true;
}

void replies_close(struct replies *r)
{
    if (!r)
        return;
    db_close(&r->db);
    free(r);
}

static void request_hash(const struct reply_name *name, unsigned char out[SHA256_DIGEST_LENGTH])
{
    SHA2_CTX c;
    SHA256Init(&c);
    SHA256Update(&c, (const void *)name->path.p, name->path.n);
    SHA256Update(&c, (const void *)"\n", 1);
    SHA256Update(&c, (const void *)name->body.p, name->body.n);
    SHA256Final(out, &c);
}

bool replies_get(struct replies *r, const struct reply_name *name, int64_t since_unix, struct arena *a,
                 enum replies_found *found, struct kept_reply *out, struct err *e)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    sqlite3_stmt *st = r->db.st[GET];
    request_hash(name, hash);
    *found = REPLIES_NONE;
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, name->key_id);
    db_text(st, 2, name->key);
    sqlite3_bind_int64(st, 3, since_unix);
    int step = sqlite3_step(st);
    if (step == SQLITE_ROW) {
        struct slice request = db_column(st, 0, a);
        bool same = request.n == sizeof hash && memcmp(request.p, hash, sizeof hash) == 0;
        *found = same ? REPLIES_SAME : REPLIES_OTHER;
        if (same)
            *out = (struct kept_reply){db_column(st, 1, a), db_column(st, 2, a)};
    }
    bool ok = step == SQLITE_ROW || step == SQLITE_DONE || db_failed(&r->db, e);
    sqlite3_reset(st);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}

bool replies_put(struct replies *r, const struct reply_name *name, const struct kept_reply *reply, int64_t now_unix,
                 int64_t keep_s, struct err *e)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    uint64_t bytes = reply->body.n + ROW_BYTES;
    sqlite3_stmt *st = r->db.st[PUT];
    if (bytes > db_share(name->key_id, r->max_bytes))
        return true;
    request_hash(name, hash);
    pthread_mutex_lock(&r->db.lock);
    sqlite3_bind_int64(st, 1, name->key_id);
    db_text(st, 2, name->key);
    sqlite3_bind_int64(st, 3, now_unix);
    sqlite3_bind_blob(st, 4, hash, sizeof hash, SQLITE_STATIC);
    db_text(st, 5, reply->content_type);
    sqlite3_bind_blob(st, 6, reply->body.p, (int)reply->body.n, SQLITE_STATIC);
    sqlite3_bind_int64(st, 7, (int64_t)bytes);
    bool ok = db_run(&r->db, st, e);
    sqlite3_clear_bindings(st);
    ok = ok && db_forget(&r->db, AGED, now_unix - keep_s, name->key_id, r->max_bytes, e);
    pthread_mutex_unlock(&r->db.lock);
    return ok;
}
