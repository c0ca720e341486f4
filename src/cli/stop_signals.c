/* stop_signals.c - see stop_signals.h. */
#include "cli/stop_signals.h"

#include <signal.h>
#include <stddef.h>

atomic_bool stop_asked;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&stop_asked, true); /* lock-free, so a handler may */
}

void stop_signals_catch(void)
{
    /* Without SA_RESTART: a read that waits for standard input must return. */
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}
