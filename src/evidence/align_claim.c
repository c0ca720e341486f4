/* align_claim.c - a claim as terms with weights, values and negations. */
#include "evidence/align_inner.h"

enum { CJK_CHARACTER = 3 }; /* bytes */
enum { LEAF_BELOW = 3 };    /* a text of fewer telling words says too little by itself: the question is read along */

/* A word in a handful of pages is no less telling for standing in all of them: a share of the weight is the same for
 * all. */
static const double EVEN_SHARE = 0.25;

/* A pair of characters with one of these is two words, seldom one: it tells little. */
static const double PARTICLE_WORTH = 0.3;

static bool has_particle(struct slice fold)
{
    static const char *const particles[] = {"的", "于", "於", "是", "由", "在", "了", "和", "与", "與", "被",
                                            "为", "為", "以", "及", "也", "其", "之", "将", "從", "从", "把",
                                            "到", "约", "約", "は", "が", "を", "に", "の", "で", "と", "も",
                                            "た", "る", "은", "는", "이", "가", "을", "를", "의"};
    for (size_t i = 0; i < sizeof particles / sizeof particles[0]; i++)
        if (slice_find(fold, slice_of(particles[i])) < fold.n)
            return true;
    return false;
}

static int16_t term_at(struct claimed *c, const struct word *w, enum term_role role)
{
    for (size_t t = 0; t < c->term_count; t++)
        if (slice_eq(c->terms[t].stem, w->stem))
            return (int16_t)t;
    if (c->term_count == ALIGN_TERMS_MAX)
        return -1;
    c->terms[c->term_count] =
        (struct term){.stem = w->stem, .role = role, .cjk = w->flags & WORD_CJK, .digits = w->flags & WORD_NUMBER};
    return (int16_t)c->term_count++;
}

/* False: more terms than are looked at. */
static bool add_said(struct claimed *c)
{
    for (size_t i = 0; i < c->words.n; i++) {
        const struct word *w = &c->words.at[i];
        c->term_of_word[i] = -1;
        bool initial = (w->flags & WORD_CAPITAL) && w->n <= 2; /* "J. Smith" is John's as well */
        /* "350万元", "3年", "5座": what a figure counts, in one character. */
        bool counter = (w->flags & WORD_CJK) && w->n == CJK_CHARACTER && i > 0 && c->stated->in_value[i - 1];
        if ((w->flags & WORD_STOP) || c->stated->in_value[i] || initial || counter)
            continue;
        int16_t t = term_at(c, w, TERM_SAID);
        if (t < 0)
            return false;
        c->term_of_word[i] = t;
        c->terms[t].polarity |= c->stated->negated[i] ? NEGATED : POSITIVE;
    }
    return true;
}

/* What does not fit is left out: the question is no claim. */
static void add_around(struct claimed *c, struct words words, enum term_role role)
{
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        /* German writes every noun with a capital. */
        unsigned named = slice_is(slice_of(c->lang->code), "de") ? WORD_NUMBER : WORD_CAPITAL | WORD_NUMBER;
        bool subject = role == TERM_ASKED && i > 0 && (w->flags & named);
        if (!(w->flags & WORD_STOP))
            term_at(c, w, subject ? TERM_SUBJECT : role);
    }
}

static bool weigh(struct aligner *al, struct claimed *c, struct err *e)
{
    struct slice stems[ALIGN_TERMS_MAX];
    double idf[ALIGN_TERMS_MAX];
    for (size_t t = 0; t < c->term_count; t++)
        stems[t] = c->terms[t].stem;
    if (!pool_idf(al->pool, stems, c->term_count, idf, &c->unknown, e))
        return false;
    for (size_t t = 0; t < c->term_count; t++) {
        c->terms[t].weight = (1 - EVEN_SHARE) * idf[t] + EVEN_SHARE * c->unknown;
        if (c->terms[t].cjk && has_particle(stems[t]))
            c->terms[t].weight *= PARTICLE_WORTH;
        c->terms[t].number = view_stem(al->view, stems[t]);
        c->weight[c->terms[t].role] += c->terms[t].weight;
    }
    return true;
}

bool claim_read(struct aligner *al, const struct align_claim *claim, struct claimed *out, bool *fits, struct err *e)
{
    *out = (struct claimed){.text = claim->text, .lang = claim->lang};
    *fits = claim->text.n + claim->name.n + claim->about.n <= 3 * ALIGN_CLAIM_BYTES_MAX &&
            claim->text.n <= ALIGN_CLAIM_BYTES_MAX;
    if (!*fits)
        return true;
    out->words = words_split(al->scratch, claim->text, claim->lang);
    out->stated = stated_read(al->scratch, claim->text, out->words, claim->lang);
    out->term_of_word = arena_array(al->scratch, int16_t, out->words.n);
    *fits = add_said(out);
    size_t cjk = 0;
    for (size_t i = 0; i < out->words.n; i++)
        cjk += (out->words.at[i].flags & WORD_CJK) != 0;
    out->cjk = 2 * cjk > out->words.n;
    out->leaf = claim->name.n > 0 || out->term_count < LEAF_BELOW;
    if (*fits && out->leaf) {
        add_around(out, words_split(al->scratch, claim->about, claim->lang), TERM_ASKED);
        add_around(out, words_split(al->scratch, claim->name, claim->lang), TERM_NAMED);
    }
    return !*fits || weigh(al, out, e);
}
