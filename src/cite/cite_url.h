/* cite_url.h - web addresses in running text, and which of them are evidence. */
#ifndef CITE_URL_H
#define CITE_URL_H

#include "base/arena.h"
#include "cite/cite_peek.h"
#include "evidence/evidence.h"

struct cite_urls;

struct cite_urls *cite_urls_new(struct arena *a, struct source *const *sources, size_t n);
/* The source that this address means, written with or without its scheme; NULL: it is not in evidence. */
struct source *cite_urls_find(const struct cite_urls *u, struct slice url);

/* The word at the start of text, and whether it begins an address: "https:", "www.x", "example.org/". before: the
 * character in front of it, before2 the one in front of that (0: none). CITE_YES: *skip bytes are words before the
 * address. CITE_NO: *skip bytes, at least 1, hold no start of an address. */
enum cite_reading cite_read_url_start(struct slice text, bool final, uint32_t before, uint32_t before2, size_t *skip);
/* Where the address ends that starts text. CITE_NO: it is longer than URL_MAX_BYTES, so it is no evidence. */
enum cite_reading cite_read_url(struct slice text, bool final, size_t *n);
/* Whether no address goes on with this character. */
bool cite_ends_url(uint32_t c);

#endif
