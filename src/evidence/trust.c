#include "evidence/trust.h"

#include <math.h>

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

/* Days since year 0 in months of equal length: enough to say how old a page is. */
static bool days_of(struct slice date, double *days)
{
    int part[3] = {0, 0, 0};
    size_t at = 0;
    if (date.n < 10)
        return false;
    for (size_t i = 0; i < 10; i++) {
        if (date.p[i] == '-')
            at++;
        else if (date.p[i] < '0' || date.p[i] > '9' || at > 2)
            return false;
        else
            part[at] = part[at] * 10 + (date.p[i] - '0');
    }
    *days = DAYS_OF_YEAR * (part[0] + (part[1] - 1) / 12.0) + part[2];
    return at == 2 && part[1] >= 1 && part[1] <= 12 && part[2] >= 1 && part[2] <= 31;
}

static double years_between(struct slice from, struct slice to)
{
    double first, last;
    if (!days_of(from, &first) || !days_of(to, &last) || last < first)
        return 0;
    return fmin((last - first) / DAYS_OF_YEAR, STALE_YEARS_MAX);
}

double trust_adjust(double probability, enum need_type type, const struct agreement *agreement, bool asks_for_now, struct slice page_date,
                    struct slice today)
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
    return 1 / (1 + exp(-logit));
}

bool trust_asks_for_now(struct words question)
{
    static const char *const now[] = {"current", "currently", "latest",  "now",      "today",   "nowadays", "newest", "recent",
                                      "aktuell", "aktuelle",  "aktuellen", "derzeit", "derzeitige", "heute", "neueste", "jetzt",
                                      "actual",  "actualmente", "ahora", "hoy",      "reciente", "actuel",  "actuelle", "actuellement",
                                      "aujourd'hui", "maintenant", "сейчас", "сегодня", "нынешний", "текущий", "последний",
                                      "现在",    "目前",      "当前",    "最新",     "今天"};
    for (size_t i = 0; i < question.n; i++)
        for (size_t k = 0; k < sizeof now / sizeof now[0]; k++)
            if (slice_is(question.at[i].fold, now[k]))
                return true;
    return false;
}
