/* progress.h - inside of cli/: how far long work has come, on standard error: a bar that moves on a terminal, else a line
 * every few seconds. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; /* begins a line: the file's name */
    const char *unit; /* of what is counted: "pages" unless changed after progress_begin */
    bool bar;         /* standard error is a terminal */
    int64_t started_ms, shown_ms;
    uint64_t start; /* of `done`, when an earlier run did the beginning */
};

void progress_begin(struct progress *p, const char *what, uint64_t start);
bool progress_due(const struct progress *p);
/* Shows it when it is time. pages: in this run, or of another unit; done of all in any unit; all 0: not known. more: what else to say, or "". */
void progress_show(struct progress *p, uint64_t pages, uint64_t done, uint64_t all, const char *more);
/* Before another line is written to standard error. */
void progress_clear(const struct progress *p);

#endif
