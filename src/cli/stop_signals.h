/* stop_signals.h - Ctrl-C and SIGTERM ask long work to stop at a good place. */
#ifndef CLI_STOP_SIGNALS_H
#define CLI_STOP_SIGNALS_H

#include <stdatomic.h>
#include <stdbool.h>

/* From now on the signals set stop_asked; a read that waits returns. */
void stop_signals_catch(void);
extern atomic_bool stop_asked;

#endif
