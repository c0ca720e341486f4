/* share.h - finds the files that come with the program. */
#ifndef CLI_SHARE_H
#define CLI_SHARE_H

#include "cli/config.h"

/* Folders of search presets, later ones win, NULL at the end: those that came with the program and then
 * DATA/providers. The first come from the setting `share`, else from beside the binary: PREFIX/bin and
 * PREFIX/share/footnote when installed, build and share in the source tree. In the arena. */
const char *const *share_provider_folders(struct arena *a, const struct config *c);

#endif
