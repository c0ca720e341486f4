#include "base/trace.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/log.h"
#include "base/trail.h"

static atomic_uint switches; /* a bit for each trace */

static const char *const names[] = {
#define X(name, wire, what) wire,
    TRACES(X)
#undef X
};

static bool trace_find(struct slice word, unsigned *bits)
{
    if (slice_is(word, "all")) {
        *bits = (1u << TRACE_COUNT) - 1;
        return true;
    }
    for (int i = 0; i < TRACE_COUNT; i++)
        if (slice_is(word, names[i])) {
            *bits |= 1u << i;
            return true;
        }
    return false;
}

bool trace_set(struct slice words, struct err *e)
{
    unsigned bits = 0;
    while (words.n) {
        size_t n = slice_find(words, SLICE(","));
        struct slice word = slice_trim(slice_sub(words, 0, n));
        words = n < words.n ? slice_sub(words, n + 1, words.n - n - 1) : SLICE("");
        if (word.n && !trace_find(word, &bits))
            return err_set(e, ERR_USAGE,
                           "trace: '%.*s' is none of plan, step, search, fetch, evidence, llm, http and all.",
                           SLICE_ARGS(word));
    }
    atomic_store(&switches, bits);
    return true;
}

bool trace_on(enum trace t)
{
    return atomic_load_explicit(&switches, memory_order_relaxed) >> t & 1;
}

void trace_say(enum trace t, const char *fmt, ...)
{
    char text[LOG_LINE_BYTES];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    const char *id = trail_request_id();
    log_event(LOG_INFO, "trace", "part=%s%s%s %s", names[t], id[0] ? " id=" : "", id, text);
}
