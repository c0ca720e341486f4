/* features_inner.h - what the files of features.h share: a question and the view that is described for it. The
 * functions are in features_words.c, features_asked.c and features_kind.c. */
#ifndef EVIDENCE_FEATURES_INNER_H
#define EVIDENCE_FEATURES_INNER_H

#include "evidence/features.h"

/* The title of a passage: the words that name what its page is about. */
struct heading {
    struct line line; /* up to a bracket or a dash: "Mercury (planet)", "Berlin - Encyclopedia" */
    uint64_t set;     /* terms of the whole title */
    uint64_t own;     /* terms of line */
    size_t telling;   /* words of line that are no stop words; all, if all are */
    double asked;     /* the share of those that the question has */
    double share;     /* of the question, of the terms in line */
};

/* A sentence as it is compared with the question. */
struct reading {
    struct line line; /* a pronoun at its start replaced by the title's words */
    size_t skip;      /* how many words of line are the title's */
    bool begins;      /* with the first telling word of the title */
    bool pronoun;
    bool of_term;     /* name is a term */
    uint64_t own;     /* terms of the sentence itself */
    struct line name; /* the heading or term that it stands under, or what is above the passage */
    size_t named;     /* words of name before a bracket: "work_mem (integer)" */
};

/* What answers use instead of the question's words: see LANG_ALSO. Sets of the question's words: bit i for words[i]. */
struct senses {
    uint64_t *of;                /* by stem number: the question's words that a word with this stem stands for */
    uint64_t all;                /* words of the question that have such words */
    int term_of[NEED_MAX_TERMS]; /* by word of the question: its term, or -1 */
    uint64_t focus;              /* the noun of "what currency", "how many moons": one bit; 0 if there is none */
};

/* What kind of answer is asked for: see features_kind.c. */
struct kinds {
    bool meaning, value, version;
    uint64_t words; /* terms that say so */
};

struct pass {
    const struct view *view;
    const struct need *need;
    const struct lang *lang;  /* the question's; NULL: it has no words for what an answer looks like */
    signed char *term_of;     /* by stem number: which term, or -1 */
    uint32_t *question;       /* stem numbers of all of the question's words */
    struct slice *forms;      /* by term: the word as the question has it */
    struct heading *headings; /* by passage rank */
    struct reading *readings; /* by sentence */
    uint64_t *above;          /* by passage rank: terms of what is above the passage */
    struct senses senses;
    struct kinds kinds;
    double best_title; /* the largest asked * share of all titles */
    uint64_t best_set; /* terms of that title */
    double local_idf[NEED_MAX_TERMS], local_weight;
    double largest_idf;
};

/* Whether the question has a word with this stem. */
bool features_asked(const struct pass *p, uint32_t stem);
/* Share of the question of the terms in the set. */
double features_share(const struct pass *p, uint64_t set);
/* Whether word i of the sentence may be a name of one or more words. */
bool features_is_name(const struct lang *lang, struct slice text, struct words words, size_t i);
bool features_is_year(struct slice word);

/* features_asked.c: */
struct senses senses_read(struct arena *a, const struct pass *p);
/* What the sentence says about what is asked: needs has, headings, readings and senses. */
void features_attribute(const struct pass *p, size_t i, struct facts *f);

/* features_kind.c, which needs term_of and question, and readings: */
void kinds_read(struct pass *p);
void features_kind(const struct pass *p, size_t i, struct facts *f);

#endif
