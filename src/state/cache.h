/* cache.h - pages that were fetched, kept on disk within a limit.
 *
 * DESIGN: the file is cache.db, apart from the keys, so that damage to it never touches them. It may be deleted while
 * nothing runs. Several processes may use one file.
 * ERRORS: none after cache_open. A page that cannot be read counts as absent; one that cannot be written is dropped,
 * which is logged once. A damaged file is replaced by an empty one.
 * THREADS: any; one private lock in each call. */
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

/* False: the page is not there. A hit counts as a use. Slices live in the arena. */
MUST_USE bool cache_get(struct cache *c, struct arena *a, struct slice key, struct cache_page *out);
/* Replaces the page of the same key. Pages larger than an eighth of the limit are not kept. Beyond the limit, the
 * pages that were not used for longest are removed. */
void cache_put(struct cache *c, const struct cache_page *page);
/* After a 304: the page is fresh until fresh_until_unix. */
void cache_confirm(struct cache *c, struct slice key, int64_t fetched_unix, int64_t fresh_until_unix);
void cache_drop(struct cache *c, struct slice key);

#endif
