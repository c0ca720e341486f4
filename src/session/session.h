/* session.h - one question while it is being answered: everything that the steps of an answer share.
 *
 * research/research.h runs six steps: plan, gather, choose, judge, write, verify. A step reads what earlier steps left
 * in struct session and adds its own results; the comments below name the step that fills a member. The code of the
 * steps is in research/, ask/, write/ and fill/. The last three know this folder and not each other.
 *
 * OWNERSHIP: everything lives in the session's arena, or in `workings`, which may be freed earlier.
 * THREADS: one thread runs a session from begin to end, with blocking calls. Others may only set `cancelled`.
 * ERRORS: a step returns false only when the whole request has to fail. A source that gave nothing is no error; it is a
 * line of the search report (session_report) or a warning. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "base/clock.h"
#include "search/hit.h"
#include "session/claim.h"
#include "session/question.h"
#include "session/sink.h"
#include "session/world.h"

/* What the system prompt wants of the answer's form, as far as quoting can obey. ask/wishes.h reads it. */
struct wishes {
    size_t max_sentences; /* 0: not said */
    size_t max_words;     /* 0: not said */
    bool unmarked;        /* no marks [n] */
    bool list;            /* one sentence per line, with "- " before it */
    bool unmet;           /* the prompt asks for something else, too */
};

/* Why a page that was found is not among the evidence, and how a warning puts it. */
#define LEFT_OUT_CAUSES(X)                                                                                             \
    X(LEFT_OUT_FAILED, NULL) /* the fetcher gives the reason */                                                        \
    X(LEFT_OUT_SLOW, "too slow")                                                                                       \
    X(LEFT_OUT_UNREADABLE, "without readable text")                                                                    \
    X(LEFT_OUT_EXCLUDED, "led to an excluded site")

enum left_out_cause {
#define X(name, sentence) name,
    LEFT_OUT_CAUSES(X)
#undef X
        LEFT_OUT_CAUSE_COUNT
};

struct left_out {
    struct slice url;
    enum left_out_cause cause;
    const char *reason; /* of LEFT_OUT_FAILED */
};

struct session {
    const struct world *world;
    const struct question *question;
    const struct sink *sink;
    struct deadline deadline; /* of the whole answer */
    struct arena *arena;
    struct arena *workings; /* for what only serves to decide: views, rankings, agreements. It is most of a session's
                             * memory, and session_forget_workings frees it before the session ends */
    struct workings *own_workings; /* frees it with the session's arena */
    struct answer *answer;
    const struct confidence_model *confidence; /* the world's, or the shipped model */

    int round;                                   /* 0 is the first */
    int64_t queries_left, asks_left, pages_left; /* queries_left, pages_left: of the tier; asks_left: of the client's
                                                  * max_searches, which also counts retries with fewer words */

    struct slice query; /* plan: the question, understandable without the conversation */
    const struct lang *lang;
    struct wishes wishes;
    bool overview;      /* plan: nothing particular is asked about the thing, so its page's first sentences answer */
    struct slice heard; /* plan: a sentence about words that were read as others; empty: none */
    bool small_talk;    /* plan: the turn needs no page. Nothing is searched; the answer is one sentence of our own */
    struct part *parts; /* plan makes them; judge may add fields */
    size_t part_count;

    struct pool *pool;         /* pages that were read for this question, and term weights */
    struct search_hit *unread; /* gather: results that were not read yet, best first */
    size_t unread_count;
    struct left_out *left_out; /* gather: in all rounds */
    size_t left_out_count, left_out_room;
    struct slice *seen; /* gather: URLs that were read or tried */
    size_t seen_count, seen_room;

    struct evidence *evidence; /* choose fills it */
    struct view *view;         /* choose: the view of the first part */
    struct fill_draft *draft;  /* judge, JSON only */
    const struct value *given; /* the document as a language model wrote it; NULL: none */
    size_t unsaid;         /* write: sentences of the language model that were left out, since no page states them */
    const char *unwritten; /* write: why the language model wrote nothing, without a period; NULL: not known */
    struct slice skipped;  /* a sentence about what there was no time for; empty: nothing */
    struct claim *claims;  /* write */
    size_t claim_count, claim_room;
};

/* Begins a session in *s and clears *out. The clock of the whole answer starts here, that of the
 * client's max_ms when it asked. cancelled may be NULL; every wait
 * looks at it. */
void session_open(struct session *s, const struct world *world, const struct question *q, const struct sink *sink,
                  atomic_bool *cancelled, struct arena *a, struct answer *out);

/* Adds an open part. NULL when there are as many as allowed: SUBQUESTIONS_MAX of a text, PARTS_MAX of a document. */
struct part *session_part(struct session *s, struct slice text, struct slice field);
void session_claim(struct session *s, struct claim claim);
void session_warn(struct session *s, struct slice warning);
/* Adds to the search report. Calls with the same provider are added up in one line. provider is static or in the arena.
 */
void session_report(struct session *s, const char *provider, enum search_status status, size_t results, int64_t ms,
                    struct slice detail);

/* Whether there are search services and pages can be fetched; whether our own index is searched. */
bool session_asks_web(const struct session *s);
bool session_asks_index(const struct session *s);

/* Frees the workings, once nothing is left to decide: while a model writes for minutes, thousands of sessions would
 * hold that memory. Parts keep their texts, hits and probabilities. Calling it twice is safe. */
void session_forget_workings(struct session *s);

#endif
