/* commands.h - the commands of footnote. Each returns the exit status; argv[0] is the command's name. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/config.h"

int serve_cmd(int argc, char **argv, const struct config *config);
int ask_cmd(int argc, char **argv, const struct config *config);
int eval_cmd(int argc, char **argv, const struct config *config);
int index_cmd(int argc, char **argv, const struct config *config);
int key_cmd(int argc, char **argv, const char *data_dir);
int interactions_cmd(int argc, char **argv, const char *data_dir);
int extract_cmd(int argc, char **argv, const struct config *config);
int schema_cmd(int argc, char **argv);
int guard_cmd(int argc, char **argv, const struct config *config);
int robots_cmd(int argc, char **argv, const struct config *config);
int fetch_cmd(int argc, char **argv, const struct config *config);
int doctor_cmd(int argc, char **argv, const struct config *config);
/* The same when the settings could not be read, which is then a finding. */
int doctor_without_settings(int argc, char **argv, const struct err *why);
int llm_cmd(int argc, char **argv, const struct config *config);
int search_cmd(int argc, char **argv, const struct config *config);

#endif
