/* What other pages have for a field: the same reader is sent over the next best sentences, one by one, and what it reads
 * there confirms the value or contradicts it. Numbers and dates only: two names may both be right. */
#include "research/fill.h"
#include "evidence/trust.h"

#include <math.h>

/* A sentence that is this much worse than the value's own is about something else. */
static const double RIVAL_FROM = 0.85;
/* Numbers that differ by less are the same one, rounded. */
static const double SAME_NUMBER = 0.02;
enum { RIVALS_MAX = 12 };

static bool same_value(const struct value *a, const struct value *b)
{
    bool numbers = (a->kind == VALUE_INT || a->kind == VALUE_REAL) && (b->kind == VALUE_INT || b->kind == VALUE_REAL);
    if (!numbers)
        return a->kind == VALUE_STRING && b->kind == VALUE_STRING && slice_eq_nocase(a->string, b->string);
    double x = a->kind == VALUE_INT ? (double)a->integer : a->real, y = b->kind == VALUE_INT ? (double)b->integer : b->real;
    return fabs(x - y) <= SAME_NUMBER * fmax(fabs(x), fabs(y));
}

static bool is_exact(const struct place *p)
{
    return p->field.kind == KIND_NUMBER || p->field.kind == KIND_YEAR || p->field.kind == KIND_DATE;
}

/* Years are numbers that no rounding makes the same. */
static bool same(const struct place *p, const struct value *a, const struct value *b)
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
        if (pick == own || pick->score < RIVAL_FROM * own->score || pick->covered < own->covered || pick->subject < own->subject)
            continue;
        if (!read(f, p, &one, &other) || !other.supported)
            continue;
        while (g < groups && !same(p, &values[g], &other.value))
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
    out->probability = trust_adjust(fmin(out->probability, 0.99), NEED_ANY, &agreement, false, SLICE(""), SLICE(""));
    out->note = agree_reasoning(f->arena, &agreement);
    for (size_t v = 0; v < agreement.n; v++)
        for (size_t i = 0; i < agreement.values[v].count; i++)
            found_support(f, out, agreement.values[v].sentences[i]);
}
