/* options.h - reads the options of a command, and makes its exit status.
 *
 * config_load (config.h) has removed the settings from the arguments; the rest belongs to the command: flags, options
 * with a value, words. A bare "--" ends the options; "-" is a word. A mistake is reported on standard error as
 * "footnote COMMAND: 'ARGUMENT' is not understood; see footnote COMMAND --help". One thread. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/err.h"

enum { OPTIONS_MOST = 10 };

struct options {
    const char *command; /* "eval" */
    void (*help)(void);  /* prints to standard output */
    struct {
        const char *name; /* "--json" */
        bool *given;
    } flags[OPTIONS_MOST];
    const char *with_value[OPTIONS_MOST];
    /* Takes the value of one of with_value. NULL, or what is wrong: "must be a number". */
    const char *(*take)(void *ud, const char *name, const char *value);
    void *ud;
};

/* True: go on; the words are argv[1] to argv[*argc - 1]. False: end with *status, since help was asked for (0) or
 * something was not understood (2). */
MUST_USE bool options_read(const struct options *o, int *argc, char **argv, int *status);

/* Whether --help or -h stands before a bare "--". argv[0] is the command's name and not looked at. */
bool options_ask_for_help(int argc, char **argv);

/* The exit status of a command that has run: 0; 2 when it was used wrongly; else 1. Prints the error. */
int command_status(const char *command, bool ok, const struct err *e);

#endif
