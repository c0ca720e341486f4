/* request.h - the callbacks that server.c registers with libmicrohttpd. request.c tells a request's way through them.
 *
 * THREADS: HTTP threads only. cls is always the struct server. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <microhttpd.h>
#include <stdbool.h>

struct exchange;

/* libmicrohttpd's memory for a connection: the head of its request (8 KiB of it are read), and of the reply. */
enum { REQUEST_MEMORY_BYTES = 12 * 1024 };

void *request_line(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result request_step(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *upload, size_t *upload_bytes, void **con_cls);
void request_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                       enum MHD_RequestTerminationCode how);
void request_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
                        enum MHD_ConnectionNotificationCode what);

/* Gives a request that has waited (waiting.h) to a worker again. False: the queue is full. Any thread. */
bool request_resume(struct exchange *x);

#endif
