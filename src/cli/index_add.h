/* index_add.h - inside of cli/: footnote index add. */
#ifndef CLI_INDEX_ADD_H
#define CLI_INDEX_ADD_H

#include <stddef.h>

#include "ingest/source.h"

/* Adds the pages of files and folders ("-": standard input) to the index in folder. Returns the exit status. */
int index_add(const char *folder, char **paths, size_t count, const struct source_options *options);

#endif
