/* commands.h - the commands of footnote, as main.c's table calls them. Each is the one public function of its file.
 *
 * ask_cmd.c, backup_cmd.c, doctor_cmd.c, encoder_cmd.c, eval_cmd.c, extract_cmd.c, index_cmd.c, interactions_cmd.c,
 * key_cmd.c, llm_cmd.c, mcp_cmd.c, schema_cmd.c, search_cmd.c, restore_cmd.c, serve_cmd.c, usage_cmd.c, and web_cmd.c
 * for fetch, guard and robots.
 *
 * argv[0] is the command's name. Returns the exit status: 0 all is well, 1 something failed, 2 not understood, unless
 * the command's --help says otherwise. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/config.h"

int serve_cmd(int argc, char **argv, const struct config *config);
int ask_cmd(int argc, char **argv, const struct config *config);
int mcp_cmd(int argc, char **argv, const struct config *config);
int eval_cmd(int argc, char **argv, const struct config *config);
int index_cmd(int argc, char **argv, const struct config *config);
int key_cmd(int argc, char **argv, const char *data_dir);
int backup_cmd(int argc, char **argv, const char *data_dir);
int restore_cmd(int argc, char **argv, const char *data_dir);
int usage_cmd(int argc, char **argv, const char *data_dir);
int interactions_cmd(int argc, char **argv, const char *data_dir);
int extract_cmd(int argc, char **argv, const struct config *config);
int schema_cmd(int argc, char **argv);
int guard_cmd(int argc, char **argv, const struct config *config);
int robots_cmd(int argc, char **argv, const struct config *config);
int fetch_cmd(int argc, char **argv, const struct config *config);
int doctor_cmd(int argc, char **argv, const struct config *config);
/* footnote doctor when the settings could not be read: why is its first finding. */
int doctor_without_settings(int argc, char **argv, const struct err *why);
int llm_cmd(int argc, char **argv, const struct config *config);
int encoder_cmd(int argc, char **argv, const struct config *config);
int search_cmd(int argc, char **argv, const struct config *config);

#endif
