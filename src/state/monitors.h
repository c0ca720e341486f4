/* monitors.h - monitors: questions that are asked again by a schedule, and what has changed each time.
 *
 * A monitor belongs to the API key that made it. Each time it is asked, a run is queued (state/runs.h); with its end,
 * what is new is written as an event, in the same transaction. They are in the file of the runs. Texts are opaque here,
 * JSON of api/monitor_reply.h.
 *
 * Of a monitor's events the newest MONITOR_EVENTS_BYTES are kept. Cancelled monitors are removed when they are as old
 * as runs may be; active ones stay. OWNERSHIP and THREADS: as in state/runs.h. */
#ifndef STATE_MONITORS_H
#define STATE_MONITORS_H

#include "state/runs.h"

enum { MONITOR_EVENTS_BYTES = 8 * 1024 * 1024 };

enum monitor_kind { MONITOR_STREAM, MONITOR_SNAPSHOT };

struct monitor {
    int64_t number, key_id;
    int64_t created_us, last_us; /* last_us: when it was last asked; 0: never */
    int64_t next_unix, every_s;
    enum monitor_kind kind;
    bool cancelled;
    bool backfill;       /* what it finds first is an event */
    unsigned hook_kinds; /* bits of what its webhook is told: api/monitor_request.h */
    struct slice id, frequency, processor, settings, metadata, hook; /* settings, metadata: JSON; hook: an address */
    struct slice request;                                            /* of its runs */
    struct slice latest, seen; /* the output that the next one is compared with; what was reported before; JSON */
};

/* Adds it, with its number. ERR_BUSY: this key, or all together, have as many active ones as may be. */
MUST_USE bool monitors_add(struct runs *r, struct monitor *m, uint64_t most, struct err *e);
MUST_USE bool monitors_get(struct runs *r, int64_t key_id, struct slice id, struct arena *a, struct monitor *out,
                           bool *found, struct err *e);
MUST_USE bool monitors_get_number(struct runs *r, int64_t number, struct arena *a, struct monitor *out, bool *found,
                                  struct err *e);
/* What a client may change: frequency, every_s, processor, settings, metadata, hook, hook_kinds, request, cancelled. */
MUST_USE bool monitors_set(struct runs *r, const struct monitor *m, struct err *e);
/* It is asked as soon as possible, also when it is cancelled. */
MUST_USE bool monitors_trigger(struct runs *r, int64_t number, struct err *e);

struct monitor_query {
    int64_t before;                           /* only numbers below; 0: from the newest on */
    bool cancelled, active, stream, snapshot; /* which are wanted */
    size_t most;
};
/* The newest first; one more than q->most is read where there is one, and says so in *more. */
MUST_USE bool monitors_list(struct runs *r, int64_t key_id, const struct monitor_query *q, struct arena *a,
                            struct monitor **out, size_t *n, bool *more, struct err *e);

/* Queues a run for each monitor that is due and has none under way, at most `most`. id: makes an id for a run, in the
 * arena. *n: how many. */
MUST_USE bool monitors_ask(struct runs *r, int64_t now_unix, size_t most, struct slice (*id)(struct arena *a),
                           struct arena *a, size_t *n, struct err *e);

enum monitor_event_kind { MONITOR_EVENT, MONITOR_COMPLETION, MONITOR_ERROR };

struct monitor_event {
    int64_t number;
    enum monitor_event_kind kind;
    struct slice group, body; /* body: JSON */
};

struct BY_NAME monitor_news { /* what a run's end means for its monitor */
    int64_t monitor;
    struct monitor_event event;
    struct slice latest, seen;
    struct run_message message; /* url empty: none */
};
/* As runs_end, with the news in the same transaction. */
MUST_USE bool monitors_end(struct runs *r, struct run *run, const struct monitor_news *news, bool *ended,
                           struct err *e);

/* Events with a number below `before` (0: all), the newest first; group empty: of all groups. */
MUST_USE bool monitors_events(struct runs *r, int64_t monitor, int64_t before, struct slice group, bool completions,
                              size_t most, struct arena *a, struct monitor_event **out, size_t *n, bool *more,
                              struct err *e);

#endif
