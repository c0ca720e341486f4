/* cite_url.h - finds web addresses in running text, and the source that an address belongs to. */
#ifndef CITE_CITE_URL_H
#define CITE_CITE_URL_H

#include "base/arena.h"
#include "cite/cite_peek.h"
#include "evidence/evidence.h"

struct cite_urls;

struct cite_urls *cite_urls_new(struct arena *a, struct source *const *sources, size_t n);
/* The source with this address, with or without its scheme. NULL if it is not in evidence. */
struct source *cite_urls_find(const struct cite_urls *u, struct slice url);
/* Whether every address in a complete text is in evidence, including addresses without a scheme, in brackets and in
 * links. cite_read_url_start() defines what an address is. True if there is none. */
bool cite_urls_cover(const struct cite_urls *u, struct slice text);

/* Whether the word at the start of text begins an address: "https:", "www.x", "example.org/". before is the character
 * before the word, before2 the one before that (0 if none). CITE_YES: the address begins after *skip bytes. CITE_NO: no
 * address begins in the first *skip bytes, at least 1. */
enum cite_reading cite_read_url_start(struct slice text, bool final, uint32_t before, uint32_t before2, size_t *skip);
/* Finds the end of the address at the start of text. CITE_NO if it is longer than URL_MAX_BYTES; then it cannot be in
 * evidence. */
enum cite_reading cite_read_url(struct slice text, bool final, size_t *n);
/* Whether an address always ends before this character. */
bool cite_ends_url(uint32_t c);

#endif
