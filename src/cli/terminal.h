/* terminal.h - text of pages on a terminal. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "base/slice.h"

/* Writes text to standard output without what could talk to the terminal or turn the writing around: control
 * characters but line end and tab, and the bidirectional overrides, become a space. */
void terminal_put(struct slice text);

#endif
