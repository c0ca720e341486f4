/* agree_inner.h - a value in its sentence, and who stands behind it. */
#ifndef EVIDENCE_AGREE_INNER_H
#define EVIDENCE_AGREE_INNER_H

#include "evidence/agree.h"
#include "evidence/stated.h"

struct valued { /* a sentence with what it answers */
    const struct sentence *sentence;
    const struct stated *stated;
    enum need_type type;
    const struct stated_number *number; /* the one of its type */
    const struct stated_date *date;
    const struct name *name;
    struct place_in at;
    struct slice text;
    uint64_t own, whole; /* the question's terms: in the sentence; with its title */
    size_t rivals;       /* other values of the kind in the sentence that are not the same */
};

struct asker { /* a question, ready to be held against sentences */
    struct arena *arena;
    const struct view *view;
    const struct need *need;
    const struct stated *asked; /* values of the question itself are no answer */
    signed char *term_of;       /* by stem number */
    enum dimension dimension;   /* wanted; DIM_NONE when the question does not tell */
    struct slice counted;       /* stem of what "how many" counts; empty: none */
};

/* agree_value.c */
struct asker asker_make(struct arena *a, const struct view *view, const struct need *need);
/* False: the sentence has no value of the type. */
bool value_read(const struct asker *q, const struct sentence *s, struct valued *out);
/* Whether the sentence says the value, wherever in it. */
bool value_is_in(const struct asker *q, const struct valued *value, const struct valued *other);
/* Whether both answer the same and cannot both be right. */
bool values_conflict(const struct asker *q, const struct valued *one, const struct valued *other);

/* agree_sites.c: numbers the sentences' sites: the same number for hosts of one owner and for copies. */
void sites_number(struct arena *a, const struct view *view, const struct sentence *const *sentences, size_t n,
                  size_t *numbers);

#endif
