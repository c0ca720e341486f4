/* index_crawl.h - inside of cli/: footnote index crawl. */
#ifndef CLI_INDEX_CRAWL_H
#define CLI_INDEX_CRAWL_H

#include "cli/config.h"

extern const char index_crawl_help[];

/* Adds the pages of web sites to the index in folder. argv: behind the verb. Returns the exit status. */
int index_crawl(const char *folder, const struct config *config, int argc, char **argv);

#endif
