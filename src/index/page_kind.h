/* page_kind.h - pages that are not read for what they say, by their title and address.
 *
 * Documentation brings release notes, which name every option once more, and indexes, which name every word. They hold
 * the words of nearly each question and the answer to few. Such a page counts less in a search, unless the question
 * asks for versions or changes.
 *
 * DESIGN: what a page lists could also be read off its lines, but lists of countries, options or errors look the same
 * and are what people ask for. Titles and addresses do not mistake one for the other.
 * THREADS: any. */
#ifndef INDEX_PAGE_KIND_H
#define INDEX_PAGE_KIND_H

#include "base/arena.h"
#include "text/words.h"

enum page_kind {
    PAGE_CONTENT,
    PAGE_NEWS,     /* release notes, a list of changes */
    PAGE_CONTENTS, /* a table of contents, an index of words */
    PAGE_KINDS
};

/* words: those of the title, or of its start. */
enum page_kind page_kind_of(struct arena *a, struct slice url, struct slice title, const struct words *words,
                            const struct lang *lang);

/* What a passage's score is multiplied by. */
double page_kind_worth(enum page_kind kind, struct words question, const struct lang *lang);

/* The address at which the page would be, of which this one is the source: "/add.html" for "/add.txt",
 * "/_sources/add.rst.txt". Empty if it is no source. Some sources have two forms of it, with try 0 and 1. */
struct slice page_kind_page(struct arena *a, struct slice url, int try);

#endif
