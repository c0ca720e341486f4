/* task_access.h - opens what answers task runs in the background, from the settings: their file, the threads that
 * answer them, and the one that tells webhooks. For the command serve. */
#ifndef CLI_TASK_ACCESS_H
#define CLI_TASK_ACCESS_H

#include "cli/config.h"
#include "http/api_routes.h"
#include "http/waiting.h"
#include "net/http.h"

struct task_access {
    struct signer *signer;
    struct hooks *hooks;
    struct waiting *waiting; /* for the server's options */
};

/* The file and the requests that wait for runs: before the server starts. Sets world->runs. */
MUST_USE bool task_access_open(const struct config *c, struct task_access *t, struct api_world *world, struct err *e);
/* Begins to answer: once world is complete. client: with a guard. Sets world->runner. */
MUST_USE bool task_access_start(const struct config *c, struct task_access *t, struct api_world *world,
                                struct http_client *client, struct err *e);
/* After the server has stopped; runs that still run have been told to end by runner_close. What was not opened is fine.
 */
void task_access_stop(struct task_access *t, struct api_world *world, unsigned grace_ms);
/* After that, closes the file. */
void task_access_close(struct task_access *t, struct api_world *world);

#endif
