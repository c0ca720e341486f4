/* tiers.h - the models are budgets in one table, not code paths. The dispatcher and the gather step spend them. */
#ifndef RESEARCH_TIERS_H
#define RESEARCH_TIERS_H

#include <stdint.h>

#include "base/err.h"

struct tier {
    const char *name;
    const char *description;
    int64_t queries;     /* asked of search services, all rounds together; sub-questions and fields share them */
    int64_t pages;       /* read from the web, all rounds together */
    int64_t rounds;      /* after the last one the answer is written, whatever is still missing */
    int64_t passages;    /* that one question or field chooses its sentences from */
    int64_t tokens;      /* of evidence that reach a language model */
    int64_t plan_ms;     /* for a language model to think of queries; then the rules do */
    int64_t begin_ms;    /* a language model that has not begun to write by then is given up: sentences are quoted */
    int64_t search_ms;   /* services that have not answered by then are left out; of each round */
    int64_t race_ms;     /* from the start of a round's search: pages that are not there by then are left out */
    int64_t deadline_ms; /* of the whole answer */
    int64_t words;       /* of an answer that quotes, at most; a client's own wish comes before it */
    int64_t word_ppm;    /* what each word of a further quoted sentence has to bring: millionths of the probability to be
                          * the one that answers. Less makes longer answers, which hold the answer more often */
    int64_t check;       /* 1: what a language model wrote is checked and revised before it is sent */
    int64_t each;        /* 1: every field of a schema is asked for by itself from the first round on */
};

extern const size_t tier_count;

const struct tier *tier_at(size_t i);
const struct tier *tier_find(struct slice name); /* NULL when there is none */

/* Changes a tier by an operator's words: "pages = 20, rounds = 3, deadline_ms = 60000". Before the first session starts.
 * ERR_USAGE names the word that is not understood, or the limits of a number that is outside of them. Empty is fine. */
MUST_USE bool tier_change(struct slice name, struct slice words, struct err *e);

#endif
