/* fill_doubt.c - compares a field's value with other pages.
 *
 * The reader that found the value also reads the next best sentences, one by one. What it finds there confirms the
 * value or contradicts it. This is done for numbers and dates only, since two names may both be right. */
#include "fill/fill_inner.h"
#include "evidence/trust.h"
#include "text/letters.h"

#include <math.h>

/* A sentence needs this share of the score of the value's own; others are about something else. */
static const double RIVAL_FROM = 0.85;
/* Numbers that differ by less than this share are the same number, rounded. */
static const double SAME_NUMBER = 0.02;
/* The most that a value can be sure of by itself where other pages state another one. */
static const double DISPUTED = 0.85;
enum { RIVALS_MAX = 12 };

static bool same_value(const struct value *a, const struct value *b)
{
    bool numbers = (a->kind == VALUE_INT || a->kind == VALUE_REAL) && (b->kind == VALUE_INT || b->kind == VALUE_REAL);
    if (!numbers)
        return a->kind == VALUE_STRING && b->kind == VALUE_STRING && letters_eq_nocase(a->string, b->string);
    double x = a->kind == VALUE_INT ? (double)a->integer : a->real,
           y = b->kind == VALUE_INT ? (double)b->integer : b->real;
    return fabs(x - y) <= SAME_NUMBER * fmax(fabs(x), fabs(y));
}

static bool is_exact(const struct place *p)
{
    return p->field.kind == KIND_NUMBER || p->field.kind == KIND_YEAR || p->field.kind == KIND_DATE;
}

/* Years and dates are compared exactly; rounding does not make two years the same. */
static bool doubt_same(const struct place *p, const struct value *a, const struct value *b)
{
    return p->field.kind == KIND_NUMBER ? same_value(a, b) : value_equal(a, b);
}

void fill_doubt(struct fill *f, const struct place *p, const struct picks *picks, fill_reader read, struct found *out)
{
    struct agree_reading readings[RIVALS_MAX];
    struct value values[AGREE_VALUES_MAX];
    size_t n = 0, groups = 1;
    if (!out->supported || !out->support_count || !is_exact(p) || !f->session->question->tier->check)
        return;
    const struct pick *own = &picks->at[0];
    for (size_t i = 0; i < picks->n; i++)
        if (picks->at[i].sentence == out->support[0])
            own = &picks->at[i];
    values[0] = out->value;
    readings[n++] = (struct agree_reading){out->support[0], scalar_text(f, &out->value), 0};
    for (size_t i = 0; i < picks->n && n < RIVALS_MAX && fill_spend(f, STEPS_A_RANKING); i++) {
        const struct pick *pick = &picks->at[i];
        const struct picks one = {&picks->at[i], 1, picks->probability};
        struct found other = {0};
        size_t g = 0;
        if (pick == own || pick->score < RIVAL_FROM * own->score || pick->covered < own->covered ||
            pick->subject < own->subject)
            continue;
        if (!read(f, p, &one, &other) || !other.supported)
            continue;
        while (g < groups && !doubt_same(p, &values[g], &other.value))
            g++;
        if (g == AGREE_VALUES_MAX)
            continue;
        if (g == groups)
            values[groups++] = other.value;
        readings[n++] = (struct agree_reading){pick->sentence, scalar_text(f, &other.value), g};
    }
    struct agreement agreement = agree_of_readings(f->arena, f->session->view, readings, n);
    if (agreement.sites < 2)
        return;
    out->probability = trust_adjust(fmin(out->probability, agreement.conflict ? DISPUTED : 0.99), NEED_ANY, &agreement,
                                    false, SLICE(""), SLICE(""));
    out->note = agree_reasoning(f->arena, &agreement);
    for (size_t v = 0; v < agreement.n; v++)
        for (size_t i = 0; i < agreement.values[v].count; i++)
            found_support(f, out, agreement.values[v].sentences[i]);
}
