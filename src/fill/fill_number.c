/* fill_number.c - reads numbers, dates and years.
 *
 * Of all numbers in the best sentences, it takes the one that fits the field's unit and is nearest to the field's
 * words.
 */
#include <math.h>
#include <stdio.h>

#include "fill/fill_bound.h"
#include "facts/read_date.h"
#include "text/marks.h"

/* What a reading adds to its sentence's score. Set by hand. */
static const double UNIT_FITS = 0.5, UNIT_MISSING = -0.2, COUNTED = 0.5, A_WORD_AWAY = -0.03, IN_A_NAME = -0.4;
/* "330 metres (1,083 ft)": what is converted already, by the page or by us, is second choice. */
static const double IN_BRACKETS = -0.1, CONVERTED = -0.1, SAME_UNIT = 0.4;
static const double DAY_KNOWN = 0.1, LIFE_SPAN = 0.6;

struct reading {
    const struct sentence *sentence;
    struct value value;
    struct slice text; /* the bytes of the sentence that state it */
    double score, directness;
    bool converted, confirmed;
};

static const struct lang *lang_of(const struct sentence *s)
{
    return lang_find(s->passage->passage->lang);
}

static bool within_date(const struct dates *dates, const struct number *n)
{
    for (size_t i = 0; i < dates->n; i++)
        if (dates->at[i].month && n->start < dates->at[i].start + dates->at[i].n &&
            dates->at[i].start < n->start + n->n)
            return true;
    return false;
}

static bool asked_already(const struct fill *f, struct slice text)
{
    for (size_t i = 0; i < f->ask.words.n; i++)
        if (slice_eq(f->ask.words.at[i].fold, text))
            return true;
    return false;
}

/* Whether one of the two words right after the number is the field's: that is what it counts. */
static bool counts_field_word(const struct field *field, const struct sentence *s, struct words words,
                              const struct number *n)
{
    size_t after = 0, end = n->start + n->n;
    if (end >= s->text.n || (s->text.p[end] != ' ' && s->text.p[end] != '-'))
        return false;
    for (size_t i = 0; i < words.n && after < 2; i++)
        if (words.at[i].start >= n->start + n->n) {
            after++;
            if (field_has(field, words.at[i].stem))
                return true;
        }
    return false;
}

static bool after_a_name(struct words words, const struct number *n)
{
    for (size_t i = 1; i < words.n; i++)
        if (words.at[i].start >= n->start) {
            const struct word *left = &words.at[i - 1];
            return (left->flags & WORD_CAPITAL) && !(left->flags & WORD_STOP) && left->start + left->n + 1 == n->start;
        }
    return false;
}

static bool number_bracketed(const struct sentence *s, const struct number *n)
{
    return n->start > 0 && s->text.p[n->start - 1] == '(';
}

/* Converts the number to what the field wants. False when it measures something else. *gain: how well it fits. */
static bool fit_unit(const struct fill *f, const struct field *field, const struct number *n, bool counted,
                     struct reading *r, double *gain)
{
    double value = n->value;
    *gain = 0;
    r->directness = FILL_TYPED;
    const struct unit *unit = field->unit ? field->unit : field->measured ? NULL : f->unit;
    if (unit) {
        if (!n->unit || !unit_convert(n->value, n->unit, unit, &value))
            return false;
        r->converted = n->unit->factor != unit->factor || n->unit->offset != unit->offset;
        r->directness = FILL_EXACT;
        *gain = UNIT_FITS + (r->converted ? CONVERTED : 0);
    } else if (counted) {
        *gain = COUNTED;
    } else if (field->measured) {
        enum dimension dimension = n->unit ? n->unit->dimension : DIM_NONE;
        if (dimension != field->dimension)
            return false;
        *gain = UNIT_FITS;
    } else if (n->unit) {
        *gain = UNIT_MISSING;
    }
    if (field->scale != 1) {
        value /= field->scale;
        r->converted = true;
    }
    r->value = (struct value){.kind = VALUE_REAL, .real = value};
    return true;
}

/* Makes a JSON integer of a whole number. Where the field wants an integer, a converted number is rounded. False: the
 * field wants an integer, and the page states none. */
static bool fit_type(bool integer, struct reading *r)
{
    double value = r->value.real;
    if (integer && value != trunc(value)) {
        if (!r->converted)
            return false;
        value = round(value);
    }
    if (value == trunc(value) && fabs(value) < 9e15)
        r->value = (struct value){.kind = VALUE_INT, .integer = (int64_t)value};
    return true;
}

bool number_fits(const struct fill *f, const struct field *field, const struct number *n, bool counted, bool integer,
                 struct value *out, double *gain)
{
    struct reading r = {0};
    if (!fit_unit(f, field, n, counted, &r, gain) || !fit_type(integer, &r))
        return false;
    /* 8.3 times a billion is 8300000000.000001 */
    if (r.value.kind == VALUE_REAL) {
        char digits[64];
        (void)snprintf(digits, sizeof digits, "%.12g", r.value.real);
        r.value.real = strtod(digits, NULL);
        if (!fit_type(integer, &r))
            return false;
    }
    *gain += n->unit && field->unit && !r.converted ? SAME_UNIT : 0;
    *out = r.value;
    return true;
}

static bool read_number(struct fill *f, const struct place *p, const struct pick *pick, const struct number *n,
                        const struct dates *dates, bool integer, struct reading *r)
{
    const struct field *field = &p->field;
    const struct sentence *s = pick->sentence;
    const struct words words = fill_words(f, s);
    *r = (struct reading){.sentence = s, .text = slice_sub(s->text, n->start, n->n), .confirmed = pick->covered > 0};
    bool counted = counts_field_word(field, s, words, n);
    if ((n->year && !(counted && field->group_count)) || within_date(dates, n) ||
        n->ordinal != (field->kind == KIND_ORDINAL))
        return false;
    double gain;
    if (asked_already(f, r->text) || !fit_unit(f, field, n, counted, r, &gain) || !fit_type(integer, r))
        return false;
    r->score = pick->score + gain + A_WORD_AWAY * (double)field_distance(field, words, n->start, n->n) +
               (after_a_name(words, n) ? IN_A_NAME : 0) + (number_bracketed(s, n) ? IN_BRACKETS : 0);
    return place_accepts(f, p, &r->value);
}

static void keep_better(struct reading *best, const struct reading *r)
{
    if (!best->sentence || r->score > best->score)
        *best = *r;
}

static struct slice number_printed(struct fill *f, const struct value *v)
{
    struct buf text;
    buf_init(&text, 512);
    bool ok = value_print(v, &text);
    struct slice out = ok ? arena_dup(f->arena, buf_slice(&text)) : SLICE("");
    buf_release(&text);
    return out;
}

static bool hand_over(struct fill *f, const struct picks *picks, const struct reading *best, struct found *out)
{
    if (!best->sentence)
        return false;
    out->value = best->value;
    out->supported = true;
    out->read = best->text;
    out->probability = picks->probability * best->directness * (best->confirmed ? 1 : FILL_UNCONFIRMED);
    found_support(f, out, best->sentence);
    struct slice as = best->value.kind == VALUE_STRING ? best->value.string : number_printed(f, &best->value);
    if (!slice_eq(as, best->text))
        out->note = arena_printf(f->arena, "Read \"%.*s\" as %.*s.", SLICE_ARGS(best->text), SLICE_ARGS(as));
    return true;
}

/* "(14 March 1879 – 18 April 1955)": dates i and i + 1 are a birth and a death, though no word says so. */
static bool spans_life(const struct sentence *s, const struct dates *dates, size_t i)
{
    enum { MOST_BETWEEN_BYTES = 8 };
    if (i + 1 >= dates->n)
        return false;
    const struct date *first = &dates->at[i], *second = &dates->at[i + 1];
    size_t gap = first->start + first->n;
    if (first->start == 0 || second->start <= gap || second->start - gap > MOST_BETWEEN_BYTES)
        return false;
    struct slice between = slice_sub(s->text, gap, second->start - gap), before = slice_sub(s->text, 0, first->start);
    bool dash = slice_find(between, SLICE(MARK_EN_DASH)) < between.n || slice_find(between, SLICE("-")) < between.n;
    return dash && slice_find(before, SLICE("(")) < before.n;
}

bool has_life_span(struct arena *a, const struct sentence *s)
{
    struct dates dates = dates_read(a, s->text, lang_of(s));
    for (size_t i = 0; i < dates.n; i++)
        if (spans_life(s, &dates, i))
            return true;
    return false;
}

static double life_span(const struct field *field, const struct sentence *s, const struct dates *dates, size_t i)
{
    bool fits = (field->birth && spans_life(s, dates, i)) || (field->death && i > 0 && spans_life(s, dates, i - 1));
    return fits ? LIFE_SPAN : 0;
}

static bool read_date(struct fill *f, const struct place *p, const struct date *d, struct reading *r)
{
    enum shape_format format = p->shape->format;
    if (format == FORMAT_DATE || format == FORMAT_DATE_TIME) {
        if (!d->day)
            return false;
        struct slice iso = date_iso(f->arena, d);
        if (format == FORMAT_DATE_TIME)
            iso = arena_printf(f->arena, "%.*sT%02d:%02d:00Z", SLICE_ARGS(iso), d->hour < 0 ? 0 : d->hour,
                               d->minute < 0 ? 0 : d->minute);
        r->value = value_text(iso);
        r->directness = format == FORMAT_DATE || d->hour >= 0 ? FILL_EXACT : FILL_JUDGED;
    } else if (p->field.kind == KIND_YEAR) {
        r->value = value_text(arena_printf(f->arena, "%04d", d->year));
        r->directness = FILL_TYPED;
    } else {
        r->value = value_text(date_iso(f->arena, d));
        r->directness = d->day ? FILL_EXACT : FILL_TYPED;
    }
    return true;
}

static bool fill_dated(struct fill *f, const struct place *p, const struct picks *picks, bool year, struct found *out)
{
    struct reading best = {0};
    for (size_t i = 0; i < picks->n; i++) {
        const struct sentence *s = picks->at[i].sentence;
        struct dates dates = dates_read(f->arena, s->text, lang_of(s));
        for (size_t d = 0; d < dates.n; d++) {
            const struct date *date = &dates.at[d];
            struct reading r = {.sentence = s,
                                .text = slice_sub(s->text, date->start, date->n),
                                .directness = FILL_TYPED,
                                .confirmed = picks->at[i].covered > 0};
            r.value = (struct value){.kind = VALUE_INT, .integer = date->year};
            if (asked_already(f, r.text) || (!year && !read_date(f, p, date, &r)) || !place_accepts(f, p, &r.value))
                continue;
            r.score = picks->at[i].score +
                      A_WORD_AWAY * (double)field_distance(&p->field, fill_words(f, s), date->start, date->n) +
                      (date->day ? DAY_KNOWN : 0) + life_span(&p->field, s, &dates, d);
            keep_better(&best, &r);
        }
    }
    return hand_over(f, picks, &best, out);
}

bool fill_date(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    return fill_dated(f, p, picks, false, out);
}

bool fill_number(struct fill *f, const struct place *p, const struct picks *picks, bool integer, struct found *out)
{
    struct reading best = {0}, r;
    if (p->field.kind == KIND_YEAR)
        return fill_dated(f, p, picks, true, out);
    for (size_t i = 0; i < picks->n; i++) {
        const struct sentence *s = picks->at[i].sentence;
        struct numbers numbers = numbers_read(f->arena, s->text, lang_of(s));
        struct dates dates = dates_read(f->arena, s->text, lang_of(s));
        for (size_t n = 0; n < numbers.n; n++)
            if (read_number(f, p, &picks->at[i], &numbers.at[n], &dates, integer, &r))
                keep_better(&best, &r);
    }
    if (!best.sentence && (p->field.kind == KIND_DATE || (p->field.kind == KIND_ANY && f->ask.type == NEED_DATE)))
        return fill_dated(f, p, picks, true, out);
    return hand_over(f, picks, &best, out);
}
