/* index_encode.h - inside of cli/: footnote index encode. */
#ifndef CLI_INDEX_ENCODE_H
#define CLI_INDEX_ENCODE_H

#include "cli/config.h"

extern const char index_encode_help[];

/* Encodes the sentences of the index in folder that have no vector yet. Returns the exit status. */
int index_encode(const char *folder, const struct config *config, int argc);

#endif
