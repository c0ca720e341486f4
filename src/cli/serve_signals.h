/* serve_signals.h - what signals do to a running server: SIGINT and SIGTERM stop it, SIGHUP has it read its settings
 * anew, SIGUSR1 and SIGUSR2 do nothing.
 *
 * THREADS: the main one. */
#ifndef CLI_SERVE_SIGNALS_H
#define CLI_SERVE_SIGNALS_H

/* Before any thread starts, so that all inherit it. */
void serve_signals_block(void);
/* Waits for SIGINT or SIGTERM and returns it. reload is called for each SIGHUP. */
int serve_signals_wait(void (*reload)(void *ud), void *ud);
/* From now on a second SIGINT or SIGTERM ends the process at once, and so does the end of limit_ms: with status 1,
 * whatever its threads do. A handler that hangs must not keep a server from stopping. */
void serve_signals_hurry(unsigned limit_ms);

#endif
