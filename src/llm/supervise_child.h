/* supervise_child.h - the inside of supervise.h: starting one llama-server, and the log of what it prints. */
#ifndef LLM_SUPERVISE_CHILD_H
#define LLM_SUPERVISE_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

struct local_options;

/* The program, arguments and environment of every start; made once. */
struct child_plan {
    const char *program;
    char *const *arguments, *const *environment;
};

/* The key is passed in the environment, since every user can read a command line. Of our own environment the child
 * gets what libraries of graphics cards need, and LLAMA_ARG_... variables, by which an operator sets further options
 * of llama-server (LLAMA_ARG_N_GPU_LAYERS). Our own settings win over those. */
void child_plan(struct arena *a, const struct local_options *o, const char *program, const char *model_path,
                unsigned port, const char *key, struct child_plan *out);

struct child {
    pid_t pid; /* and process group; 0: none */
    int pidfd; /* readable when it has ended */
    int out;   /* what it prints; non-blocking */
};

/* The child is killed when the calling thread ends. ERR_UNAVAILABLE: it cannot be started. */
MUST_USE bool child_start(const struct child_plan *p, struct child *out, struct err *e);
/* Reaps it when it has ended, and kills what is left of its group: true, and *status is waitpid's. */
bool child_ended(struct child *c, int *status);
void child_signal(const struct child *c, int sign); /* to the whole group */
void child_close(struct child *c);                  /* after it was reaped */

/* A file of at most max_bytes and an older one beside it. One thread. A full disk loses lines and stops nobody. */
struct child_log {
    const char *path, *old_path;
    size_t max_bytes, bytes;
    int fd;
};

MUST_USE bool child_log_open(struct arena *a, const char *folder, size_t max_bytes, struct child_log *out,
                             struct err *e);
void child_log_add(struct child_log *l, struct slice text);
void child_log_close(struct child_log *l);

#endif
