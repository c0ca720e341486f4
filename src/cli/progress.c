/* progress.c - see progress.h. */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR_EVERY_MS = 100, LINE_EVERY_MS = 5000, BAR_CELLS = 30 };

void progress_begin(struct progress *p, const char *what, uint64_t start)
{
    int64_t now = clock_ms();
    *p = (struct progress){what, "pages", isatty(STDERR_FILENO) == 1, now, now, start};
}

void progress_clear(const struct progress *p)
{
    if (p->bar)
        fputs("\r\033[K", stderr);
}

bool progress_due(const struct progress *p)
{
    return clock_ms() - p->shown_ms >= (p->bar ? BAR_EVERY_MS : LINE_EVERY_MS);
}

void progress_show(struct progress *p, uint64_t pages, uint64_t done, uint64_t all, const char *more)
{
    int64_t now = clock_ms();
    if (!progress_due(p))
        return;
    p->shown_ms = now;
    double seconds = (double)(now - p->started_ms) / 1000 + 0.001, rate = (double)pages / seconds;
    double share = all ? (double)done / (double)all : 0;
    char left[32] = "";
    if (all && done > p->start) {
        double per_s = (double)(done - p->start) / seconds;
        unsigned long s = (unsigned long)((double)(all - done) / per_s);
        snprintf(left, sizeof left, ", %lu:%02lu left", s / 60, s % 60);
    }
    progress_clear(p);
    if (p->bar && all) {
        int cells = (int)(share * BAR_CELLS);
        fputc('[', stderr);
        for (int i = 0; i < BAR_CELLS; i++)
            fputc(i < cells ? '#' : '.', stderr);
        fprintf(stderr, "] %3.0f %%  ", share * 100);
    }
    if (!p->bar)
        fprintf(stderr, "%s: ", p->what);
    fprintf(stderr, "%" PRIu64 " %s, %.0f a second", pages, p->unit, rate);
    if (!p->bar && all)
        fprintf(stderr, ", %.0f %%", share * 100);
    fprintf(stderr, "%s%s%s", more, left, p->bar ? "" : "\n");
}
