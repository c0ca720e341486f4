/* open.h - pages of given addresses, read for a client: a copy of our own index, or from the web.
 *
 * OWNERSHIP: results are in the arena. THREADS: as research.h. */
#ifndef RESEARCH_OPEN_H
#define RESEARCH_OPEN_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/policy.h"
#include "session/world.h"

struct BY_NAME open_ask {
    const struct slice *urls;
    size_t url_count;
    const struct slice *texts; /* what the excerpts shall be about; none: the page's beginning */
    size_t text_count;
    size_t chars_per_page, chars; /* of excerpts: of a page, of all; 0: none are wanted */
    size_t full_chars;            /* of the whole text; 0: it is not wanted */
    struct policy policy;         /* a page of another place fails; dates do not count */
    int64_t max_age_s;            /* above 0: pages are read anew, not taken from our own index */
    bool only_fresh;              /* then a page that cannot be read is an error, though the index has a copy */
    int64_t max_ms;               /* 0: OPEN_MS */
    int64_t asked_ms;             /* clock_ms from which max_ms counts; 0: now */
};

enum { OPEN_MS = 30 * 1000 };

struct BY_NAME opened_page {
    struct slice url, title, date; /* url: as it was asked for; date: YYYY-MM-DD or empty */
    struct slice text;             /* the whole text; its first full_chars characters */
    const struct slice *excerpts;
    size_t excerpt_count;
    const char *failure; /* NULL, or what kept the page from being read: "bad_url", "robots", "unreadable", … */
    struct slice why;    /* then: a sentence for a person */
    int status;          /* then: the HTTP status; 0: there was none */
};

/* out has room for url_count pages, which come in the order of the addresses. A page that cannot be read fails by
 * itself. ERR_CANCELLED; ERR_IO and ERR_CORRUPT of the index. */
MUST_USE bool open_pages(const struct world *world, const struct open_ask *ask, atomic_bool *cancelled, struct arena *a,
                         struct opened_page *out, struct err *e);

#endif
