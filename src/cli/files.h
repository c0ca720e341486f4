/* files.h - reading whole small files for commands. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "base/arena.h"
#include "base/err.h"

/* Reads a whole file into the arena; "-" is standard input. ERR_TOO_LARGE: it has more than max_bytes. ERR_IO. */
MUST_USE bool file_read(struct arena *a, const char *path, size_t max_bytes, struct slice *out, struct err *e);

#endif
