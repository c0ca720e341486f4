/* Feeds bodies as gzip, whole and in pieces: both give the same bytes or the same error, and never more than the limit.
 *
 *   scripts/fuzz unpack [SECONDS] */
#include <string.h>

#include "http/unpack.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

enum { MOST_BYTES = 4096 };

/* Whether it was a whole gzip. */
static bool unpack_all(struct slice body, size_t step, struct buf *out, struct err *e)
{
    struct unpack *u = NULL;
    bool ok = true;
    buf_init(out, MOST_BYTES);
    for (size_t at = 0; ok && at < body.n; at += step)
        ok = unpack_add(&u, slice_sub(body, at, step < body.n - at ? step : body.n - at), out, e);
    ok = ok && unpack_end(u, e);
    unpack_free(u);
    return ok;
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice body = {(const char *)text, n};
    struct buf whole, pieces;
    struct err e = {0}, other = {0};
    bool ok = unpack_all(body, n ? n : 1, &whole, &e), same = unpack_all(body, 7, &pieces, &other);
    if (ok != same || whole.n > MOST_BYTES || pieces.n > MOST_BYTES)
        __builtin_trap();
    if (ok && !slice_eq(buf_slice(&whole), buf_slice(&pieces)))
        __builtin_trap();
    if (!ok && e.code == ERR_OK)
        __builtin_trap();
    buf_release(&whole);
    buf_release(&pieces);
    return 0;
}
