#include "pages/page_clock.h"

#include <stddef.h>

enum { CALLS_A_LOOK = 64 };

static _Thread_local struct {
    const struct deadline *deadline;
    unsigned calls;
    bool over;
} page_clock;

void page_clock_begin(const struct deadline *d)
{
    page_clock.deadline = d;
    page_clock.calls = 0;
    page_clock.over = false;
}

void page_clock_end(void)
{
    page_clock.deadline = NULL;
    page_clock.over = false;
}

bool page_clock_over(void)
{
    const struct deadline *d = page_clock.deadline;
    if (d && !page_clock.over && page_clock.calls++ % CALLS_A_LOOK == 0)
        page_clock.over = deadline_cancelled(d) || deadline_left_ms(d) == 0;
    return page_clock.over;
}
