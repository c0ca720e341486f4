/* usage.h - what each key used on each day (UTC), and its daily quota.
 *
 * Requests are counted in memory and written to usage.db in batches, by a thread of its own, once a second. So no
 * request waits for the disk. A process that is killed loses what was counted since the last batch; what usage_list has
 * shown is on the disk.
 *
 * DESIGN: a file of its own, because every write to the file of keys would make servers read all keys again. Several
 * processes may share it: each adds what it counted, and learns with each batch what the others did.
 * THREADS: any. */
#ifndef STATE_USAGE_H
#define STATE_USAGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/*  name: of columns in tables, CSV, JSON and the file */
#define USAGE_COUNTS(X)                                                                                                \
    X(requests)      /* with the key, refused ones too */                                                              \
    X(errors)        /* of them answered with a status of 400 and more */                                              \
    X(questions)     /* that count against the quota: answered, or left by the client */                               \
    X(searches)      /* wordings that search services were asked */                                                    \
    X(pages)         /* read from the web */                                                                           \
    X(model_calls)   /* requests to language models */                                                                 \
    X(prompt_tokens) /* of language models, as they say themselves */                                                  \
    X(completion_tokens)

enum usage_count {
#define X(name) USAGE_##name,
    USAGE_COUNTS(X)
#undef X
        USAGE_COUNT
};

extern const char *const usage_names[USAGE_COUNT];

struct usage;

struct usage_row {
    int64_t day_unix; /* its first second */
    int64_t key_id;   /* 0: requests without a key */
    uint64_t counts[USAGE_COUNT];
};

struct usage_last {
    int64_t key_id, unix_s;
};

enum { USAGE_ALL_KEYS = -1 };

/* Creates the file (mode 0600) when it is missing; the folder must be there. keep_days: older rows are removed
 * when a batch is written; 0: none is. */
MUST_USE bool usage_open(const char *folder, int64_t keep_days, struct usage **out, struct err *e);
/* Writes batches from now on, until usage_close. */
MUST_USE bool usage_start(struct usage *u, struct err *e);
void usage_close(struct usage *u); /* writes what is left; NULL is fine */

/* Takes one question from the key's quota of the day. False: it is used up until *until_unix. quota 0: no limit. After
 * true, one usage_add with `taken` is owed. Never waits for the disk. */
MUST_USE bool usage_take(struct usage *u, int64_t key_id, int64_t quota, int64_t now_unix, int64_t *until_unix);
/* Adds the counts of one request that arrived at arrived_unix. taken: usage_take was asked for it at that time; it is
 * given back unless counts[USAGE_questions] is 1. Never waits for the disk. */
void usage_add(struct usage *u, int64_t key_id, int64_t arrived_unix, const uint64_t counts[USAGE_COUNT], bool taken);
/* Questions of this day that count or may yet, here and in other processes up to their last batch. */
uint64_t usage_today(struct usage *u, int64_t key_id, int64_t now_unix);

/* Writes what was counted so far. */
MUST_USE bool usage_flush(struct usage *u, struct err *e);
/* Days from since_unix on, oldest first, then by key; what was counted in this process so far is written before. */
MUST_USE bool usage_list(struct usage *u, int64_t key_id, int64_t since_unix, struct arena *a, struct usage_row **out,
                         size_t *count, struct err *e);
/* When each key was last used, as far as it was written. */
MUST_USE bool usage_last_used(struct usage *u, struct arena *a, struct usage_last **out, size_t *count, struct err *e);

#endif
