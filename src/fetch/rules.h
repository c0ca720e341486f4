/* rules.h - keeps the robots.txt of each origin for a while, so that it is read only once.
 *
 * The first caller that asks for an origin must read the file. The others wait for it. rules.c says which rules apply
 * if it cannot be read.
 *
 * THREADS: any; one private lock, not held while the file is read. */
#ifndef FETCH_RULES_H
#define FETCH_RULES_H

#include "fetch/fetch.h"
#include "net/robots.h"

struct rules_book;

/* The rules of one origin. They have a count of references and never change. */
struct rules {
    enum fetch_outcome
        verdict;        /* FETCH_OK: `robots` decides; else no page of the origin may be read, for this reason */
    const char *reason; /* static */
    struct robots robots;
    /* Private to rules.c. */
    struct arena *arena;
    unsigned references;
    unsigned keep_ms;
};

struct rules_book *rules_book_new(const char *agent);
void rules_book_free(struct rules_book *b); /* NULL is fine */

enum rules_turn {
    RULES_READY, /* *out is valid until rules_put() */
    RULES_MINE,  /* the caller must read the file and call rules_settle(); nobody else will */
    RULES_WAIT   /* another caller reads it; ask again soon */
};
enum rules_turn rules_ask(struct rules_book *b, struct slice origin, int64_t now_ms, struct rules **out);
void rules_put(struct rules_book *b, struct rules *r);
/* reply: the reply for origin/robots.txt, after redirects. NULL gives up; then the next caller must read the file. */
void rules_settle(struct rules_book *b, struct slice origin, const struct http_reply *reply, int64_t now_ms);

#endif
