#include "cli/options.h"

#include <stdio.h>

bool options_ask_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static bool *option_flag(const struct options *o, const char *arg)
{
    for (size_t i = 0; i < OPTIONS_MOST && o->flags[i].name; i++)
        if (strcmp(arg, o->flags[i].name) == 0)
            return o->flags[i].given;
    return NULL;
}

static bool option_has_value(const struct options *o, const char *arg)
{
    for (size_t i = 0; i < OPTIONS_MOST && o->with_value[i]; i++)
        if (strcmp(arg, o->with_value[i]) == 0)
            return true;
    return false;
}

/* One argument that may be an option, and its value. NULL, or what is wrong. */
static const char *option_take(const struct options *o, int argc, char **argv, int *i)
{
    const char *arg = argv[*i];
    bool *flag = option_flag(o, arg);
    if (flag)
        return *flag = true, NULL;
    if (!option_has_value(o, arg))
        return "is not understood";
    if (*i + 1 == argc)
        return "needs a value";
    ++*i;
    return o->take(o->ud, arg, argv[*i]);
}

bool options_read(const struct options *o, int *argc, char **argv, int *status)
{
    int words = 1;
    bool open = true;
    *status = 0;
    if (options_ask_for_help(*argc, argv)) {
        o->help();
        return false;
    }
    for (int i = 1; i < *argc; i++) {
        char *arg = argv[i];
        if (open && strcmp(arg, "--") == 0) {
            open = false;
        } else if (!open || arg[0] != '-' || !arg[1]) {
            argv[i] = argv[words]; /* a swap: whoever owns the arguments finds all of them */
            argv[words++] = arg;
        } else {
            const char *why = option_take(o, *argc, argv, &i);
            if (!why)
                continue;
            fprintf(stderr, "footnote %s: '%s' %s; see footnote %s --help\n", o->command, arg, why, o->command);
            *status = 2;
            return false;
        }
    }
    *argc = words;
    return true;
}

int command_status(const char *command, bool ok, const struct err *e)
{
    if (ok)
        return 0;
    fflush(stdout);
    fprintf(stderr, "footnote %s: %s%s%s\n", command, e->message, e->param[0] ? " At: " : "", e->param);
    return e->code == ERR_USAGE ? 2 : 1;
}
