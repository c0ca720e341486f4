#include "research/tiers.h"

/* lite, base and core are accepted and spend the same until they get steps of their own. */
const struct tier tiers[] = {
    {"speed", "Low latency: one search, the best sentences of the best pages, cited.", 1, 15, 15000},
    {"lite", "Simple look-ups. Spends the same as speed today.", 1, 15, 60000},
    {"base", "Standard research. Spends the same as speed today.", 1, 15, 100000},
    {"core", "Complex research. Spends the same as speed today.", 1, 15, 300000},
};
const size_t tier_count = sizeof tiers / sizeof tiers[0];

const struct tier *tier_find(struct slice name)
{
    for (size_t i = 0; i < tier_count; i++)
        if (slice_is(name, tiers[i].name))
            return &tiers[i];
    return NULL;
}
