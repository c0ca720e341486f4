/* fill_budget.c - bounds the work on one document.
 *
 * A schema of a few kilobytes can ask for exponential work: unions whose branches are unions, many properties that
 * refer to one big object, patterns that backtrack. So each piece of work has a price in steps; prices were measured,
 * so that a step is about a microsecond. Checks of values spend from a second budget for the whole document.
 *
 * When either budget is used up, the time is over, or nobody waits for the answer any more, what was filled stays. All
 * other places say as little as they can. Where not even that is valid, the session fails with ERR_UNSUPPORTED_SCHEMA.
 */
#include "base/ascii.h"
#include "fill/fill_inner.h"

#include "shape/safest.h"

/* A single check may spend no more, so that one intricate place does not use up what the others need. */
enum { CHECK_MOST = 200 * 1000 };

void fill_open_budget(struct fill *f)
{
    f->steps = FILL_STEPS;
    f->checks = (struct check_budget){FILL_CHECKS, FILL_PATTERN_US};
    f->spent = false;
}

static void budget_stop(struct fill *f)
{
    f->steps = 0;
    f->spent = true;
}

bool fill_spend(struct fill *f, size_t steps)
{
    const struct deadline *deadline = &f->session->deadline;
    if (f->steps < steps || deadline_cancelled(deadline) || deadline_left_ms(deadline) == 0)
        budget_stop(f);
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
    if (one.steps == 0) /* a pattern that takes for ever costs its own place only */
        budget_stop(f);
    return fits;
}

bool place_accepts(struct fill *f, const struct place *p, const struct value *v)
{
    return fill_accepts(f, p->schema, v);
}

static struct slice with_capitals(struct arena *a, struct slice word, size_t count)
{
    char *out = arena_alloc(a, word.n + 1);
    for (size_t i = 0; i < word.n; i++)
        out[i] = i < count && ascii_is_lower(word.p[i]) ? (char)(word.p[i] - 'a' + 'A') : word.p[i];
    return (struct slice){out, word.n};
}

/* "unknown" counts only as a member of an enum; as free text, the empty string says less. */
static bool says_unknown(struct fill *f, const struct shape *schema, struct value *out)
{
    const struct lang_entries unknown = lang_entries(lang_any(), LANG_UNKNOWN);
    struct value empty = value_text(SLICE("")), other = value_text(SLICE("footnote"));
    if (fill_accepts(f, schema, &empty) || fill_accepts(f, schema, &other))
        return false;
    for (size_t i = 0; i < unknown.n; i++)
        for (size_t capitals = 0; capitals < 3; capitals++) { /* none, the first letter, all */
            const struct slice word = unknown.at[i].word;
            *out = value_text(with_capitals(f->arena, word, capitals == 2 ? word.n : capitals));
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
        budget_stop(f);
}
