/* progress.h - shows on standard error how far long work has come: a moving bar on a terminal, else a line every few
 * seconds. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* at the start of the line: the name of the file */
    const char *unit; /* of what is counted: "pages" unless changed after progress_begin */
    bool bar;         /* standard error is a terminal */
    int64_t started_ms, shown_ms;
    uint64_t start; /* value of `done` at the start, when an earlier run did the beginning */
};

void progress_begin(struct progress *p, const char *what, uint64_t start);
bool progress_due(const struct progress *p);
/* Shows it when it is time. pages: things of `unit` in this run. done of all: in any other unit; all 0: not known.
 * more: a text to add, or "". */
void progress_show(struct progress *p, uint64_t pages, uint64_t done, uint64_t all, const char *more);
/* Call it before another line is written to standard error. */
void progress_clear(const struct progress *p);

#endif
