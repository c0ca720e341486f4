/* supervise.h - serves a language model from a GGUF file: footnote runs llama-server as a child and keeps it alive.
 *
 * The child listens on a port of 127.0.0.1 that no other user of the machine can take, and asks for a key that only
 * this process knows. Both stay the same when it is started again, so one struct llm (llm.h) with local_model_url and
 * local_model_key keeps working. Give that llm local_model_up as its `up`: then it asks nobody while the child starts,
 * loads its model or is down, and asks again as soon as it is well.
 *
 * The child ends with this process, however that ends. It has a process group, a nearly empty environment
 * (supervise_child.h) and no open files of ours. Its output goes into DATA/llama-server.log.
 *
 * THREADS: a thread of its own starts, watches and reaps the child, and touches no other child. All functions may be
 * called from any thread; one private lock is never held while waiting for the child. */
#ifndef LLM_SUPERVISE_H
#define LLM_SUPERVISE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

enum {
    LOCAL_CONTEXT_TOKENS = 8192,    /* of one request, prompt and reply */
    LOCAL_PARALLEL = 4,             /* requests at once; memory for each is reserved */
    LOCAL_START_MS = 5 * 60 * 1000, /* until /health says ok: a large file is read from a slow disk */
    LOCAL_POLL_MS = 2000,           /* between two looks at /health, once it is up */
    LOCAL_HEALTH_MS = 5000,         /* for one answer of /health */
    LOCAL_HEALTH_FAILURES = 3,      /* in a row, before it counts as hung */
    LOCAL_BACK_OFF_MS = 500,        /* before it is started again, doubled each time */
    LOCAL_BACK_OFF_LONGEST_MS = 60 * 1000,
    LOCAL_STEADY_MS = 60 * 1000,      /* up for so long: the next back-off is the first one again */
    LOCAL_STOP_MS = 3000,             /* between SIGTERM and SIGKILL */
    LOCAL_LOG_BYTES = 4 * 1024 * 1024 /* then the log becomes llama-server.log.old, and a new one begins */
};

struct local_options {
    const char *model_file;
    const char *server; /* path or name of llama-server; NULL or empty: see local_server_find */
    const char *data;   /* folder of the log; it exists */
    /* 0 is the default in all that follows. */
    unsigned context_tokens;    /* of each request; llama-server is given this times `parallel` */
    unsigned parallel, threads; /* threads: llama-server's own default */
    unsigned start_ms, poll_ms, health_ms, back_off_ms, back_off_longest_ms, steady_ms, stop_ms;
    size_t log_bytes;
};

/* name, wire name, sentence without its period */
#define LOCAL_STATES(X)                                                                                                \
    X(LOCAL_STARTING, "starting", "llama-server was started and does not answer yet")                                  \
    X(LOCAL_READY, "ready", "llama-server answers")                                                                    \
    X(LOCAL_WAITING, "waiting", "llama-server ended and will be started again")                                        \
    X(LOCAL_STOPPED, "stopped", "llama-server was stopped")

enum local_state {
#define X(name, wire, sentence) name,
    LOCAL_STATES(X)
#undef X
        LOCAL_STATE_COUNT
};

const char *local_state_name(enum local_state s);
const char *local_state_sentence(enum local_state s);

struct local_report {
    enum local_state state;
    pid_t pid;            /* 0: none runs */
    unsigned starts;      /* so far */
    unsigned back_off_ms; /* WAITING: the whole pause */
    char last_end[120];   /* why the last one ended, for a person, without period; empty: none did */
};

struct local_model;

/* Returns at once, before the child runs; the model may take minutes to load. ERR_USAGE: no such model file, or no GGUF
 * file; no llama-server. ERR_IO: no port, or the log cannot be written. Strings are copied. */
MUST_USE bool local_model_start(const struct local_options *o, struct local_model **out, struct err *e);
/* Ends child and thread: SIGTERM, and SIGKILL after stop_ms. NULL is fine. */
void local_model_stop(struct local_model *m);

/* Waits until it answers, the deadline or its cancel flag; true: it answers. d NULL: does not wait. */
bool local_model_ready(struct local_model *m, const struct deadline *d);
/* The number of the start that answers now, from 1; 0: none does. For llm_options.up; m is a struct local_model. */
unsigned local_model_up(void *m);
/* "http://127.0.0.1:PORT/v1" and the key; they live as long as the model. Never log the key. */
struct slice local_model_url(const struct local_model *m);
struct slice local_model_key(const struct local_model *m);
void local_model_state(struct local_model *m, struct local_report *out);

#endif
