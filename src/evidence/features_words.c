/* features_words.c - questions about single words and sets of terms that all features ask. */
#include "base/ascii.h"
#include "base/utf8.h"
#include "evidence/features_inner.h"

double features_weight(const struct need *need, uint64_t set)
{
    double sum = 0;
    for (; set; set &= set - 1)
        sum += need->terms[__builtin_ctzll(set)].idf;
    return sum;
}

double features_share(const struct pass *p, uint64_t set)
{
    return features_weight(p->need, set) / p->need->weight;
}

bool features_asked(const struct pass *p, uint32_t stem)
{
    for (size_t i = 0; i < p->need->words.n; i++)
        if (p->question[i] == stem)
            return true;
    return false;
}

/* 1000 to 2099, also "1990s". */
bool features_is_year(struct slice w)
{
    if (w.n != 4 && !(w.n == 5 && w.p[4] == 's'))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!ascii_is_digit(w.p[i]))
            return false;
    return w.p[0] == '1' || (w.p[0] == '2' && w.p[1] == '0');
}

bool features_is_name(const struct lang *lang, struct slice text, struct words words, size_t i)
{
    const struct word *w = &words.at[i];
    if (!(w->flags & WORD_CAPITAL) || (w->flags & WORD_STOP) ||
        utf8_count(slice_sub(text, w->start, w->n)) < 2) /* "penicillin G": a letter is no name */
        return false;
    if (i == 0) /* every sentence starts with a capital; a second one makes it a name */
        return words.n > 1 && (words.at[1].flags & WORD_CAPITAL);
    return !lang_has(lang, LANG_MONTH_WORDS, w->fold);
}
