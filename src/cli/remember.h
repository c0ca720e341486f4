/* remember.h - keeps pages that were read for a question in the index, so that the next one is answered at once.
 *
 * Writing happens on a thread of its own; a page that finds the queue full or the index written by somebody else is not
 * kept, which the log says. Off unless the operator asks for it: questions decide what is stored. */
#ifndef CLI_REMEMBER_H
#define CLI_REMEMBER_H

#include "base/err.h"
#include "evidence/pool.h"

struct remember;

MUST_USE bool remember_new(const char *index_folder, struct remember **out, struct err *e);
/* Writes what is queued, then ends. NULL is fine. */
void remember_free(struct remember *r);
/* Copies the page. Any thread; never blocks. ud is the struct remember. */
void remember_page(void *ud, const struct pool_page *page);

#endif
