/* listen.h - the server's listening socket. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "base/err.h"

/* address: "127.0.0.1:8080" or "[::1]:8080"; port 0 takes a free one. *fd: the caller closes it. *port: the port in
 * use. *loopback: only this machine can reach it. ERR_USAGE: the address is not understood; ERR_IO: it is in use. */
MUST_USE bool listen_open(const char *address, int *fd, unsigned *port, bool *loopback, struct err *e);

/* Whether it is an address that only this machine can reach. */
bool listen_is_loopback(const char *address);

#endif
