/* server_inner.h - inside of http/: what one server is made of, and who calls whom. Others include server.h, and
 * exchange.h for handlers.
 *
 * A file calls those below it, never those above:
 *
 *   server.c            start and stop, libmicrohttpd's options
 *   request.c           libmicrohttpd's callbacks: a request's way from its first line to its log line
 *   gates.c, routes.c   what is refused before a worker is bothered; method and path
 *   unpack.c            bodies that come packed
 *   origin.c, proxy.c   names and web sites that the server answers to; whose request it is behind a proxy
 *   exchange_answer.c   the handler's side: reply, fail, begin, write, end
 *   attach.c            repeated requests that wait for the work of the first one
 *   exchange_client.c   a reply on its way to one client
 *   waiting.c           requests that wait for something without a worker
 *   response.c          headers that every reply has, and replies that no handler makes
 *   exchange.c          the exchange itself; hands on its outcome (outcome.h) at its end
 *   watch.c             deadlines, heartbeats, clients that left; calls exchanges through server.c's callbacks
 *   library_errors.c    replies that libmicrohttpd would make by itself
 *   pipe.c, admission.c, listen.c, tls.c   bytes from worker to HTTP thread; counting; the socket; its certificate
 *
 * Lock order, outermost first; each is taken and dropped inside of one function:
 *
 *   watch.lock -> attach.lock -> exchange.lock -> pipe.lock -> (libmicrohttpd's own)
 *                 attach.lock -> work
 *                 waiting.lock -> work
 *   admission.lock, state, limits: taken alone
 *
 * libmicrohttpd calls back without holding its own locks (0.9.75), which is what makes this order hold. */
#ifndef HTTP_SERVER_INNER_H
#define HTTP_SERVER_INNER_H

#include <microhttpd.h>

#include "base/work.h"
#include "http/admission.h"
#include "http/attach.h"
#include "http/pipe.h"
#include "http/proxy.h"
#include "http/server.h"
#include "http/tls.h"
#include "http/watch.h"

struct server {
    struct server_options options;
    struct MHD_Daemon *daemon;
    struct work *work;
    struct watch *watch;
    struct tls *tls; /* NULL: plain HTTP */
    struct attach attach;
    struct limits *strangers; /* refused keys by address */
    struct proxies proxies;
    struct pipe_spill spill;    /* of all streams */
    struct admission admission; /* of the exchanges that are given to workers and not yet freed */
};

#endif
