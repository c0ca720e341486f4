/* metrics.h - what a reply to a question with known answers is worth, and the figures of many. Pure functions.
 *
 * A question without accepted answers is one that nothing in the pages answers: right is to abstain. */
#ifndef EVAL_METRICS_H
#define EVAL_METRICS_H

#include "base/arena.h"
#include "research/answer.h"

struct eval_question {
    struct slice id, text, url; /* url: the page that answers; empty: not known */
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
    double probability; /* NAN where none was stated: nothing found, or a server that states none */
    const double *inputs; /* of the confidence model; NULL for a server's reply */
};

struct eval_row {
    const struct eval_question *question;
    struct slice error; /* empty: there is a reply, and all below is set */
    struct eval_reply reply;
    double ms;
    /* found: an accepted answer is in the text. first: it is in the text up to its first . ! ? or 。！？. cited: the
     * expected page is cited (any page, where none is given). proved: an excerpt of that page has an accepted answer.
     * right: found, and an excerpt of some cited page has an accepted answer. All false for unanswerable ones. */
    bool found, first, cited, proved, right;
    size_t words;                      /* of the text, as white space sets them apart */
    size_t pages_cited, pages_expected; /* different URLs; how many of them are the expected one: 0 or 1 */
};

/* Words of letters and digits in lower case without a, an, the. */
struct slice eval_norm(struct arena *a, struct slice text);
/* Whether an accepted answer stands in text as whole words; where an answer is written in kana or Han, spaces do not
 * count. An answer without letters and digits is in no text. */
bool eval_has(struct arena *a, struct slice text, const struct slice *answers, size_t count);

/* Fills in what follows `ms` from question and reply. Temporary memory is the arena's. */
void eval_judge(struct arena *a, struct eval_row *row);
/* The row as it would be if nothing had been quoted: not found, not cited, no level, no probability. */
void eval_give_up(struct eval_row *row);

enum { EVAL_LEVELS = CONFIDENCE_HIGH + 1 };

struct eval_figures { /* rows with an error count in `errors` and nowhere else */
    size_t asked, errors, answerable, unanswerable;
    double found, first, cited, proved, words; /* shares and mean over the answerable; NAN when there are none */
    double abstained;                          /* share of the unanswerable with level low or none */
    double given_up;                           /* the same of the answerable */
    double precision, recall; /* of citations, over answerable questions with a url: cited pages that are the expected
                                 one; questions whose expected page is cited */
    struct {
        size_t questions, right;
    } levels[EVAL_LEVELS];
    double answers_wrong; /* share of all answers (level not none) that are not right */
    double high_wrong;    /* the same of level high */
    double high_share;    /* answers of level high, of all answers */
    double brier, ece;    /* calibration.h, over rows with a probability; NAN when there are none */
    double ms_median, ms_95;
};

/* a: temporary memory. */
struct eval_figures eval_count(struct arena *a, const struct eval_row *rows, size_t n);

#endif
