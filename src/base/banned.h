/* banned.h - forced into every C file by the Makefile: functions that cut, overflow, share a static buffer or
 * hide errors are compile errors. Use slices, bufs, arena_printf, snprintf, strtol with its checks, gmtime_r. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets atoi atol atoll atof gmtime localtime    \
    ctime asctime tmpnam mktemp asprintf vasprintf

#endif
