/* language.c - guesses the language of a text.
 *
 * Callers use the guess to choose a stemmer, so it must be right about languages that have one and may be vague about
 * others. The script decides for Cyrillic, Greek, Arabic, Hangul, kana and Han. Among languages in Latin letters the
 * one with most stop words in the text wins. A stop word of several languages counts for each of them, so only words
 * that are not shared make a difference. */
#include "text/language.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum {
    LANGUAGES_MAX = 64,
    GUESS_BYTES = 2000,    /* enough for some 100 stop words; more does not change the answer */
    GUESS_WORD_BYTES = 24, /* longer words are no stop words */
};

/* The scripts, and two more classes of characters. */
enum { SCRIPT_OTHER = LANG_SCRIPTS, SCRIPT_NONE, SCRIPT_COUNT };

static int script_of(uint32_t c)
{
    if (c < 0x80)
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? LANG_LATIN : SCRIPT_NONE;
    if (c < 0xC0)
        return SCRIPT_NONE;
    if (c < 0x250)
        return c == 0xD7 || c == 0xF7 ? SCRIPT_NONE : LANG_LATIN;
    if (c >= 0x370 && c < 0x400)
        return LANG_GREEK;
    if (c >= 0x400 && c < 0x530)
        return LANG_CYRILLIC;
    if ((c >= 0x600 && c < 0x700) || (c >= 0x750 && c < 0x780))
        return LANG_ARABIC;
    if (c >= 0x3040 && c < 0x3100)
        return LANG_KANA;
    if ((c >= 0x3400 && c < 0xA000) || (c >= 0x20000 && c < 0x32000))
        return LANG_HAN;
    if (c >= 0xAC00 && c < 0xD7B0)
        return LANG_HANGUL;
    if (c >= 0x2000 && c < 0x3040)
        return SCRIPT_NONE;
    return SCRIPT_OTHER;
}

/* Lower case, for the letters that occur in stop words only. */
static uint32_t language_lower(uint32_t c)
{
    if (ascii_is_upper(c) || (c >= 0xC0 && c < 0xDF && c != 0xD7) || (c >= 0x410 && c < 0x430))
        return c + 0x20;
    if (c >= 0x400 && c < 0x410)
        return c + 0x50;
    if (c == 0x2019)
        return '\'';
    return c;
}

/* Counts the scripts of text, and for each language the stop words. */
static void count_words(struct slice text, size_t scripts[SCRIPT_COUNT], unsigned stops[LANGUAGES_MAX])
{
    char word[GUESS_WORD_BYTES + 4];
    size_t n = 0;
    for (size_t at = 0; at <= text.n;) {
        uint32_t c = ' ';
        size_t len = utf8_next(slice_sub(text, at, text.n - at), &c);
        at += len ? len : 1;
        int script = script_of(c);
        scripts[script]++;
        if (script != SCRIPT_NONE || ((c == '\'' || c == 0x2019) && n)) {
            if (n <= GUESS_WORD_BYTES)
                n += utf8_put(word + n, language_lower(c));
            continue;
        }
        while (n && word[n - 1] == '\'')
            n--;
        if (n)
            for (size_t i = 0; i < LANGUAGES_MAX && lang_at(i); i++)
                stops[i] += lang_has(lang_at(i), LANG_STOP, (struct slice){word, n});
        n = 0;
    }
}

/* The script's language with most stop words in the text. A tie goes to the first one. */
static const struct lang *most_stops(const unsigned stops[LANGUAGES_MAX], int script)
{
    const struct lang *best = NULL;
    unsigned most = 0;
    for (size_t i = 0; i < LANGUAGES_MAX && lang_at(i); i++)
        if (lang_at(i)->script == (enum lang_script)script && (!best || stops[i] > most)) {
            best = lang_at(i);
            most = stops[i];
        }
    return best ? best : lang_find(SLICE("und"));
}

const struct lang *language_guess(struct slice text, const struct lang *fallback)
{
    size_t scripts[SCRIPT_COUNT] = {0};
    unsigned stops[LANGUAGES_MAX] = {0};
    count_words(utf8_cut(text, GUESS_BYTES), scripts, stops);

    size_t letters = 0;
    for (int s = 0; s <= SCRIPT_OTHER; s++)
        letters += scripts[s];
    if (letters == 0)
        return fallback;
    /* Two characters of Han are a word. A few kana are enough to tell Japanese from Chinese. */
    size_t han = scripts[LANG_HAN] + scripts[LANG_KANA];
    if (han * 3 >= letters)
        return most_stops(stops, scripts[LANG_KANA] * 20 >= han ? LANG_KANA : LANG_HAN);
    if (scripts[LANG_HANGUL] * 3 >= letters)
        return most_stops(stops, LANG_HANGUL);
    for (int s = LANG_CYRILLIC; s <= LANG_GREEK; s++)
        if (scripts[s] * 2 >= letters)
            return most_stops(stops, s);
    if (scripts[SCRIPT_OTHER] * 2 >= letters)
        return lang_find(SLICE("und"));

    size_t best = 0;
    unsigned second = 0, of_fallback = 0;
    for (size_t i = 0; i < LANGUAGES_MAX && lang_at(i); i++) {
        if (lang_at(i) == fallback)
            of_fallback = stops[i];
        if (i == 0)
            continue;
        if (stops[i] > stops[best]) {
            second = stops[best];
            best = i;
        } else if (stops[i] > second) {
            second = stops[i];
        }
    }
    if (stops[best] == 0)
        return fallback;
    /* The fallback wins a tie that it is part of. */
    return stops[best] == second && of_fallback == second ? fallback : lang_at(best);
}
