/* json_ld.h - inside of text/: what schema.org descriptions in a page say about it. */
#ifndef TEXT_JSON_LD_H
#define TEXT_JSON_LD_H

#include "base/arena.h"

enum { JSON_LD_BYTES_MAX = 2 << 20, JSON_LD_DEPTH_MAX = 32 };

/* Slices in the arena; empty where nothing was said. */
struct json_ld {
    struct slice headline, body, published, modified, author, publisher, lang;
};

/* Adds what one description says; what *out has already stays, but for a longer body. Lenient: pages write broken JSON,
 * and what was read before the break is kept. text is UTF-8. */
void json_ld_read(struct arena *a, struct slice text, struct json_ld *out);

#endif
