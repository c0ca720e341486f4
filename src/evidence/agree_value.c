/* agree_value.c - the value with which a sentence answers a question, and when two of them contradict each other. */
#include <math.h>

#include "evidence/agree_inner.h"

static const double REACH = 6; /* words: closeness falls to 1/e over this distance */
/* Two sentences conflict only when both cover this share of the question, and the same part of it. */
static const double CONFLICT_WHOLE_FROM = 0.85, CONFLICT_OWN_FROM = 0.4, CONFLICT_SAME_FROM = 0.9;

/* --- the question --------------------------------------------------------------------------------------------- */

static enum dimension wanted_dimension(const struct need *need)
{
    static const struct {
        const char *words;
        enum dimension dimension;
    } asks[] = {
        {" far long tall high deep wide height length width depth distance altitude elevation ", DIM_LENGTH},
        {" heavy weight mass weigh ", DIM_MASS},
        {" area acreage ", DIM_AREA},
        {" fast speed ", DIM_SPEED},
        {" hot cold temperature ", DIM_TEMPERATURE},
        {" percentage percent ", DIM_PERCENT},
        {" cost price ", DIM_MONEY},
    };
    for (size_t i = 0; i < need->words.n; i++)
        for (size_t k = 0; k < sizeof asks / sizeof asks[0]; k++)
            if (need_lists(asks[k].words, need->words.at[i].fold))
                return asks[k].dimension;
    return DIM_NONE;
}

/* "how many bridges": English. A unit ("how many miles") is a dimension instead. */
static void read_counted(struct asker *q)
{
    const struct words words = q->need->words;
    for (size_t i = 0; i + 2 < words.n; i++) {
        if (!slice_is(words.at[i].fold, "how") || !slice_is(words.at[i + 1].fold, "many"))
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
    q.dimension = wanted_dimension(need);
    read_counted(&q);
    return q;
}

static uint64_t terms_in(const struct asker *q, const uint32_t *stems, size_t n)
{
    uint64_t set = 0;
    for (size_t i = 0; i < n; i++)
        if (q->term_of[stems[i]] >= 0)
            set |= (uint64_t)1 << q->term_of[stems[i]];
    return set;
}

/* --- reading a value ------------------------------------------------------------------------------------------ */

static double closeness(const struct asker *q, const struct sentence *s, struct place_in at)
{
    double best[NEED_MAX_TERMS] = {0}, sum = 0;
    for (size_t i = 0; i < s->words.n; i++) {
        int t = q->term_of[s->stems[i]];
        if (t < 0)
            continue;
        double apart = (double)places_apart(s->text, s->words, (struct place_in){i, i}, at);
        best[t] = fmax(best[t], q->need->terms[t].idf * exp(-apart / REACH));
    }
    for (size_t t = 0; t < q->need->term_count; t++)
        sum += best[t];
    return sum;
}

static bool counts(const struct sentence *s, struct place_in at, struct slice stem)
{
    enum { NEAR = 3 };
    for (size_t i = at.last; i < s->words.n && i <= at.last + NEAR; i++)
        if (stems_alike(s->words.at[i].stem, stem))
            return true;
    return false;
}

static bool number_fits(const struct asker *q, const struct sentence *s, const struct stated_number *n)
{
    if (n->ordinal || n->guess)
        return false;
    for (size_t i = 0; i < q->asked->number_count; i++)
        if (number_agrees(&q->asked->numbers[i], n))
            return false;
    if (q->dimension != DIM_NONE)
        return n->unit && n->unit->dimension == q->dimension;
    return q->counted.n == 0 || (!n->unit && counts(s, n->at, q->counted));
}

static bool date_fits(const struct asker *q, const struct stated_date *d)
{
    for (size_t i = 0; i < q->asked->date_count; i++)
        if (dates_agree(&q->asked->dates[i], d))
            return false;
    return !d->decade;
}

/* A name without a word of the question. A lone word that opens the sentence may be none. */
static bool name_fits(const struct asker *q, const struct sentence *s, const struct name *n)
{
    for (size_t i = n->first; i < n->first + n->count; i++)
        if (q->term_of[s->stems[i]] >= 0)
            return false;
    return !n->opens;
}

static bool same_names(const struct valued *one, const struct valued *other)
{
    const struct sentence *s = one->sentence, *t = other->sentence;
    /* The last words are the same, and of the words before them none contradicts. */
    const struct name *n = one->name, *m = other->name;
    if (!stems_alike(s->words.at[n->first + n->count - 1].stem, t->words.at[m->first + m->count - 1].stem))
        return false;
    if (n->count == 1 || m->count == 1)
        return true;
    struct slice given = s->words.at[n->first].fold, other_given = t->words.at[m->first].fold;
    return given.n && other_given.n && given.p[0] == other_given.p[0];
}

static void offer(const struct asker *q, struct valued *best, double *closest, const struct valued *next)
{
    double near = closeness(q, next->sentence, next->at);
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

/* The i-th value of the type; false: it does not fit. Beyond the last one *end. */
static bool value_at(const struct asker *q, const struct valued *in, size_t i, struct valued *out, bool *end)
{
    const struct stated *s = in->stated;
    *end = true;
    if (in->type == NEED_NUMBER && i < s->number_count) {
        *end = false;
        *out = with_number(in, &s->numbers[i]);
        return number_fits(q, in->sentence, &s->numbers[i]);
    }
    if (in->type == NEED_DATE && i < s->date_count) {
        *end = false;
        *out = with_date(in, &s->dates[i]);
        return date_fits(q, &s->dates[i]);
    }
    if ((in->type == NEED_PERSON || in->type == NEED_PLACE) && i < s->names.n) {
        *end = false;
        *out = with_name(in, &s->names.at[i]);
        return name_fits(q, in->sentence, &s->names.at[i]);
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
    struct valued here = {.sentence = s, .type = q->need->type, .text = {"", 0}}, best = here, next;
    double closest = 0;
    bool end = false;
    here.own = terms_in(q, s->stems, s->words.n);
    here.whole = here.own | terms_in(q, in->title_stems, in->title.n);
    here.stated = stated_read(q->arena, s->text, s->words, in->lang);
    for (size_t i = 0; !end; i++)
        if (value_at(q, &here, i, &next, &end))
            offer(q, &best, &closest, &next);
    if (!best.text.n)
        return false;
    end = false;
    for (size_t i = 0; !end; i++)
        if (value_at(q, &here, i, &next, &end) && !same_value(&best, &next))
            best.rivals++;
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

/* Words that make a number one of a part, of a kind of measure, or of another time. */
static const char narrowing[] = " main central span section part half quarter average mean median maximum max minimum "
                                "min peak record total combined each per "
                                "former formerly original originally initial initially old older new newer upper lower "
                                "northern southern eastern western "
                                "estimated estimate planned expected projected additional another extra only first "
                                "second third fourth last annual yearly "
                                "monthly daily adult male female urban metropolitan metro rural inner outer before "
                                "after until since by nearly almost "
                                "increase increased decrease decreased rose fell rise fall grew growth drop dropped up "
                                "down extended rebuilt reopened renovated ";

static bool narrowed_otherwise(const struct valued *one, const struct valued *other)
{
    const struct sentence *s = one->sentence, *t = other->sentence;
    for (size_t i = 0; i < s->words.n; i++) {
        if (!need_lists(narrowing, s->words.at[i].fold))
            continue;
        bool there = false;
        for (size_t k = 0; k < t->words.n && !there; k++)
            there = slice_eq(s->words.at[i].stem, t->words.at[k].stem);
        if (!there)
            return true;
    }
    return false;
}

/* Names that the one sentence has and neither the other one nor the question: it may be about something else. */
static bool names_another(const struct asker *q, const struct valued *one, const struct valued *other)
{
    const struct sentence *s = one->sentence, *t = other->sentence;
    const struct view_passage *in = &q->view->passages[t->passage_rank];
    for (size_t n = 0; n < one->stated->names.n; n++) {
        const struct name *name = &one->stated->names.at[n];
        if (name == one->name || name->opens)
            continue;
        for (size_t i = name->first; i < name->first + name->count; i++) {
            bool known = q->term_of[s->stems[i]] >= 0 || (s->words.at[i].flags & WORD_STOP);
            for (size_t k = 0; k < t->words.n && !known; k++)
                known = s->stems[i] == t->stems[k];
            for (size_t k = 0; k < in->title.n && !known; k++)
                known = s->stems[i] == in->title_stems[k];
            if (!known)
                return true;
        }
    }
    return false;
}

/* Measured in other years: of two sentences with a number the one that has a year has another one, or alone. */
static bool of_other_years(const struct valued *one, const struct valued *other)
{
    const struct stated *s = one->stated, *t = other->stated;
    if (one->type != NEED_NUMBER)
        return false;
    if (s->date_count == 0 && t->date_count == 0) {
        const struct slice here = one->sentence->passage->source->date, there = other->sentence->passage->source->date;
        bool measured = one->number->unit && one->number->unit->dimension != DIM_MONEY &&
                        one->number->unit->dimension != DIM_PERCENT;
        /* What people count changes from year to year; what they measure does not. */
        return !measured && here.n >= 4 && there.n >= 4 && memcmp(here.p, there.p, 4) != 0;
    }
    for (size_t i = 0; i < s->date_count; i++)
        for (size_t k = 0; k < t->date_count; k++)
            if (dates_agree(&s->dates[i], &t->dates[k]))
                return false;
    return true;
}

/* The word before a name, and the question's word nearest to it, tell what the name is there for. */
static bool same_role(const struct asker *q, const struct valued *one, const struct valued *other)
{
    if (one->type == NEED_NUMBER) {
        if (!numbers_alike(one->number, other->number))
            return false;
        if (one->number->unit)
            return true;
        size_t i = one->at.last + 1, k = other->at.last + 1;
        return q->counted.n || (i < one->sentence->words.n && k < other->sentence->words.n &&
                                slice_eq(one->sentence->words.at[i].stem, other->sentence->words.at[k].stem));
    }
    if (one->at.first == 0 || other->at.first == 0)
        return one->type == NEED_DATE;
    if (one->type == NEED_DATE)
        return true;
    const struct word *left = &one->sentence->words.at[one->at.first - 1],
                      *right = &other->sentence->words.at[other->at.first - 1];
    return slice_eq(left->fold, right->fold);
}

static bool covers(const struct asker *q, const struct valued *v)
{
    if (features_weight(q->need, v->whole) < CONFLICT_WHOLE_FROM * q->need->weight ||
        features_weight(q->need, v->own) < CONFLICT_OWN_FROM * q->need->weight)
        return false;
    for (size_t t = 0; t < q->need->term_count; t++)
        if ((q->need->terms[t].capital || q->need->terms[t].number) && !(v->whole >> t & 1))
            return false;
    return true;
}

bool values_conflict(const struct asker *q, const struct valued *one, const struct valued *other)
{
    bool clear = one->rivals == 0 && other->rivals == 0 && one->stated->negations == 0 && other->stated->negations == 0;
    if (!clear || !covers(q, one) || !covers(q, other) || !same_role(q, one, other))
        return false;
    uint64_t either = one->own | other->own, both = one->own & other->own;
    if (features_weight(q->need, both | (one->whole & other->whole)) <
        CONFLICT_SAME_FROM * features_weight(q->need, either))
        return false;
    if (one->type == NEED_NUMBER && numbers_compatible(one->number, other->number))
        return false;
    if (one->type != NEED_NUMBER && same_value(one, other))
        return false;
    return !of_other_years(one, other) && !narrowed_otherwise(one, other) && !narrowed_otherwise(other, one) &&
           !names_another(q, one, other) && !names_another(q, other, one);
}
