/* sink.h - where a session sends the answer's text while it is being written, and says how far it is.
 *
 * http/ implements it as a stream or a collected reply, cli/ as the terminal. All callbacks run on the session's
 * thread. */
#ifndef SESSION_SINK_H
#define SESSION_SINK_H

#include "base/slice.h"

/* How far a session is. The texts hold during the call only. */
struct headway {
    enum headway_step {
        HEADWAY_SEARCH, /* it searches for `queries`; once for each round, never for small talk */
        HEADWAY_WRITE,  /* it is about to write; always before the first text */
    } step;
    unsigned round; /* from 1 on */
    const struct slice *queries;
    size_t query_count;
    const struct slice *urls; /* addresses of the pages that were found by now, the likeliest first, each once */
    size_t url_count;
};

enum { HEADWAY_QUERIES = 8, HEADWAY_URLS = 50 }; /* at most */

struct sink {
    /* Gets the next piece of the answer: valid UTF-8, with no character cut. The slice holds during the call only.
     * False: nobody listens any more, and the session stops. */
    bool (*text)(void *ud, struct slice delta);
    /* NULL, or gets what a model thinks before it answers, in the same way. */
    bool (*reasoning)(void *ud, struct slice delta);
    /* NULL, or is told how far the session is. A client that has left is noticed elsewhere. */
    void (*headway)(void *ud, const struct headway *p);
    void *ud;
};

static inline bool sink_text(const struct sink *s, struct slice delta)
{
    return delta.n == 0 || s->text(s->ud, delta);
}

#endif
