/* align_check_inner.h - what the files share that compare one span with a claim in detail. Private to align_check*.c.
 *
 *   align_check.c            opens a span, calls the other checks, and decides
 *   align_check_names.c      checks names, and other words that the span must have
 *   align_check_values.c     checks numbers and dates
 *   align_check_negation.c   checks "not"
 *   align_check_said.c       checks small words and opposites, for sentences
 *   align_check_roles.c      checks who did what to whom, for the same */
#ifndef EVIDENCE_ALIGN_CHECK_INNER_H
#define EVIDENCE_ALIGN_CHECK_INNER_H

#include "evidence/align_inner.h"

/* A sentence of the span, or the sentence before the span. */
struct span_sentence {
    const struct sentence *s;
    size_t number; /* index of the sentence in the view */
    struct words words;
    struct stated *stated; /* NULL until the checks of names and words have passed */
    int16_t *terms;        /* by word: the claim's term, or -1 */
};

/* A claim and a span side by side. Lives for one span_check(). */
struct look {
    struct aligner *al;
    const struct claimed *c;
    struct span *span;
    struct span_sentence sentences[2], before; /* before.s NULL: none */
    size_t sentence_count;
    const struct view_passage *in;
    struct words title_words;
    struct stated *title; /* NULL until the checks of names and words have passed */
};

/* FAILS_WITH_ANOTHER: the span has a different value in the same place, so it may contradict the claim. */
enum failure { FAILS_NOT, FAILS_WITH_ANOTHER, FAILS };

/* How many failures of each kind the checks found, and the reason of the first one of each kind. */
struct failures {
    size_t with_another, plain;
    struct slice against, missing;
};

/* Counts the result of a check. FAILS_NOT changes nothing. */
static inline void look_failed(struct failures *f, enum failure found, struct slice reason)
{
    if (found == FAILS_WITH_ANOTHER && f->with_another++ == 0)
        f->against = reason;
    if (found == FAILS && f->plain++ == 0)
        f->missing = reason;
}

/* align_check_names.c. A name that the span has in another form gets its terms added to the span, so that they count as
 * covered. *missing_weight is the weight of the words of a missing name, 0 if none is missing. Reads no values. */
void look_names(struct look *l, struct failures *f, double *missing_weight);
/* Whether a word of the claim is part of a name. */
bool look_is_name(const struct look *l, size_t word);
/* align_check_values.c: counts each number and date that is missing or belongs to something else. */
void look_values(const struct look *l, struct failures *f);
/* align_check_negation.c. Sets *reason if it fails. */
enum failure look_negation(const struct look *l, struct slice *reason);
/* align_check_said.c: whether the claim limits or turns round what the span says. */
bool look_said_changed(const struct look *l);
/* align_check_roles.c: whether the claim says of one thing what the span says of another. */
bool look_roles_swapped(const struct look *l);
/* Whether one says with "not" what the other says without: "cannot" for "impossible", "no bridge is longer than" for
 * "the longest". */
bool look_denies_alike(const struct look *l);
/* The same as look_said_changed(), and whether only one of both denies: for spans that share few words with the claim,
 * so that look_negation() sees less. */
bool look_said_otherwise(const struct look *l);

#endif
