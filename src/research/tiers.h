/* tiers.h - the models are budgets in one table, not code paths. */
#ifndef RESEARCH_TIERS_H
#define RESEARCH_TIERS_H

#include <stdint.h>

#include "base/slice.h"

struct tier {
    const char *name;
    const char *description;
    unsigned pages;    /* read from the web */
    unsigned passages; /* that reach the writer */
    int64_t search_ms; /* services that have not answered by then are left out */
    int64_t race_ms;   /* from the start of the search: pages that are not there by then are left out */
    int64_t deadline_ms;
};

extern const struct tier tiers[];
extern const size_t tier_count;

const struct tier *tier_find(struct slice name); /* NULL when there is none */

#endif
