/* need.h - what is looked for: a question, or one field of a structured answer, as words and an expected type.
 *
 * Rules only, by the question's words; languages without rules get NEED_ANY, which is never wrong. */
#ifndef RESEARCH_NEED_H
#define RESEARCH_NEED_H

#include "text/words.h"

enum need_type { /* Expected answer types, after Li and Roth's coarse classes (2002) */
    NEED_ANY,
    NEED_PERSON,     /* who */
    NEED_PLACE,      /* where */
    NEED_DATE,       /* when, what year */
    NEED_NUMBER,     /* how many, how much, how long, how far */
    NEED_REASON,     /* why */
    NEED_MANNER,     /* how does */
    NEED_DEFINITION, /* what is X */
    NEED_YES_NO,
    NEED_ENTITY      /* what/which NOUN: a name or a thing */
};

struct need {
    struct slice text;   /* as asked */
    struct words words;  /* of text */
    const struct lang *lang;
    enum need_type type;
    double *idf;         /* of each word's stem */
};

#endif
