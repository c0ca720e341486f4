/* index.h - our own pages: put, remove, search. The one door to every index engine.
 *
 * A page is stored whole; what is searched are its passages (about 120 words, cut at sentence ends), and what comes
 * back are passages with their exact bytes and offset in the page, so that every excerpt can be checked against
 * index_page_text. One writer at a time (across processes; a second one gets ERR_BUSY), any number of readers, who
 * see the last commit and go on while somebody writes.
 * Threads: index_search, index_page_* and index_stats may be called from any thread; the rest from one. */
#ifndef INDEX_INDEX_H
#define INDEX_INDEX_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct index;

enum { INDEX_HASH_CHARS = 64 };

struct index_page {
    struct slice url, title, text; /* valid UTF-8; url is the page's identity; text not empty */
    struct slice lang;             /* ISO 639-1 code, or empty: guessed from the text */
    struct slice date;             /* YYYY-MM-DD, or empty: unknown */
};

/* What a search gives back. The slices live in the arena of the call. */
struct passage {
    struct slice url, title, site, date, lang; /* site: host name without "www." */
    struct slice text;                         /* exact bytes of the page's text */
    size_t offset;                             /* of text in the page's text, bytes */
    uint32_t page_id, number;                  /* number: 0 for the page's first passage */
    double score;                              /* of the engine, with title weight and proximity bonus; higher is better */
    struct slice page_sha256;                  /* of the page's text, lower-case hex */
};

struct index_filter {                     /* all of it optional */
    const struct slice *include; /* domains, lower case: "example.org" also means its subdomains, ".org" all of org */
    size_t include_count;
    const struct slice *exclude;
    size_t exclude_count;
    struct slice after_date; /* YYYY-MM-DD: pages of an earlier or unknown date are left out */
};

struct index_query {
    struct slice text; /* words of the question; any of them may match */
    struct slice lang; /* ISO 639-1, or empty: guessed */
    struct index_filter filter;
    size_t limit;             /* passages wanted */
    size_t passages_per_page; /* at most this many of one page; 0 means 3 */
};

struct index_hits {
    struct passage *at; /* best first */
    size_t n;
    /* Sum of the idf weights (see index_counts) of the query's terms, also of those that no passage has: about the score of
     * a passage that has each of them once. Titles and proximity can lift a score above it. */
    double query_weight;
    uint64_t searched;   /* passages in the index */
};

struct index_stats {
    uint64_t pages, passages, bytes_on_disk;
    double words_per_passage;
};

/* Opens for reading; an index that does not exist yet is an empty one and appears once something is committed. */
MUST_USE bool index_open(const char *folder, struct index **out, struct err *e);
/* Opens for writing, creating folder when it is missing. ERR_BUSY when another process writes. */
MUST_USE bool index_open_writer(const char *folder, struct index **out, struct err *e);
void index_close(struct index *x); /* without commit: what was put since the last one is gone. NULL is fine. */

enum { INDEX_TEXT_BYTES_MAX = 16 * 1024 * 1024, INDEX_URL_BYTES_MAX = 4096, INDEX_TITLE_BYTES_MAX = 4096 };

/* Replaces the page of the same url. Not seen by readers before index_commit. ERR_BAD_VALUE, with the field in
 * e->param: not UTF-8, empty, or not a date; ERR_INPUT_TOO_LONG: above the ceilings. */
MUST_USE bool index_put(struct index *x, const struct index_page *page, struct err *e);
/* *same: the index has this page already (text, title, date and language), so that putting it would change nothing. */
MUST_USE bool index_has(struct index *x, const struct index_page *page, bool *same, struct err *e);
/* *found tells whether there was such a page. */
MUST_USE bool index_remove(struct index *x, struct slice url, bool *found, struct err *e);
MUST_USE bool index_commit(struct index *x, struct err *e);
/* A note that is committed together with the pages, so that an interrupted import can go on: value by name. */
MUST_USE bool index_set_note(struct index *x, struct slice name, struct slice value, struct err *e);
MUST_USE bool index_note(struct index *x, struct slice name, struct arena *a, struct slice *value, struct err *e);

MUST_USE bool index_search(struct index *x, const struct index_query *query, struct arena *a, struct index_hits *out,
                           struct err *e);
/* The stored text of a page, byte for byte as it was put; *found false when there is none. */
MUST_USE bool index_page_text(struct index *x, struct slice url, struct arena *a, struct slice *text, bool *found,
                              struct err *e);
MUST_USE bool index_stats(struct index *x, struct index_stats *out, struct err *e);

/* The passages in the index, and how many have each of the stems (text/words.h): what the inverse document frequency
 * ln(1 + (N - n + 0.5) / (n + 0.5)) is made of (Robertson and Spärck Jones, as in BM25). having has room for count. */
MUST_USE bool index_counts(struct index *x, const struct slice *stems, size_t count, uint64_t *passages,
                           uint64_t *having, struct err *e);

/* As in struct passage: the host name of a URL without "www.", and the SHA-256 of a text in lower-case hex. */
struct slice index_site(struct arena *a, struct slice url);
struct slice index_hash(struct arena *a, struct slice text);

/* "Xapian 1.4.22": the library that runs. */
const char *index_engine(void);

#endif
