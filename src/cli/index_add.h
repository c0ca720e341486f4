/* index_add.h - inside of cli/: footnote index add. */
#ifndef CLI_INDEX_ADD_H
#define CLI_INDEX_ADD_H

#include <stddef.h>

/* Adds the pages of the files ("-": standard input) to the index in folder. Returns the exit status. */
int index_add(const char *folder, char **files, size_t count);

#endif
