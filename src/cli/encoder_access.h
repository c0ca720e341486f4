/* encoder_access.h - opens the sentence encoder of the settings, and the vectors that are kept beside the index.
 *
 * `encoder = auto` takes the packed weights in the cache folder, ${XDG_CACHE_HOME:-~/.cache}/footnote, where 'footnote
 * encoder install' puts them, and goes without where there are none. `none` goes without. Anything else names a
 * file. */
#ifndef CLI_ENCODER_ACCESS_H
#define CLI_ENCODER_ACCESS_H

#include "cli/config.h"
#include "encode/kept.h"
#include "encode/meaning.h"

struct encoder_access { /* all NULL: there is no encoder */
    struct encoder *encoder;
    struct kept *kept, *passages; /* vectors of sentences; of passages */
    struct meaning *meaning;
};

/* The packed file of the settings, whether it is there or not; NULL: none. In the arena. */
const char *encoder_file(struct arena *a, const struct config *c);
/* Empty with `none`, and with `auto` where there is no such file. Errors as encoder_open(). */
MUST_USE bool encoder_access_open(const struct config *c, struct encoder_access *out, struct err *e);
/* After the last session. One that is empty is fine. */
void encoder_access_close(struct encoder_access *x);

#endif
