/* steps.h - what the steps of a session share, private to research/.
 *
 * Each step reads what earlier ones left in the session and fills in its own part; all memory is the session's
 * arena. A step returns false only when the request has to fail; sources that gave nothing are reports.
 *
 * gather, choose and judge may run several times, a round each: judge opens the parts that want more evidence, and the
 * dispatcher decides whether the tier, the client and the clock allow another round for them. */
#ifndef RESEARCH_STEPS_H
#define RESEARCH_STEPS_H

#include "evidence/agree.h"
#include "research/asks.h"
#include "evidence/rank.h"
#include "research/session.h"
#include "research/wishes.h"
#include "search/hit.h"

/* Something the answer says, and the sentences that support it. */
struct claim {
    struct slice field; /* "output", or a top-level field's name */
    const struct sentence **support;
    size_t support_count;
    double probability;      /* that it is right, 0 to 1 */
    const double *inputs;    /* of the confidence model; NULL where it was not asked */
    struct slice note;       /* for the reasoning: why there is nothing, what was read off; may be empty */
};

/* One thing that is researched by itself: the question, one of its sub-questions, or a field of the schema. The first
 * part is the whole question, unless sub-questions of a text answer stand in its place. */
enum { PARTS_MAX = 32, MANY_PARTS_WORDS = 140 /* of an answer to several sub-questions */ };
struct part {
    struct slice text;  /* stands alone: nothing of the conversation is needed to understand it */
    struct slice field; /* of the schema; empty: the question or a sub-question */
    bool open;          /* wants evidence in the next round */
    bool own_asked;     /* our own index was asked for it */
    const struct slice *asks; /* as typed into services; the first `asked` of them were */
    size_t ask_count, asked;
    size_t first_asks; /* asked in the first round; the others are for later ones */
    struct index_hits own;  /* of the index */
    struct index_hits hits; /* with the pages that were read for this session */
    struct view *view;      /* of hits; NULL: not cut yet, or out of date */
    struct need *need;      /* with the view */
    struct ranking ranking; /* with the view */
    const struct sentence **taken; /* judge: the sentences that answer, in their order; none when too little is found */
    size_t taken_count;
    struct agreement agreement; /* judge: what other pages say */
    double probability;         /* judge: that those sentences are right, after what other pages say */
};

/* A page that was found and did not reach the evidence. */
struct left_out {
    struct slice url;
    const char *why;
};

/* What calls of language models cost, all of them together. */
struct model_usage {
    unsigned calls, prompt_tokens, completion_tokens;
};

struct session {
    const struct world *world;
    const struct question *question;
    const struct sink *sink;
    struct deadline deadline; /* of the whole answer */
    struct arena *arena;
    struct arena *workings; /* what serves to decide and is not part of the answer: views, rankings, agreements. Most of a
                             * session's memory; session_forget_workings gives it back before the others' end */
    struct workings *own_workings; /* the session's hold on it */
    struct answer *answer;
    const struct confidence_model *confidence; /* the world's, or the shipped one */

    int round;                                 /* 0 is the first */
    int64_t queries_left, asks_left, pages_left; /* asks_left: the client's max_searches, retries with fewer words too */

    struct slice query; /* plan: the question, standing alone */
    const struct lang *lang;
    struct wishes wishes;
    struct part *parts; /* plan, and judge */
    size_t part_count;

    struct pool *pool; /* made by the dispatcher: pages read for this question, and term weights */
    struct search_hit *unread; /* gather: found and not read yet, best first */
    size_t unread_count;
    struct left_out *left_out; /* gather: of all rounds */
    size_t left_out_count, left_out_room;
    struct slice *seen; /* gather: URLs that were read or tried */
    size_t seen_count, seen_room;

    struct evidence *evidence; /* made by the dispatcher; choose fills it */
    struct view *view;         /* choose: of the first part */
    struct fill_draft *draft;  /* judge, JSON only */
    const struct value *given; /* the document as a language model wrote it; NULL: none */
    struct model_usage usage;
    struct slice skipped;      /* what there was no time for, a sentence; empty: nothing */
    struct claim *claims;      /* write */
    size_t claim_count, claim_room;
};

bool step_plan(struct session *s, struct err *e);
bool step_gather(struct session *s, struct err *e);
bool step_choose(struct session *s, struct err *e);
bool step_judge(struct session *s, struct err *e);
bool step_write(struct session *s, struct err *e);
bool step_verify(struct session *s, struct err *e);

/* Adds a part that is open; NULL when there are too many. */
struct part *session_part(struct session *s, struct slice text, struct slice field);
/* Asks these first, all at once, and its own wordings after them. */
void part_ask_first(struct session *s, struct part *p, const struct slice *queries, size_t n);
/* Whether the passage is among the hits. */
bool hits_have(const struct index_hits *hits, const struct passage *p);
/* Makes the part's view, need and ranking out of its hits, unless they are there already. */
MUST_USE bool part_rank(struct session *s, struct part *p, struct err *e);

/* The two forms of the quote writer. */
bool quote_write(struct session *s, struct err *e);
/* Fills the schema from what is there and opens parts for fields that stay empty; fill_write prints the last draft. */
bool fill_judge(struct session *s, struct err *e);
bool fill_write(struct session *s, struct err *e);
/* While a model writes the document: takes its value for property number i of the root, and sends the member when its turn has come. Called
 * for properties in rising order; those that cannot go out yet are filled by the fill_judge that follows. False: nobody listens,
 * or the session has to fail. */
MUST_USE bool fill_member(struct session *s, size_t i, const struct value *given, struct err *e);
/* A part for each field that asks about the world, for tiers that research them one by one. */
void fill_plan(struct session *s);
/* The language model's forms. *written false: nothing was sent, the quote writer has to; a warning says why. */
bool model_write(struct session *s, bool *written, struct err *e);
bool model_fill(struct session *s, bool *written, struct err *e);
/* Rewrites s->query so that it stands alone and thinks of queries for search services. False, and nothing changed, when
 * there is no model, the question needs none, or it did not answer in the tier's time: the rules' query holds. */
enum { MODEL_QUERIES_MAX = 8 };
struct model_queries {
    struct slice at[MODEL_QUERIES_MAX];
    size_t n;
};
bool model_plan(struct session *s, struct model_queries *out);

/* The sentences that the quote writer quotes, in its order; none when too little is found. taken has room for all. */
struct choice_limits quote_limits(const struct session *s, size_t usual_words);
size_t quote_pick(struct session *s, const struct ranking *ranking, const struct sentence **taken);

/* Adds what contradicts the part's answer to the claim, so that both are cited, and says who states what. */
void claim_agreement(struct session *s, struct claim *claim, const struct part *part);
/* Adds the note and the sentences of another claim to one; a sentence that it has, once. */
void claim_join(struct session *s, struct claim *claim, const struct claim *more);
/* The level that a probability counts as; CONFIDENCE_NONE for a claim without support. */
enum confidence claim_level(const struct session *s, const struct claim *claim);

/* Gives the workings back; for when the answer is being written and nobody will decide anything any more. Of the parts only
 * texts, hits and probabilities stay. Later calls do nothing. */
void session_forget_workings(struct session *s);

void session_claim(struct session *s, struct claim claim);
void session_warn(struct session *s, struct slice warning);

#endif
