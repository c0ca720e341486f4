/* page_clock.h - the deadline of the page that this thread reads. page_extract sets it; the readers of each kind, which
 * call each other in many ways, ask it in the loops that walk over a page, and stop there. page_extract then says that
 * the time was over. */
#ifndef PAGES_PAGE_CLOCK_H
#define PAGES_PAGE_CLOCK_H

#include "base/clock.h"

/* NULL: no deadline. */
void page_clock_begin(const struct deadline *d);
void page_clock_end(void);
/* Whether reading must stop. Costs nearly nothing: it looks at the clock at every 64th call. Once true, it stays so. */
bool page_clock_over(void);

#endif
