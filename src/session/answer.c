#include "session/answer.h"

const char *confidence_name(enum confidence c)
{
    static const char *const names[] = {NULL, "low", "medium", "high"};
    return names[c];
}

const char *report_status(const struct report *r)
{
    return search_status_name(r->status);
}

void answer_warn(struct arena *a, struct answer *answer, struct slice warning)
{
    struct slice *wider = arena_array(a, struct slice, answer->warning_count + 1);
    if (answer->warning_count)
        memcpy(wider, answer->warnings, answer->warning_count * sizeof *wider);
    wider[answer->warning_count++] = warning;
    answer->warnings = wider;
}
