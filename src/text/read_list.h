/* read_list.h - the enumerations of a text: "A, B, C and D" within a sentence, and lines that are list items.
 *
 * The items are slices of the text, without bullets, determiners and the words that lead in to the list. */
#ifndef TEXT_READ_LIST_H
#define TEXT_READ_LIST_H

#include "text/words.h"

struct list {
    struct slice *items;
    size_t n;
};

struct lists {
    struct list *at;
    size_t n;
};

/* The enumerations of a sentence in its order, two items at least in each. */
struct lists lists_read(struct arena *a, struct slice text, const struct lang *lang);
/* Whether the line is a list item ("- x", "* x", "• x", "1. x"); *content gets what follows the bullet. */
bool list_item(struct slice line, struct slice *content);

#endif
