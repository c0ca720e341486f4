/* log.h - one line an event on standard error: time, level, event name, key=value text.
 *
 * Never log a key, a header value or page text.
 *
 * DESIGN: without a queue a line is one write(2), which waits for whoever reads standard error. A server must not wait
 * for that. After log_queue_start() lines go into a ring of LOG_QUEUE_BYTES that a thread of its own writes out. A line
 * that finds the ring full is dropped and counted; the count is logged as soon as there is room ("log_dropped").
 * THREADS: any; one private lock, never held while writing. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/log_form.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_OFF };

enum {
    LOG_LINE_BYTES = 1000,                  /* of an event as text */
    LOG_PRINTED_BYTES = 3 * LOG_LINE_BYTES, /* of a line in any form; below PIPE_BUF, so that a pipe takes it whole */
    LOG_QUEUE_BYTES = 512 * 1024,
    LOG_VALUE_BYTES = 256
};

void log_set_level(enum log_level level);
/* "debug", "info", "warn", "error", "off"; false for anything else. */
bool log_level_parse(struct slice name, enum log_level *level);

/* "text", "logfmt", "json"; false for anything else. The form is that of later lines. */
bool log_form_parse(struct slice name, enum log_form *form);
void log_set_form(enum log_form form);
enum log_form log_form_now(void);

/* event is a short constant name ("request", "index_add"); fmt gives the rest, best as key=value pairs. Control
 * characters in the result are replaced, so that a line stays a line. Cut at LOG_LINE_BYTES. */
void log_event(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);

struct log_value {
    char text[LOG_VALUE_BYTES];
};
/* A stranger's text as the value of a pair, NUL-terminated: in quotation marks, with those within escaped, so that it
 * cannot pass for other pairs. Cut to fit. */
struct log_value log_quoted(struct slice text);
/* The same without quotation marks where nothing in it needs them. */
struct log_value log_bare(struct slice text);

/* False: the thread cannot be started, and lines are written as before. For one thread, as is log_queue_end. */
bool log_queue_start(void);
/* Waits for at most wait_ms until what is queued is written; later lines are written as without a queue. Safe without a
 * queue. */
void log_queue_end(unsigned wait_ms);
#endif
