/* folder.h - a folder of a test's own, with all that is put into it. */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FOLDER_BYTES = 64 };

/* name: what it is for, "keys". 0, as cmocka's set-ups want it. */
static inline int folder_make(char folder[FOLDER_BYTES], const char *name)
{
    snprintf(folder, FOLDER_BYTES, "/tmp/footnote-%s-XXXXXX", name);
    return mkdtemp(folder) ? 0 : -1;
}

static inline int folder_forget(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static inline int folder_drop(const char *folder)
{
    return nftw(folder, folder_forget, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
