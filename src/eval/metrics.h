/* metrics.h - judges replies to questions with known answers, and sums up the figures of many. Pure functions.
 *
 * A question without accepted answers is one that no page answers. The right reply to it is to abstain. */
#ifndef EVAL_METRICS_H
#define EVAL_METRICS_H

#include "base/arena.h"
#include "session/answer.h"

struct eval_question {
    struct slice id, text, url; /* url: the page with the answer; empty if not known */
    const struct slice *answers;
    size_t answer_count; /* 0: unanswerable */
};

struct eval_citation {
    struct slice url;
    const struct slice *excerpts;
    size_t excerpt_count;
};

struct eval_reply {
    struct slice text;
    const struct eval_citation *citations;
    size_t citation_count;
    enum confidence level;
    double probability;   /* NAN if none was stated: nothing was found, or the server states none */
    const double *inputs; /* the inputs of the confidence model; NULL for a server's reply */
};

struct eval_row {
    const struct eval_question *question;
    struct slice error; /* if empty, there is a reply and all members below are set */
    struct eval_reply reply;
    double ms;
    /* found: the text has an accepted answer. first: what stands before the
     * first mark [n] in its paragraph has one; without marks, the text up to its first . ! ? or 。！？. cited: the
     * expected page is cited (any page, if none is expected). proved: an excerpt of that page has an accepted answer.
     * right: found, and an excerpt of any cited page has an accepted answer. All false for unanswerable questions. */
    bool found, first, cited, proved, right;
    size_t words;                       /* words of the text, split at white space */
    size_t pages_cited, pages_expected; /* different cited URLs; how many of them are the expected one: 0 or 1 */
};

/* The text's words of letters and digits, in lower case, without "a", "an" and "the". */
struct slice eval_norm(struct arena *a, struct slice text);
/* Whether text has an accepted answer as whole words. Spaces do not count for an answer in kana or Han. An answer
 * without letters and digits is in no text. */
bool eval_has(struct arena *a, struct slice text, const struct slice *answers, size_t count);

/* Fills in the members behind `ms`, from question and reply. a: for temporary memory. */
void eval_judge(struct arena *a, struct eval_row *row);
/* Changes the row to what it would be without any quote: not found, not cited, no level, no probability. */
void eval_give_up(struct eval_row *row);

enum { EVAL_LEVELS = CONFIDENCE_HIGH + 1 };

struct eval_figures { /* rows with an error count only in `errors` */
    size_t asked, errors, answerable, unanswerable;
    double found, first, cited, proved, words; /* shares of the answerable, and mean words; NAN if there are none */
    double abstained;                          /* share of the unanswerable with level low or none */
    double given_up;                           /* share of the answerable with level low or none */
    /* Of citations, over answerable questions with a url. precision: share of the cited pages that are the expected
     * one. recall: share of the questions whose expected page is cited. */
    double precision, recall;
    struct {
        size_t questions, right;
    } levels[EVAL_LEVELS];
    double answers_wrong; /* share of all answers (level not none) that are not right */
    double high_wrong;    /* share of the answers of level high that are not right */
    double high_share;    /* share of all answers that have level high */
    double brier, ece;    /* see calibration.h; over rows with a probability, NAN if there are none */
    double ms_median, ms_95;
};

/* a: for temporary memory. */
struct eval_figures eval_count(struct arena *a, const struct eval_row *rows, size_t n);

#endif
