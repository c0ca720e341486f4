#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"

static _Atomic enum log_level lowest = LOG_INFO;
static const char *const names[] = {"debug", "info", "warn", "error", "off"};

void log_set_level(enum log_level level)
{
    lowest = level;
}

bool log_level_parse(struct slice name, enum log_level *level)
{
    for (int i = LOG_DEBUG; i <= LOG_OFF; i++)
        if (slice_is(name, names[i])) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    if (level < lowest)
        return;
    char line[1000];
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &parts);
    n += (size_t)snprintf(line + n, sizeof line - n, ".%03ldZ %s %s ", now.tv_nsec / 1000000, names[level], event);
    va_list args;
    va_start(args, fmt);
    int wrote = vsnprintf(line + n, sizeof line - n - 1, fmt, args);
    va_end(args);
    if (wrote > 0)
        n += (size_t)wrote < sizeof line - n - 1 ? (size_t)wrote : sizeof line - n - 2;
    utf8_scrub(line, n);
    line[n++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, n); /* there is nowhere to report it */
    (void)ignored;
}
