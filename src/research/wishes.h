/* wishes.h - what the system prompt asks of the form of an answer, as far as quoting can follow: length and lists. */
#ifndef RESEARCH_WISHES_H
#define RESEARCH_WISHES_H

#include "research/question.h"

struct wishes {
    size_t max_sentences; /* 0: not said */
    size_t max_words;     /* 0: not said */
    bool list;            /* one sentence a line, "- " before it */
    bool unmet;           /* it asks for more than this */
};

/* English phrases only: "in one sentence", "at most 30 words", "be brief", "bullet points". */
struct wishes wishes_read(struct arena *a, const struct question *q);

#endif
