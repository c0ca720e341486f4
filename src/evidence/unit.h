/* unit.h - what has to be quoted with a sentence, so that the quote makes sense by itself.
 *
 * A sentence of a page may say nothing alone: "Default: 20" needs the name of the option, a row its header, an item the
 * sentence that leads in, code what it is for, and a sentence that ends in ":" what follows. A unit is the sentence
 * with these, all of them exact sentences of the page.
 *
 * OWNERSHIP: in the arena; sentences are the view's. THREADS: any. */
#ifndef EVIDENCE_UNIT_H
#define EVIDENCE_UNIT_H

#include "evidence/view.h"

struct unit {
    const struct sentence *name;  /* the term or heading that says what it is about; NULL: it says so itself */
    const struct sentence *lead;  /* what leads in: a sentence, or a table's first row; NULL */
    const struct sentence **said; /* the sentence, or the whole list or code that it belongs to; in the page's order */
    size_t count;
    size_t words; /* of all of them */
};

/* s is one of the sentences of v, which is not packed. A list is given whole if it is short or if its items are steps,
 * what a ":" announces as far as the unit stays below max_words. */
struct unit unit_of(struct arena *a, const struct view *v, const struct sentence *s, size_t max_words);

#endif
