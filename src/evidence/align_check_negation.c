/* align_check_negation.c - checks that claim and span negate the same words. */
#include "evidence/align_check_inner.h"
#include "base/utf8.h"
#include "text/kin.h"
#include "text/letters.h"

/* Whether nearly all of the span's words are in the claim too. Then a single "not" is the only difference. The share is
 * set by hand. */
static bool same_sentence(const struct look *l)
{
    const double FROM = 0.9;
    size_t known = 0, all = 0;
    for (size_t k = 0; k < l->sentence_count; k++)
        for (size_t i = 0; i < l->sentences[k].words.n; i++) {
            if ((l->sentences[k].words.at[i].flags & (WORD_STOP | WORD_NUMBER)) || l->sentences[k].stated->in_value[i])
                continue;
            all++;
            known += l->sentences[k].terms[i] >= 0;
        }
    return (double)known >= FROM * (double)all;
}

/* Counts the span's negations that concern a word of the claim, and those that mark no word at all. */
static size_t negations_in(const struct span_sentence *p)
{
    enum { BACK = 3, AHEAD = 6 }; /* words around the negation; AHEAD is the reach of stated_negation.c */
    size_t count = 0;
    for (size_t k = 0; k < p->stated->negations; k++) {
        size_t at = p->stated->negation_at[k], marked = 0, known = 0;
        for (size_t i = at > BACK ? at - BACK : 0; i < p->words.n && i < at + AHEAD; i++) {
            marked += p->stated->negated[i];
            known += p->stated->negated[i] && p->terms[i] >= 0;
        }
        count += known > 0 || marked == 0;
    }
    return count;
}

enum failure look_negation(const struct look *l, struct slice *reason)
{
    unsigned there[ALIGN_TERMS_MAX] = {0};
    size_t negations = 0;
    bool agree = false, differ = false, claim_says_not = false;
    for (size_t k = 0; k < l->sentence_count; k++) {
        negations += negations_in(&l->sentences[k]);
        for (size_t i = 0; i < l->sentences[k].words.n; i++)
            if (l->sentences[k].terms[i] >= 0)
                there[l->sentences[k].terms[i]] |= l->sentences[k].stated->negated[i] ? NEGATED : POSITIVE;
    }
    for (size_t t = 0; t < l->c->term_count; t++) {
        unsigned here = l->c->terms[t].polarity;
        if (!there[t] || !here || here == (POSITIVE | NEGATED))
            continue;
        if (here & there[t] & NEGATED)
            agree = true;
        else if (!(here & there[t])) {
            differ = true;
            claim_says_not = here == NEGATED;
        }
    }
    /* The claim negates something that the span does not mention. */
    if (!agree && !differ && l->c->stated->negations && !negations) {
        *reason = SLICE("the page does not say \"not\"");
        return FAILS;
    }
    if ((agree || !differ) && (l->c->stated->negations + negations) % 2 && same_sentence(l)) {
        *reason = SLICE("one says \"not\" where the other does not");
        return FAILS;
    }
    if (agree || !differ)
        return FAILS_NOT;
    *reason = claim_says_not ? SLICE("the page says that it is so, not that it is not")
                             : SLICE("the page says that it is not so");
    return FAILS_WITH_ANOTHER;
}
