/* trace.h - says what a session does, for a person who wonders about an answer: the setting `trace`.
 *
 * DESIGN: switches for the process, lines of the log of level info. While a switch is off, asking for it costs a load.
 * Traces may hold questions, addresses and sentences of pages; keys and other secrets never.
 * THREADS: any. */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include "base/err.h"

/* name, wire name, what is said */
#define TRACES(X)                                                                                                      \
    X(TRACE_PLAN, "plan", "what is looked for, and in which words")                                                    \
    X(TRACE_STEP, "step", "each step with its time")                                                                   \
    X(TRACE_SEARCH, "search", "each query to each service, and what came back")                                        \
    X(TRACE_FETCH, "fetch", "each page that was asked for")                                                            \
    X(TRACE_EVIDENCE, "evidence", "the sentences that were chosen, with their probability")                            \
    X(TRACE_LLM, "llm", "each chat with the language model")                                                           \
    X(TRACE_HTTP, "http", "each request to another server")

enum trace {
#define X(name, wire, what) name,
    TRACES(X)
#undef X
        TRACE_COUNT
};

/* "search, fetch", "all", "" for none. ERR_USAGE: there is no such switch. Before other threads. */
MUST_USE bool trace_set(struct slice words, struct err *e);
bool trace_on(enum trace t);
/* The line "trace part=NAME id=REQUEST text". Call it only while trace_on, since its arguments may be expensive. */
void trace_say(enum trace t, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
