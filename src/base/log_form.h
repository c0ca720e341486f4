/* log_form.h - one event as a line, in the form that the operator's tools read. Nobody but the log and the audit log
 * uses it.
 *
 * An event comes as text of key=value pairs, whose values may be in quotation marks (log_quoted), and words behind
 * them. The pairs at its begin become members of JSON and pairs of logfmt; the words are "msg". Pairs end at the first
 * thing that is none, and at a key that was there already, so that no value can pass for another one. */
#ifndef BASE_LOG_FORM_H
#define BASE_LOG_FORM_H

#include <time.h>

#include "base/buf.h"

enum log_form {
    LOG_FORM_TEXT,   /* "TIME LEVEL EVENT TEXT" */
    LOG_FORM_LOGFMT, /* "time=TIME level=LEVEL event=EVENT key=value ..." */
    LOG_FORM_JSON,   /* one object a line */
};

/* Appends the line with its line end. */
void log_form_print(enum log_form form, const struct timespec *now, const char *level, const char *event,
                    struct slice text, struct buf *out);

#endif
