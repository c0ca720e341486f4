/* view.h - the evidence cut into sentences and words, once a session; every ranking and filling reads it. */
#ifndef RESEARCH_VIEW_H
#define RESEARCH_VIEW_H

#include "research/evidence.h"
#include "research/need.h"

struct sentence {
    struct slice text;           /* exact bytes of the passage */
    struct words words;          /* offsets count from text's start */
    struct evidence_passage *passage;
    size_t passage_rank;         /* 0 is the best passage */
    size_t number;               /* in its passage */
    size_t offset;               /* of text in the page, bytes */
};

struct view_passage {
    size_t first, count; /* its sentences in view.sentences */
    struct words title;
    const struct lang *lang;
};

struct view {
    struct sentence *sentences; /* by passage rank, then in the order of the text */
    size_t sentence_count;
    struct view_passage *passages; /* beside evidence->passages */
    struct evidence *evidence;
    struct index *index; /* for idf */
};

struct view *view_new(struct arena *a, struct evidence *ev, struct index *index);

/* A need with its words' idf looked up. type NEED_ANY: found by rules. */
MUST_USE bool need_make(struct arena *a, struct slice text, const struct lang *lang, struct index *index,
                        enum need_type type, struct need *out, struct err *e);

#endif
