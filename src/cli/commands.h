/* commands.h - the subcommands of footnote. Each gets its own words only (argv[0] is its name) and returns the exit
 * status: 0 done, 1 failed or not found, 2 not understood. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* footnote key create|list|revoke; the keys are kept under data_dir. */
int key_cmd(int argc, char **argv, const char *data_dir);

#endif
