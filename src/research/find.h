/* find.h - pages about something, with what they say about it: research that ends before an answer.
 *
 * It asks the same index and search services as a question does, for each query by itself, reads the best pages within
 * the mode's time, and gives back whole passages of them: exact bytes of the page's text, for a program that goes on
 * with them. What several queries find comes first (reciprocal rank fusion, Cormack et al. 2009).
 *
 * OWNERSHIP: results are in the arena.
 * THREADS: as research.h. */
#ifndef RESEARCH_FIND_H
#define RESEARCH_FIND_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/policy.h"
#include "session/answer.h"
#include "session/world.h"

enum find_mode { FIND_TURBO, FIND_FAST, FIND_BASIC, FIND_ADVANCED, FIND_MODE_COUNT };
const char *find_mode_name(enum find_mode mode); /* "turbo" */

enum { FIND_QUERIES_MAX = 8, FIND_PAGES_MAX = 40 };

struct BY_NAME find_ask {
    enum find_mode mode;
    struct slice objective; /* what it is for, in a sentence; may be empty where there is a query */
    const struct slice *queries;
    size_t query_count; /* at most FIND_QUERIES_MAX */
    struct policy policy;
    size_t pages;          /* at most so many; at most FIND_PAGES_MAX */
    size_t chars_per_page; /* of excerpts of a page, code points */
    size_t chars;          /* of all excerpts */
    int64_t max_ms;        /* 0: only the mode's limit */
    int64_t asked_ms;      /* clock_ms from which max_ms counts; 0: now */
};

struct BY_NAME found_page {
    struct slice url, title, date; /* date: YYYY-MM-DD or empty */
    const struct slice *excerpts;  /* the best first */
    size_t excerpt_count;
};

struct found {
    struct found_page *at; /* the best first */
    size_t n;
    const struct slice *warnings; /* sentences */
    size_t warning_count;
    struct spent spent;
};

/* Nothing found is no error. ERR_UNAVAILABLE: there is nothing to search in. ERR_DEADLINE, ERR_CANCELLED. */
MUST_USE bool find_pages(const struct world *world, const struct find_ask *ask, atomic_bool *cancelled, struct arena *a,
                         struct found *out, struct err *e);

/* The passages of one page that say most about the texts, or its first ones where there are none: at most so many
 * characters, in the order of the page. Returns how many. The page's slices must outlive the result. */
MUST_USE bool find_excerpts(const struct world *world, const struct page_copy *page, const struct slice *texts,
                            size_t text_count, size_t chars, struct arena *a, const struct slice **out, size_t *n,
                            struct err *e);

#endif
