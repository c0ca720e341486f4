/* stop_words.h - the stop words of each language, one string a language, words separated by spaces, case-folded.
 *
 * Articles, pronouns, prepositions, conjunctions, auxiliaries and interrogatives: words that say how a question is
 * put and not what it is about. Interrogatives are in ("who", "many"): a passage does not answer "who" by holding
 * the word. Negations and comparatives of content ("largest", "first") are not. */
#ifndef TEXT_STOP_WORDS_H
#define TEXT_STOP_WORDS_H

struct stop_words {
    const char *code; /* ISO 639-1 */
    const char *words;
};

/* Ends with a row whose code is NULL. */
extern const struct stop_words stop_words_table[];

#endif
