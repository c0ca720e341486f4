/* sqlite.h - the struct behind state.h, and state.c's helpers for SQLite. Nobody outside of state/ includes it. */
#ifndef STATE_SQLITE_H
#define STATE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>

#include "state/state.h"

enum { KEY_HASH_BYTES = 32 };

struct known_key {
    unsigned char hash[KEY_HASH_BYTES];
    struct state_key key;
};

struct state {
    pthread_mutex_t lock; /* guards everything below; taken and dropped inside of one state_ call */
    sqlite3 *db;
    sqlite3_stmt *data_version; /* kept prepared: it runs at each request */
    int64_t seen_version;       /* what `keys` was read at; -1: must be read */
    struct known_key *keys;     /* those that are not revoked, in keys_arena */
    size_t key_count;
    struct arena *keys_arena;
};

/* Sets *e from the database's last error and returns false. doing completes "The state file failed while ...". */
bool sqlite_fail(struct state *s, const char *doing, struct err *e);
/* NULL and *e when sql cannot be prepared. */
sqlite3_stmt *sqlite_prepare(struct state *s, const char *sql, struct err *e);

#endif
