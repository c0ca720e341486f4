/* cache.h - pages that were fetched, kept on disk within a limit.
 *
 * A file of its own, cache.db: it may be deleted while nothing runs, and damage to it never touches keys. A damaged
 * file is replaced by an empty one. Several processes may use one file. Any thread; one private lock in each call.
 * Nothing here fails a caller: what cannot be read is not there, what cannot be written is dropped (and logged once).
 */
#ifndef STATE_CACHE_H
#define STATE_CACHE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct cache;

struct cache_page {
    struct slice key; /* url_canonical */
    struct slice final_url;
    struct slice content_type, etag, last_modified;
    struct slice body;
    int64_t fetched_unix; /* last known good: fetched, or confirmed by a 304 */
    int64_t fresh_until_unix;
};

/* Opens or makes FOLDER/cache.db (mode 0600). max_bytes counts bodies and their headers; at least 1 MiB. */
MUST_USE bool cache_open(const char *folder, int64_t max_bytes, struct cache **out, struct err *e);
void cache_close(struct cache *c); /* NULL is fine */

/* Counts as a use. Slices live in the arena. */
MUST_USE bool cache_get(struct cache *c, struct arena *a, struct slice key, struct cache_page *out);
/* Replaces a page of the same key. Pages larger than an eighth of the limit are not kept. Beyond the limit the pages
 * not used for longest go. */
void cache_put(struct cache *c, const struct cache_page *page);
/* A 304 came: the page is good until then. */
void cache_confirm(struct cache *c, struct slice key, int64_t fetched_unix, int64_t fresh_until_unix);
void cache_drop(struct cache *c, struct slice key);

struct cache_stats {
    int64_t pages, bytes;
};
struct cache_stats cache_stats(struct cache *c);

#endif
