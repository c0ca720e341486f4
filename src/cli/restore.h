/* restore.h - whether a restore was broken off in a data folder while it put its parts in place (restore_cmd.c). */
#ifndef CLI_RESTORE_H
#define CLI_RESTORE_H

#include <stdbool.h>

#define RESTORE_READY "restore.ready" /* folder of parts that are to be put in place */

bool restore_is_unfinished(const char *data);

#endif
