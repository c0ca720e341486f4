/* features.c - the definitions behind features.def.
 *
 * A first pass finds which of the question's terms each sentence, passage and title has, as bit masks; a second
 * computes the numbers. Words of particular languages come from need_words.h. */
#include "evidence/features.h"

#include <math.h>

#include "base/utf8.h"
#include "evidence/need_words.h"

const char *const feature_names[FEATURE_COUNT] = {
#define FEATURE(name, weight) #name,
#include "evidence/features.def"
#undef FEATURE
};

enum {
    RUN_MAX = 6,
    SHORT_WORDS = 8,
    PREFIX_LETTERS = 5,
    NEAR_REACH = 6, /* words: closeness falls to 1/e over this distance */
    USUAL_WORDS = 22, /* of a sentence, for BM25's length normalisation */
};
static const double BM25_K1 = 1.2, BM25_B = 0.6;

struct pass {
    const struct view *view;
    const struct need *need;
    const struct need_words *kinds; /* of the question's language; NULL: none, and the type is NEED_ANY */
    signed char *term_of; /* by stem number: which term, or -1 */
    uint32_t *question;   /* stem numbers of all of the question's words */
    uint64_t *titles;     /* by passage rank */
    double local_idf[NEED_MAX_TERMS], local_weight;
    double largest_idf;
};

double features_weight(const struct need *need, uint64_t set)
{
    double sum = 0;
    for (; set; set &= set - 1)
        sum += need->terms[__builtin_ctzll(set)].idf;
    return sum;
}

static double share(const struct need *need, uint64_t set)
{
    return features_weight(need, set) / need->weight;
}

static uint64_t mask_of(const struct pass *p, const uint32_t *stems, size_t n)
{
    uint64_t set = 0;
    for (size_t i = 0; i < n; i++)
        if (p->term_of[stems[i]] >= 0)
            set |= (uint64_t)1 << p->term_of[stems[i]];
    return set;
}

static void find_terms(struct arena *a, struct pass *p, struct facts *facts)
{
    const struct view *v = p->view;
    p->term_of = arena_array(a, signed char, v->stem_count + 1);
    memset(p->term_of, -1, v->stem_count + 1);
    for (size_t i = 0; i < p->need->term_count; i++) {
        uint32_t number = view_stem(v, p->need->terms[i].stem);
        if (number)
            p->term_of[number] = (signed char)i;
    }
    p->question = arena_array(a, uint32_t, p->need->words.n);
    for (size_t i = 0; i < p->need->words.n; i++)
        p->question[i] = view_stem(v, p->need->words.at[i].stem);
    p->titles = arena_array(a, uint64_t, v->passage_count);
    for (size_t rank = 0; rank < v->passage_count; rank++) {
        const struct view_passage *cut = &v->passages[rank];
        p->titles[rank] = mask_of(p, cut->title_stems, cut->title.n);
        uint64_t all = p->titles[rank];
        for (size_t i = cut->first; i < cut->first + cut->count; i++) {
            facts[i].has = mask_of(p, v->sentences[i].stems, v->sentences[i].words.n);
            all |= facts[i].has;
        }
        for (size_t i = cut->first; i < cut->first + cut->count; i++)
            facts[i].passage = all;
    }
}

/* How telling each term is among the sentences at hand, and in the index. */
static void weigh_terms(struct pass *p, const struct facts *facts)
{
    size_t n = p->view->sentence_count;
    for (size_t t = 0; t < p->need->term_count; t++) {
        size_t have = 0;
        for (size_t i = 0; i < n; i++)
            have += facts[i].has >> t & 1;
        p->local_idf[t] = log(1 + ((double)(n - have) + 0.5) / ((double)have + 0.5));
        p->local_weight += p->local_idf[t];
        if (p->need->terms[t].idf > p->largest_idf)
            p->largest_idf = p->need->terms[t].idf;
    }
    if (p->local_weight <= 0)
        p->local_weight = 1;
    if (p->largest_idf <= 0)
        p->largest_idf = 1;
}

static double longest_run(struct arena *a, const struct pass *p, const struct sentence *s)
{
    size_t width = p->need->words.n + 1, best = 0;
    unsigned *rows = arena_array(a, unsigned, 2 * width);
    for (size_t i = 0; i < s->words.n; i++) {
        const unsigned *above = rows + (i & 1) * width;
        unsigned *row = rows + (~i & 1) * width;
        for (size_t j = 0; j + 1 < width; j++) {
            row[j + 1] = s->stems[i] == p->question[j] ? above[j] + 1 : 0;
            if (row[j + 1] > best)
                best = row[j + 1];
        }
    }
    return (double)(best < RUN_MAX ? best : RUN_MAX) / RUN_MAX;
}

/* Bytes of the first PREFIX_LETTERS letters; 0 when there are fewer. */
static size_t prefix_bytes(struct slice stem)
{
    size_t at = 0;
    for (int i = 0; i < PREFIX_LETTERS; i++) {
        uint32_t code;
        size_t step = utf8_next(slice_sub(stem, at, stem.n - at), &code);
        if (step == 0)
            return 0;
        at += step;
    }
    return at;
}

/* A word of the sentence that starts like the stem, or ends with it, as compounds do. */
static bool is_part(const struct sentence *s, struct slice stem, size_t prefix)
{
    for (size_t i = 0; i < s->words.n; i++) {
        struct slice other = s->words.at[i].stem;
        if (other.n >= prefix && memcmp(other.p, stem.p, prefix) == 0)
            return true;
        if (other.n > stem.n && memcmp(other.p + other.n - stem.n, stem.p, stem.n) == 0)
            return true;
    }
    return false;
}

static double prefix_share(const struct pass *p, const struct sentence *s, uint64_t has)
{
    double sum = 0;
    for (size_t t = 0; t < p->need->term_count; t++) {
        size_t prefix = has >> t & 1 ? 0 : prefix_bytes(p->need->terms[t].stem);
        if (prefix && is_part(s, p->need->terms[t].stem, prefix))
            sum += p->need->terms[t].idf;
    }
    return sum / p->need->weight;
}

static double rarest(const struct pass *p, uint64_t has)
{
    double largest = 0;
    for (; has; has &= has - 1)
        largest = fmax(largest, p->need->terms[__builtin_ctzll(has)].idf);
    return largest / p->largest_idf;
}

/* Okapi BM25 with the sentences at hand as the collection; every term counts once. */
static double bm25(const struct pass *p, const struct sentence *s, uint64_t has)
{
    double sum = 0, norm = BM25_K1 * (1 - BM25_B + BM25_B * (double)s->words.n / USUAL_WORDS);
    for (; has; has &= has - 1)
        sum += p->local_idf[__builtin_ctzll(has)] * (BM25_K1 + 1) / (1 + norm);
    return sum / p->local_weight;
}

/* --- expected types ------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 1000 to 2099, also "1990s". */
static bool is_year(struct slice w)
{
    if (w.n != 4 && !(w.n == 5 && w.p[4] == 's'))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!is_digit(w.p[i]))
            return false;
    return w.p[0] == '1' || (w.p[0] == '2' && w.p[1] == '0');
}

static bool is_name(const struct need_words *kinds, const struct sentence *s, size_t i)
{
    const struct word *w = &s->words.at[i];
    if (!(w->flags & WORD_CAPITAL) || (w->flags & WORD_STOP) || w->n < 2) /* "penicillin G": a letter is no name */
        return false;
    if (i == 0) /* every sentence starts with a capital; a second one makes it a name */
        return s->words.n > 1 && (s->words.at[1].flags & WORD_CAPITAL);
    return !need_lists(kinds->months, w->fold);
}

/* Whether word i is something of the expected type. */
static bool detect(const struct pass *p, const struct sentence *s, size_t i)
{
    const struct need_words *kinds = p->kinds;
    const struct word *w = &s->words.at[i];
    if (!kinds)
        return false;
    switch (p->need->type) {
    case NEED_PERSON:
        return is_name(kinds, s, i);
    case NEED_PLACE:
        return i > 0 && is_name(kinds, s, i) && need_lists(kinds->prepositions, s->words.at[i - 1].fold);
    case NEED_DATE:
        return is_year(w->fold) || (need_lists(kinds->months, w->fold) && (!kinds->months_capital || w->flags & WORD_CAPITAL));
    case NEED_NUMBER:
        return (w->fold.n > 0 && is_digit(w->fold.p[0])) || need_lists(kinds->numbers, w->fold);
    case NEED_REASON:
        return need_lists(kinds->reasons, w->fold);
    case NEED_ANY:
        break;
    }
    return false;
}

static bool is_asked(const struct pass *p, uint32_t stem)
{
    for (size_t i = 0; i < p->need->words.n; i++)
        if (p->question[i] == stem)
            return true;
    return false;
}

/* How close the terms stand to word `at`: each term once, by its nearest place. */
static double closeness(const struct pass *p, const struct sentence *s, size_t at)
{
    double best[NEED_MAX_TERMS] = {0}, sum = 0;
    uint64_t seen = 0;
    for (size_t i = 0; i < s->words.n; i++) {
        int t = p->term_of[s->stems[i]];
        if (t < 0)
            continue;
        double distance = i > at ? (double)(i - at) : (double)(at - i);
        best[t] = fmax(best[t], p->need->terms[t].idf * exp(-distance / NEAR_REACH));
        seen |= (uint64_t)1 << t;
    }
    for (; seen; seen &= seen - 1)
        sum += best[__builtin_ctzll(seen)];
    return sum / p->need->weight;
}

static void look_for_type(const struct pass *p, const struct sentence *s, struct facts *f)
{
    bool found = false;
    for (size_t i = 0; i < s->words.n; i++) {
        if (is_asked(p, s->stems[i]))
            continue; /* what the question says itself is no news */
        bool typed = detect(p, s, i), news = !(s->words.at[i].flags & WORD_STOP);
        found |= typed;
        if (!f->has || !(typed || news))
            continue;
        double near = closeness(p, s, i);
        if (typed)
            f->at[FEATURE_NEAR_TYPE] = fmax(f->at[FEATURE_NEAR_TYPE], near);
        if (news)
            f->at[FEATURE_NEAR_NEWS] = fmax(f->at[FEATURE_NEAR_NEWS], near);
    }
    if (p->need->type != NEED_ANY) {
        f->at[FEATURE_TYPE_THERE] = found;
        f->at[FEATURE_TYPE_MISSING] = !found;
    }
}

static void describe(struct arena *a, const struct pass *p, size_t i, struct facts *all)
{
    const struct sentence *s = &p->view->sentences[i];
    const struct view_passage *cut = &p->view->passages[s->passage_rank];
    struct facts *f = &all[i];
    uint64_t title = p->titles[s->passage_rank], before = s->number > 0 ? all[i - 1].has : 0;
    uint64_t every = p->need->term_count == NEED_MAX_TERMS ? ~(uint64_t)0 : ((uint64_t)1 << p->need->term_count) - 1;
    double words = (double)s->words.n, beside = features_weight(p->need, every & ~title);
    double best = p->view->chosen[0].passage->score;
    f->cover = share(p->need, f->has);
    f->bm25 = bm25(p, s, f->has);
    f->at[FEATURE_COVER_CONTEXT] = share(p->need, f->has | before | title);
    f->at[FEATURE_COVER_PASSAGE] = share(p->need, f->passage);
    f->at[FEATURE_RUN] = f->has ? longest_run(a, p, s) : 0;
    f->at[FEATURE_PASSAGE_SCORE] = best > 0 ? s->passage->passage->score / best : 0;
    f->at[FEATURE_RAREST] = rarest(p, f->has);
    f->at[FEATURE_LENGTH] = fmin(log(1 + words), 4.5) / 4;
    f->at[FEATURE_SHORT] = words < SHORT_WORDS ? (SHORT_WORDS - words) / SHORT_WORDS : 0;
    f->at[FEATURE_POSITION] = (double)s->number / (double)cut->count;
    f->at[FEATURE_FOREIGN] = cut->lang != p->need->lang;
    f->at[FEATURE_PREFIX] = prefix_share(p, s, f->has);
    f->at[FEATURE_COVER_TITLE] = share(p->need, title);
    f->at[FEATURE_COVER_BESIDE_TITLE] = features_weight(p->need, f->has & ~title) / (beside > 0 ? beside : 1);
    look_for_type(p, s, f);
}

static void make_relative(struct facts *all, size_t n)
{
    double cover = 1e-9, score = 1e-9;
    for (size_t i = 0; i < n; i++) {
        cover = fmax(cover, all[i].cover);
        score = fmax(score, all[i].bm25);
    }
    for (size_t i = 0; i < n; i++) {
        all[i].at[FEATURE_COVER_RELATIVE] = all[i].cover / cover;
        all[i].at[FEATURE_BM25_RELATIVE] = all[i].bm25 / score;
    }
}

struct facts *features_make(struct arena *a, const struct view *view, const struct need *need)
{
    struct pass p = {.view = view, .need = need, .kinds = need_words_of(need->lang)};
    struct facts *all = arena_array(a, struct facts, view->sentence_count);
    find_terms(a, &p, all);
    weigh_terms(&p, all);
    for (size_t i = 0; i < view->sentence_count; i++)
        describe(a, &p, i, all);
    make_relative(all, view->sentence_count);
    return all;
}
