/* stated_compare.c - decides whether two values are equal, or can both be true.
 *
 * The tolerance is what the writer's rounding leaves open: half of the last written digit of the coarser number. For a
 * number with "about", or a converted one, it is half of the last digit that is not zero. It is never more than a share
 * of the number; the shares are set by hand. This file does not know what a number is about: callers check that. */
#include "facts/stated_inner.h"

#include <math.h>

#include "text/listed.h"
#include "text/marks.h"

static const double ROUNDED_SHARE = 0.10;   /* "3 million" is never read as 3.4 million */
static const double ABOUT_SHARE = 0.05;     /* "about 300" is not 320 */
static const double CONVERTED_SHARE = 0.02; /* 62 miles are 100 km */

/* The value in the base unit of its dimension if by_unit is set, else as written. */
static double in_base(const struct stated_number *n, double value, bool by_unit, bool difference)
{
    if (!by_unit || n->unit->dimension == DIM_MONEY)
        return value;
    return value * n->unit->factor + (difference ? 0 : n->unit->offset);
}

static double number_tolerance(const struct stated_number *n, bool by_unit, bool converted)
{
    double size = fabs(n->low), half = n->last_digit / 2;
    if (n->last_digit > 1 && half > ROUNDED_SHARE * size)
        half = ROUNDED_SHARE * size;
    double share = n->bound == BOUND_ABOUT ? ABOUT_SHARE : converted ? CONVERTED_SHARE : 0;
    if (share > 0)
        half = fmax(half, fmin(n->round / 2, share * size));
    return in_base(n, half, by_unit, true);
}

bool numbers_alike(const struct stated_number *one, const struct stated_number *other)
{
    if (one->ordinal != other->ordinal)
        return false;
    if (!one->unit || !other->unit)
        return !one->unit && !other->unit;
    return one->unit->dimension == other->unit->dimension &&
           (one->unit->dimension != DIM_MONEY || one->unit->factor == other->unit->factor);
}

struct pair {
    double low, high, other_low, other_high, tolerance;
};

/* False if they cannot be compared. */
static bool make_pair(const struct stated_number *one, const struct stated_number *other, struct pair *p)
{
    bool by_unit = one->unit && other->unit;
    if (one->ordinal != other->ordinal || (by_unit && !numbers_alike(one, other)))
        return false;
    bool converted = by_unit && one->unit->factor != other->unit->factor && one->unit->dimension != DIM_MONEY;
    *p = (struct pair){in_base(one, one->low, by_unit, false), in_base(one, one->high, by_unit, false),
                       in_base(other, other->low, by_unit, false), in_base(other, other->high, by_unit, false), 0};
    p->tolerance =
        fmax(number_tolerance(one, by_unit, converted), number_tolerance(other, by_unit, converted)) * (1 + 1e-9);
    return true;
}

bool number_agrees(const struct stated_number *claim, const struct stated_number *other)
{
    struct pair p;
    if (!make_pair(claim, other, &p))
        return false;
    bool same = fabs(p.low - p.other_low) <= p.tolerance && fabs(p.high - p.other_high) <= p.tolerance;
    if (same)
        return true;
    bool exact = other->low == other->high && (other->bound == BOUND_NONE || other->bound == BOUND_ABOUT);
    if (!exact)
        return false;
    if (claim->high > claim->low)
        return p.other_low >= p.low - p.tolerance && p.other_high <= p.high + p.tolerance;
    /* "More than 300" agrees with 320. It is also true of 3,000, but nobody would say so. */
    if (claim->bound == BOUND_LEAST)
        return p.other_low >= p.low && p.other_low <= 1.5 * fabs(p.low);
    return claim->bound == BOUND_MOST && p.other_high <= p.high && p.other_high >= 0.5 * p.high;
}

bool numbers_compatible(const struct stated_number *one, const struct stated_number *other)
{
    struct pair p;
    if (!make_pair(one, other, &p) || number_agrees(one, other) || number_agrees(other, one))
        return true;
    bool by_unit = one->unit && other->unit;
    p.tolerance += in_base(one, one->give, by_unit, true) + in_base(other, other->give, by_unit, true);
    if (p.low <= p.other_high + p.tolerance && p.other_low <= p.high + p.tolerance)
        return true;
    bool rises = one->bound == BOUND_LEAST && p.other_high >= p.low,
         falls = one->bound == BOUND_MOST && p.other_low <= p.high;
    bool other_rises = other->bound == BOUND_LEAST && p.high >= p.other_low;
    bool other_falls = other->bound == BOUND_MOST && p.low <= p.other_high;
    return rises || falls || other_rises || other_falls;
}

bool dates_agree(const struct stated_date *one, const struct stated_date *other)
{
    const struct date *a = &one->date, *b = &other->date;
    if (one->decade || other->decade)
        return a->year && a->year / 10 == b->year / 10;
    if ((!a->year || !b->year) && !(a->month && b->month))
        return false;
    return (!a->year || !b->year || a->year == b->year) && (!a->month || !b->month || a->month == b->month) &&
           (!a->day || !b->day || a->day == b->day);
}

bool date_agrees_with_number(const struct stated_date *date, const struct stated_number *number)
{
    return date->date.year && !date->date.month && !date->decade && !number->unit && !number->ordinal &&
           number->low == number->high && number->low == date->date.year;
}
