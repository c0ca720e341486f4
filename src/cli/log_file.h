/* log_file.h - the log of a server in a file. */
#ifndef CLI_LOG_FILE_H
#define CLI_LOG_FILE_H

#include "base/err.h"

/* From now on what is written to standard error is added to the file; "": nothing changes. Calling it again opens the
 * path anew, for tools that move log files away. The file is made with mode 0600. ERR_IO: it cannot be opened, and all
 * stays as it was. */
MUST_USE bool log_file_open(const char *path, struct err *e);

#endif
