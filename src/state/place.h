/* place.h - creates folders and files that only their owner may read. Nobody outside of state/ includes it. */
#ifndef STATE_PLACE_H
#define STATE_PLACE_H

#include "base/err.h"

enum { PATH_BYTES = 4096 };

/* Makes the folder, and those above it that are missing, with mode 0700. */
MUST_USE bool place_folder(const char *folder, struct err *e);
/* Makes an empty file with mode 0600 unless there is one. SQLite would create it with the process's umask, and others
 * could read it for a moment. */
MUST_USE bool place_file(const char *path, struct err *e);

#endif
