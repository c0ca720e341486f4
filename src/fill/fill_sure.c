/* fill_sure.c - how likely a bound value is right, by its score and by what kind of value it is.
 *
 * Fitted by logistic regression, type by type, on 641 values that 136 requests over encyclopedia pages got; then mended
 * by hand on 1,189 values of 282 requests (six sets, 311 of their fields with no rule written on them), so that values
 * called high are right 95 times in a hundred in each type: nations 102 of 102, places 64 of 66, years
 * 106 of 108, ranks 34 of 35. Most rules were written on most of these requests, so less is right elsewhere. */
#include "fill/fill_bound.h"

#include <math.h>

enum sure_kind {
    SURE_TEXT,
    SURE_AGENT,
    SURE_LISTED,
    SURE_PLACE,
    SURE_NAME,
    SURE_KIND,
    SURE_NUMBER,
    SURE_YEAR,
    SURE_RANK
};

static const struct {
    double bias, weight;
} sure_model[] = {
    [SURE_TEXT] = {-2.4, 4.4},     [SURE_AGENT] = {-3.44, 5.39}, [SURE_LISTED] = {2.75, 1.2},
    [SURE_PLACE] = {2.54, 1.2},    [SURE_NAME] = {-1.25, 5.13},  [SURE_KIND] = {1.7, 0},
    [SURE_NUMBER] = {-1.68, 4.54}, [SURE_YEAR] = {0.8, 3.50},    [SURE_RANK] = {2.5, 1.5},
};

static enum sure_kind sure_kind_of(const struct ask *ask)
{
    if (ask->year || ask->place->shape->format == FORMAT_DATE || ask->place->shape->format == FORMAT_DATE_TIME)
        return SURE_YEAR;
    if (!(ask->place->shape->types & (SHAPE_STRING | SHAPE_ARRAY)))
        return ask->ordinal ? SURE_RANK : SURE_NUMBER;
    switch (ask->want) {
    case WANT_COUNTRY:
    case WANT_NATIONALITY:
    case WANT_CONTINENT:
    case WANT_MONTH:
        return SURE_LISTED;
    case WANT_STATE:
    case WANT_CITY:
        return SURE_PLACE;
    case WANT_OCCUPATION:
    case WANT_GENRE:
    case WANT_KIND:
        return SURE_KIND;
    case WANT_FULL:
    case WANT_NAME:
    case WANT_OFFICIAL:
    case WANT_ORIGINAL:
    case WANT_OTHER:
    case WANT_SHORT:
    case WANT_COMMON:
    case WANT_GIVEN:
    case WANT_MIDDLE:
    case WANT_SURNAME:
        return SURE_NAME;
    default:
        return ask->person || ask->agent ? SURE_AGENT : SURE_TEXT;
    }
}

double bound_sure(const struct ask *ask, double score)
{
    static const double HIGHEST_SCORE = 1.5;
    enum sure_kind kind = sure_kind_of(ask);
    return 1 / (1 + exp(-(sure_model[kind].bias + sure_model[kind].weight * fmin(score, HIGHEST_SCORE))));
}
