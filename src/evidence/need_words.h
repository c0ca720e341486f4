/* need_words.h - the words of each language that tell what kind of answer a question expects, and what such an answer
 * looks like in a sentence. One row of lists a language; need_type.c and features.c read them.
 *
 * Lists are written " in at near " and hold folded words; need_lists() looks one up. An empty list has no words. */
#ifndef EVIDENCE_NEED_WORDS_H
#define EVIDENCE_NEED_WORDS_H

#include "text/lang.h"

struct need_words {
    const char *code;
    /* Of questions. Of the words with an article or adjective before the noun, `which` starts the search for a noun. */
    const char *person, *date, *place, *reason, *number, *which;
    const char *how, *how_numbers; /* `how` counts as number when one of how_numbers follows, else as nothing */
    const char *be;                /* "what is the capital": what may stand between `which` and its noun */
    const char *date_nouns, *number_nouns, *place_nouns, *person_nouns;
    /* Of answers. */
    bool months_capital; /* months are written with a capital: "may" is none */
    const char *months, *numbers, *reasons, *prepositions; /* prepositions: before the name of a place */
};

/* NULL: the language has no row. */
const struct need_words *need_words_of(const struct lang *lang);

#endif
