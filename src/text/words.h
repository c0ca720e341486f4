/* words.h - cuts a text into words (UAX #29), folds their case and stems them (Snowball).
 *
 * The index, queries and all comparisons of texts use the words of this module. Runs of Han, kana and Hangul become
 * overlapping pairs of characters; a single character stays one. Offsets are bytes of the given text.
 *
 * OWNERSHIP: words are in the arena; some slices point into the text. THREADS: any; ICU iterators and stemmers are
 * borrowed for the call. */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include <stdint.h>

#include "base/arena.h"
#include "lang/lang.h"

enum word_flag {
    WORD_NUMBER = 1,  /* has a digit */
    WORD_CAPITAL = 2, /* starts with an upper-case or title-case letter */
    WORD_STOP = 4,    /* a stop word of the language */
    WORD_CJK = 8,     /* a pair or a single character of a run without spaces */
};

struct word {
    uint32_t start, n; /* bytes in the text */
    struct slice fold; /* case-folded, apostrophes straightened, possessive 's and acronym dots removed; in the arena */
    struct slice stem; /* stemmed fold; the same as fold where there is no stemmer */
    unsigned flags;
};

struct words {
    struct word *at;
    size_t n;
};

/* text: UTF-8 of at most 2^31 bytes; a longer one ends the process. Bytes that are no UTF-8 give words without meaning,
 * and the walk ends all the same. */
struct words words_split(struct arena *a, struct slice text, const struct lang *lang);

/* Counts words as in "about 120 words", without making them. A character of Han, kana or Hangul is half a word. */
size_t words_count(struct slice text, const struct lang *lang);

#endif
