/* sqlite.h - what the files of the SQLite engine share; nobody outside of state/ includes it. */
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
    struct known_key *keys;     /* the valid ones */
    size_t key_count;
};

/* Sets *e from the database's last error and returns false. `doing` ends the sentence "... while". */
bool sqlite_fail(struct state *s, const char *doing, struct err *e);
/* NULL and *e when sql cannot be prepared. */
sqlite3_stmt *sqlite_prepare(struct state *s, const char *sql, struct err *e);

#endif
