/* preset_files.h - loads presets from the files of some folders. */
#ifndef SEARCH_PRESET_FILES_H
#define SEARCH_PRESET_FILES_H

#include "search/preset.h"

struct presets {
    struct preset **at; /* sorted by name */
    size_t n, room;
};

/* Reads every NAME.ini of the folders; NULL ends their list. A file replaces one of the same name in an earlier folder.
 * A missing folder counts as empty. ERR_IO, or the error of preset_parse() for the first bad file. */
MUST_USE bool presets_load(struct arena *a, const char *const *folders, struct presets *out, struct err *e);
const struct preset *presets_find(const struct presets *p, struct slice name); /* NULL if there is none */

#endif
