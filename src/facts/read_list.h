/* read_list.h - finds enumerations: "A, B, C and D" within a sentence, and lines that are list items.
 *
 * Items are slices of the text, without bullets, determiners and the words that introduce the list. */
#ifndef FACTS_READ_LIST_H
#define FACTS_READ_LIST_H

#include "text/words.h"

struct list {
    struct slice *items;
    size_t n;
};

struct lists {
    struct list *at;
    size_t n;
};

/* The enumerations of a sentence, in its order. Each has at least two items. */
struct lists lists_read(struct arena *a, struct slice text, const struct lang *lang);
/* Whether the line is a list item ("- x", "* x", "• x", "1. x"). *content gets the text behind the bullet. */
bool list_item(struct slice line, struct slice *content);

#endif
