/* place.h - folders and files that are nobody else's business; nobody outside of state/ includes it. */
#ifndef STATE_PLACE_H
#define STATE_PLACE_H

#include "base/err.h"

enum { PATH_BYTES = 4096 };

/* Makes the folder, and those above it that are missing, with mode 0700. */
MUST_USE bool place_folder(const char *folder, struct err *e);
/* Makes an empty file with mode 0600 unless there is one. By hand because SQLite would create it with the process's
 * umask, readable by others for a moment. */
MUST_USE bool place_file(const char *path, struct err *e);

#endif
