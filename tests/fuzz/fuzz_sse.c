/* Feeds the reader of event streams the same bytes twice: at once, and cut into pieces whose lengths come from the
 * bytes. Both must give the same events, and none beyond its ceiling.
 *
 *   scripts/fuzz sse [SECONDS] */
#include "net/sse.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

enum { MAX_LINE = 200, MAX_EVENT = 300 };

static bool note(void *ud, const struct sse_event *e)
{
    if (e->text.n > MAX_EVENT || e->type.n > MAX_LINE || e->type.n == 0)
        __builtin_trap();
    buf_add(ud, e->type);
    buf_add_char(ud, '\0');
    buf_add(ud, e->text);
    buf_add_char(ud, '\0');
    return !slice_is(e->text, "[DONE]");
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice all = {(const char *)text, n};
    struct buf whole, cut;
    struct sse a, b;
    buf_init(&whole, 1 << 20);
    buf_init(&cut, 1 << 20);
    sse_init(&a, MAX_LINE, MAX_EVENT, note, &whole);
    sse_init(&b, MAX_LINE, MAX_EVENT, note, &cut);
    sse_add(&a, all);
    for (size_t at = 0, step; at < n; at += step) {
        step = 1 + text[at] % 7;
        step = step < n - at ? step : n - at;
        char piece[8]; /* of its own, so that a look beyond it is found */
        memcpy(piece, text + at, step);
        sse_add(&b, (struct slice){piece, step});
    }
    if (sse_end(&a) != sse_end(&b) || !slice_eq(buf_slice(&whole), buf_slice(&cut)))
        __builtin_trap();
    sse_release(&a);
    sse_release(&b);
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
