/* read_lead.h - reads the sentence that says what a thing is, as the lead of a page does: "Neil Alden Armstrong was an
 * American astronaut and aeronautical engineer".
 *
 * It gives the names before and beside the verb, and what stands behind it: a year, adjectives of nations, and the
 * nouns one by one. The words that lead to a name ("officially", "also known as"), that end a definition ("located",
 * "directed") and that tell nothing of a kind ("large") are lists of lang/. A language without LANG_NAME_CUES and
 * LANG_DEFINITION_ENDS gets the words of all others, which is English today.
 *
 * Slices point into the sentence. THREADS: any. */
#ifndef FACTS_READ_LEAD_H
#define FACTS_READ_LEAD_H

#include "text/words.h"

enum lead_name_kind {
    LEAD_FULL,     /* the first name of the sentence, before its verb, a comma or a bracket */
    LEAD_OFFICIAL, /* "officially", "formally" */
    LEAD_OTHER,    /* "also known as", "nicknamed" */
    LEAD_ORIGINAL, /* "originally", "formerly" */
    LEAD_SHORT     /* capitals in brackets: "(NATO)" */
};

struct lead_name {
    struct slice text;
    enum lead_name_kind kind;
};

enum { LEAD_NAMES_MAX = 8, LEAD_KINDS_MAX = 12 };

struct lead_kind {
    struct slice text;  /* "aeronautical engineer": without years, adjectives of nations and idle words before it */
    size_t first, last; /* its words in the sentence, both inclusive */
};

struct lead {
    struct lead_name names[LEAD_NAMES_MAX];
    size_t name_count;
    struct lead_kind kinds[LEAD_KINDS_MAX]; /* none: the sentence does not say what the thing is */
    size_t kind_count;
    int year;             /* within the definition ("a 1942 film"); 0: none */
    size_t year_at;       /* its word */
    struct slice nation;  /* the adjectives of nations, as written: "Polish and naturalised-French" is "Polish" */
    struct slice country; /* of that adjective, by LANG_DEMONYMS; empty: none */
    size_t copula;        /* the word of the verb */
    bool article;         /* "a" or "an" is before the first kind */
};

/* Reads a sentence. names: whether it is the first of its page, so that its names are the thing's. */
void lead_read(struct slice text, struct words words, const struct lang *lang, bool names, struct lead *out);

#endif
