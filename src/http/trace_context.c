#include "http/trace_context.h"

#include <stdbool.h>

#include "base/random.h"

enum { TRACE_AT = 3, TRACE_CHARS = 32, SPAN_AT = 36, SPAN_CHARS = 16, FLAGS_AT = 53 };

/* Lower-case hexadecimal digits that are not all 0. */
static bool is_id(struct slice text)
{
    bool any = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        any |= c != '0';
    }
    return any;
}

static bool is_valid(struct slice h)
{
    struct slice version = slice_sub(h, 0, 2), flags;
    if (h.n < TRACEPARENT_CHARS || h.p[2] != '-' || h.p[SPAN_AT - 1] != '-' || h.p[FLAGS_AT - 1] != '-')
        return false;
    flags = slice_sub(h, FLAGS_AT, 2);
    /* A later version may have more behind its flags. */
    bool longer = h.n > TRACEPARENT_CHARS;
    if (slice_is(version, "ff") || (longer && (slice_is(version, "00") || h.p[TRACEPARENT_CHARS] != '-')))
        return false;
    return (slice_is(version, "00") || is_id(version)) && (slice_is(flags, "00") || is_id(flags)) &&
           is_id(slice_sub(h, TRACE_AT, TRACE_CHARS)) && is_id(slice_sub(h, SPAN_AT, SPAN_CHARS));
}

void trace_context_read(struct slice header, char out[TRACEPARENT_CHARS + 1])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char span[SPAN_CHARS / 2];
    out[0] = '\0';
    if (header.n < TRACEPARENT_CHARS || !is_valid(header))
        return;
    memcpy(out, header.p, TRACEPARENT_CHARS);
    out[TRACEPARENT_CHARS] = '\0';
    out[0] = out[1] = '0';
    random_bytes(span, sizeof span);
    span[0] |= 1; /* not all 0 */
    for (size_t i = 0; i < sizeof span; i++) {
        out[SPAN_AT + 2 * i] = hex[span[i] >> 4];
        out[SPAN_AT + 2 * i + 1] = hex[span[i] & 15];
    }
}
