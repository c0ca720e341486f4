/* audit.h - the audit log: a file of its own with what an operator may have to account for: changes of keys, and each
 * outside address that was contacted.
 *
 * One line an event, in the form of the log. Only hosts and addresses are named, never paths or what was asked.
 *
 * DESIGN: lines are appended with one write(2), so that commands and a running server may share the file. Beyond
 * audit_most bytes it becomes FILE.1, which replaces an older one. What cannot be written is counted
 * (METER_AUDIT_LOST), logged once, and stops nobody. Each line looks whether the path is still the open file, so that
 * tools may move log files away.
 * THREADS: any, but for audit_set. One private lock, held while a line is written to the file. */
#ifndef BASE_AUDIT_H
#define BASE_AUDIT_H

#include <stdint.h>

#include "base/log.h"

/* path is copied; "": there is no audit log. The file is made with mode 0600 at the first line; its folder must be
 * there. */
void audit_set(const char *path, uint64_t most_bytes);
/* As log_event; the request of this thread (base/trail.h) is added. */
void audit_event(const char *event, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
