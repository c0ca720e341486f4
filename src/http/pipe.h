/* pipe.h - a bounded byte queue from the thread that writes a reply to the HTTP thread that sends it.
 *
 * One writer, one reader. The reader never blocks: when the pipe is empty it puts its connection to sleep, and the
 * writer wakes it. The writer blocks while the pipe is full, but only so long as the reader takes something now and
 * then. Both decisions are made under the pipe's one lock, so that no wake-up falls between looking and sleeping.
 *
 * Knows nothing of HTTP: sleeping and waking are two calls that its maker hands in; they are made under the pipe's
 * lock and must take no lock from which a pipe is called. Reference counted: the exchange holds one, the response
 * that reads from it another. */
#ifndef HTTP_PIPE_H
#define HTTP_PIPE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/slice.h"

struct pipe;

struct pipe_options {
    size_t capacity_bytes;     /* at most; less is taken while less is needed */
    unsigned write_timeout_ms; /* a full pipe from which nothing is taken for so long is given up */
    unsigned heartbeat_ms;     /* silence after which pipe_beat writes */
    const char *heartbeat;     /* not longer than capacity_bytes; lives as long as the pipe */
    void (*sleep)(void *reader);
    void (*wake)(void *reader);
    void *reader;
};

enum { PIPE_END = -1, PIPE_CANCELLED = -2 };

/* One reference. NULL when there is no memory. */
struct pipe *pipe_new(const struct pipe_options *options);
void pipe_hold(struct pipe *p);
void pipe_drop(struct pipe *p); /* NULL is fine */

/* Reader. Bytes copied to out; 0: empty, and `sleep` was called; PIPE_END; PIPE_CANCELLED. */
ssize_t pipe_read(struct pipe *p, char *out, size_t max);
/* The reader is gone: nothing will be read and `wake` is never called again. Any thread; twice is fine. */
void pipe_forget_reader(struct pipe *p);

/* Writer. False: the reader is gone, was too slow, or the pipe was cancelled; some of bytes may have been sent. */
MUST_USE bool pipe_write(struct pipe *p, struct slice bytes);
/* What was written is still read, then PIPE_END. */
void pipe_end(struct pipe *p);

/* Any thread. Nothing more is read or written; both sides wake up. */
void pipe_cancel(struct pipe *p);
/* Any thread. Writes the heartbeat when the pipe is empty, nobody is writing and nothing was written for
 * heartbeat_ms, or at once with `now`. True when the reader has something to send now, so that a client that has
 * left will show it. */
bool pipe_beat(struct pipe *p, int64_t now_ms, bool now);
/* Any thread. True once a write was given up for slowness. */
bool pipe_timed_out(struct pipe *p);
uint64_t pipe_bytes_read(struct pipe *p);

#endif
