/* pages.h - how pages and passages are stored in the engine. Private to index/: index.c writes them, index_search.c
 * reads them. alias_marks.c reads other names off them.
 *
 * A page is a record under page_key(url): identity, title, date, sha256, the numbers of its passages, and the white
 * space behind its last passage. A passage stores its text and the white space before it. So gap + text of all passages
 * + tail is the page's text, byte for byte. A passage also stores a 16-bit hash of each of its stems, in their order.
 * The search uses them to measure how near the query's terms are, without cutting the text into words again.
 *
 * FORMATS: 1 has no headings, lead-ins and kinds with its passages. 2 has them. Pages of format 1 are read as they are,
 * and are put anew when somebody adds them again; pages of both may be in one index. The record "format" holds the
 * highest that an index has, so that an older program refuses what it cannot read. */
#ifndef INDEX_PAGES_H
#define INDEX_PAGES_H

#include "index/engine.h"
#include "index/index.h"
#include "index/page_kind.h"
#include "lang/lang.h"
#include "text/words.h"

enum {
    INDEX_FORMAT = 2,    /* of the pages that this program writes */
    PAGE_KEY_BYTES = 20, /* of a SHA-256; nobody can make 160 bits collide */
    SHA256_BYTES = 32,
    LANGS_MAX = 32,
};

struct BY_NAME page_record {
    uint32_t page_id, first, count; /* first: the engine's number of its first passage; count: how many it has */
    uint32_t words;
    uint32_t format;
    struct slice sha256; /* SHA256_BYTES */
    struct slice url, title, site, date, lang, tail;
};

struct BY_NAME passage_record {
    struct slice page_key;
    uint32_t page_id, number, offset;
    const unsigned char *stems; /* 16 bits each, little-endian */
    size_t stem_count;
    struct slice gap, text;
    const struct passage_above *above;
    size_t above_count;
    bool in_code;
    enum page_kind kind;
};

/* Figures of the whole index, kept in one record. */
struct totals {
    uint64_t pages, words, next_page_id;
    struct {
        char code[12];
        uint64_t pages;
    } langs[LANGS_MAX]; /* code "": unused */
};

struct index {
    struct engine *engine;
    bool writes;
    char *folder;
    struct totals totals; /* only for a writer: with its uncommitted changes */
};

void page_key(struct slice url, char out[PAGE_KEY_BYTES]);
struct slice page_encode(struct arena *a, const struct page_record *r);
/* Both decoders return false if the bytes are not such a record, or a text in it is no UTF-8. Their slices point into
 * `bytes`. */
bool page_decode(struct slice bytes, struct page_record *r);
/* above: room for PASSAGE_ABOVE_MAX, or NULL where they are not wanted. */
bool passage_decode(struct slice bytes, struct passage_record *r, struct passage_above *above);
struct slice passage_encode(struct arena *a, const struct passage_record *r);

struct slice totals_encode(struct arena *a, const struct totals *t);
bool totals_decode(struct slice bytes, struct totals *t); /* empty bytes: an empty index */
extern const struct slice totals_key, format_key;

/* The host name of a URL in lower case, without "www.", port and user; empty if it has none. */
struct slice site_of(struct arena *a, struct slice url);
/* The mark of a domain, which filters of domains search for. */
struct slice domain_mark(struct arena *a, struct slice domain);
enum { INDEX_ALIASES_MAX = 6 };
/* The mark of another name of a page; empty: it is too long. */
struct slice alias_mark(struct arena *a, struct slice name, const struct lang *lang);
/* The mark of a title as it is written without accents, and without what it has in brackets; empty: it is too long. */
struct slice alias_bare_mark(struct arena *a, struct slice title, const struct lang *lang);
/* The marks of other names that the beginning of a page gives for what it is about (index_alias.c), and the one of a
 * title that has accents; returns how many. */
size_t alias_marks(struct arena *a, struct slice title, struct slice text, const struct lang *lang,
                   struct slice out[INDEX_ALIASES_MAX]);
uint16_t stem_hash(struct slice stem);
struct slice pages_hex(struct arena *a, struct slice bytes); /* lower case */

/* Calls read with a view, and again with a fresh one if the writer has overtaken it. So read may run several times. */
bool read_by_view(struct index *x, bool (*read)(struct index *x, struct engine_view *v, void *ud, struct err *e),
                  void *ud, struct err *e);
bool index_damaged(const struct index *x, const char *what, struct err *e);

#endif
