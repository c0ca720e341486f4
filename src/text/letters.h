/* letters.h - tells what a character of UTF-8 text is: a letter, a capital, or the same letter in another case.
 *
 * Single bytes cannot tell beyond ASCII: 0xD0 begins both "П" and "п", 0xC3 both "É" and "é", 0xE2 a dash. So all code
 * that needs to know letters of running text uses this module, which works on code points.
 *
 * Offsets are bytes of valid UTF-8, at the start of a character. Pure functions; any thread. */
#ifndef TEXT_LETTERS_H
#define TEXT_LETTERS_H

#include "base/arena.h"
#include "base/slice.h"

/* Whether a letter, or a combining mark, of a script with spaces between words starts at byte i. Then a word that ends
 * at i goes on. False for digits, beyond the end, and for Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese: a
 * figure or a Latin word ends before them. */
bool letter_at(struct slice text, size_t i);
/* The same for the character that ends right before byte i. */
bool letter_before(struct slice text, size_t i);

/* The first code point; 0 if there is none. */
uint32_t letter_first(struct slice word);
/* Whether word begins with an upper-case or title-case letter, or with a lower-case one. Both are false for scripts
 * without case, digits and marks. */
bool starts_capital(struct slice word);
bool starts_small(struct slice word);

/* Whether both are equal except for case, letter by letter (Unicode simple case folding, so "ß" and "SS" differ). For
 * prose; for words of protocols use slice_eq_nocase(). */
bool letters_eq_nocase(struct slice one, struct slice other);
/* If text starts with `word` in any case, the bytes that it takes; else 0. Also 0 if word is empty. */
size_t letters_start_nocase(struct slice text, struct slice word);

/* Latin letters without their accents, as keyboards without them write names: "Kraków" is "Krakow", "Ærø" is "AEro".
 * Other scripts keep their marks, which tell letters apart there. The text itself where nothing changes; else in the
 * arena. */
struct slice letters_bare(struct arena *a, struct slice text);

#endif
