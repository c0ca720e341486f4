/* terminal.h - writes the text of strangers' pages to a terminal. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "base/slice.h"

/* Writes text to standard output. Each byte of control characters except line end and tab, and of direction
 * characters, becomes a space: they could command the terminal or turn the writing around. */
void terminal_put(struct slice text);

#endif
