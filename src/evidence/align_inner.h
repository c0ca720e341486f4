/* align_inner.h - what the files of alignment share: the claim as it was read, and a span under a close look. */
#ifndef EVIDENCE_ALIGN_INNER_H
#define EVIDENCE_ALIGN_INNER_H

#include "evidence/align.h"
#include "evidence/stated.h"

enum { TERM_SET_WORDS = ALIGN_TERMS_MAX / 64 };

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

enum polarity { POSITIVE = 1, NEGATED = 2 }; /* both bits: a word stands there with and without "not" */

struct term {
    struct slice stem;
    uint32_t number; /* of the stem in the view; 0: nowhere */
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
    int16_t *term_of_word; /* -1: a stop word, or part of a value */
    struct term terms[ALIGN_TERMS_MAX];
    size_t term_count;
    double weight[TERM_ROLES];
    double unknown; /* weight of a word that no page has */
    bool cjk;       /* most of it is in a script without spaces */
    bool leaf;      /* a value: the question says what it is about */
};

struct aligner {
    struct arena *arena;
    const struct view *view;
    const struct pool *pool;
    size_t *next; /* by sentence: the one after it on its page, or NOWHERE */
    size_t *before;
    unsigned char *seen; /* by stem number: SEEN_… */
    /* What sentences, and titles by passage rank, state; read when it is needed. */
    struct arena *read;
    struct stated **stated, **title_stated;
    /* Of the claim at hand. */
    struct arena *scratch;
    int16_t *term_of;              /* by stem number */
    struct term_set *own, *titles; /* by sentence, by passage rank */
    struct words *words, *title_words; /* the same, unpacked when they are needed; .n 0 until then */
};

#define NOWHERE SIZE_MAX
enum { SEEN_LOWER = 1, SEEN_CAPITAL = 2 }; /* capital: where no sentence begins */

/* A sentence, or two; with what may stand in for its subject. */
struct span {
    size_t first, second;  /* of the view's sentences; second may be NOWHERE */
    struct term_set own;   /* terms it has */
    struct term_set title; /* those of the page's title */
    struct term_set whole; /* its, the title's and those of the sentence before */
    double rough;          /* share by exact stems, to choose what is looked at */
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

/* Weight of the terms of a role in the set. */
double terms_weight(const struct claimed *c, const struct term_set *set, enum term_role role);
/* Good for the claim at hand. */
struct words align_words(struct aligner *al, size_t sentence);
struct words align_title(struct aligner *al, size_t rank);
struct stated *align_stated(struct aligner *al, size_t sentence);
struct stated *align_title_stated(struct aligner *al, size_t rank);

/* align_claim.c. *fits false: it is too long. */
MUST_USE bool claim_read(struct aligner *al, const struct align_claim *claim, struct claimed *out, bool *fits,
                         struct err *e);

/* align_check.c: the close look. *score 0 to 1; *reason for what is against it or missing, else empty. */
enum finding span_check(struct aligner *al, const struct claimed *c, struct span *s, double *score,
                        struct slice *reason);

#endif
