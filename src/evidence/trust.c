#include "evidence/trust.h"

#include <math.h>

#include "base/date.h"

enum trust_input {
#define TRUST(name, weight) TRUST_##name,
#include "evidence/trust.def"
#undef TRUST
    TRUST_COUNT
};

static const double weights[TRUST_COUNT] = {
#define TRUST(name, weight) weight,
#include "evidence/trust.def"
#undef TRUST
};

enum { SITES_MAX = 8, STALE_YEARS_MAX = 4 };
static const double DAYS_OF_YEAR = 365.25;
/* Where pages state different values, one of them is wrong, and no words of a page tell which. So such an answer is
 * never "high", however sure the ranker is of its sentence. */
static const double DISPUTED_MOST = 0.8;

/* Days since year 0, with months of equal length. That is exact enough for the age of a page. */
static bool trust_days(struct slice date, double *days)
{
    struct day d;
    if (!date_read_figures(date, &d) || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31)
        return false;
    *days = DAYS_OF_YEAR * (d.year + (d.month - 1) / 12.0) + d.day;
    return true;
}

static double years_between(struct slice from, struct slice to)
{
    double first, last;
    if (!trust_days(from, &first) || !trust_days(to, &last) || last < first)
        return 0;
    return fmin((last - first) / DAYS_OF_YEAR, STALE_YEARS_MAX);
}

double trust_adjust(double probability, enum need_type type, const struct agreement *agreement, bool asks_for_now,
                    struct slice page_date, struct slice today)
{
    double input[TRUST_COUNT] = {0}, logit;
    if (probability <= 0 || probability >= 1)
        return probability;
    if (agreement->n) {
        double own = fmax(1, fmin(agreement->values[0].sites, SITES_MAX)), other = 0;
        for (size_t i = 1; i < agreement->n; i++)
            other += agreement->values[i].sites;
        input[TRUST_SITES] = log(own);
        input[TRUST_CONTRADICTED] = other / (own + other);
    }
    input[TRUST_NO_VALUE] = type != NEED_ANY && type != NEED_REASON && agreement->n == 0;
    if (asks_for_now)
        input[TRUST_STALE] = years_between(page_date, today);
    logit = log(probability / (1 - probability));
    for (int i = 0; i < TRUST_COUNT; i++)
        logit += weights[i] * input[i];
    const double adjusted = 1 / (1 + exp(-logit));
    return agreement->conflict ? fmin(adjusted, DISPUTED_MOST) : adjusted;
}

bool trust_asks_for_now(struct words question, const struct lang *lang)
{
    lang = lang_with(lang, LANG_NOW);
    for (size_t i = 0; i < question.n; i++)
        if (lang_has(lang, LANG_NOW, question.at[i].fold))
            return true;
    return false;
}
