/* kept_writer.h - adds vectors to the folder of kept.h.
 *
 * THREADS: one; there is one writer at a time across processes. ERRORS: a file that is damaged or of another encoder is
 * removed when the folder is opened, and kept_upto() is 0 then, so that what it had is encoded again. */
#ifndef ENCODE_KEPT_WRITER_H
#define ENCODE_KEPT_WRITER_H

#include "encode/encode.h"

struct kept_writer;

/* Creates the folder. scanned: with signs, for kept_nearest(). ERR_BUSY: another writer is at it. ERR_IO. */
MUST_USE bool kept_writer_open(const char *folder, uint32_t model, bool scanned, struct kept_writer **out,
                               struct err *e);
/* What was put since the last commit is lost. NULL is fine. */
void kept_writer_close(struct kept_writer *w);
/* The number up to which everything is kept, as given to the last commit; 0 at first. */
uint32_t kept_upto(const struct kept_writer *w);
/* How many numbers were in use no more when kept_sweep() last looked. */
uint64_t kept_gone(const struct kept_writer *w);
uint64_t kept_total(const struct kept_writer *w); /* vectors in files */
/* Whether it is kept, or was put. */
bool kept_has(const struct kept_writer *w, uint64_t key);
/* NULL: it is not there. It lasts until the next put or commit. */
const struct kept_row *kept_has_row(const struct kept_writer *w, uint64_t key);
void kept_put(struct kept_writer *w, uint64_t key, const float vector[ENCODE_WIDTH]);
size_t kept_waiting(const struct kept_writer *w); /* put since the last commit */
MUST_USE bool kept_commit(struct kept_writer *w, uint32_t upto, struct err *e);
/* Drops all vectors but those of these keys, which are sorted here. Commit first. gone: see kept_gone(). */
MUST_USE bool kept_sweep(struct kept_writer *w, uint64_t *keys, size_t n, uint64_t gone, struct err *e);

#endif
