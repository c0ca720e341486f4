/* agree_inner.h - what the files of agree.h share. Private to agree*.c.
 *
 *   agree.c         groups sentences by the values that they state
 *   agree_value.c   reads the value of one sentence, and decides whether two values conflict
 *   agree_sites.c   decides which sentences come from the same site */
#ifndef EVIDENCE_AGREE_INNER_H
#define EVIDENCE_AGREE_INNER_H

#include "evidence/agree.h"
#include "facts/stated.h"

struct valued { /* a sentence, and the value with which it answers the question */
    const struct sentence *sentence;
    struct line line; /* the sentence's words */
    const struct stated *stated;
    enum need_type type;
    const struct stated_number *number; /* number, date or name is set, by type; the others are NULL */
    const struct stated_date *date;
    const struct name *name;
    struct place_in at;
    struct slice text;
    uint64_t own, whole; /* terms of the question in the sentence; in the sentence or its page's title */
    bool titled;         /* its page is about what the question names: no word of the title is missing there */
    size_t rivals;       /* different values of the same kind in the sentence */
};

struct asker { /* a question, prepared for comparing it with many sentences */
    struct arena *arena;
    const struct view *view;
    const struct need *need;
    const struct stated *asked; /* values in the question itself; they cannot be the answer */
    signed char *term_of;       /* by stem number: the question's term, or -1 */
    uint64_t measuring;         /* the term that asks for the dimension: a value of it says as much */
    enum dimension dimension;   /* what the question measures; DIM_NONE when it does not say */
    struct slice counted;       /* the stem of the noun after "how many", or empty */
};

/* agree_value.c */
struct asker asker_make(struct arena *a, const struct view *view, const struct need *need);
/* The value nearest to the question's words. False when the sentence has no value of the type. */
bool value_read(const struct asker *q, const struct sentence *s, struct valued *out);
/* Whether other's sentence states the value anywhere, not only as its best value. */
bool value_is_in(const struct asker *q, const struct valued *value, const struct valued *other);
/* Whether both answer the same question and cannot both be right. */
bool values_conflict(const struct asker *q, const struct valued *one, const struct valued *other);

/* agree_sites.c: gives each sentence the number of its site. Hosts of one owner, or else sentences of one page, get the
 * same number, and so do copies. */
enum sites_by { SITES_BY_OWNER, SITES_BY_PAGE };
void sites_number(struct arena *a, const struct view *view, const struct sentence *const *sentences, size_t n,
                  enum sites_by by, size_t *numbers);

#endif
