/* names.h - keeps records by name (a host, an origin), and creates them at the first look-up.
 *
 * The names come from strangers' pages, so the owner must bound their number: if there are too many, it sweeps the
 * records that are no longer needed.
 *
 * THREADS: the owner's lock guards it.
 * ERRORS: running out of memory ends the process. */
#ifndef FETCH_NAMES_H
#define FETCH_NAMES_H

#include "base/table.h"

/* The first member of each record. */
struct named {
    char *name;
    size_t n;
};

struct names {
    struct table table;
    struct named **at;
    size_t n, room;
};

/* A struct names of zeros is empty. */

/* The record of this name. *fresh: it is new, and zero except for its name. record_bytes: the size of a record. A
 * record does not move until it is swept. */
void *names_get(struct names *all, struct slice name, size_t record_bytes, bool *fresh);
/* Frees the records for which over returns true; over releases what they own. */
void names_sweep(struct names *all, bool (*over)(void *record, int64_t now_ms), int64_t now_ms);
void names_release(struct names *all); /* call it after all records were swept */

#endif
