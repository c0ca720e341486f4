/* lang.h - languages: a table with one row for each language that gets more than the default treatment.
 *
 * A `struct lang *` is a row of a static table; it lives as long as the process. Everything works for other
 * languages too: they have a row of their own without stemmer and stop words ("und"). Any thread. */
#ifndef TEXT_LANG_H
#define TEXT_LANG_H

#include "base/slice.h"

struct lang {
    const char *code;     /* ISO 639-1 ("en"), or "und" */
    const char *snowball; /* libstemmer's name of the algorithm, or NULL */
    bool cjk;             /* no spaces between words: bigrams of characters are the terms */
};

/* By "en", "en-US", "EN_us", "english"; never NULL: unknown ones give "und". */
const struct lang *lang_find(struct slice code);
/* By script and by counting stop words in up to 2,000 bytes; `fallback` when there is too little to tell. */
const struct lang *lang_guess(struct slice text, const struct lang *fallback);
/* word is case-folded, not stemmed. */
bool lang_is_stop_word(const struct lang *lang, struct slice word);

#endif
