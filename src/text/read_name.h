/* read_name.h - names and short noun phrases in a sentence, by capital letters and by what stands beside them.
 *
 * Rules of writing systems with capitals; in the others (CJK, Arabic) nothing is found. The phrases after a copula are
 * English only. Slices point into the sentence's text. */
#ifndef TEXT_READ_NAME_H
#define TEXT_READ_NAME_H

#include "text/words.h"

struct name {
    struct slice text;
    size_t first, count; /* words of the sentence */
    bool opens;          /* a single word that opens the sentence: its capital says nothing */
};

struct names {
    struct name *at;
    size_t n;
};

/* Runs of capitalised words ("Marie Skłodowska Curie", "Bank of England", "Apollo 11"), months and weekdays left out.
 */
struct names names_read(struct arena *a, struct slice text, struct words words);
/* "the yen is the official currency" before the word `at`: "yen". Empty: no copula, or nothing short before it. */
struct slice phrase_before_copula(struct slice text, struct words words, size_t at);
/* "the currency is the yen" from the word `after` on: "yen". Empty: no copula, or nothing short behind it. */
struct slice phrase_after_copula(struct slice text, struct words words, size_t after);

#endif
