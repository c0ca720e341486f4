#include "api/processors.h"

/* What costs more there reads more; core is the most that there is here. The fast forms are the next smaller model. */
static const struct processor processors[] = {
    {"speed", "speed", false},      {"lite", "lite", false},        {"lite-fast", "speed", false},
    {"base", "base", false},        {"base-fast", "lite", false},   {"core", "core", false},
    {"core-fast", "base", false},   {"core2x", "core", false},      {"core2x-fast", "base", false},
    {"pro", "core", true},          {"pro-fast", "base", true},     {"ultra", "core", true},
    {"ultra-fast", "base", true},   {"ultra2x", "core", true},      {"ultra2x-fast", "core", true},
    {"ultra4x", "core", true},      {"ultra4x-fast", "core", true}, {"ultra8x", "core", true},
    {"ultra8x-fast", "core", true},
};
const char processor_names[] = "lite, base, core, core2x, pro, ultra, ultra2x, ultra4x and ultra8x, each also with "
                               "-fast behind it, and speed";

const struct processor *processor_find(struct slice name)
{
    for (size_t i = 0; i < COUNT_OF(processors); i++)
        if (slice_is(name, processors[i].name))
            return &processors[i];
    return NULL;
}

const char *processor_name(size_t i)
{
    return i < COUNT_OF(processors) ? processors[i].name : NULL;
}

const struct tier *processor_tier(const struct processor *p)
{
    return tier_find(slice_of(p->tier));
}
