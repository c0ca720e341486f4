/* beside.h - reads pages that take long, PDF and large ones, on threads of their own, beside the race that fetches the
 * others: so a page that keeps its reader busy costs the answer that page and no other.
 *
 * OWNERSHIP: copies what it reads; texts live until beside_end.
 * THREADS: one owner; the threads are its own. beside_end waits for them, which is short: reading takes a deadline and
 * is cancelled. */
#ifndef RESEARCH_BESIDE_H
#define RESEARCH_BESIDE_H

#include "fetch/fetch.h"
#include "pages/page.h"

enum {
    BESIDE_THREADS = 4,             /* at once, for one session */
    BESIDE_PAGES_MAX = 64,          /* more are read by the owner */
    BESIDE_PAGE_BYTES = 256 * 1024, /* a smaller page that is no PDF is read at once: it takes milliseconds */
};

struct beside;

struct beside_page {
    size_t at; /* as of the fetched page */
    struct slice url, final_url;
    struct page_text text;
    bool readable; /* text is there */
    bool late;     /* its deadline came */
};

/* until_ms: when reading ends, by clock_ms(). */
struct beside *beside_new(struct arena *a, int64_t until_ms);
/* False: this page is quickly read, or there is no room; the caller reads it. */
bool beside_add(struct beside *b, const struct fetch_page *page);
/* The next page that is read, each once; waits until until_ms or cancelled for one. NULL: none is there. */
const struct beside_page *beside_next(struct beside *b, const struct deadline *d);
/* Pages that beside_next did not hand over yet. */
size_t beside_left(struct beside *b);
/* Cancels what is still being read. */
void beside_end(struct beside *b);

/* Reads a page, of any kind, until the deadline. *late: that came first. */
bool beside_read(struct arena *a, const struct fetch_page *page, const struct deadline *d, struct page_text *text,
                 bool *late);

#endif
