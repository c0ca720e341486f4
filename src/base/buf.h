/* buf.h - a growing byte buffer that is created with its ceiling.
 *
 * ERRORS: an append that would pass the ceiling adds nothing and sets `over`, which stays set. So a row of appends can
 * be checked once, at its end.
 * OWNERSHIP: the bytes are on the heap until buf_release or buf_take. p is NUL-terminated whenever it is not NULL.
 * THREADS: one at a time. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/slice.h"

struct buf {
    char *p;
    size_t n, room, max_bytes;
    bool over;
};

void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b); /* leaves it empty, with the same ceiling */
void buf_reset(struct buf *b);   /* forgets the content and `over`, keeps the memory */

bool buf_add(struct buf *b, struct slice text); /* false: it did not fit */
bool buf_add_char(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){b->p ? b->p : "", b->n};
}

/* Hands the memory over (free() it); the buffer is empty afterwards. NULL when nothing was added. */
char *buf_take(struct buf *b, size_t *n);

#endif
