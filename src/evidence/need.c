#include "evidence/need.h"

#include "base/ascii.h"

static void add_terms(struct need *n, bool stop_words)
{
    for (size_t i = 0; i < n->words.n && n->term_count < NEED_MAX_TERMS; i++) {
        const struct word *w = &n->words.at[i];
        struct need_term *t = n->terms;
        if ((w->flags & WORD_STOP) && !stop_words)
            continue;
        while (t < n->terms + n->term_count && !slice_eq(t->stem, w->stem))
            t++;
        if (t < n->terms + n->term_count)
            continue;
        *t = (struct need_term){.stem = w->stem,
                                .capital = i > 0 && (w->flags & WORD_CAPITAL),
                                .number = w->fold.n > 0 && ascii_is_digit(w->fold.p[0])};
        n->term_count++;
    }
}

/* An index of a few pages is full of the names that it is about, so by counting they tell less than "people" or "live".
 * Which page is meant they still tell best: where the rarest word of all would have a lower idf than this (some 1,000
 * passages), no name tells less than another word of the question. Set by hand. */
static const double FEW_PASSAGES_IDF = 7.6;

static void raise_names(struct need *n)
{
    double largest = 0;
    for (size_t i = 0; i < n->term_count; i++)
        if (n->terms[i].known && n->terms[i].idf > largest)
            largest = n->terms[i].idf;
    for (size_t i = 0; i < n->term_count; i++)
        if (n->terms[i].capital && n->terms[i].known)
            n->terms[i].idf = largest;
}

bool need_make(struct arena *a, struct slice text, const struct lang *lang, const struct pool *pool,
               enum need_type type, struct need *out, struct err *e)
{
    struct slice stems[NEED_MAX_TERMS];
    double idf[NEED_MAX_TERMS], unknown;
    *out = (struct need){.text = text, .words = words_split(a, text, lang), .lang = lang, .type = type};
    add_terms(out, false);
    if (out->term_count == 0)
        add_terms(out, true);
    for (size_t i = 0; i < out->term_count; i++)
        stems[i] = out->terms[i].stem;
    if (!pool_idf(pool, stems, out->term_count, idf, &unknown, e))
        return false;
    for (size_t i = 0; i < out->term_count; i++) {
        out->terms[i].idf = idf[i];
        out->terms[i].known = idf[i] < unknown;
    }
    if (unknown < FEW_PASSAGES_IDF)
        raise_names(out);
    for (size_t i = 0; i < out->term_count; i++)
        out->weight += out->terms[i].idf;
    if (out->weight <= 0)
        out->weight = 1;
    if (type == NEED_ANY)
        out->type = need_type_of(out->words, lang);
    return true;
}
