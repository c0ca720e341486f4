/* commands.h - the commands of footnote; each gets its own name as argv[0] and returns the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* schema SCHEMA.json [DATA.json]: is this JSON Schema supported, and does this value fit it? 0 yes; 1 the value does
 * not fit, or a file cannot be read; 2 the schema is not supported. */
int schema_cmd(int argc, char **argv);

#endif
