/* align_inner.h - what the files of align.h share. Private to align*.c.
 *
 *   align.c         finds the spans that are worth a close look, and decides the verdict
 *   align_claim.c   reads a claim: its terms with weights, its values, its negations
 *   align_line.c    reads sentences and titles of the view
 *   align_check.c   compares one span with the claim in detail (see align_check_inner.h)
 *   align_meaning.c finds the spans that say it in other words */
#ifndef EVIDENCE_ALIGN_INNER_H
#define EVIDENCE_ALIGN_INNER_H

#include "evidence/align.h"
#include "facts/stated.h"

enum { TERM_SET_WORDS = ALIGN_TERMS_MAX / 64 };

/* Words that only the title or the sentence before has count a little less than the span's own words. It decides
 * between spans of equal coverage. Set by hand. */
#define ALIGN_AROUND_WORTH 0.9

struct term_set {
    uint64_t bits[TERM_SET_WORDS];
};

enum term_role {
    TERM_SAID,    /* a word of the claim's text */
    TERM_SUBJECT, /* a name or number of the question */
    TERM_ASKED,   /* another word of the question */
    TERM_NAMED,   /* a word of the field's name */
    TERM_ROLES
};

enum polarity { POSITIVE = 1, NEGATED = 2 }; /* both bits: the word occurs with and without "not" */

struct term {
    struct slice stem;
    uint32_t number; /* the stem's number in the view; 0 if the view does not have it */
    double weight;
    enum term_role role;
    unsigned polarity;
    bool cjk, digits;
};

struct claimed { /* a claim, read */
    struct slice text;
    struct words words;
    const struct lang *lang;
    struct stated *stated;
    int16_t *term_of_word; /* by word: its term; -1 for stop words and parts of values */
    struct term terms[ALIGN_TERMS_MAX];
    size_t term_count;
    double weight[TERM_ROLES];
    double unknown; /* the weight of a word that no page has */
    bool cjk;       /* more than half of its words are in a script without spaces */
    bool brief;     /* it has fewer than three terms */
    bool leaf;      /* a field's value or a very short text: the question says what it is about */
};

struct aligner {
    struct arena *arena;
    const struct view *view;
    const struct pool *pool;
    struct meaning *meaning;         /* NULL: words alone are compared */
    const struct deadline *deadline; /* of encoding */
    size_t *next;                    /* by sentence: the next sentence of its page, or NOWHERE */
    size_t *before;
    unsigned char *seen; /* by stem number: SEEN_… */
    /* By line: what it states. Filled when it is first needed, in the arena `read`. */
    struct arena *read;
    struct stated **stated;
    /* For the current claim only. */
    struct arena *scratch;
    int16_t *term_of;     /* by stem number: the claim's term, or -1 */
    struct term_set *own; /* by line: the terms that it has */
    struct line *lines;   /* by line; filled when first needed, .words.n is 0 until then */
};

#define NOWHERE SIZE_MAX
enum { SEEN_LOWER = 1, SEEN_CAPITAL = 2 }; /* capital: inside a sentence, not as its first word */

/* One sentence or two, and the terms around them that may supply the subject. */
struct span {
    size_t first, second;  /* indexes of the view's sentences; second may be NOWHERE */
    struct term_set own;   /* the claim's terms in the span itself */
    struct term_set title; /* the claim's terms in the page's title */
    struct term_set forms; /* names that it has in another form: "Curie" for "Marie Curie", "Spanish" for "Spain" */
    struct term_set whole; /* both, and the terms of the sentence before */
    double rough;          /* covered share by exact stems; chooses the spans for the close look */
};

enum finding { FOUND_SUPPORT, FOUND_AGAINST, FOUND_NOTHING };

static inline bool has_term(const struct term_set *set, size_t t)
{
    return set->bits[t / 64] >> (t % 64) & 1;
}

static inline void add_term(struct term_set *set, size_t t)
{
    set->bits[t / 64] |= (uint64_t)1 << (t % 64);
}

static inline struct term_set join_terms(const struct term_set *one, const struct term_set *other)
{
    struct term_set out;
    for (size_t i = 0; i < TERM_SET_WORDS; i++)
        out.bits[i] = one->bits[i] | other->bits[i];
    return out;
}

static inline bool compares_meaning(const struct aligner *al, const struct claimed *c)
{
    return al->meaning && c->lang->encoded && !c->leaf;
}

/* The summed weight of the set's terms with this role. */
double terms_weight(const struct claimed *c, const struct term_set *set, enum term_role role);
/* Valid until the current claim is done. */
const struct line *align_line(struct aligner *al, size_t line);
struct stated *align_stated(struct aligner *al, size_t line);

/* align_claim.c. *fits is false if the claim is too long. */
MUST_USE bool claim_read(struct aligner *al, const struct align_claim *claim, struct claimed *out, bool *fits,
                         struct err *e);

/* align_check.c: the close look. *score is 0 to 1. *reason says what contradicts the claim or is missing, else empty.
 */
enum finding span_check(struct aligner *al, const struct claimed *c, struct span *s, double *score,
                        struct slice *reason);
/* Whether the span says what the claim says, in other words. near: the cosine of both, or NAN. After span_check(). */
bool span_meant(struct aligner *al, const struct claimed *c, struct span *s, double near, double *score);

/* align_meaning.c. Appends the spans that support the claim by their meaning. */
void align_by_meaning(struct aligner *al, const struct claimed *c, struct span *spans, size_t n,
                      struct align_span *found, size_t *found_count);

#endif
