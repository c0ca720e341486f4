/* lang.c - the table of languages, their stop words as hash sets, and a guess which one a text is in.
 *
 * The guess is made for choosing a stemmer, so it needs to be right about languages that have one and may be vague
 * about the rest: the script decides for Cyrillic, Greek, Arabic, Hangul, kana and Han; among languages in Latin
 * letters the one with most stop words wins. A word that is a stop word in several languages counts for each of them,
 * so only the difference speaks. The sets are built once a process and then only read. */
#include "text/lang.h"

#include <pthread.h>
#include <stdint.h>

#include "base/utf8.h"
#include "text/stop_words.h"

enum {
    LANG_MAX = 24,
    STOP_SLOTS = 1024,     /* a power of two, at least three times the longest list */
    GUESS_BYTES = 2000,    /* enough for some 100 stop words; more does not change the answer */
    GUESS_WORD_BYTES = 24, /* longer words are no stop words */
};

static const struct lang languages[] = {
    {"und", NULL, false},     {"en", "english", false},   {"de", "german", false},     {"es", "spanish", false},
    {"fr", "french", false},  {"it", "italian", false},   {"pt", "portuguese", false}, {"nl", "dutch", false},
    {"ru", "russian", false}, {"sv", "swedish", false},   {"da", "danish", false},     {"no", "norwegian", false},
    {"fi", "finnish", false}, {"hu", "hungarian", false}, {"ro", "romanian", false},   {"tr", "turkish", false},
    {"ar", "arabic", false},  {"el", "greek", false},     {"zh", NULL, true},          {"ja", NULL, true},
    {"ko", NULL, false}, /* has spaces; its syllables are cut into bigrams all the same, since particles stick to nouns
                          */
};
enum { LANG_COUNT = sizeof languages / sizeof *languages };

/* Other names that people and pages use. */
static const struct {
    const char *name, *code;
} names[] = {
    {"english", "en"},   {"german", "de"},     {"deutsch", "de"}, {"spanish", "es"}, {"french", "fr"},
    {"italian", "it"},   {"portuguese", "pt"}, {"dutch", "nl"},   {"russian", "ru"}, {"swedish", "sv"},
    {"danish", "da"},    {"norwegian", "no"},  {"nb", "no"},      {"nn", "no"},      {"finnish", "fi"},
    {"hungarian", "hu"}, {"romanian", "ro"},   {"turkish", "tr"}, {"arabic", "ar"},  {"greek", "el"},
    {"chinese", "zh"},   {"japanese", "ja"},   {"korean", "ko"},  {"eng", "en"},     {"deu", "de"},
    {"ger", "de"},       {"spa", "es"},        {"fra", "fr"},     {"fre", "fr"},     {"rus", "ru"},
    {"zho", "zh"},       {"chi", "zh"},        {"jpn", "ja"},     {"kor", "ko"},
};

struct stop_set {
    struct slice slots[STOP_SLOTS]; /* empty: n == 0 */
};

static struct stop_set *stop_sets[LANG_MAX];
static pthread_once_t stop_once = PTHREAD_ONCE_INIT;

_Static_assert(sizeof languages / sizeof *languages <= LANG_MAX, "more languages than stop word sets");

static size_t slot_of(struct slice word)
{
    uint32_t h = slice_hash(word);
    return (h ^ h >> 15) & (STOP_SLOTS - 1);
}

static const struct lang *by_code(struct slice code)
{
    for (size_t i = 0; i < LANG_COUNT; i++)
        if (slice_eq_nocase(slice_of(languages[i].code), code))
            return &languages[i];
    return NULL;
}

static void build_sets(void)
{
    for (const struct stop_words *row = stop_words_table; row->code; row++) {
        const struct lang *lang = by_code(slice_of(row->code));
        struct stop_set *set = calloc(1, sizeof *set);
        if (!lang || !set)
            abort(); /* a row for a language that has none, or no memory at the start of the process */
        for (const char *p = row->words; *p;) {
            size_t n = strcspn(p, " ");
            struct slice word = {p, n};
            size_t at = slot_of(word);
            while (set->slots[at].n && !slice_eq(set->slots[at], word))
                at = (at + 1) & (STOP_SLOTS - 1);
            set->slots[at] = word;
            p += n + strspn(p + n, " ");
        }
        stop_sets[lang - languages] = set;
    }
}

static bool in_set(const struct stop_set *set, struct slice word)
{
    if (!set || word.n == 0 || word.n > GUESS_WORD_BYTES)
        return false;
    for (size_t at = slot_of(word); set->slots[at].n; at = (at + 1) & (STOP_SLOTS - 1))
        if (slice_eq(set->slots[at], word))
            return true;
    return false;
}

bool lang_is_stop_word(const struct lang *lang, struct slice word)
{
    pthread_once(&stop_once, build_sets);
    return in_set(stop_sets[lang - languages], word);
}

const struct lang *lang_find(struct slice code)
{
    const struct lang *found = by_code(code);
    if (found)
        return found;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_eq_nocase(slice_of(names[i].name), code))
            return by_code(slice_of(names[i].code));
    size_t n = 0;
    while (n < code.n && code.p[n] != '-' && code.p[n] != '_')
        n++;
    return n < code.n ? lang_find(slice_sub(code, 0, n)) : &languages[0];
}

/* What a character says about the language. */
enum script {
    SCRIPT_NONE,
    SCRIPT_LATIN,
    SCRIPT_CYRILLIC,
    SCRIPT_ARABIC,
    SCRIPT_GREEK,
    SCRIPT_HAN,
    SCRIPT_KANA,
    SCRIPT_HANGUL,
    SCRIPT_OTHER,
    SCRIPT_COUNT
};

static enum script script_of(uint32_t c)
{
    if (c < 0x80)
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? SCRIPT_LATIN : SCRIPT_NONE;
    if (c < 0xC0)
        return SCRIPT_NONE;
    if (c < 0x250)
        return c == 0xD7 || c == 0xF7 ? SCRIPT_NONE : SCRIPT_LATIN;
    if (c >= 0x370 && c < 0x400)
        return SCRIPT_GREEK;
    if (c >= 0x400 && c < 0x530)
        return SCRIPT_CYRILLIC;
    if ((c >= 0x600 && c < 0x700) || (c >= 0x750 && c < 0x780))
        return SCRIPT_ARABIC;
    if (c >= 0x3040 && c < 0x3100)
        return SCRIPT_KANA;
    if ((c >= 0x3400 && c < 0xA000) || (c >= 0x20000 && c < 0x32000))
        return SCRIPT_HAN;
    if (c >= 0xAC00 && c < 0xD7B0)
        return SCRIPT_HANGUL;
    if (c >= 0x2000 && c < 0x3040)
        return SCRIPT_NONE;
    return SCRIPT_OTHER;
}

/* Lower case for the letters that stop words of the table are written in. */
static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0xDF && c != 0xD7) || (c >= 0x410 && c < 0x430))
        return c + 0x20;
    if (c >= 0x400 && c < 0x410)
        return c + 0x50;
    if (c == 0x2019)
        return '\'';
    return c;
}

/* Counts the scripts of text, and for each language the stop words. */
static void count_words(struct slice text, size_t scripts[SCRIPT_COUNT], unsigned stops[LANG_MAX])
{
    char word[GUESS_WORD_BYTES + 4];
    size_t n = 0;
    for (size_t at = 0; at <= text.n;) {
        uint32_t c = ' ';
        size_t len = utf8_next(slice_sub(text, at, text.n - at), &c);
        at += len ? len : 1;
        enum script script = script_of(c);
        scripts[script]++;
        if (script != SCRIPT_NONE || ((c == '\'' || c == 0x2019) && n)) {
            if (n <= GUESS_WORD_BYTES)
                n += utf8_put(word + n, lower(c));
            continue;
        }
        while (n && word[n - 1] == '\'')
            n--;
        if (n)
            for (size_t i = 1; i < LANG_COUNT; i++)
                stops[i] += in_set(stop_sets[i], (struct slice){word, n});
        n = 0;
    }
}

const struct lang *lang_guess(struct slice text, const struct lang *fallback)
{
    pthread_once(&stop_once, build_sets);
    size_t scripts[SCRIPT_COUNT] = {0};
    unsigned stops[LANG_MAX] = {0};
    count_words(utf8_cut(text, GUESS_BYTES), scripts, stops);

    size_t letters = 0;
    for (int s = SCRIPT_LATIN; s < SCRIPT_COUNT; s++)
        letters += scripts[s];
    if (letters == 0)
        return fallback;
    /* Two letters of Han are a word; a few kana are enough to tell Japanese from Chinese. */
    size_t han = scripts[SCRIPT_HAN] + scripts[SCRIPT_KANA];
    if (han * 3 >= letters)
        return lang_find(scripts[SCRIPT_KANA] * 20 >= han ? SLICE("ja") : SLICE("zh"));
    if (scripts[SCRIPT_HANGUL] * 3 >= letters)
        return lang_find(SLICE("ko"));
    if (scripts[SCRIPT_ARABIC] * 2 >= letters)
        return lang_find(SLICE("ar"));
    if (scripts[SCRIPT_GREEK] * 2 >= letters)
        return lang_find(SLICE("el"));
    if (scripts[SCRIPT_CYRILLIC] * 2 >= letters)
        return lang_find(SLICE("ru"));
    if (scripts[SCRIPT_OTHER] * 2 >= letters)
        return lang_find(SLICE("und"));

    size_t best = 0;
    unsigned second = 0;
    for (size_t i = 1; i < LANG_COUNT; i++) {
        if (stops[i] > stops[best]) {
            second = stops[best];
            best = i;
        } else if (stops[i] > second) {
            second = stops[i];
        }
    }
    if (stops[best] == 0)
        return fallback;
    if (stops[best] == second) { /* a tie speaks for nobody; for the fallback when it is among the first */
        return stops[fallback - languages] == second ? fallback : &languages[best];
    }
    return &languages[best];
}
