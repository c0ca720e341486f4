/* monitor_reply.h - prints monitors and their events as Parallel's clients read them. Appends to out; a full buffer
 * shows in out->over. */
#ifndef API_MONITOR_REPLY_H
#define API_MONITOR_REPLY_H

#include "api/monitor_request.h"
#include "base/buf.h"

struct BY_NAME monitor_head {
    bool snapshot, cancelled;
    struct slice id, frequency, processor, settings, metadata, hook; /* as in struct monitor_request */
    struct slice latest; /* of a snapshot: output of the last run; empty: none */
    unsigned tells;
    int64_t created_us, last_us; /* last_us 0: never asked */
};

void monitor_print(const struct monitor_head *h, struct buf *out);
/* Around monitors or events, which are printed in between with commas. next: the cursor; empty: there is no more. */
void monitor_list_begin(const char *name, struct buf *out);
void monitor_list_end(struct slice next, struct buf *out);

/* Events. output, changed, previous: JSON of task_output_print. An event_stream's has the one before it as
 * previous_output as well, so that both sides can be read. */
struct BY_NAME monitor_event_head {
    bool snapshot;
    struct slice id, group, changed, previous;
    int64_t at_us;
};
void monitor_event_print(const struct monitor_event_head *h, struct buf *out);
void monitor_completion_print(int64_t at_us, struct buf *out);
void monitor_error_print(struct slice message, int64_t at_us, struct buf *out);
/* What the webhook is told, as `data`. */
void monitor_told_print(struct slice monitor, struct slice metadata, struct slice group, struct slice event,
                        struct buf *out);

#endif
