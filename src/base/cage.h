/* cage.h - takes a process rights that it will not need, by the kernel: Landlock for files, seccomp for system calls.
 *
 * Where the kernel lacks one of them the other holds; cage_kernel says what there is. Both are inherited by programs
 * that are started later, and nobody gets a right back.
 *
 * THREADS: both apply to the calling thread and to those that it starts later: enter before there are any. The
 * functions marked SIGNAL SAFE may be called between fork and exec in a process with threads. */
#ifndef BASE_CAGE_H
#define BASE_CAGE_H

#include <stdbool.h>
#include <stddef.h>

struct cage_kernel {
    int landlock; /* version of its interface; 0: there is none */
    bool seccomp;
};

struct cage_kernel cage_kernel(void);

enum cage_right {
    CAGE_READ = 1,  /* files and folders */
    CAGE_WRITE = 2, /* and make and remove them */
    CAGE_RUN = 4    /* as programs */
};

struct cage_place {
    const char *path; /* what is not there is left out; NULL too */
    unsigned rights;  /* enum cage_right, for all below it */
};

/* From now on each right of `handled` holds only at these places. False: the kernel has no Landlock. SIGNAL SAFE. */
bool cage_files(unsigned handled, const struct cage_place *places, size_t n);

/* For a program that reads its standard input and writes its standard output, and opens files at most. Made before the
 * fork, entered behind it: then `program`, by this very pointer, is the only one that can be started. */
struct cage_filter;
/* For a server, which needs no call that changes or spies on the machine or on other processes. Made once; NULL: no
 * seccomp. */
const struct cage_filter *cage_server_filter(void);
const struct cage_filter *cage_reader_filter(const char *program); /* made once for one program; NULL: no seccomp */
bool cage_enter(const struct cage_filter *f);                      /* SIGNAL SAFE */

#endif
