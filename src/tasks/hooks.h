/* hooks.h - delivers messages to the webhooks of runs and monitors, from a thread of its own.
 *
 * A message is kept (state/runs.h) until a server takes it with a 2xx. Each try after a failure waits twice as long as
 * the one before; after `give_up_s` it is given up, with a line in the log. A message may arrive twice, and none gets
 * lost in a crash.
 *
 * DESIGN: the client has a guard, so that only public addresses are asked unless the setting `allow` says otherwise;
 * redirects are not followed. A few messages are sent at a time, and fewer of one key, so that an address that never
 * answers delays nobody else for long.
 * THREADS: hooks_start and hooks_stop are one thread's; hooks_nudge is any thread's. */
#ifndef TASKS_HOOKS_H
#define TASKS_HOOKS_H

#include "base/err.h"
#include "net/http.h"
#include "state/runs.h"
#include "tasks/sign.h"

struct hooks;

struct hooks_options {
    struct runs *runs;
    struct http_client *client; /* with a guard */
    const struct signer *signer;
    unsigned timeout_ms; /* of one try */
    int64_t retry_s;     /* before the second try */
    int64_t give_up_s;
};

MUST_USE bool hooks_start(const struct hooks_options *o, struct hooks **out, struct err *e);
/* There may be something to deliver. h NULL is fine. */
void hooks_nudge(struct hooks *h);
/* What is under way is called off, and tried again by the next process. NULL is fine. */
void hooks_stop(struct hooks *h);

#endif
