/* Feeds what a client or a log line may hold: the query of a target, a traceparent header, and an event as each form of
 * the log. Decoded names end in one NUL, a trace that is sent on is read as one again, and a line has one line end.
 *
 *   scripts/fuzz observe [SECONDS] */
#include "base/log_form.h"
#include "base/utf8.h"
#include "http/query.h"
#include "http/trace_context.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check_query(struct arena *a, struct slice text)
{
    struct slice name, value;
    size_t pairs = 0;
    for (struct slice rest = text; query_next(&rest, a, &name, &value); pairs++) {
        must(name.p[name.n] == '\0' && memchr(name.p, 0, name.n) == NULL);
        must(value.n == 0 || (value.p[value.n] == '\0' && memchr(value.p, 0, value.n) == NULL));
    }
    must(pairs <= text.n);
}

static void check_trace(struct slice text)
{
    char out[TRACEPARENT_CHARS + 1], again[TRACEPARENT_CHARS + 1];
    trace_context_read(text, out);
    trace_context_read(slice_of(out), again);
    must(strlen(out) == strlen(again) && memcmp(out, again, out[0] ? 36 : 0) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    struct slice text = {(const char *)bytes, n};
    const struct timespec then = {0, 0};
    struct arena *a = arena_new();
    struct slice copy = arena_dup(a, text);
    if (memchr(copy.p, 0, copy.n) == NULL) { /* headers and targets have none */
        check_query(a, copy);
        check_trace(copy);
    }
    utf8_scrub((char *)(uintptr_t)copy.p, copy.n); /* as the log does */
    for (int form = LOG_FORM_TEXT; form <= LOG_FORM_JSON; form++) {
        struct buf out;
        buf_init(&out, 4 * n + 200);
        log_form_print((enum log_form)form, &then, "info", "event", copy, &out);
        must(!out.over && memchr(out.p, '\n', out.n) == out.p + out.n - 1);
        buf_release(&out);
    }
    arena_free(a);
    return 0;
}
