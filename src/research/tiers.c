#include "research/tiers.h"

/* One round for each; lite, base and core differ in what they read and for how long until they get rounds of their own. */
const struct tier tiers[] = {
    /* name, description, pages, passages, search, race, deadline */
    {"speed", "Low latency: one search, the best sentences of what is there in a second, cited.", 4, 15, 3000, 1100, 15000},
    {"lite", "Simple look-ups: like speed, with more time for pages.", 6, 15, 5000, 6000, 60000},
    {"base", "Standard research: more pages, more time.", 14, 15, 8000, 10000, 100000},
    {"core", "Complex research: many pages, much time.", 40, 15, 10000, 30000, 300000},
};
const size_t tier_count = sizeof tiers / sizeof tiers[0];

const struct tier *tier_find(struct slice name)
{
    for (size_t i = 0; i < tier_count; i++)
        if (slice_is(name, tiers[i].name))
            return &tiers[i];
    return NULL;
}
