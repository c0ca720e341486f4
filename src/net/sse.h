/* sse.h - server-sent events, read as they arrive: pieces of bytes in, whole events out.
 *
 * It follows WHATWG's HTML standard (9.2.6, "Interpreting an event stream"): lines end in CR, LF or CRLF, a byte order
 * mark at the start is dropped, the "data" lines of an event are joined by LF, a colon at the start of a line makes a
 * comment, a blank line ends the event, and an event without data is none. Pieces may be cut anywhere.
 *
 * DESIGN: two things differ, because servers of language models need it. The end of the stream ends an unfinished
 * event instead of dropping it. The field "error", which the standard ignores, is data of an event of type "error".
 * "id" and "retry" are ignored, since nobody resumes a stream here.
 * THREADS: one at a time; no I/O. */
#ifndef NET_SSE_H
#define NET_SSE_H

#include "base/buf.h"

struct sse_event {
    struct slice type; /* "message" when not said */
    struct slice text; /* of its data lines; bytes as they came, not checked for UTF-8 */
};

enum sse_state {
    SSE_MORE,      /* all is read */
    SSE_STOPPED,   /* on_event returned false; the bytes behind that event were not read */
    SSE_TOO_LARGE, /* a line or an event is larger than allowed */
};

struct sse {
    bool (*on_event)(void *ud, const struct sse_event *e);
    void *ud;
    enum sse_state state;
    struct buf line; /* the beginning of a line whose end has not come */
    struct buf type, text;
    bool has_text;   /* a data line was seen, even an empty one */
    bool first_line; /* where a byte order mark may stand */
    bool after_cr;   /* an LF now belongs to the line before */
};

/* on_event gets each event; its slices hold during the call; false stops the reading. */
void sse_init(struct sse *s, size_t max_line_bytes, size_t max_event_bytes,
              bool (*on_event)(void *ud, const struct sse_event *e), void *ud);
/* Once it is not SSE_MORE it stays so. */
enum sse_state sse_add(struct sse *s, struct slice bytes);
/* No more will come. */
enum sse_state sse_end(struct sse *s);
void sse_release(struct sse *s);

#endif
