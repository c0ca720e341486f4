/* monitor_change.h - what is new in the output of a run, compared with the one before it.
 *
 * Documents: a field has changed where its value is another one and the new value has a citation. Values are compared
 * without case, white space at their ends, and the order of lists. A field that has nothing now keeps its old value:
 * that a page was not found today is no news.
 *
 * Texts are written anew each time, so that their words say nothing. A text has news where its basis cites a sentence
 * that was not cited before, of a version of a page that was not cited before. What was cited is remembered by hashes,
 * the newest MONITOR_SEEN_MOST of each.
 *
 * Pure functions on JSON of task_output_print (task_reply.h). OWNERSHIP: in the arena. */
#ifndef API_MONITOR_CHANGE_H
#define API_MONITOR_CHANGE_H

#include "base/arena.h"
#include "base/err.h"

enum { MONITOR_SEEN_MOST = 4000 };

struct monitor_change {
    bool changed;
    struct slice output; /* what has changed, with its basis; when `changed` */
    struct slice latest; /* the whole, to be compared with next time */
    struct slice seen;   /* what was cited up to now; JSON */
};

/* before, seen: of the last time; empty: this is the first, and everything is new. ERR_CORRUPT. */
MUST_USE bool monitor_compare(struct arena *a, struct slice before, struct slice seen, struct slice now,
                              struct monitor_change *out, struct err *e);

#endif
