/* language.h - guesses the language of a text. Any thread. */
#ifndef TEXT_LANGUAGE_H
#define TEXT_LANGUAGE_H

#include "lang/lang.h"

/* Looks at scripts and stop words in the first 2,000 bytes. Returns `fallback` if they show too little. */
const struct lang *language_guess(struct slice text, const struct lang *fallback);

#endif
