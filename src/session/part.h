/* part.h - a part: one thing that is researched by itself.
 *
 * That is the whole question, one of its sub-questions, or a field of the schema. The first part is the whole question,
 * except where a text answer was split into sub-questions. The gather step searches for each open part and collects
 * hits; part_rank ranks their sentences; the judge step picks those that answer, and closes the part when they are
 * enough.
 *
 * OWNERSHIP: parts live in the session's arena; view, need, ranking, agreement and taken in its workings. */
#ifndef SESSION_PART_H
#define SESSION_PART_H

#include "evidence/agree.h"
#include "evidence/rank.h"
#include "session/answer.h"
#include "session/asks.h"

struct session;

enum {
    PARTS_MAX = 32,         /* of a document: the question and its fields */
    SUBQUESTIONS_MAX = 6,   /* of a text answer */
    MANY_PARTS_WORDS = 140, /* of an answer to several sub-questions, all together */
};

struct other_wording {
    struct slice text, heard; /* heard: what is told about it (session->heard); empty: nothing */
    enum other_use {
        OTHER_RIVAL,    /* as likely as the text: whichever is answered better counts */
        OTHER_SAME,     /* says the same in other words: asked where the text is not answered surely */
        OTHER_DOUBTFUL, /* counts only where it is answered surely, and the text hardly */
    } use;
};

struct part {
    struct slice text;        /* understandable without the conversation */
    struct slice field;       /* the schema's top-level field; empty: the question or a sub-question */
    bool open;                /* the next round shall search for it */
    bool own_asked;           /* our own index was searched for it */
    const struct slice *asks; /* wordings for search services; the first `asked` of them were used */
    size_t ask_count, asked;
    const struct other_wording *others; /* what our own pages are asked when they do not surely answer `text`; the
                                         * wording that they answer best becomes the text */
    size_t other_count;
    size_t first_asks;             /* how many of them the first round may use */
    struct index_hits own;         /* what our own index found */
    struct index_hits hits;        /* the same, merged with the pages that were read for this session */
    struct view *view;             /* the sentences of hits; NULL: not made yet, or hits have changed since */
    struct need *need;             /* made with the view */
    struct ranking ranking;        /* made with the view */
    const struct sentence **taken; /* judge: the sentences that answer, in order; none when too little was found */
    size_t taken_count;
    struct agreement agreement; /* judge: what other pages say */
    double probability;         /* judge: that they are right, other pages considered; 0 to 1 */
};

/* Puts queries before the part's own wordings; the first round uses all of them at once. */
void part_ask_first(struct session *s, struct part *p, const struct slice *queries, size_t n);

/* Makes the part's view, need and ranking from its hits, unless the view is there already. */
MUST_USE bool part_rank(struct session *s, struct part *p, struct err *e);

/* How long a quoted answer may be: as the system prompt wishes, else usual_words and no limit of sentences. */
struct choice_limits part_limits(const struct session *s, size_t usual_words);
/* Picks the sentences of a quoted answer, in its order, and returns how many; 0 when the best ones are too unsure.
 * taken has room for all sentences of the ranking. */
size_t part_pick(struct session *s, const struct ranking *ranking, const struct sentence **taken);

/* Whether the passage is among the hits. */
bool hits_have(const struct index_hits *hits, const struct passage *p);

#endif
