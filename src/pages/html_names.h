/* html_names.h - inside of pages/: what the words of a class or id attribute say, read once for each value.
 *
 * A page has thousands of elements and few values, so what was read last in a slot is kept. One thread at a time. */
#ifndef PAGES_HTML_NAMES_H
#define PAGES_HTML_NAMES_H

#include <stdint.h>

#include "base/arena.h"
#include "pages/html_foreign.h"

/* A set of names that may say of one which it has not that it has it. */
struct html_bits {
    uint64_t low, high;
};

/* Adds a name; hash is its slice_hash(). */
static inline void html_bits_add(struct html_bits *bits, uint32_t hash)
{
    hash ^= hash >> 15;
    *(hash & 64 ? &bits->high : &bits->low) |= UINT64_C(1) << (hash & 63);
}

static inline struct html_bits html_bits_join(struct html_bits a, struct html_bits b)
{
    return (struct html_bits){a.low | b.low, a.high | b.high};
}

/* Whether set may have all that wanted has. */
static inline bool html_bits_have(struct html_bits set, struct html_bits wanted)
{
    return !(wanted.low & ~set.low) && !(wanted.high & ~set.high);
}

struct html_names {
    uint32_t roles; /* html_roles.h */
    uint32_t shape; /* the same for values that differ in figures only ("post-31", "post-32") or in order */
    enum html_foreign foreign;
    bool content;             /* one of the words is what templates call the part that a page is about */
    bool apart;               /* html_roles_foreign() */
    bool hidden;              /* html_roles_hidden() */
    struct html_bits bits;    /* its words */
    bool shows, hides, opens; /* html_names_seen() */
};

struct html_names_cache;

struct html_names_cache *html_names_new(struct arena *a);
/* names: the whole attribute; it must stay as long as the cache. The result stays until the next call. */
const struct html_names *html_names_of(struct html_names_cache *cache, struct slice names);

/* Sets shows, hides and opens by the words of a class attribute: classes that show their element after all, that
 * frameworks hide it by, and those of parts that a click or scrolling opens. */
void html_names_seen(struct slice classes, struct html_names *out);

#endif
