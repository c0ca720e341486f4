/* index.h - the index of the operator's own pages: add, remove and search them.
 *
 * index.c stores pages, index_search.c finds passages, index_near.c finds words that are written alike, index_alias.c
 * other names of pages, index_check.c looks for damage. A page is stored whole. A search looks at its passages (about
 * 120 words, cut as text/passages.h says). It returns passages with their exact bytes and their offset in the page, so
 * that every excerpt can be checked against index_page_text(). The words of the headings and the term that a passage
 * stands under count as words of the passage.
 *
 * OWNERSHIP: results are in the arena of the call.
 * THREADS: index_search(), index_counts(), index_page_text() and index_stats() may be called from any thread, the rest
 * from one. One writer at a time, across processes; any number of readers. Readers see the last commit and can go on
 * while somebody writes.
 * OLD INDEXES: an index of an older version is read as it is. Its pages know no headings until they are added again,
 * which then puts them anew though they have not changed. An index of a newer version is refused (ERR_CORRUPT).
 * ERRORS: ERR_BUSY for a second writer, and for a reader whom the writer has overtaken several times in a row;
 * ERR_CORRUPT for damaged files; ERR_IO for missing rights and a full disk. */
#ifndef INDEX_INDEX_H
#define INDEX_INDEX_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/page_copy.h"
#include "base/policy.h"
#include "text/passages.h"

struct index;

enum { INDEX_HASH_CHARS = 64 };

/* What a search returns. */
struct BY_NAME passage {
    struct slice url, title, site, date, lang; /* site: host name without "www." */
    struct slice text;                         /* exact bytes of the page's text */
    size_t offset;                             /* of text in the page's text, bytes */
    uint32_t page_id, number;                  /* number: 0 for the page's first passage */
    uint32_t id;              /* of the passage in the index: counts up, is never used again; 0: it is in no index */
    double score;             /* BM25 with title weight, and a bonus for words near each other; higher is better */
    struct slice page_sha256; /* of the page's text, lower-case hex */
    const struct passage_above *above; /* what the passage belongs to; none in a page put by an older version */
    size_t above_count;
    bool in_code; /* text begins within code */
};

struct index_query {
    struct slice text;        /* the question; a passage needs only one of its words */
    struct slice lang;        /* ISO 639-1; guessed if empty */
    struct policy policy;     /* with after_date, pages without a date are left out too */
    size_t limit;             /* the most passages to return */
    size_t passages_per_page; /* the most passages of one page; 0 means 3 */
    /* Ids of passages that are near in meaning, nearest first. Where no passage has half of the question's weight, the
     * first `near_limit` of them that the words did not find, that still are in the index and that the policy allows
     * join the hits, beyond `limit`. */
    const uint32_t *near;
    size_t near_count, near_limit;
};

struct index_hits {
    struct passage *at; /* best first; behind them those that are near in meaning, nearest first */
    size_t n;
    /* The sum of the idf weights (see index_counts()) of all terms of the query, also of terms that no passage has. A
     * passage that has each term once scores about this much. Titles and nearness can lift a score above it. */
    double query_weight;
    uint64_t searched; /* how many passages the index has */
};

struct index_stats {
    uint64_t pages, passages, bytes_on_disk;
    double words_per_passage;
};

struct index_checked {
    uint64_t pages, passages;
};

/* Opens for reading. A missing index counts as empty, and is seen as soon as somebody commits to it. */
MUST_USE bool index_open(const char *folder, struct index **out, struct err *e);
/* Opens for writing and creates the folder if it is missing. ERR_BUSY if another process writes. */
MUST_USE bool index_open_writer(const char *folder, struct index **out, struct err *e);
void index_close(struct index *x); /* pages put since the last commit are lost. NULL is fine. */

enum { INDEX_TEXT_BYTES_MAX = 16 * 1024 * 1024, INDEX_URL_BYTES_MAX = 4096, INDEX_TITLE_BYTES_MAX = 4096 };

/* Adds a page, or replaces the page of the same url. Readers see it after index_commit(). The page must be a whole one
 * (its sha256 is ignored) in valid UTF-8, with a text that is not empty. lang is ISO 639-1, or empty and then guessed.
 * ERR_BAD_VALUE, with the field in e->param: not UTF-8, empty, or not a date. ERR_INPUT_TOO_LONG: above the limits. */
MUST_USE bool index_put(struct index *x, const struct page_copy *page, struct err *e);
/* *same: the index has this page with the same text, title, date and language, put by this version, so index_put()
 * would change nothing. */
MUST_USE bool index_has(struct index *x, const struct page_copy *page, bool *same, struct err *e);
/* *found: there is a page of this url, committed or not. */
MUST_USE bool index_holds(struct index *x, struct slice url, bool *found, struct err *e);
/* *found: there was such a page. */
MUST_USE bool index_remove(struct index *x, struct slice url, bool *found, struct err *e);
MUST_USE bool index_commit(struct index *x, struct err *e);
/* Notes are values by name that are committed together with the pages. They tell an interrupted import where to go on,
 * for example. index_note() gives an empty value if there is none. */
MUST_USE bool index_set_note(struct index *x, struct slice name, struct slice value, struct err *e);
MUST_USE bool index_note(struct index *x, struct slice name, struct arena *a, struct slice *value, struct err *e);

MUST_USE bool index_search(struct index *x, const struct index_query *query, struct arena *a, struct index_hits *out,
                           struct err *e);
/* Passages in the order in which they were added. Their numbers count up over the whole index and are never used again,
 * so that who has read up to one can go on there later. */
struct index_walk {
    uint32_t after, most;   /* looks at the `most` numbers behind `after` */
    uint32_t upto, last;    /* out: the highest number that was looked at, or `after`; the highest one in use */
    struct index_hits hits; /* out: the passages; numbers of removed ones have none */
};
MUST_USE bool index_walk(struct index *x, struct index_walk *walk, struct arena *a, struct err *e);
/* A page as it was put, byte for byte. *found is false if there is no such page. */
MUST_USE bool index_page(struct index *x, struct slice url, struct arena *a, struct page_copy *page, bool *found,
                         struct err *e);
MUST_USE bool index_page_text(struct index *x, struct slice url, struct arena *a, struct slice *text, bool *found,
                              struct err *e);
MUST_USE bool index_stats(struct index *x, struct index_stats *out, struct err *e);

/* Reads everything: the search library's tables, each page and each passage, and compares each page's text with the
 * hash that was taken when it was put. ERR_CORRUPT, with what is damaged; ERR_CANCELLED once *stop (may be NULL) is
 * set. Takes about as long as reading the files. Pages that a writer replaces meanwhile are left out. */
MUST_USE bool index_check(struct index *x, const atomic_bool *stop, struct index_checked *out, struct err *e);

/* Writes the last commit into the folder `to`, which does not exist yet, as an index of its own; others may write
 * meanwhile. The folder of vectors is not part of it. An index that is missing is none there either. ERR_BUSY: it
 * changed too fast to be copied. */
MUST_USE bool index_copy(const struct index *x, const char *to, struct err *e);

/* Counts for the inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Spärck Jones, as in BM25).
 * *passages: N, the number of passages. having[i]: n, how many of them have stems[i] (text/words.h). having has room
 * for `count` numbers. */
MUST_USE bool index_counts(struct index *x, const struct slice *stems, size_t count, uint64_t *passages,
                           uint64_t *having, struct err *e);

/* --- index_near.c: the index's own spelling ---
 * The most terms that index_near() finds. */
enum { INDEX_NEAR_MAX = 12 };
struct index_near {
    struct slice stem;
    uint64_t having;   /* how many passages have it */
    unsigned mistakes; /* to the word, or one more than to a beginning of it */
};
/* Stems of the index that are like a word (case-folded) or a beginning of it, with at most so many mistakes; the
 * nearest first, then the most frequent. out has room for INDEX_NEAR_MAX. */
MUST_USE bool index_near(struct index *x, struct slice word, unsigned mistakes, struct arena *a, struct index_near *out,
                         size_t *n, struct err *e);
/* The stem that most passages have of those that go on after `word` (case-folded); having is 0 when there is none. */
MUST_USE bool index_longer(struct index *x, struct slice word, struct arena *a, struct index_near *out, struct err *e);
/* How many bytes have to be changed, added, left out or swapped with their neighbour to make b of a; of any beginning
 * of b, if asked so. Texts of more than 32 bytes are not compared: 32. */
unsigned index_mistakes(struct slice a, struct slice b, bool beginning);

/* --- index_alias.c: other names ---
 * The title, with accents and without what it has in brackets, that is written as this name where accents are left out;
 * empty: no title is. */
struct lang;
MUST_USE bool index_alias_bare(struct index *x, struct slice name, const struct lang *lang, struct arena *a,
                               struct slice *title, struct err *e);
/*
 * The title of the only page whose introduction gives this other name for what it is about ("(WHO)", "also known as
 * …"); empty: none, or several. */
MUST_USE bool index_alias(struct index *x, struct slice name, const struct lang *lang, struct arena *a,
                          struct slice *title, struct err *e);

/* The values of struct passage: the host name of a URL without "www.", and the SHA-256 of a text in lower-case hex. */
struct slice index_site(struct arena *a, struct slice url);
struct slice index_hash(struct arena *a, struct slice text);

/* The name and version of the library: "Xapian 1.4.22". */
const char *index_engine(void);
/* From now on the library takes its memory as arenas do (base/reserve.h). For a server, at its start. */
void index_use_reserve(void);

#endif
