/* serve_signals.c - see serve_signals.h. Signals are waited for, so that no handler interrupts anything. */
#include "cli/serve_signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { LAST_LINES_MS = 200 };

static void signals_of_end(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
}

static void signals_all(sigset_t *set)
{
    signals_of_end(set);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGUSR1);
    sigaddset(set, SIGUSR2);
}

void serve_signals_block(void)
{
    sigset_t all;
    signals_all(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
}

int serve_signals_wait(void (*reload)(void *ud), void *ud)
{
    sigset_t all;
    signals_all(&all);
    for (;;) {
        int got = 0;
        sigwait(&all, &got);
        if (got == SIGINT || got == SIGTERM)
            return got;
        if (got == SIGHUP)
            reload(ud);
    }
}

static void *signals_hurry(void *limit_ms)
{
    sigset_t ends;
    int64_t until_ms = clock_ms() + (int64_t)(intptr_t)limit_ms, left;
    int got = -1;
    signals_of_end(&ends);
    while (got < 0 && (left = until_ms - clock_ms()) > 0) {
        const struct timespec wait = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
        got = sigtimedwait(&ends, NULL, &wait);
    }
    log_event(LOG_ERROR, "stop",
              got < 0 ? "what still runs does not end; stopped without it" : "asked again; stopped at once");
    log_queue_end(LAST_LINES_MS);
    _exit(1);
}

void serve_signals_hurry(unsigned limit_ms)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, signals_hurry, (void *)(intptr_t)limit_ms) == 0)
        pthread_detach(thread);
}
