/* reserve.h - memory that a server keeps for the moment in which there is no other.
 *
 * An arena has no way to say no: what is half built could not be taken back. Without a reserve, one allocation that
 * fails ends the process, and with it everybody's questions. With one, work that has begun goes on: from the reserve,
 * then by waiting a moment for what others give back. New requests are refused until the reserve is whole again
 * (http/gates.c: 503).
 *
 * DESIGN: the reserve is given back to the allocator, not handed out, so that libraries gain from it too. It is
 * reserved, not used: its pages cost nothing until then. Against a kernel that kills for want of memory nothing helps;
 * this is for limits (ulimit, RLIMIT_AS) and for machines without overcommitment.
 * THREADS: any. */
#ifndef BASE_RESERVE_H
#define BASE_RESERVE_H

#include <stdbool.h>
#include <stddef.h>

/* Puts memory aside; from now on reserve_calloc may wait. A server, once, before it has threads. False: there is none.
 */
bool reserve_begin(void);
/* As malloc and calloc(1, n). Where that fails: tries again with memory of the reserve, and for up to a second with
 * what others free. NULL: all that did not help, or no reserve was ever begun. */
void *reserve_malloc(size_t n);
void *reserve_calloc(size_t n);
/* The same for realloc(p, n); p stays as it is after NULL. */
void *reserve_realloc(void *p, size_t n);
/* For allocators that are not ours, after a failure: true when it may help to try again. */
bool reserve_relief(size_t n);
/* How often the three above gave NULL to this thread, for callers of libraries that do not say why they failed. */
unsigned reserve_failures(void);
/* Whether memory ran short and the reserve cannot be made whole yet. Tries to. */
bool reserve_is_short(void);

#endif
