/* log_access.h - log, traces and audit log as the settings want them. */
#ifndef CLI_LOG_ACCESS_H
#define CLI_LOG_ACCESS_H

#include "base/err.h"
#include "cli/config.h"

/* Level, form, switches of traces, the audit log's place. ERR_USAGE: a setting has no such value; nothing is changed
 * then. */
MUST_USE bool log_access_set(const struct config *c, struct err *e);

#endif
