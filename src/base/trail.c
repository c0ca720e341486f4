#include "base/trail.h"

static _Thread_local const char *trail_id = "", *trail_parent = "";

void trail_begin(const char *request_id, const char *traceparent)
{
    trail_id = request_id;
    trail_parent = traceparent;
}

void trail_end(void)
{
    trail_begin("", "");
}

const char *trail_request_id(void)
{
    return trail_id;
}

const char *trail_traceparent(void)
{
    return trail_parent;
}
