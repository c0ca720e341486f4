/* words.h - text cut into words (ICU word boundaries, UAX #29), case-folded and stemmed (Snowball).
 *
 * Offsets are bytes of the text that was given. Han, kana and Hangul runs become overlapping bigrams of
 * characters (a run of one character: that character), as the index does it too. Any thread; ICU iterators and
 * stemmers are borrowed for the call. */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include <stdint.h>

#include "base/arena.h"
#include "text/lang.h"

enum word_flag {
    WORD_NUMBER = 1,  /* has a digit */
    WORD_CAPITAL = 2, /* starts with an upper-case or title-case letter */
    WORD_STOP = 4,    /* a stop word of the language */
    WORD_CJK = 8,     /* a bigram or single character of a run without spaces */
};

struct word {
    uint32_t start, n;  /* bytes in the text */
    struct slice fold;  /* case-folded, apostrophes straightened, possessive 's and acronym dots removed; in the arena */
    struct slice stem;  /* stemmed fold; the same as fold where there is no stemmer */
    unsigned flags;
};

struct words {
    struct word *at;
    size_t n;
};

/* Texts of over 2^31 bytes are not accepted (ends the process); text must be valid UTF-8. */
struct words words_split(struct arena *a, struct slice text, const struct lang *lang);

/* Number of words without making them: what "about 120 words" counts; a CJK character counts as half a word. */
size_t words_count(struct slice text, const struct lang *lang);

#endif
