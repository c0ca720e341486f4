/* What filling one schema may cost.
 *
 * A schema of a few kilobytes can ask for exponential work: unions whose branches lead to unions, properties that all
 * refer to one big object, patterns that backtrack. So each piece of work has a price in steps, set from measurements
 * so that a step is about a microsecond, and each check of a value spends from one budget for the whole document.
 * When either is used up, or time is up, or nobody waits for the answer any more, what is filled stays and the other
 * places say as little as they can; where not even that fits, the session fails with ERR_UNSUPPORTED_SCHEMA. */
#include "research/fill.h"

/* Most that a single check may spend, so that one intricate place does not use up what the others need. */
enum { CHECK_MOST = 200 * 1000 };

void fill_open_budget(struct fill *f)
{
    f->steps = FILL_STEPS;
    f->checks = (struct check_budget){FILL_CHECKS, FILL_PATTERN_US};
    f->spent = false;
}

static void stop(struct fill *f)
{
    f->steps = 0;
    f->spent = true;
}

bool fill_spend(struct fill *f, size_t steps)
{
    const struct deadline *deadline = &f->session->deadline;
    if (f->steps < steps || deadline_cancelled(deadline) || deadline_left_ms(deadline) == 0)
        stop(f);
    else
        f->steps -= steps;
    return !f->spent;
}

bool fill_accepts(struct fill *f, const struct shape *schema, const struct value *v)
{
    struct check_budget one = f->checks;
    if (one.steps > CHECK_MOST)
        one.steps = CHECK_MOST;
    size_t before = one.steps;
    bool fits = !deadline_cancelled(&f->session->deadline) && check_within(schema, v, true, &one, NULL);
    f->checks.steps -= before - one.steps;
    f->checks.pattern_us = one.pattern_us;
    if (one.steps == 0) /* a pattern that takes for ever is its own place's loss alone */
        stop(f);
    return fits;
}

bool place_accepts(struct fill *f, const struct place *p, const struct value *v)
{
    return fill_accepts(f, p->schema, v);
}

/* Only where it is a member of an enum: as free text the empty string says less. */
static bool says_unknown(struct fill *f, const struct shape *schema, struct value *out)
{
    static const char *const unknown[] = {"unknown", "Unknown", "UNKNOWN", "n/a", "N/A", "not_found", "none", "other"};
    struct value empty = value_text(SLICE("")), other = value_text(SLICE("footnote"));
    if (fill_accepts(f, schema, &empty) || fill_accepts(f, schema, &other))
        return false;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        *out = value_text(slice_of(unknown[i]));
        if (fill_accepts(f, schema, out))
            return true;
    }
    return false;
}

void found_nothing(struct fill *f, const struct shape *schema, struct found *out)
{
    *out = (struct found){.possible = true};
    if (fill_accepts(f, schema, &out->value)) /* null */
        return;
    struct value word;
    if ((shape_resolve(schema)->types & SHAPE_STRING) && says_unknown(f, schema, &word)) {
        out->value = word;
        return;
    }
    out->possible = safest_within(f->arena, schema, &f->checks, &out->value);
    if (f->checks.steps == 0)
        stop(f);
}
