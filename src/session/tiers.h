/* tiers.h - the models that clients choose from: speed, lite, base and core.
 *
 * A tier is a row of budgets in one table (tiers.c), not code of its own. All tiers take the same steps; a larger one
 * asks more, reads more and waits longer. */
#ifndef SESSION_TIERS_H
#define SESSION_TIERS_H

#include <stdint.h>

#include "base/err.h"

struct tier {
    const char *name;
    const char *description;
    int64_t queries;     /* to search services, in all rounds together; sub-questions and fields share them */
    int64_t pages;       /* read from the web, in all rounds together */
    int64_t rounds;      /* of searching; after the last one the answer is written, whatever is still missing */
    int64_t passages;    /* from which the sentences for one question or field are chosen */
    int64_t tokens;      /* of evidence that a language model gets */
    int64_t plan_ms;     /* that a language model has to think of queries; without its reply the rules make them */
    int64_t begin_ms;    /* that a language model has for its first word; then sentences are quoted instead */
    int64_t search_ms;   /* that search services have in each round; later replies are dropped */
    int64_t race_ms;     /* from the start of a round's search until its last page; later pages are dropped */
    int64_t deadline_ms; /* for the whole answer */
    int64_t words;       /* at most, of an answer that quotes; a client's own wish goes before it */
    int64_t word_ppm;    /* a further sentence is quoted when it adds at least so much probability to hold the answer
                          * for each of its words, in millionths. A smaller value makes longer answers, which hold the
                          * answer more often */
    int64_t check;       /* 1: a language model's text is checked and revised before it is sent */
    int64_t early;       /* 1: a text answer waits for no further page once those that are there answer with high
                          * confidence; the end of the race is then the latest moment */
    int64_t each;        /* 1: every field of a schema is searched for by itself, from the first round on */
};

extern const size_t tier_count;

const struct tier *tier_at(size_t i);
const struct tier *tier_find(struct slice name); /* NULL when there is none */

/* Changes a tier's budgets as the configuration says: "pages = 20, rounds = 3, deadline_ms = 60000". Empty words change
 * nothing. Call it before the first session starts. ERR_USAGE names the word that was not understood, or the limits of
 * a number that is outside of them. */
MUST_USE bool tier_change(struct slice name, struct slice words, struct err *e);

#endif
