/* session.h - one question being researched: one thread, one arena, straight-line blocking code.
 *
 * A table of named steps (plan, gather, choose, write) run by a dispatcher which alone logs, times and
 * checks the deadline. */
#ifndef RESEARCH_SESSION_H
#define RESEARCH_SESSION_H

#include "base/clock.h"
#include "research/answer.h"
#include "research/question.h"
#include "research/sink.h"

/* What sessions ask: opened once by the command, shared by all sessions. */
struct search;
struct fetcher;
struct pool_page;
struct llm;
struct reranker;
struct confidence_model;
struct world {
    struct index *index;
    struct search *search;   /* NULL: our own pages only */
    struct fetcher *fetcher; /* NULL: the same */
    struct llm *model; /* NULL: none, answers are quoted */
    struct reranker *reranker; /* NULL: passages and sentences stay in the order of their words */
    struct llm *small; /* for planning and checking; NULL: model does that too */
    /* NULL, or told each page that was read, during the call only; any thread. */
    void (*remember)(void *ud, const struct pool_page *page);
    void *remember_ud;
    const struct confidence_model *confidence; /* NULL: the shipped one (evidence/confidence.h) */
};

/* Runs the whole session. The sink gets the text piece by piece; *out, in the arena, gets the rest. When it returns
 * false before the sink got anything, *e can still become an HTTP status; afterwards only an error in the stream.
 * cancelled may be NULL; the session looks at it between steps and at every wait. */
MUST_USE bool session_run(const struct world *world, const struct question *q, const struct sink *sink,
                          atomic_bool *cancelled, struct arena *a, struct answer *out, struct err *e);

#endif
