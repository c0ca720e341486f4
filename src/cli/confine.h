/* confine.h - what a server gives up when it starts: another user's rights, writing outside of its folders, system
 * calls that it does not need, and core dumps, which would hold keys and questions. */
#ifndef CLI_CONFINE_H
#define CLI_CONFINE_H

#include "base/err.h"

struct config;

/* When started as root, becomes the user of the setting `user`, if there is one. ERR_USAGE: there is no such user, or
 * only root can do that. */
MUST_USE bool confine_user(const char *user, struct err *e);
/* Before there are threads. Says in the log what the kernel lacks; that is no error. */
void confine_server(const struct config *c);

#endif
