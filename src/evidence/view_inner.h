/* view_inner.h - how a view keeps its words when it is not packed, and the readers of a packed one. Private to view.c
 * and view_pack.c. */
#ifndef EVIDENCE_VIEW_INNER_H
#define EVIDENCE_VIEW_INNER_H

#include "evidence/view.h"

struct view_full {
    struct line *lines;  /* first the sentences, then the titles, then what is above the passages */
    struct slice *stems; /* by number; number 0 is not used */
    size_t stem_room;
    uint32_t *table; /* open-addressing hash table of stem numbers; 0 marks a free slot */
    uint32_t table_room;
};

/* view_pack.c: the functions of view.h for a packed view. */
struct line view_packed_line(struct arena *a, const struct view *v, size_t line);
struct view_word view_packed_word(const struct view *v, size_t line, size_t word);
uint32_t view_packed_stem(const struct view *v, struct slice stem);

#endif
