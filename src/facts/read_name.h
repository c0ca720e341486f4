/* read_name.h - finds names in a sentence by their capital letters, and short noun phrases beside a verb like "is".
 *
 * Names are found only in writing systems with capitals, so none in Chinese, Japanese, Korean or Arabic. Phrases are
 * found by the words of LANG_TIES. Text in a language without that list is searched for the words of the others, which
 * are English today. Slices point into the sentence's text. */
#ifndef FACTS_READ_NAME_H
#define FACTS_READ_NAME_H

#include "text/words.h"

struct name {
    struct slice text;
    size_t first, count; /* indexes into the sentence's words */
    bool opens;          /* a single word that opens the sentence, so its capital proves nothing */
};

struct names {
    struct name *at;
    size_t n;
};

/* Runs of capitalised words ("Marie Skłodowska Curie", "Bank of England", "Apollo 11"). Months and weekdays begin none.
 */
struct names names_read(struct arena *a, struct slice text, struct words words);
/* Reads "the yen is the official currency" before the word `at`: "yen". Empty if there is no such verb, or no short
 * phrase before it. lang: the text's language. */
struct slice phrase_before_copula(struct slice text, struct words words, size_t at, const struct lang *lang);
/* Reads "the currency is the yen" from the word `after` on: "yen". Empty if there is no such verb, or no short phrase
 * behind it. */
struct slice phrase_after_copula(struct slice text, struct words words, size_t after, const struct lang *lang);

#endif
