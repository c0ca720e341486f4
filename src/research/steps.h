/* steps.h - what the steps of a session share, private to research/.
 *
 * Each step reads what earlier ones left in the session and fills in its own part; all memory is the session's
 * arena. A step returns false only when the request has to fail; sources that gave nothing are reports. */
#ifndef RESEARCH_STEPS_H
#define RESEARCH_STEPS_H

#include "research/rank.h"
#include "research/session.h"
#include "research/wishes.h"

/* Something the answer says, and the sentences that support it. */
struct claim {
    struct slice field; /* "output", or a top-level field's name */
    const struct sentence **support;
    size_t support_count;
    double probability;      /* that it is right, 0 to 1 */
    const double *inputs;    /* of the confidence model; NULL where it was not asked */
    struct slice note;       /* for the reasoning: why there is nothing, what was read off; may be empty */
};

struct session {
    const struct world *world;
    const struct question *question;
    const struct sink *sink;
    struct deadline deadline;
    struct arena *arena;
    struct answer *answer;
    const struct confidence_model *confidence; /* the world's, or the shipped one */

    struct slice query; /* plan */
    const struct lang *lang;
    struct wishes wishes;
    struct index_hits hits;    /* gather */
    struct pool *pool;         /* made by the dispatcher: pages read for this question, and term weights */
    struct evidence *evidence; /* choose */
    struct view *view;
    struct claim *claims; /* write */
    size_t claim_count, claim_room;
};

bool step_plan(struct session *s, struct err *e);
bool step_gather(struct session *s, struct err *e);
bool step_choose(struct session *s, struct err *e);
bool step_write(struct session *s, struct err *e);
bool step_verify(struct session *s, struct err *e);

/* The two forms of the quote writer. */
bool quote_write(struct session *s, struct err *e);
bool fill_write(struct session *s, struct err *e);
/* The sentences that the quote writer quotes, in its order; none when too little is found. taken has room for all. */
size_t quote_pick(struct session *s, const struct ranking *ranking, const struct sentence **taken);

/* The level that a probability counts as; CONFIDENCE_NONE for a claim without support. */
enum confidence claim_level(const struct session *s, const struct claim *claim);

void session_claim(struct session *s, struct claim claim);
void session_warn(struct session *s, struct slice warning);

#endif
