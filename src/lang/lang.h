/* lang.h - everything that the program knows about single languages: one data file for each, and one look-up.
 *
 * A data file (src/lang/en.def) says what its language is called and how it is written. For each list of lists.def it
 * gives the language's words, or says that it has none. Code looks words up by list: `lang_has(lang, LANG_STOP, word)`.
 * No other code compares language codes or holds words of a language, so a new language is one new file.
 *
 * "und" is the language of texts in an unknown language; it has no words. lang_any() is all languages at once. It is
 * for text whose language is unknown, and for words that pages mix (months, units, abbreviations). If the language is
 * known, use it: "no" denies in English and means "in the" in Portuguese.
 *
 * DESIGN: the data files are C initialisers; the Makefile includes every file of the folder. At the first look-up each
 * list is cut into entries with a hash table of its own. Most look-ups ask a small list or stop words, and those tables
 * stay in the processor's cache.
 * OWNERSHIP: everything is static and only read.
 * THREADS: any. */
#ifndef LANG_LANG_H
#define LANG_LANG_H

#include "base/slice.h"

enum lang_list {
#define LIST(name, kind, meaning) LANG_##name,
#include "lang/lists.def"
#undef LIST
    LANG_LISTS
};

/* The scripts that language_guess() (text/language.h) tells apart. Text in Han alone is Chinese, with kana Japanese. */
enum lang_script { LANG_LATIN, LANG_CYRILLIC, LANG_ARABIC, LANG_GREEK, LANG_HAN, LANG_KANA, LANG_HANGUL, LANG_SCRIPTS };

struct lang {
    const char *code;     /* ISO 639-1 ("en"), or "und" */
    const char *snowball; /* the name of its algorithm in libstemmer, or NULL */
    const char *names;    /* other names that people and pages use, separated by blanks */
    unsigned rank; /* its place among the languages of the web; the lower one wins a tie. 0 comes after all others */
    enum lang_script script;
    bool cjk;            /* no spaces between words: bigrams of characters are the terms */
    bool nouns_capital;  /* every noun has a capital, so a capital does not make a name */
    bool months_capital; /* months have a capital, so "may" is no month */
    bool prodrop;        /* a verb may stand without its subject */
    bool encoded;        /* the sentence encoder knows it (encode/encode.h) */
    bool decimal_comma;  /* 3,5 and 1.024 */
    bool ordinal_dots;   /* "3. Oktober" */
};

/* Finds a language by "en", "en-US", "EN_us" or "english". Unknown ones give "und"; never NULL. */
const struct lang *lang_find(struct slice code);
/* All languages at once, in the order of their ranks. If two have an entry for one word, the first one counts. */
const struct lang *lang_any(void);
/* The i-th language by rank, from 0; NULL beyond the last. */
const struct lang *lang_at(size_t i);

/* The language itself, or lang_any() if the language is unknown or lacks the list. For lists whose words do no harm in
 * text of another language. */
const struct lang *lang_with(const struct lang *lang, enum lang_list list);
/* The language itself; English if it is unknown. */
const struct lang *lang_or_english(const struct lang *lang);

/* One word or phrase of a list. In PAIRS ("arose=arise") `value` is the part behind '='; in other lists it is empty. A
 * '|' or a NUL follows a value, so strtod() may read it. */
struct lang_entry {
    struct slice word, value;
};

struct lang_entries {
    const struct lang_entry *at;
    size_t n;
};

/* All entries in the order of the file; none if the language has no such words. */
struct lang_entries lang_entries(const struct lang *lang, enum lang_list list);
/* The entry of a case-folded word; NULL if it is not in the list. */
const struct lang_entry *lang_entry(const struct lang *lang, enum lang_list list, struct slice word);
bool lang_has(const struct lang *lang, enum lang_list list, struct slice word);
/* The bytes of the longest entry that the text starts with, or ends with; 0 if there is none. For text without spaces
 * between words, and for entries that include their spaces. */
size_t lang_starts(const struct lang *lang, enum lang_list list, struct slice text);
size_t lang_ends(const struct lang *lang, enum lang_list list, struct slice text);
/* Whether the text contains an entry anywhere. */
bool lang_within(const struct lang *lang, enum lang_list list, struct slice text);

/* One of the program's own sentences; in English if the language has none. */
struct slice lang_say(const struct lang *lang, enum lang_list list);

#endif
