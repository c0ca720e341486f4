/* need.h - what is looked for: a question, or one field of a structured answer, as terms and an expected type.
 *
 * Rules only, by the question's words; languages without rules get NEED_ANY, which is never wrong. need_type.c holds
 * the rules. */
#ifndef EVIDENCE_NEED_H
#define EVIDENCE_NEED_H

#include "encode/meaning.h"
#include "evidence/pool.h"
#include "text/words.h"

enum need_type { /* Expected answer types: Li and Roth's coarse classes (2002), as far as words alone tell them */
                 NEED_ANY,
                 NEED_PERSON, /* who */
                 NEED_PLACE,  /* where, which city */
                 NEED_DATE,   /* when, what year */
                 NEED_NUMBER, /* how many, how far */
                 NEED_REASON, /* why */
};

enum { NEED_MAX_TERMS = 64 }; /* later words of a very long question are not looked at: sets of terms are bit masks */

struct need_term {
    struct slice stem;
    double idf;   /* in the index: rare terms tell more */
    bool capital; /* written with a capital, not as the question's first word */
    bool number;  /* starts with a digit */
    bool known;   /* some passage of the index has it */
};

struct need {
    struct slice text;  /* as asked */
    struct words words; /* of text */
    const struct lang *lang;
    enum need_type type;
    struct need_term terms[NEED_MAX_TERMS]; /* distinct stems of the words that are no stop words; of all, if all are */
    size_t term_count;
    double weight; /* sum of the terms' idf, never 0 */
    /* Set by callers that have an encoder and want sentences ranked by meaning too; need_make() leaves them NULL. */
    struct meaning *meaning;
    const struct deadline *deadline; /* of encoding; may be NULL */
};

/* type NEED_ANY: found by rules. */
MUST_USE bool need_make(struct arena *a, struct slice text, const struct lang *lang, const struct pool *pool,
                        enum need_type type, struct need *out, struct err *e);

/* By the question words of the language and the nouns behind them; NEED_ANY where it has none. */
enum need_type need_type_of(struct words question, const struct lang *lang);

#endif
