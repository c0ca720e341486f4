/* pages.h - inside of index/: how pages and passages lie in the engine; shared by index.c (writes) and search.c
 * (reads).
 *
 * A page is a record under page_key(url): identity, title, date, sha256, where its passages are, and the white space
 * after its last passage. A passage stores the white space before it and its text, so that gap + text of all
 * passages + tail is the page's text byte for byte. It also stores a 16-bit hash of each of its stems in their order:
 * proximity of query terms is measured on these, without cutting the text into words again. */
#ifndef INDEX_PAGES_H
#define INDEX_PAGES_H

#include "index/engine.h"
#include "index/index.h"
#include "text/lang.h"
#include "text/words.h"

enum {
    PAGE_KEY_BYTES = 20, /* of SHA-256: 160 bits cannot be made to collide */
    SHA256_BYTES = 32,
    LANGS_MAX = 32,
};

struct page_record {
    uint32_t page_id, first, count; /* number in the engine of its first passage, and how many */
    uint32_t words;
    struct slice sha256; /* SHA256_BYTES */
    struct slice url, title, site, date, lang, tail;
};

struct passage_record {
    struct slice page_key;
    uint32_t page_id, number, offset;
    const unsigned char *stems; /* 16 bits each, little-endian */
    size_t stem_count;
    struct slice gap, text;
};

/* What is true for the whole index; a record, too. */
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
    struct totals totals; /* of the writer */
};

void page_key(struct slice url, char out[PAGE_KEY_BYTES]);
struct slice page_encode(struct arena *a, const struct page_record *r);
/* Both: false when the bytes are not such a record. The slices point into `bytes`. */
bool page_decode(struct slice bytes, struct page_record *r);
bool passage_decode(struct slice bytes, struct passage_record *r);
struct slice passage_encode(struct arena *a, const struct passage_record *r);

struct slice totals_encode(struct arena *a, const struct totals *t);
bool totals_decode(struct slice bytes, struct totals *t); /* empty bytes: an empty index */
extern const struct slice totals_key;

/* Host name of a URL without "www.", port and user, lower case; empty when it has none. */
struct slice site_of(struct arena *a, struct slice url);
/* The mark of a domain: what an include or exclude filter asks for. */
struct slice domain_mark(struct arena *a, struct slice domain);
uint16_t stem_hash(struct slice stem);
struct slice pages_hex(struct arena *a, struct slice bytes); /* lower case */

/* Reads through a view, anew when the writer was faster; read is called one to several times. */
bool read_by_view(struct index *x, bool (*read)(struct index *x, struct engine_view *v, void *ud, struct err *e),
                  void *ud, struct err *e);
bool index_damaged(const struct index *x, const char *what, struct err *e);

#endif
