/* listed.h - looks up words of running text in the lists of lang/, whatever their case.
 *
 * The words of lang/ are case-folded, and lang/ cannot fold. words_split() folds the words that it cuts. These
 * functions are for text that is not cut into words. Any thread. */
#ifndef TEXT_LISTED_H
#define TEXT_LISTED_H

#include "lang/lang.h"

/* The entry for the word in any case. NULL if there is none, or if the word has more than 64 bytes. */
const struct lang_entry *listed(const struct lang *lang, enum lang_list list, struct slice word);
/* The longest entry that the text starts with, in any case. *used: its bytes in the text. NULL if there is none. */
const struct lang_entry *listed_at(const struct lang *lang, enum lang_list list, struct slice text, size_t *used);
/* The bytes of the longest entry that the text ends with, in any case; 0 if there is none. An entry that begins with a
 * letter of a script with spaces must also begin a word. */
size_t listed_before(const struct lang *lang, enum lang_list list, struct slice text);

#endif
