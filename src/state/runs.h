/* runs.h - runs of tasks: questions that are answered in the background and kept until somebody fetches the answer.
 *
 * A run belongs to the API key that made it. Texts are opaque here, JSON of api/task_reply.h, but for the address of
 * its webhook. Groups of runs are in runs_groups.c, messages to webhooks that are not delivered yet in runs_hooks.c,
 * questions that are asked again and again in state/monitors.h (monitors.c).
 *
 * DESIGN: tasks.db, apart from the other files. The table is the queue: what is in it with RUN_QUEUED will be taken up,
 * in whatever process, so that a crash loses nothing. A run ends and the message about it is written in one
 * transaction; it ends only where it is RUN_RUNNING, so that none ends twice. Commits wait for the disk: a run that a
 * client was told of survives a loss of power.
 * Runs that ended are removed by their age, and the oldest of them beyond max_bytes; one API key has at most half of
 * that and half of the places in the queue.
 * Several processes may share the file. One of them answers the runs and tells the webhooks, the one that holds the
 * lock tasks.lock (runs_lead.c); when it ends, in whatever way, another one takes over what it has left. OWNERSHIP:
 * what is read is in the caller's arena. THREADS: any; one private lock. */
#ifndef STATE_RUNS_H
#define STATE_RUNS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct runs;

enum run_status { RUN_QUEUED, RUN_RUNNING, RUN_COMPLETED, RUN_FAILED, RUN_STATUS_COUNT };

static inline bool run_is_active(enum run_status s)
{
    return s == RUN_QUEUED || s == RUN_RUNNING;
}

enum run_parts { RUN_WITH_REQUEST = 1, RUN_WITH_OUTPUT = 2, RUN_WITH_TRACE = 4 };

struct run {
    int64_t number;                  /* grows with each run; also the topic of those who wait for it (http/waiting.h) */
    int64_t key_id;                  /* 0 without keys */
    int64_t group;                   /* number of its group; 0: none */
    int64_t monitor;                 /* number of the monitor that asks; 0: none */
    int64_t created_us, modified_us; /* since 1970 */
    int64_t change;                  /* grows with each run that ends; 0: it has not */
    enum run_status status;
    unsigned tries;                             /* how often it was begun */
    bool traced;                                /* its progress is kept */
    struct slice id, group_id, processor, hook; /* hook: address of its webhook; empty: none */
    struct slice metadata, warnings, error;     /* JSON; empty: none */
    struct slice request, output, trace;        /* JSON, where asked for; trace: an event a line */
};

struct runs_options {
    uint64_t max_bytes;
    int64_t keep_s;
    uint64_t most_queued; /* of all keys, groups included */
};

/* Creates the file (mode 0600) when it is missing; the folder must be there. */
MUST_USE bool runs_open(const char *folder, const struct runs_options *o, struct runs **out, struct err *e);
void runs_close(struct runs *r); /* NULL is fine */
/* Whether this process answers the runs of the file, from now on; it tries to each time. Runs that the one before has
 * left running are queued again then. */
bool runs_lead(struct runs *r);

/* Queues new runs, all or none, and sets their number. key_id, group, monitor are the same in all; ids must be new.
 * ERR_BUSY: there is no room for so many. */
MUST_USE bool runs_add(struct runs *r, struct run *at, size_t n, struct err *e);
/* parts: what else is read, enum run_parts. *found is false when this key has no such run. */
MUST_USE bool runs_get(struct runs *r, int64_t key_id, struct slice id, unsigned parts, struct arena *a,
                       struct run *out, bool *found, struct err *e);
/* Takes the run that is next out of the queue, with its request: of the key for which the fewest run, the oldest; those
 * that a crash has broken off come last. No key has more than key_most running. */
MUST_USE bool runs_take(struct runs *r, unsigned key_most, struct arena *a, struct run *out, bool *found,
                        struct err *e);
/* Adds to the trace of a run that runs. */
MUST_USE bool runs_trace(struct runs *r, int64_t number, struct slice more, struct err *e);

struct run_message { /* to a webhook */
    struct slice id, url, body;
};
/* The end of a run: its status, warnings, error and output are kept, and modified_us and change are set. message: to be
 * delivered; its url empty: none. *ended is false when it did not run any more; then nothing has changed. */
MUST_USE bool runs_end(struct runs *r, struct run *run, const struct run_message *message, bool *ended, struct err *e);
/* A run that was broken off in order: it is queued again as if it had never begun. */
MUST_USE bool runs_put_back(struct runs *r, int64_t number, struct err *e);
/* Removes what is too old, and the oldest runs beyond max_bytes. */
MUST_USE bool runs_forget(struct runs *r, int64_t now_unix, int64_t key_id, struct err *e);

struct runs_count {
    uint64_t queued, running;
};
MUST_USE bool runs_count(struct runs *r, struct runs_count *out, struct err *e);

/* Groups: runs_groups.c. */
struct run_group {
    int64_t number, key_id, created_us;
    struct slice id, metadata;
    uint64_t counts[RUN_STATUS_COUNT]; /* of its runs */
    int64_t modified_us;               /* of the group or a run of it */
    int64_t last, change;              /* the largest number and change of its runs; 0: none */
};

MUST_USE bool runs_group_add(struct runs *r, struct run_group *g, struct err *e);
MUST_USE bool runs_group_get(struct runs *r, int64_t key_id, struct slice id, struct arena *a, struct run_group *out,
                             bool *found, struct err *e);
/* Runs of the group with a number above `after`, in its order; status -1: any. At most `most`. */
MUST_USE bool runs_group_list(struct runs *r, int64_t group, int64_t after, int status, unsigned parts, size_t most,
                              struct arena *a, struct run **out, size_t *n, struct err *e);
/* Runs of the group that ended with a change above `after`, in its order. */
MUST_USE bool runs_group_ended(struct runs *r, int64_t group, int64_t after, unsigned parts, size_t most,
                               struct arena *a, struct run **out, size_t *n, struct err *e);

/* Messages to webhooks: runs_hooks.c. */
struct run_delivery {
    int64_t number, key_id, created_unix;
    unsigned tries;
    struct run_message message;
};
/* Those that are due, the oldest first: at most `most`, and at most key_most of a key. *next_unix: when the next of the
 * others is due; 0: there is none. */
MUST_USE bool runs_deliveries(struct runs *r, int64_t now_unix, size_t most, size_t key_most, struct arena *a,
                              struct run_delivery **out, size_t *n, int64_t *next_unix, struct err *e);
MUST_USE bool runs_delivered(struct runs *r, int64_t number, struct err *e);
MUST_USE bool runs_deliver_later(struct runs *r, int64_t number, int64_t due_unix, struct err *e);

#endif
