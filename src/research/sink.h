/* sink.h - how a session talks out while it works. Implemented by http/ (a stream or a collected reply) and cli/. */
#ifndef RESEARCH_SINK_H
#define RESEARCH_SINK_H

#include "base/slice.h"

struct sink {
    /* The next piece of the answer, valid UTF-8, never cutting a character. False: nobody listens any more, stop.
     * The slice is good for the call only. */
    bool (*text)(void *ud, struct slice delta);
    /* NULL, or told what a model thinks before it answers; as above. */
    bool (*reasoning)(void *ud, struct slice delta);
    void *ud;
};

static inline bool sink_text(const struct sink *s, struct slice delta)
{
    return delta.n == 0 || s->text(s->ud, delta);
}

#endif
