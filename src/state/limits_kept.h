/* limits_kept.h - keeps the token buckets in a file, so that a restart, wanted or not, gives nobody a full one.
 *
 * The file is written about once a second while keys are used, beside and then in place of the old one: what a kill
 * takes is a second's requests. It holds ids of keys and numbers. A file that cannot be read or written costs a line in
 * the log and no more.
 *
 * THREADS: one of its own. */
#ifndef STATE_LIMITS_KEPT_H
#define STATE_LIMITS_KEPT_H

#include "state/limits.h"

struct limits_kept;

/* Puts back what the folder's file says, and keeps it up from now on. NULL when there is no thread for it. */
struct limits_kept *limits_kept_start(struct limits *l, const char *folder);
/* Writes once more. NULL is fine. */
void limits_kept_stop(struct limits_kept *k);

#endif
