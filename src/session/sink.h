/* sink.h - where a session sends the answer's text while it is being written.
 *
 * http/ implements it as a stream or a collected reply, cli/ as the terminal. Both callbacks run on the session's
 * thread. */
#ifndef SESSION_SINK_H
#define SESSION_SINK_H

#include "base/slice.h"

struct sink {
    /* Gets the next piece of the answer: valid UTF-8, with no character cut. The slice holds during the call only.
     * False: nobody listens any more, and the session stops. */
    bool (*text)(void *ud, struct slice delta);
    /* NULL, or gets what a model thinks before it answers, in the same way. */
    bool (*reasoning)(void *ud, struct slice delta);
    void *ud;
};

static inline bool sink_text(const struct sink *s, struct slice delta)
{
    return delta.n == 0 || s->text(s->ud, delta);
}

#endif
