/* align_claim.c - reads a claim: its terms with weights, its values, its negations. */
#include "evidence/align_inner.h"

enum { CJK_CHARACTER = 3 }; /* bytes */
enum { LEAF_BELOW = 3 };    /* a text with fewer terms and values says too little by itself: the question is read too */

/* This share of the weight is the same for all words. A word that all of a handful of pages have is rare enough in the
 * world. Set by hand. */
static const double EVEN_SHARE = 0.25;

/* A pair of characters with a particle in it is usually two words and tells little. Set by hand. */
static const double PARTICLE_WORTH = 0.3;

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

/* False when the claim has more than ALIGN_TERMS_MAX terms. */
static bool add_said(struct claimed *c)
{
    for (size_t i = 0; i < c->words.n; i++) {
        const struct word *w = &c->words.at[i];
        c->term_of_word[i] = -1;
        bool initial = (w->flags & WORD_CAPITAL) && w->n <= 2; /* "J." also begins "John" */
        /* A counter behind a figure: "350万元", "3年", "5座". */
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

/* Terms beyond ALIGN_TERMS_MAX are left out. Unlike the claim, the question need not be complete. */
static void add_around(struct claimed *c, struct words words, enum term_role role)
{
    for (size_t i = 0; i < words.n; i++) {
        const struct word *w = &words.at[i];
        /* A capital says nothing in a language that capitalises every noun. */
        unsigned named = c->lang->nouns_capital ? WORD_NUMBER : WORD_CAPITAL | WORD_NUMBER;
        bool subject = role == TERM_ASKED && i > 0 && (w->flags & named);
        if (!(w->flags & WORD_STOP))
            term_at(c, w, subject ? TERM_SUBJECT : role);
    }
}

static bool claim_weigh(struct aligner *al, struct claimed *c, struct err *e)
{
    struct slice stems[ALIGN_TERMS_MAX];
    double idf[ALIGN_TERMS_MAX];
    for (size_t t = 0; t < c->term_count; t++)
        stems[t] = c->terms[t].stem;
    if (!pool_idf(al->pool, stems, c->term_count, idf, &c->unknown, e))
        return false;
    for (size_t t = 0; t < c->term_count; t++) {
        c->terms[t].weight = (1 - EVEN_SHARE) * idf[t] + EVEN_SHARE * c->unknown;
        if (c->terms[t].cjk && lang_within(lang_any(), LANG_PARTICLES, stems[t]))
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
    size_t values = out->stated->number_count + out->stated->date_count;
    out->brief = out->term_count < LEAF_BELOW;
    out->leaf = claim->name.n > 0 || out->term_count < 2 || out->term_count + values < LEAF_BELOW;
    if (*fits && out->leaf) {
        add_around(out, words_split(al->scratch, claim->about, claim->lang), TERM_ASKED);
        add_around(out, words_split(al->scratch, claim->name, claim->lang), TERM_NAMED);
    }
    return !*fits || claim_weigh(al, out, e);
}
