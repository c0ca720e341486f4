/* runs_inner.h - struct runs and its statements, for runs.c, runs_groups.c, runs_hooks.c, runs_lead.c and monitors.c.
 */
#ifndef STATE_RUNS_INNER_H
#define STATE_RUNS_INNER_H

#include <stdatomic.h>

#include "state/db.h"
#include "state/runs.h"

enum runs_statement {
    RUNS_PUT,
    RUNS_GET,
    RUNS_GET_NUMBER,
    RUNS_ROOM,
    RUNS_NEXT,
    RUNS_MARK,
    RUNS_TRACE,
    RUNS_END,
    RUNS_BACK,
    RUNS_COUNT,
    RUNS_AGED, /* from here on: db_forget */
    RUNS_BYTES,
    RUNS_KEY_BYTES,
    RUNS_OLDEST,
    RUNS_KEY_OLDEST,
    RUNS_OLD_GROUPS,
    RUNS_GROUP_PUT,
    RUNS_GROUP_GET,
    RUNS_GROUP_COUNTS,
    RUNS_GROUP_LIST,
    RUNS_GROUP_ENDED,
    RUNS_HOOK_PUT,
    RUNS_HOOKS_DUE,
    RUNS_HOOKS_NEXT,
    RUNS_HOOK_REMOVE,
    RUNS_HOOK_LATER,
    MONITORS_PUT,
    MONITORS_GET,
    MONITORS_GET_NUMBER,
    MONITORS_SET,
    MONITORS_TRIGGER,
    MONITORS_LIST,
    MONITORS_ROOM,
    MONITORS_DUE,
    MONITORS_ASKED,
    MONITORS_NOTED,
    MONITORS_OLD,
    MONITORS_EVENT_PUT,
    MONITORS_EVENT_TRIM,
    MONITORS_EVENTS_OLD,
    MONITORS_EVENTS,
    RUNS_STATEMENT_COUNT
};

enum { RUNS_ROW_BYTES = 500 /* what a row takes beside its texts */ };

struct runs {
    struct db db;
    struct runs_options options;
    int64_t change;    /* the last one that was given */
    int lead_fd;       /* of the lock, see runs_lead.c */
    atomic_bool leads; /* never again false */
};

/* runs_lead.c */
MUST_USE bool runs_lead_open(struct runs *r, const char *folder, struct err *e);
/* Runs of a statement whose columns are RUN_COLUMNS; it is reset. The caller has the lock. */
MUST_USE bool runs_rows_locked(struct runs *r, sqlite3_stmt *st, size_t most, struct arena *a, struct run *out,
                               size_t *n, struct err *e);
/* Begins and ends a transaction; ok false rolls it back, and is given back. */
MUST_USE bool runs_begin_locked(struct runs *r, struct err *e);
MUST_USE bool runs_commit_locked(struct runs *r, bool ok, struct err *e);
/* Inside of a transaction: puts a new run and sets its number; ends one. */
MUST_USE bool runs_put_locked(struct runs *r, struct run *run, struct err *e);
MUST_USE bool runs_end_locked(struct runs *r, struct run *run, bool *ended, struct err *e);
MUST_USE bool runs_hook_put_locked(struct runs *r, int64_t key_id, const struct run_message *m, struct err *e);

#endif
