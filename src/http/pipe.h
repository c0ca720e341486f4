/* pipe.h - a bounded byte queue from the thread that writes a reply to the HTTP thread that sends it.
 *
 * There is one writer and one reader. The reader never blocks: when the pipe is empty its connection is put to sleep,
 * and the writer wakes it. The writer does not wait for the reader while there is spill memory: a worker whose answer
 * is written goes on to the next one, however slowly the client reads.
 *
 * DESIGN: looking and sleeping are one step under the pipe's lock, so that no wake-up is lost between them. The pipe
 * knows nothing of HTTP: sleep and wake are callbacks.
 * OWNERSHIP: reference counted. The exchange holds one reference, the response that reads from the pipe another.
 * THREADS: the callbacks run under the pipe's lock and must take no lock under which a pipe is called. */
#ifndef HTTP_PIPE_H
#define HTTP_PIPE_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/slice.h"

struct pipe;

/* Memory that all pipes share beyond their capacity. Zero-initialised but for `most`. */
struct pipe_spill {
    size_t most;
    atomic_size_t used;
};

enum {
    PIPE_SPILL_BYTES = 8 * 1024 * 1024, /* of one pipe; the longest replies are half of that */
};

struct pipe_options {
    size_t capacity_bytes;     /* without spill memory; the ring starts small and grows */
    struct pipe_spill *spill;  /* NULL: none */
    unsigned write_timeout_ms; /* a write waits for room for so long */
    unsigned heartbeat_ms;     /* silence after which pipe_beat writes */
    const char *heartbeat;     /* borrowed, not longer than capacity_bytes */
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
/* The reader is gone: nothing more is read, and `wake` is never called again. Any thread; calling it twice is safe. */
void pipe_forget_reader(struct pipe *p);

/* Writer. False: the reader is gone, was too slow, or the pipe was cancelled; some of bytes may have been sent. */
MUST_USE bool pipe_write(struct pipe *p, struct slice bytes);
/* The reader gets what was written, then PIPE_END. */
void pipe_end(struct pipe *p);

/* Any thread. Nothing more is read or written; both sides wake up. */
void pipe_cancel(struct pipe *p);
/* Any thread. Writes the heartbeat when the pipe is empty, no write is under way, and nothing was written for
 * heartbeat_ms (`now`: whenever). True when the reader now has something to send, which shows whether the client has
 * left. */
bool pipe_beat(struct pipe *p, int64_t now_ms, bool now);
/* Any thread. True once a write has failed because the reader was too slow. */
bool pipe_timed_out(struct pipe *p);
/* Any thread. There is something to read. */
bool pipe_is_pending(struct pipe *p);
uint64_t pipe_bytes_read(struct pipe *p);

#endif
