/* tiers.h - the models are budgets in one table, not code paths. */
#ifndef RESEARCH_TIERS_H
#define RESEARCH_TIERS_H

#include <stdint.h>

#include "base/slice.h"

struct tier {
    const char *name;
    const char *description;
    unsigned queries;          /* asked of each source of evidence */
    unsigned passages;         /* that reach the writer */
    int64_t deadline_ms;
};

extern const struct tier tiers[];
extern const size_t tier_count;

const struct tier *tier_find(struct slice name); /* NULL when there is none */

#endif
