/* log.h - one line an event on standard error: time, level, event name, key=value text.
 *
 * Never log a key, a header value or page text. Thread safe: a line is one write(2). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/slice.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_OFF };

void log_set_level(enum log_level level);
/* "debug", "info", "warn", "error", "off"; false for anything else. */
bool log_level_parse(struct slice name, enum log_level *level);

/* event is a short constant name ("request", "index_add"); fmt gives the rest, best as key=value pairs. Control
 * characters in the result are replaced, so that a line stays a line. Cut at 1,000 bytes. */
void log_event(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
