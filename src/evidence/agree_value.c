/* agree_value.c - reads the value with which a sentence answers a question, and decides whether two values conflict. */
#include <math.h>

#include "evidence/agree_inner.h"
#include "text/kin.h"
#include "text/letters.h"
#include "text/listed.h"

static const double REACH = 6; /* words: closeness falls to 1/e over this distance; set by hand */
/* Two sentences conflict only if each covers this share of the question, with and without its title, and if this share
 * of the terms that either has is common to both. Set by hand. */
static const double CONFLICT_WHOLE_FROM = 0.85, CONFLICT_OWN_FROM = 0.4, CONFLICT_SAME_FROM = 0.9;

/* --- the question --------------------------------------------------------------------------------------------- */

static void read_dimension(struct asker *q)
{
    const struct need *need = q->need;
    const struct lang *lang = lang_with(need->lang, LANG_ASKS_DIMENSION);
    const struct lang_entry *measure = NULL;
    for (size_t i = 0; i < need->words.n && !measure; i++) {
        measure = lang_entry(lang, LANG_ASKS_DIMENSION, need->words.at[i].fold);
        for (size_t t = 0; measure && t < need->term_count; t++)
            if (slice_eq(need->terms[t].stem, need->words.at[i].stem))
                q->measuring |= (uint64_t)1 << t;
    }
    q->dimension = measure ? dimension_named(measure->value) : DIM_NONE;
}

/* "how many bridges" asks for a count. "how many miles" asks for a dimension. */
static void read_counted(struct asker *q)
{
    const struct words words = q->need->words;
    const struct lang *lang = lang_with(q->need->lang, LANG_HOW_MANY);
    for (size_t i = 0; i + 2 < words.n; i++) {
        size_t start = words.at[i].start, end = words.at[i + 1].start + words.at[i + 1].n;
        if (!listed(lang, LANG_HOW_MANY, slice_sub(q->need->text, start, end - start)))
            continue;
        const struct unit *unit = unit_of_word(words.at[i + 2].fold);
        if (unit)
            q->dimension = unit->dimension;
        else
            q->counted = words.at[i + 2].stem;
        return;
    }
}

struct asker asker_make(struct arena *a, const struct view *view, const struct need *need)
{
    struct asker q = {.arena = a, .view = view, .need = need, .counted = {"", 0}};
    q.asked = stated_read(a, need->text, need->words, need->lang);
    q.term_of = arena_array(a, signed char, view->stem_count + 1);
    memset(q.term_of, -1, view->stem_count + 1);
    for (size_t t = 0; t < need->term_count; t++) {
        uint32_t number = view_stem(view, need->terms[t].stem);
        if (number)
            q.term_of[number] = (signed char)t;
    }
    read_dimension(&q);
    read_counted(&q);
    return q;
}

static uint64_t terms_in(const struct asker *q, const struct line *line)
{
    uint64_t set = 0;
    for (size_t i = 0; i < line->words.n; i++)
        if (q->term_of[line->stems[i]] >= 0)
            set |= (uint64_t)1 << q->term_of[line->stems[i]];
    return set;
}

static bool asks_for_title(const struct asker *q, const struct line *title)
{
    bool all = title->words.n > 0;
    for (size_t i = 0; i < title->words.n && all; i++)
        all = (title->words.at[i].flags & WORD_STOP) || q->term_of[title->stems[i]] >= 0;
    return all;
}

/* --- reading a value ------------------------------------------------------------------------------------------ */

static double asked_closeness(const struct asker *q, const struct valued *v)
{
    const struct line *l = &v->line;
    double best[NEED_MAX_TERMS] = {0}, sum = 0;
    for (size_t i = 0; i < l->words.n; i++) {
        int t = q->term_of[l->stems[i]];
        if (t < 0)
            continue;
        double apart = (double)places_apart(v->sentence->text, l->words, (struct place_in){i, i}, v->at);
        best[t] = fmax(best[t], q->need->terms[t].idf * exp(-apart / REACH));
    }
    for (size_t t = 0; t < q->need->term_count; t++)
        sum += best[t];
    return sum;
}

static bool asked_counts(const struct line *l, struct place_in at, struct slice stem)
{
    enum { NEAR = 3 }; /* words behind the number; set by hand */
    for (size_t i = at.last; i < l->words.n && i <= at.last + NEAR; i++)
        if (stems_alike(l->words.at[i].stem, stem))
            return true;
    return false;
}

static bool number_fits(const struct asker *q, const struct line *l, const struct stated_number *n)
{
    if (n->ordinal || n->guess)
        return false;
    for (size_t i = 0; i < q->asked->number_count; i++)
        if (number_agrees(&q->asked->numbers[i], n))
            return false;
    if (q->dimension != DIM_NONE)
        return n->unit && n->unit->dimension == q->dimension;
    return q->counted.n == 0 || (!n->unit && asked_counts(l, n->at, q->counted));
}

static bool date_fits(const struct asker *q, const struct stated_date *d)
{
    for (size_t i = 0; i < q->asked->date_count; i++)
        if (dates_agree(&q->asked->dates[i], d))
            return false;
    return !d->decade;
}

/* A name that has no word of the question. A single capitalised word that opens the sentence may not be a name. */
static bool name_fits(const struct asker *q, const struct line *l, const struct name *n)
{
    for (size_t i = n->first; i < n->first + n->count; i++)
        if (q->term_of[l->stems[i]] >= 0)
            return false;
    return !n->opens;
}

static bool same_names(const struct valued *one, const struct valued *other)
{
    const struct words s = one->line.words, t = other->line.words;
    /* The surnames are the same, and the given names at least begin alike: "M. Curie" is "Marie Curie". */
    const struct name *n = one->name, *m = other->name;
    if (!stems_alike(s.at[n->first + n->count - 1].stem, t.at[m->first + m->count - 1].stem))
        return false;
    if (n->count == 1 || m->count == 1)
        return true;
    struct slice given = s.at[n->first].fold, other_given = t.at[m->first].fold;
    return given.n && letter_first(given) == letter_first(other_given);
}

static void asked_offer(const struct asker *q, struct valued *best, double *closest, const struct valued *next)
{
    double near = asked_closeness(q, next);
    if (!best->text.n || near > *closest) {
        *best = *next;
        *closest = near;
    }
}

static struct valued with_number(const struct valued *in, const struct stated_number *n)
{
    struct valued out = *in;
    out.number = n;
    out.at = n->at;
    out.text = n->text;
    return out;
}

static struct valued with_date(const struct valued *in, const struct stated_date *d)
{
    struct valued out = *in;
    out.date = d;
    out.at = d->at;
    out.text = d->text;
    return out;
}

static struct valued with_name(const struct valued *in, const struct name *n)
{
    struct valued out = *in;
    out.name = n;
    out.at = (struct place_in){n->first, n->first + n->count - 1};
    out.text = n->text;
    return out;
}

/* The i-th value of the type. False when it does not fit the question. *end is set behind the last one. */
static bool value_at(const struct asker *q, const struct valued *in, size_t i, struct valued *out, bool *end)
{
    const struct stated *s = in->stated;
    *end = true;
    if (in->type == NEED_NUMBER && i < s->number_count) {
        *end = false;
        *out = with_number(in, &s->numbers[i]);
        return number_fits(q, &in->line, &s->numbers[i]);
    }
    if (in->type == NEED_DATE && i < s->date_count) {
        *end = false;
        *out = with_date(in, &s->dates[i]);
        return date_fits(q, &s->dates[i]);
    }
    if ((in->type == NEED_PERSON || in->type == NEED_PLACE) && i < s->names.n) {
        *end = false;
        *out = with_name(in, &s->names.at[i]);
        return name_fits(q, &in->line, &s->names.at[i]);
    }
    return false;
}

static bool same_value(const struct valued *one, const struct valued *other)
{
    switch (one->type) {
    case NEED_NUMBER:
        return number_agrees(one->number, other->number) || number_agrees(other->number, one->number);
    case NEED_DATE:
        return dates_agree(one->date, other->date);
    case NEED_PERSON:
    case NEED_PLACE:
        return same_names(one, other);
    default:
        return false;
    }
}

bool value_read(const struct asker *q, const struct sentence *s, struct valued *out)
{
    const struct view_passage *in = &q->view->passages[s->passage_rank];
    const struct line title = view_line(q->arena, q->view, view_title_line(q->view, s->passage_rank));
    struct valued here = {.sentence = s, .type = q->need->type, .text = {"", 0}}, best, next;
    double closest = 0;
    bool end = false;
    here.line = view_line(q->arena, q->view, view_line_of(q->view, s));
    best = here;
    here.own = terms_in(q, &here.line);
    here.whole = here.own | terms_in(q, &title);
    here.titled = asks_for_title(q, &title);
    here.stated = stated_read(q->arena, s->text, here.line.words, in->lang);
    for (size_t i = 0; !end; i++)
        if (value_at(q, &here, i, &next, &end))
            asked_offer(q, &best, &closest, &next);
    if (!best.text.n)
        return false;
    end = false;
    for (size_t i = 0; !end; i++)
        if (value_at(q, &here, i, &next, &end) && !same_value(&best, &next))
            best.rivals++;
    if (best.number && best.number->unit && best.number->unit->dimension == q->dimension) {
        best.own |= q->measuring;
        best.whole |= q->measuring;
    }
    *out = best;
    return true;
}

bool value_is_in(const struct asker *q, const struct valued *value, const struct valued *other)
{
    struct valued next;
    bool end = false;
    for (size_t i = 0; !end; i++)
        if (value_at(q, other, i, &next, &end) && same_value(value, &next))
            return true;
    return false;
}

/* --- conflict ------------------------------------------------------------------------------------------------- */

/* Whether the value is that of the most: "the greatest depth", "the maximum". */
static bool states_extreme(const struct lang *lang, const struct valued *v)
{
    for (size_t i = 0; i < v->line.words.n; i++)
        if (lang_has(lang, LANG_EXTREMES, v->line.words.at[i].fold))
            return true;
    return false;
}

/* Whether only `one` is about a part, a special measure or another time: "city proper", "average", "in 1990". The most
 * of a thing is where it is: what stands behind such a value is no part that the value is for. */
static bool narrowed_otherwise(const struct asker *q, const struct valued *one, const struct valued *other)
{

    const struct words s = one->line.words, t = other->line.words;
    const struct lang *lang = lang_with(q->view->passages[one->sentence->passage_rank].lang, LANG_NARROWING);
    const bool extremes = states_extreme(lang, one) && states_extreme(lang, other);
    for (size_t i = 0; i < s.n; i++) {
        bool same = extremes && (i > one->at.last || lang_has(lang, LANG_EXTREMES, s.at[i].fold));
        if (same || !lang_has(lang, LANG_NARROWING, s.at[i].fold))
            continue;
        bool there = false;
        for (size_t k = 0; k < t.n && !there; k++)
            there = slice_eq(s.at[i].stem, t.at[k].stem);
        if (!there)
            return true;
    }
    return false;
}

/* Whether `one` has a name that neither the other sentence nor the question has: it may be about another thing. */
static bool names_another(const struct asker *q, const struct valued *one, const struct valued *other)
{
    const struct line *s = &one->line, *t = &other->line;
    const struct line title = view_line(q->arena, q->view, view_title_line(q->view, other->sentence->passage_rank));
    for (size_t n = 0; n < one->stated->names.n; n++) {
        const struct name *name = &one->stated->names.at[n];
        if (name == one->name || name->opens)
            continue;
        for (size_t i = name->first; i < name->first + name->count; i++) {
            bool known = q->term_of[s->stems[i]] >= 0 || (s->words.at[i].flags & WORD_STOP);
            for (size_t k = 0; k < t->words.n && !known; k++)
                known = s->stems[i] == t->stems[k];
            for (size_t k = 0; k < title.words.n && !known; k++)
                known = s->stems[i] == title.stems[k];
            if (!known)
                return true;
        }
    }
    return false;
}

/* Whether two numbers are from different years: no year is in both sentences, though one of them has a year. Without
 * any year in them the years of the pages decide. */
static bool of_other_years(const struct valued *one, const struct valued *other)
{
    const struct stated *s = one->stated, *t = other->stated;
    if (one->type != NEED_NUMBER)
        return false;
    if (s->date_count == 0 && t->date_count == 0) {
        const struct slice here = one->sentence->passage->source->date, there = other->sentence->passage->source->date;
        bool measured = one->number->unit && one->number->unit->dimension != DIM_MONEY &&
                        one->number->unit->dimension != DIM_PERCENT;
        /* A height stays the same from year to year. Counts, money and percentages do not. */
        return !measured && here.n >= 4 && there.n >= 4 && memcmp(here.p, there.p, 4) != 0;
    }
    for (size_t i = 0; i < s->date_count; i++)
        for (size_t k = 0; k < t->date_count; k++)
            if (dates_agree(&s->dates[i], &t->dates[k]))
                return false;
    return true;
}

/* Numbers have the same role if they count or measure the same. Names have it if the same word is before both ("by").
 */
static bool same_role(const struct asker *q, const struct valued *one, const struct valued *other)
{
    if (one->type == NEED_NUMBER) {
        if (!numbers_alike(one->number, other->number))
            return false;
        if (one->number->unit)
            return true;
        size_t i = one->at.last + 1, k = other->at.last + 1;
        return q->counted.n || (i < one->line.words.n && k < other->line.words.n &&
                                slice_eq(one->line.words.at[i].stem, other->line.words.at[k].stem));
    }
    if (one->at.first == 0 || other->at.first == 0)
        return one->type == NEED_DATE;
    if (one->type == NEED_DATE)
        return true;
    const struct word *left = &one->line.words.at[one->at.first - 1],
                      *right = &other->line.words.at[other->at.first - 1];
    return slice_eq(left->fold, right->fold);
}

static bool asked_covers(const struct asker *q, const struct valued *v)
{
    /* On the page of the thing a sentence need not name it, if what it measures is what was asked. */
    bool own = features_weight(q->need, v->own) >= CONFLICT_OWN_FROM * q->need->weight ||
               (v->titled && (v->own & q->measuring));
    if (!own || features_weight(q->need, v->whole) < CONFLICT_WHOLE_FROM * q->need->weight)
        return false;
    for (size_t t = 0; t < q->need->term_count; t++)
        if ((q->need->terms[t].capital || q->need->terms[t].number) && !(v->whole >> t & 1))
            return false;
    return true;
}

bool values_conflict(const struct asker *q, const struct valued *one, const struct valued *other)
{
    bool clear = one->rivals == 0 && other->rivals == 0 && one->stated->negations == 0 && other->stated->negations == 0;
    if (!clear || !asked_covers(q, one) || !asked_covers(q, other) || !same_role(q, one, other))
        return false;
    uint64_t either = one->own | other->own, both = one->own & other->own;
    if (features_weight(q->need, both | (one->whole & other->whole)) <
        CONFLICT_SAME_FROM * features_weight(q->need, either))
        return false;
    if (one->type == NEED_NUMBER && numbers_compatible(one->number, other->number))
        return false;
    if (one->type != NEED_NUMBER && same_value(one, other))
        return false;
    return !of_other_years(one, other) && !narrowed_otherwise(q, one, other) && !narrowed_otherwise(q, other, one) &&
           !names_another(q, one, other) && !names_another(q, other, one);
}
