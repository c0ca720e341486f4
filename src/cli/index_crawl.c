#include "cli/index_crawl.h"
const char index_crawl_help[] = "Usage: footnote index crawl URL...\n";
int index_crawl(const char *folder, const struct config *config, int argc, char **argv)
{
    (void)folder, (void)config, (void)argc, (void)argv;
    return 1;
}
