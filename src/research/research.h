/* research.h - answers a question: runs the steps plan, gather, choose, judge, write and verify.
 *
 * research.c has the table of steps and the dispatcher. The dispatcher alone logs and times steps, looks at the
 * deadline between them, and decides on another round of gather, choose and judge. Small talk skips these
 * three.
 *
 * OWNERSHIP: what *out points to lives in the arena.
 * THREADS: the session runs on the calling thread and blocks it. Many sessions may run at once, each with its own
 * arena. */
#ifndef RESEARCH_RESEARCH_H
#define RESEARCH_RESEARCH_H

#include "base/clock.h"
#include "session/answer.h"
#include "session/question.h"
#include "session/sink.h"
#include "session/world.h"

/* Runs the whole session. The sink gets the text piece by piece; *out gets the text and the rest. On failure the sink
 * may have got text already; only before its first piece can *e still become an HTTP status. Of *out, only `spent`
 * counts then. cancelled may be NULL; any thread may set it, and the session looks at it between steps and at every
 * wait. */
MUST_USE bool research_run(const struct world *world, const struct question *q, const struct sink *sink,
                           atomic_bool *cancelled, struct arena *a, struct answer *out, struct err *e);

#endif
