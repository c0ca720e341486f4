/* features.c - the definitions behind features.def.
 *
 * A first pass finds which of the question's terms each sentence, passage and title has, as bit masks; a second
 * computes the numbers. Words are those of the question's language.
 *
 * A sentence that begins with a pronoun is read with its page's title in the pronoun's place. Pages are mostly about
 * their title, and "It is 324 metres tall" answers a question about the tower only when one knows so. */
#include "evidence/features_inner.h"

#include <math.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "text/kin.h"
#include "text/marks.h"

enum {
    RUN_MAX = 6,
    SHORT_WORDS = 8,
    NEAR_REACH = 6,       /* words: closeness falls to 1/e over this distance */
    USUAL_WORDS = 22,     /* of a sentence, for BM25's length normalisation */
    LEAD_BYTES = 1500,    /* of a page: PAGE_LEAD falls to 1/e over this distance */
    DEFINES_WORDS = 24,   /* a definition says "is" within its first so many words: names are explained before it */
    LONG_CODE_WORDS = 60, /* code of many words has some of each question */
    MANY_WORDS = 8,       /* of a title, or terms of a question: more are not told apart */
};
static const double BM25_K1 = 1.2, BM25_B = 0.6;

static uint64_t mask_of(const struct pass *p, const struct line *line)
{
    uint64_t set = 0;
    for (size_t i = 0; i < line->words.n; i++)
        if (p->term_of[line->stems[i]] >= 0)
            set |= (uint64_t)1 << p->term_of[line->stems[i]];
    return set;
}

/* --- titles and what stands for them -------------------------------------------------------------------------- */

/* Bytes of the title before what is not the thing's name: "(planet)", "| Encyclopedia". */
static size_t heading_end(struct slice title)
{
    static const char *const signs[] = {"(", "\uff08", " - ", " | ", " \u2013 ", " \u2014 "};
    size_t end = title.n;
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        size_t at = slice_find(title, slice_of(signs[i]));
        if (at > 0 && at < end)
            end = at;
    }
    return end;
}

static bool heading_tells(const struct word *w, bool stop_words)
{
    return stop_words || !(w->flags & WORD_STOP);
}

static struct heading heading_of(struct arena *a, const struct pass *p, size_t rank)
{
    struct heading out = {.line = view_line(a, p->view, view_title_line(p->view, rank))};
    size_t end = heading_end(p->view->chosen[rank].passage->title), n = 0, known = 0;
    out.set = mask_of(p, &out.line);
    while (n < out.line.words.n && out.line.words.at[n].start < end)
        n++;
    out.line.words.n = n;
    for (int stop_words = 0; stop_words < 2 && out.telling == 0; stop_words++)
        for (size_t i = 0; i < n; i++)
            if (heading_tells(&out.line.words.at[i], stop_words)) {
                out.telling++;
                known += features_asked(p, out.line.stems[i]);
            }
    out.asked = out.telling ? (double)known / (double)out.telling : 0;
    out.own = mask_of(p, &out.line);
    out.share = features_share(p, out.own);
    return out;
}

/* Whether the first telling word of the sentence is the title's first. */
static bool begins_with_title(const struct line *l, const struct heading *h)
{
    size_t i = 0, t = 0;
    while (t < h->line.words.n && h->line.words.at[t].flags & WORD_STOP)
        t++;
    while (i < l->words.n && l->words.at[i].flags & WORD_STOP)
        i++;
    return i < l->words.n && t < h->line.words.n && l->stems[i] == h->line.stems[t];
}

static bool begins_with_pronoun(const struct lang *lang, struct slice text, const struct line *l)
{
    if (l->words.n == 0)
        return false;
    if (lang->cjk)
        return (lang_starts(lang, LANG_PERSONS, text) || lang_starts(lang, LANG_THINGS, text)) &&
               !lang_starts(lang, LANG_NOT_PRONOUNS, text);
    struct slice first = l->words.at[0].fold;
    return lang_has(lang, LANG_PERSONS, first) || lang_has(lang, LANG_THINGS, first);
}

/* Puts the words of another line before those of the sentence, without the first `drop` of them. */
static void put_before(struct arena *a, const struct line *put, size_t drop, struct reading *r)
{
    size_t title = put->words.n, rest = r->line.words.n - drop;
    struct word *words = arena_array(a, struct word, title + rest + 1);
    uint32_t *stems = arena_array(a, uint32_t, title + rest + 1);
    for (size_t i = 0; i < title + rest; i++) {
        const struct line *from = i < title ? put : &r->line;
        size_t at = i < title ? i : i - title + drop;
        words[i] = from->words.at[at];
        stems[i] = from->stems[at];
    }
    r->line = (struct line){.words = {words, title + rest}, .stems = stems};
    r->skip += title;
}

/* Whether a sentence is read with the name before it: all that a term is said of, and what comes first under a
 * heading. */
static bool reads_name(const struct sentence *name, const struct sentence *s)
{
    return name->kind == BLOCK_TERM || s->run_first == name->number + 1;
}

/* The heading or term that a sentence is read with, and what leads in to it. */
static void put_names(struct arena *a, const struct pass *p, const struct sentence *s, struct reading *r)
{
    const struct view_passage *cut = &p->view->passages[s->passage_rank];
    const struct sentence *all = p->view->sentences + cut->first;
    if (sentence_names(s))
        return;
    if (s->lead != SENTENCE_NONE && s->kind != BLOCK_CODE && s->kind != BLOCK_PARAGRAPH) {
        struct line lead = view_line(a, p->view, cut->first + s->lead);
        put_before(a, &lead, 0, r);
    }
    bool within = s->under != SENTENCE_NONE;
    struct slice bracketed = within ? all[s->under].text : SLICE("");
    r->name = view_line(a, p->view, within ? cut->first + s->under : view_above_line(p->view, s->passage_rank));
    r->of_term = within ? all[s->under].kind == BLOCK_TERM
                        : cut->above_count && cut->above[cut->above_count - 1].kind == BLOCK_TERM;
    size_t bracket = slice_find(bracketed, SLICE("("));
    for (r->named = 0; r->named < r->name.words.n; r->named++)
        if (within && bracket > 0 && r->name.words.at[r->named].start > bracket)
            break;
    if (!within || reads_name(&all[s->under], s))
        put_before(a, &r->name, 0, r);
}

static struct reading reading_of(struct arena *a, const struct pass *p, size_t i)
{
    const struct sentence *s = &p->view->sentences[i];
    const struct heading *h = &p->headings[s->passage_rank];
    const struct lang *lang = p->view->passages[s->passage_rank].lang;
    struct reading r = {.line = view_line(a, p->view, i)};
    r.begins = begins_with_title(&r.line, h);
    r.pronoun = begins_with_pronoun(lang, s->text, &r.line);
    if (r.pronoun && h->line.words.n > 0)
        put_before(a, &h->line, lang->cjk ? 0 : 1, &r);
    r.own = mask_of(p, &r.line);
    put_names(a, p, s, &r);
    return r;
}

/* "X is a ...": it begins with the title and soon says what that is. */
static bool sentence_defines(const struct lang *lang, struct slice text, const struct reading *r)
{
    if (!r->begins)
        return false;
    if (lang->cjk)
        return lang_within(lang, LANG_IS, text);
    for (size_t i = 1; i < r->line.words.n && i < DEFINES_WORDS; i++)
        if (lang_has(lang, LANG_IS, r->line.words.at[i].fold))
            return true;
    return slice_find(text, SLICE(" \u2014 ")) < text.n; /* Russian has no "is" there */
}

/* --- terms ---------------------------------------------------------------------------------------------------- */

static void read_question(struct arena *a, struct pass *p)
{
    const struct view *v = p->view;
    p->term_of = arena_array(a, signed char, v->stem_count + 1);
    memset(p->term_of, -1, v->stem_count + 1);
    p->forms = arena_array(a, struct slice, p->need->term_count);
    p->question = arena_array(a, uint32_t, p->need->words.n);
    for (size_t i = 0; i < p->need->term_count; i++) {
        uint32_t number = view_stem(v, p->need->terms[i].stem);
        if (number)
            p->term_of[number] = (signed char)i;
    }
    for (size_t i = p->need->words.n; i-- > 0;) {
        p->question[i] = view_stem(v, p->need->words.at[i].stem);
        if (p->question[i] && p->term_of[p->question[i]] >= 0)
            p->forms[p->term_of[p->question[i]]] = p->need->words.at[i].fold;
    }
}

static void find_terms(struct arena *a, struct pass *p, struct facts *facts)
{
    const struct view *v = p->view;
    read_question(a, p);
    p->senses = senses_read(a, p);
    kinds_read(p);
    p->headings = arena_array(a, struct heading, v->passage_count);
    p->readings = arena_array(a, struct reading, v->sentence_count);
    p->above = arena_array(a, uint64_t, v->passage_count);
    for (size_t rank = 0; rank < v->passage_count; rank++) {
        const struct view_passage *cut = &v->passages[rank];
        struct heading *h = &p->headings[rank];
        *h = heading_of(a, p, rank);
        struct line above = view_line(a, v, view_above_line(v, rank));
        p->above[rank] = mask_of(p, &above);
        if (h->asked * h->share > p->best_title) {
            p->best_title = h->asked * h->share;
            p->best_set = h->own;
        }
        uint64_t all = h->set;
        for (size_t i = cut->first; i < cut->first + cut->count; i++) {
            p->readings[i] = reading_of(a, p, i);
            facts[i].has = mask_of(p, &p->readings[i].line);
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

static double longest_run(struct arena *a, const struct pass *p, const struct line *l)
{
    size_t width = p->need->words.n + 1, best = 0;
    unsigned *rows = arena_array(a, unsigned, 2 * width);
    for (size_t i = 0; i < l->words.n; i++) {
        const unsigned *above = rows + (i & 1) * width;
        unsigned *row = rows + (~i & 1) * width;
        for (size_t j = 0; j + 1 < width; j++) {
            row[j + 1] = l->stems[i] == p->question[j] ? above[j] + 1 : 0;
            if (row[j + 1] > best)
                best = row[j + 1];
        }
    }
    return (double)(best < RUN_MAX ? best : RUN_MAX) / RUN_MAX;
}

/* A word of the sentence that starts like the stem, or ends with it, as compounds do. */
static bool is_part(const struct line *l, struct slice stem, struct slice start)
{
    for (size_t i = 0; i < l->words.n; i++) {
        struct slice other = l->words.at[i].stem;
        if (slice_starts(other, start) || (other.n > stem.n && slice_ends(other, stem)))
            return true;
    }
    return false;
}

/* An exact match counts as well, else a sentence about Latvians beats one about Latvia. */
static double prefix_share(const struct pass *p, const struct line *l, uint64_t has)
{
    double sum = 0;
    for (size_t t = 0; t < p->need->term_count; t++) {
        struct slice stem = p->need->terms[t].stem, start = stem_start(stem);
        if (has >> t & 1 || (start.n && is_part(l, stem, start)))
            sum += p->need->terms[t].idf;
    }
    return sum / p->need->weight;
}

/* Terms that are written as in the question: "universe" is not "university", though their stems are the same. */
static double form_share(const struct pass *p, const struct line *l)
{
    uint64_t set = 0;
    for (size_t i = 0; i < l->words.n; i++) {
        int t = p->term_of[l->stems[i]];
        if (t >= 0 && slice_eq(p->forms[t], l->words.at[i].fold))
            set |= (uint64_t)1 << t;
    }
    return features_share(p, set);
}

/* How close neighbours in the question are here, the mean over its pairs: "capital of Germany" is one thing. */
static double pairs_closeness(const struct pass *p, const struct line *l)
{
    size_t last[NEED_MAX_TERMS] = {0}; /* the place, counted from 1 */
    double best[NEED_MAX_TERMS] = {0}, sum = 0;
    if (p->need->term_count < 2)
        return 0;
    for (size_t i = 0; i < l->words.n; i++) {
        int t = p->term_of[l->stems[i]];
        if (t < 0)
            continue;
        last[t] = i + 1;
        if (t > 0 && last[t - 1])
            best[t - 1] = fmax(best[t - 1], exp(-(double)(i + 1 - last[t - 1]) / NEAR_REACH));
        if (last[t + 1 < NEED_MAX_TERMS ? t + 1 : t] && t + 1 < NEED_MAX_TERMS)
            best[t] = fmax(best[t], exp(-(double)(i + 1 - last[t + 1]) / NEAR_REACH));
    }
    for (size_t t = 0; t + 1 < p->need->term_count; t++)
        sum += best[t];
    return sum / (double)(p->need->term_count - 1);
}

/* The largest idf that the set lacks, relative to the largest in the question. */
static double features_lacking(const struct pass *p, uint64_t set)
{
    double largest = 0;
    for (size_t t = 0; t < p->need->term_count; t++)
        if (!(set >> t & 1))
            largest = fmax(largest, p->need->terms[t].idf);
    return largest / p->largest_idf;
}

static double features_rarest(const struct pass *p, uint64_t has)
{
    double largest = 0;
    for (; has; has &= has - 1)
        largest = fmax(largest, p->need->terms[__builtin_ctzll(has)].idf);
    return largest / p->largest_idf;
}

/* Okapi BM25 with the sentences at hand as the collection; every term counts once. */
static double features_bm25(const struct pass *p, size_t words, uint64_t has)
{
    double sum = 0, norm = BM25_K1 * (1 - BM25_B + BM25_B * (double)words / USUAL_WORDS);
    for (; has; has &= has - 1)
        sum += p->local_idf[__builtin_ctzll(has)] * (BM25_K1 + 1) / (1 + norm);
    return sum / p->local_weight;
}

/* --- expected types ------------------------------------------------------------------------------------------- */

/* "из-за" is two words for words_split() and one in the list. */
static bool features_is_reason(const struct lang *lang, struct slice text, struct words words, size_t i)
{
    enum { PAIR_BYTES_MAX = 64 };
    const struct word *w = &words.at[i], *next = w + 1;
    size_t end = w->start + w->n;
    if (lang_has(lang, LANG_REASON_WORDS, w->fold))
        return true;
    if (i + 1 == words.n || next->start != end + 1 || text.p[end] != '-' ||
        w->fold.n + 1 + next->fold.n > PAIR_BYTES_MAX)
        return false;
    char pair[PAIR_BYTES_MAX];
    memcpy(pair, w->fold.p, w->fold.n);
    pair[w->fold.n] = '-';
    memcpy(pair + w->fold.n + 1, next->fold.p, next->fold.n);
    return lang_has(lang, LANG_REASON_WORDS, (struct slice){pair, w->fold.n + 1 + next->fold.n});
}

/* Whether word i is something of the expected type. */
static bool features_detect(const struct pass *p, struct slice text, struct words words, size_t i)
{
    const struct lang *lang = p->lang;
    const struct word *w = &words.at[i];
    if (!lang)
        return false;
    switch (p->need->type) {
    case NEED_PERSON:
        return features_is_name(lang, text, words, i);
    case NEED_PLACE:
        return i > 0 && features_is_name(lang, text, words, i) &&
               lang_has(lang, LANG_PLACE_PREPOSITIONS, words.at[i - 1].fold);
    case NEED_DATE:
        return features_is_year(w->fold) ||
               (lang_has(lang, LANG_MONTH_WORDS, w->fold) && (!lang->months_capital || w->flags & WORD_CAPITAL));
    case NEED_NUMBER:
        return (w->fold.n > 0 && ascii_is_digit(w->fold.p[0])) || lang_has(lang, LANG_NUMBER_WORDS, w->fold);
    case NEED_REASON:
        return features_is_reason(lang, text, words, i);
    case NEED_ANY:
        break;
    }
    return false;
}

/* How close the terms stand to word `at`: each term once, by its nearest place. */
static double features_closeness(const struct pass *p, const struct line *l, size_t at)
{
    double best[NEED_MAX_TERMS] = {0}, sum = 0;
    uint64_t seen = 0;
    for (size_t i = 0; i < l->words.n; i++) {
        int t = p->term_of[l->stems[i]];
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

static void look_for_type(const struct pass *p, struct slice text, const struct reading *r, struct facts *f)
{
    const struct line *l = &r->line;
    bool found = false;
    for (size_t i = r->skip; i < l->words.n; i++) {
        if (features_asked(p, l->stems[i]))
            continue; /* what the question says itself is no news */
        bool typed = features_detect(p, text, l->words, i), news = !(l->words.at[i].flags & WORD_STOP);
        found |= typed;
        if (!f->has || !(typed || news))
            continue;
        double near = features_closeness(p, l, i);
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

static uint64_t every_term(const struct need *need)
{
    return need->term_count == NEED_MAX_TERMS ? ~(uint64_t)0 : ((uint64_t)1 << need->term_count) - 1;
}

/* What the page's title has to do with the question, and the sentence with the title. */
static void describe_title(const struct pass *p, size_t i, struct facts *f)
{
    const struct sentence *s = &p->view->sentences[i];
    const struct view_passage *cut = &p->view->passages[s->passage_rank];
    const struct heading *h = &p->headings[s->passage_rank];
    const struct reading *r = &p->readings[i];
    double beside = features_weight(p->need, every_term(p->need) & ~h->set), about = h->asked * h->share;
    double rest = beside > 0 ? features_weight(p->need, f->has & ~h->set) / beside : 1;
    f->at[FEATURE_COVER_TITLE] = features_share(p, h->set);
    f->at[FEATURE_COVER_BESIDE_TITLE] = rest;
    f->at[FEATURE_TITLE_ASKED] = h->asked;
    f->at[FEATURE_TITLE_ABOUT] = about;
    f->at[FEATURE_TITLE_BEST] = p->best_title > 0 ? about / p->best_title : 0;
    f->at[FEATURE_TITLE_FIRST] = s->offset == 0 ? about : 0;
    f->at[FEATURE_TITLE_BEGINS] = r->begins ? about : 0;
    f->at[FEATURE_TITLE_PRONOUN] = r->pronoun ? about : 0;
    f->at[FEATURE_TITLE_DEFINED] = sentence_defines(cut->lang, s->text, r) ? about : 0;
    f->at[FEATURE_TITLE_REST] = about * rest;
    f->at[FEATURE_TITLE_WORDS] = fmin((double)h->telling, MANY_WORDS) / MANY_WORDS;
}

/* The names above a sentence, from the next one up. */
static uint64_t above_set(const struct pass *p, const struct sentence *s, const struct facts *all)
{
    const struct view_passage *cut = &p->view->passages[s->passage_rank];
    const struct sentence *of = p->view->sentences + cut->first;
    uint64_t set = s->lead != SENTENCE_NONE ? all[cut->first + s->lead].has : 0;
    for (uint32_t up = s->under; up != SENTENCE_NONE; up = of[up].under)
        set |= all[cut->first + up].has;
    return set | p->above[s->passage_rank];
}

static void describe_names(const struct pass *p, size_t i, struct facts *all)
{
    const struct sentence *s = &p->view->sentences[i];
    const struct line *name = &p->readings[i].name;
    struct facts *f = &all[i];
    size_t telling = 0, known = 0;
    uint64_t set = mask_of(p, name), every = every_term(p->need);
    for (size_t k = 0; k < name->words.n; k++)
        if (!(name->words.at[k].flags & WORD_STOP)) {
            telling++;
            known += features_asked(p, name->stems[k]);
        }
    double asked = telling ? (double)known / (double)telling : 0, about = asked * features_share(p, set);
    double rest = features_weight(p->need, every & ~set);
    f->at[FEATURE_IS_NAME] = sentence_names(s);
    f->at[FEATURE_LONG_CODE] =
        s->kind == BLOCK_CODE ? fmin((double)s->word_count, LONG_CODE_WORDS) / LONG_CODE_WORDS : 0;
    f->at[FEATURE_NAME_FIRST] = (s->under != SENTENCE_NONE ? s->number == s->under + 1 : s->number == 0) ? about : 0;
    f->at[FEATURE_IS_ITEM] = s->kind == BLOCK_ITEM;
    f->at[FEATURE_IS_ROW] = s->kind == BLOCK_ROW;
    f->at[FEATURE_ANNOUNCES] = mark_ends(s->text, ":" MARK_WIDE_COLON) > 0;
    f->at[FEATURE_OF_TERM] = p->readings[i].of_term;
    f->at[FEATURE_NAME_ASKED] = asked;
    f->at[FEATURE_NAME_ABOUT] = about;
    f->at[FEATURE_NAME_REST] = about * (rest > 0 ? features_weight(p->need, p->readings[i].own & ~set) / rest : 1);
    f->at[FEATURE_COVER_NAMED] = features_share(p, f->has | above_set(p, s, all) | p->headings[s->passage_rank].set);
}

static void features_describe(const struct pass *p, struct arena *a, size_t i, struct facts *all)
{
    const struct sentence *s = &p->view->sentences[i];
    const struct reading *r = &p->readings[i];
    const struct view_passage *cut = &p->view->passages[s->passage_rank];
    struct facts *f = &all[i];
    uint64_t title = p->headings[s->passage_rank].set, before = s->number > 0 ? all[i - 1].has : 0;
    double words = (double)s->word_count, best = p->view->chosen[0].passage->score;
    f->cover = features_share(p, f->has);
    f->bm25 = features_bm25(p, s->word_count, f->has);
    f->at[FEATURE_COVER_CONTEXT] = features_share(p, f->has | before | title);
    f->at[FEATURE_COVER_PASSAGE] = features_share(p, f->passage);
    f->at[FEATURE_RUN] = f->has ? longest_run(a, p, &r->line) : 0;
    f->at[FEATURE_PASSAGE_SCORE] = best > 0 ? s->passage->passage->score / best : 0;
    f->at[FEATURE_RAREST] = features_rarest(p, f->has);
    f->at[FEATURE_LENGTH] = fmin(log(1 + words), 4.5) / 4;
    f->at[FEATURE_SHORT] = words < SHORT_WORDS ? (SHORT_WORDS - words) / SHORT_WORDS : 0;
    f->at[FEATURE_POSITION] = (double)s->number / (double)cut->count;
    f->at[FEATURE_PAGE_LEAD] = exp(-(double)s->offset / LEAD_BYTES);
    f->at[FEATURE_FOREIGN] = cut->lang != p->need->lang;
    f->at[FEATURE_PREFIX] = prefix_share(p, &r->line, f->has);
    f->at[FEATURE_FORM] = form_share(p, &r->line);
    f->at[FEATURE_PAIRS] = f->has ? pairs_closeness(p, &r->line) : 0;
    f->at[FEATURE_CONTEXT_LACKS] = features_lacking(p, f->has | before | title);
    f->at[FEATURE_FIRST] = s->offset == 0;
    f->at[FEATURE_RANK] = 1 / (1 + (double)s->passage_rank);
    f->at[FEATURE_TERMS] = fmin((double)p->need->term_count, MANY_WORDS) / MANY_WORDS;
    describe_title(p, i, f);
    describe_names(p, i, all);
    features_attribute(p, i, f);
    features_kind(p, i, f);
    look_for_type(p, s->text, r, f);
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
    /* A language without question words has none for answers either. */
    bool known = lang_entries(need->lang, LANG_ASKS_DATE).n > 0;
    struct pass p = {.view = view, .need = need, .lang = known ? need->lang : NULL};
    struct facts *all = arena_array(a, struct facts, view->sentence_count);
    find_terms(a, &p, all);
    weigh_terms(&p, all);
    for (size_t i = 0; i < view->sentence_count; i++)
        features_describe(&p, a, i, all);
    make_relative(all, view->sentence_count);
    return all;
}
