/* remember.h - keeps pages that were read for a question in the index, so that the next one is answered at once.
 *
 * A thread of its own writes. When its queue is full, or another process writes the index, the page is not kept, and
 * the log says so. It is off unless the operator asks for it, since with it questions decide what is stored. */
#ifndef CLI_REMEMBER_H
#define CLI_REMEMBER_H

#include "base/err.h"
#include "base/page_copy.h"

struct remember;

MUST_USE bool remember_new(const char *index_folder, struct remember **out, struct err *e);
/* Writes what is queued, then ends. NULL is fine. */
void remember_free(struct remember *r);
/* Copies the page. Any thread; never blocks. ud is the struct remember. */
void remember_page(void *ud, const struct page_copy *page);

#endif
