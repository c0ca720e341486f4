/* rules.h - robots.txt of each origin, read once and kept for a while.
 *
 * Whoever asks first reads the file; others wait for it. Any thread; one private lock, not held while reading. */
#ifndef FETCH_RULES_H
#define FETCH_RULES_H

#include "fetch/fetch.h"
#include "net/robots.h"

struct rules_book;

/* What is known of one origin; counted references, unchanging. */
struct rules {
    enum fetch_outcome verdict; /* FETCH_OK: ask `robots`; otherwise no page can be had, for this reason */
    const char *reason;         /* static */
    struct robots robots;
    struct slice text; /* the file */
    /* Private to rules.c. */
    struct arena *arena;
    unsigned references;
    unsigned keep_ms;
};

struct rules_book *rules_book_new(const char *agent);
void rules_book_free(struct rules_book *b); /* NULL is fine */

enum rules_turn {
    RULES_READY, /* *out is lent until rules_put */
    RULES_MINE,  /* read it, then rules_settle; nobody else will */
    RULES_WAIT   /* somebody else reads it: ask again soon */
};
enum rules_turn rules_ask(struct rules_book *b, struct slice origin, int64_t now_ms, struct rules **out);
void rules_put(struct rules_book *b, struct rules *r);
/* reply: of GET origin/robots.txt with redirects followed; NULL when it was given up, and the next one may try. */
void rules_settle(struct rules_book *b, struct slice origin, const struct http_reply *reply, int64_t now_ms);

#endif
