/* words.c - cuts, folds and stems words by UAX #29. Index, queries and alignment all use this tokenisation.
 *
 * The text is walked once, and its stretches are cut in three ways:
 *   pairs  Runs of Han, kana and Hangul. Their words are not separated (in Hangul, particles stick to nouns). ICU's
 *          dictionary for them is slow, and pairs need no dictionary to be the same in page and question.
 *   ASCII  Most of most texts. It is cut here by the same rules as ICU's (WB6-WB13 for letters, digits, "_" and the mid
 *          characters ' . : , ;), which is ten times as fast. A test compares both.
 *   ICU    Stretches with other letters.
 *
 * Folding does more than case: typographic apostrophes become ', full-width forms become ASCII, and thousands
 * separators
 * ("1,234" = "1234"), dots of acronyms ("U.S." = "US") and the possessive 's are removed. In French and Italian an
 * elided article is a word of its own ("l'homme" = "l" + "homme"). Decomposed letters are composed.
 *
 * ICU iterators and stemmers are expensive to open and not thread safe, so each call borrows a set of them from a
 * shelf. Stemming a word costs ten times as much as cutting it, and most words of a text are among a few thousand. So
 * each set remembers the stems of the words that it saw last. */
#include "text/words.h"

#include <libstemmer.h>
#include <stdio.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include "base/ascii.h"
#include "base/shelf.h"
#include "base/utf8.h"
#include "text/script.h"

enum {
    STEMMERS_MAX = 24,
    STEM_BYTES_MAX = 64,     /* longer "words" are identifiers and other noise; they are not stemmed */
    ACRONYM_LETTERS_MAX = 5, /* a longer word in capitals is not taken for an acronym; set by hand */
    REMEMBERED = 2048,       /* a power of two; with 64 bytes each they stay in the processor's second cache */
    REMEMBERED_BYTES = 26,   /* stems of longer words are not remembered */
};

/* A word, its stem, and whether it is a stop word. */
struct stem_memory {
    const struct lang *lang; /* NULL: free */
    unsigned char word_n, stem_n;
    bool stop;
    char word[REMEMBERED_BYTES], stem[REMEMBERED_BYTES];
};

struct tools {
    struct shelved shelved;
    UBreakIterator *breaks;
    UText *text;
    struct {
        const struct lang *lang;
        struct sb_stemmer *stemmer;
    } stemmers[STEMMERS_MAX];
    struct stem_memory stems[REMEMBERED];
};

static struct shelf shelf = SHELF_EMPTY;

static void words_die(const char *what)
{
    fprintf(stderr, "footnote: %s\n", what);
    abort();
}

static struct tools *take_tools(void)
{
    struct tools *t = shelf_take(&shelf);
    if (!t && !(t = calloc(1, sizeof *t)))
        words_die("out of memory");
    return t;
}

static struct sb_stemmer *stemmer_for(struct tools *t, const struct lang *lang)
{
    size_t i = 0;
    if (!lang->snowball)
        return NULL;
    while (i < STEMMERS_MAX && t->stemmers[i].lang) {
        if (t->stemmers[i].lang == lang)
            return t->stemmers[i].stemmer;
        i++;
    }
    struct sb_stemmer *s = i < STEMMERS_MAX ? sb_stemmer_new(lang->snowball, "UTF_8") : NULL;
    if (!s)
        words_die("a stemmer cannot be made");
    t->stemmers[i].lang = lang;
    t->stemmers[i].stemmer = s;
    return s;
}

/* --- characters --------------------------------------------------------------------------------------------- */

enum { A_LETTER = 1, A_DIGIT = 2, A_JOINT = 4 /* "_" */ };

static unsigned ascii_class(unsigned char c)
{
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
        return A_LETTER;
    if (ascii_is_digit(c))
        return A_DIGIT;
    return c == '_' ? A_JOINT : 0;
}

/* --- one word ------------------------------------------------------------------------------------------------ */

struct split {
    struct arena *a;
    struct slice text;
    const struct lang *lang;
    struct sb_stemmer *stemmer;
    struct stem_memory *memory;
    struct words out;
    size_t room;
    bool has_lower; /* the text has a lower-case letter; without one, capitals prove nothing */
    char fold[512]; /* scratch for words of up to a quarter of it */
};

/* Composes decomposed letters. False if there is nothing to change or the result does not fit. */
static bool words_compose(char *text, size_t *n, size_t room)
{
    UChar wide[256], composed[256];
    int32_t wide_n = 0, composed_n, bytes = 0;
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8(wide, 256, &wide_n, text, (int32_t)*n, &status);
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status))
        return false;
    composed_n = unorm2_normalize(nfc, wide, wide_n, composed, 256, &status);
    u_strToUTF8(text, (int32_t)room, &bytes, composed, composed_n, &status);
    if (U_FAILURE(status))
        return false;
    *n = (size_t)bytes;
    return true;
}

/* Folds case, apostrophes and width of a word that is not plain ASCII. Sets WORD_NUMBER if it has a digit. Returns the
 * bytes written to s->fold. */
static size_t fold_wide(struct split *s, struct slice word, unsigned *flags)
{
    size_t n = 0;
    bool marks = false;
    for (size_t at = 0; at < word.n;) {
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(word, at, word.n - at), &c);
        at += len ? len : 1;
        if (c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF)
            continue; /* soft hyphens and the like are not part of the word */
        if (c == 0x2019 || c == 0x2018 || c == 0x02BC || c == 0xFF07)
            c = '\'';
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        if (c >= 0xFB00 && c <= 0xFB06) { /* as PDFs print them */
            static const char *const ligatures[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
            struct slice letters = slice_of(ligatures[c - 0xFB00]);
            memcpy(s->fold + n, letters.p, letters.n);
            n += letters.n;
            continue;
        }
        marks |= c >= 0x300 && c < 0x370;
        if (u_isdigit((UChar32)c))
            *flags |= WORD_NUMBER;
        n += utf8_put(s->fold + n, (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT));
    }
    if (marks)
        words_compose(s->fold, &n, sizeof s->fold);
    return n;
}

/* Turns "u.s" into "us" if all parts are single letters. Returns the new length. */
static size_t drop_acronym_dots(char *fold, size_t n)
{
    size_t out = 0, run = 0;
    for (size_t i = 0; i < n; i++) {
        if (fold[i] == '.') {
            if (run != 1)
                return n;
            run = 0;
        } else if (((unsigned char)fold[i] & 0xC0) != 0x80) {
            run++;
        }
    }
    if (run != 1)
        return n;
    for (size_t i = 0; i < n; i++)
        if (fold[i] != '.')
            fold[out++] = fold[i];
    return out;
}

static size_t drop_thousands(char *fold, size_t n)
{
    size_t out = 0;
    for (size_t i = 0; i < n; i++) {
        bool separator = fold[i] == ',' && i > 0 && ascii_class((unsigned char)fold[i - 1]) == A_DIGIT;
        for (size_t k = 1; separator && k <= 3; k++)
            separator = i + k < n && ascii_class((unsigned char)fold[i + k]) == A_DIGIT;
        if (separator && i + 4 < n && ascii_class((unsigned char)fold[i + 4]) == A_DIGIT)
            separator = false;
        if (!separator)
            fold[out++] = fold[i];
    }
    return out;
}

/* Whether a word in capitals is a name and no stop word: "US", "WHO". Only in a text that has lower-case letters. */
static bool is_acronym(const struct split *s, struct slice word)
{
    size_t capitals = 0;
    if (!s->has_lower || word.n < 2)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        if (ascii_is_upper(word.p[i]))
            capitals++;
        else if (word.p[i] != '.')
            return false;
    }
    return capitals >= 2 && capitals <= ACRONYM_LETTERS_MAX;
}

static struct word *words_push(struct split *s, size_t start, size_t n, struct slice fold, unsigned flags)
{
    struct word *w = arena_push(s->a, &s->out.at, s->out.n, &s->room);
    s->out.n++;
    *w = (struct word){(uint32_t)start, (uint32_t)n, fold, fold, flags};
    return w;
}

/* The stem of a word. It is in the stemmer's memory until its next call, or it is the word itself. */
static struct slice make_stem(const struct split *s, struct slice word)
{
    const struct lang_entry *irregular = lang_entry(s->lang, LANG_IRREGULAR, word);
    struct slice base = irregular ? irregular->value : word;
    const sb_symbol *out = sb_stemmer_stem(s->stemmer, (const sb_symbol *)base.p, (int)base.n);
    if (!out)
        words_die("out of memory");
    struct slice stemmed = {(const char *)out, (size_t)sb_stemmer_length(s->stemmer)};
    return stemmed.n ? stemmed : word;
}

static uint32_t words_hash(struct slice word)
{
    uint32_t h = slice_hash(word);
    return h ^ h >> 15;
}

/* Stem and stop flag of a word of at most REMEMBERED_BYTES, from memory or computed now. */
static const struct stem_memory *words_remember(const struct split *s, struct slice word)
{
    struct stem_memory *m = &s->memory[words_hash(word) & (REMEMBERED - 1)];
    if (m->lang == s->lang && slice_eq((struct slice){m->word, m->word_n}, word))
        return m;
    struct slice stemmed = s->stemmer ? make_stem(s, word) : word;
    if (stemmed.n > REMEMBERED_BYTES)
        return NULL;
    m->lang = s->lang;
    m->stop = lang_has(s->lang, LANG_STOP, word);
    m->word_n = (unsigned char)word.n;
    m->stem_n = (unsigned char)stemmed.n;
    memcpy(m->word, word.p, word.n);
    memcpy(m->stem, stemmed.p, stemmed.n);
    return m;
}

/* Sets the word's stem and whether it is a stop word. */
static void look_up(struct split *s, struct word *w)
{
    bool stems = s->stemmer && w->fold.n <= STEM_BYTES_MAX && !(w->flags & WORD_NUMBER);
    const struct stem_memory *known =
        w->fold.n <= REMEMBERED_BYTES && !(w->flags & WORD_NUMBER) ? words_remember(s, w->fold) : NULL;
    bool stop = known ? known->stop : lang_has(s->lang, LANG_STOP, w->fold);
    if (stop && !is_acronym(s, slice_sub(s->text, w->start, w->n)))
        w->flags |= WORD_STOP;
    if (!stems)
        return;
    struct slice stemmed = known ? (struct slice){known->stem, known->stem_n} : make_stem(s, w->fold);
    if (slice_starts(w->fold, stemmed))
        w->stem = slice_sub(w->fold, 0, stemmed.n); /* the usual case needs no copy */
    else
        w->stem = arena_dup(s->a, stemmed);
}

/* The bytes before the apostrophe if the word begins with an elision ("l'homme"), else 0. */
static size_t words_elision(const struct lang *lang, struct slice fold)
{
    size_t n = slice_find(fold, SLICE("'"));
    return n + 1 < fold.n && lang_has(lang, LANG_ELISIONS, slice_sub(fold, 0, n)) ? n : 0;
}

static void add_word(struct split *s, size_t start, size_t n);

/* Adds "l'homme" as two words. False if the word has no elision. */
static bool add_elided(struct split *s, size_t start, size_t n, struct slice fold)
{
    size_t head = words_elision(s->lang, fold);
    if (head == 0)
        return false;
    /* The head is ASCII, so it has as many bytes in the text. The apostrophe may have three bytes there. */
    size_t mark = utf8_next(slice_sub(s->text, start + head, n - head), NULL);
    if (head + mark >= n)
        return false;
    add_word(s, start, head);
    add_word(s, start + head + mark, n - head - mark);
    return true;
}

static void add_word(struct split *s, size_t start, size_t n)
{
    struct slice word = slice_sub(s->text, start, n);
    bool ascii = true, dots = false, commas = false, marks = false;
    unsigned flags = 0;
    size_t fold_n = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)word.p[i];
        ascii &= c < 0x80;
        dots |= c == '.';
        commas |= c == ',';
        marks |= c == '\'' || c >= 0x80;
        if (ascii_is_digit(c))
            flags |= WORD_NUMBER;
        if (fold_n < sizeof s->fold)
            s->fold[fold_n++] = (char)(ascii_is_upper(c) ? c | 0x20 : c);
    }
    if (ascii) {
        flags |= ascii_is_upper(word.p[0]) ? WORD_CAPITAL : 0;
    } else {
        uint32_t c = 0;
        utf8_next(word, &c);
        flags |= u_isupper((UChar32)c) || u_istitle((UChar32)c) ? WORD_CAPITAL : 0;
    }
    struct slice fold;
    if (n > sizeof s->fold / 4) { /* a folded character may be longer; words of this length are not prose */
        fold = arena_dup(s->a, ascii ? (struct slice){s->fold, n < sizeof s->fold ? n : sizeof s->fold} : word);
    } else {
        if (!ascii)
            fold_n = fold_wide(s, word, &flags);
        if (dots)
            fold_n = drop_acronym_dots(s->fold, fold_n);
        if (commas)
            fold_n = drop_thousands(s->fold, fold_n);
        if (marks && fold_n > 2 && s->fold[fold_n - 2] == '\'' && s->fold[fold_n - 1] == 's')
            fold_n -= 2;
        if (fold_n == 0)
            return;
        if (marks && add_elided(s, start, n, (struct slice){s->fold, fold_n}))
            return;
        fold = arena_dup(s->a, (struct slice){s->fold, fold_n});
    }
    look_up(s, words_push(s, start, n, fold, flags));
}

/* --- runs ---------------------------------------------------------------------------------------------------- */

/* Adds a run without spaces as overlapping pairs of characters. Returns its end. */
static size_t add_bigrams(struct split *s, size_t start)
{
    size_t previous = s->text.n, at = start, chars = 0;
    while (at < s->text.n) {
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(s->text, at, s->text.n - at), &c);
        if (len == 0 || !script_is_cjk(c))
            break;
        if (chars++)
            words_push(s, previous, at + len - previous, slice_sub(s->text, previous, at + len - previous), WORD_CJK);
        previous = at;
        at += len;
    }
    if (chars == 1)
        words_push(s, start, at - start, slice_sub(s->text, start, at - start), WORD_CJK);
    return at;
}

/* The end of the ASCII word at start by the rules of UAX #29. Returns start if a letter beyond ASCII touches the word;
 * then ICU must cut it. */
static size_t ascii_word_end(struct slice text, size_t start)
{
    size_t at = start;
    while (at < text.n) {
        unsigned char c = (unsigned char)text.p[at];
        if (c >= 0x80)
            return start;
        if (ascii_class(c)) {
            at++;
            continue;
        }
        if ((c != '\'' && c != '.' && c != ',' && c != ';' && c != ':') || at + 1 >= text.n)
            break;
        if ((unsigned char)text.p[at + 1] >= 0x80)
            return start;
        unsigned before = ascii_class((unsigned char)text.p[at - 1]),
                 after = ascii_class((unsigned char)text.p[at + 1]);
        bool letters = before == A_LETTER && after == A_LETTER && (c == '\'' || c == '.');
        bool digits = before == A_DIGIT && after == A_DIGIT && c != ':';
        if (!letters && !digits)
            break;
        at++;
    }
    return at;
}

/* Adds the words of text[start, end), cut by ICU. */
static void add_by_icu(struct split *s, struct tools *t, size_t start, size_t end)
{
    UErrorCode status = U_ZERO_ERROR;
    if (!t->breaks)
        t->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    t->text = utext_openUTF8(t->text, s->text.p + start, (int64_t)(end - start), &status);
    if (U_SUCCESS(status))
        ubrk_setUText(t->breaks, t->text, &status);
    if (U_FAILURE(status))
        words_die("ICU cannot cut words");
    int32_t from = ubrk_first(t->breaks);
    for (int32_t to = ubrk_next(t->breaks); to != UBRK_DONE; from = to, to = ubrk_next(t->breaks))
        if (ubrk_getRuleStatus(t->breaks) >= UBRK_WORD_NONE_LIMIT)
            add_word(s, start + (size_t)from, (size_t)(to - from));
}

/* The end of a stretch for ICU: before white space, ASCII punctuation that joins nothing, or a run of pairs. */
static size_t stretch_end(struct slice text, size_t at)
{
    while (at < text.n) {
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(text, at, text.n - at), &c);
        if (len == 0) { /* no UTF-8: part of the stretch, so that the walk goes on whatever the bytes are */
            at++;
            continue;
        }
        if (c < 0x80 && !ascii_class((unsigned char)c) && c != '\'' && c != '.' && c != ',' && c != ';' && c != ':')
            break;
        if (script_is_cjk(c))
            break;
        at += len;
    }
    return at;
}

static bool any_lower(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (ascii_is_lower(text.p[i]))
            return true;
    return false;
}

struct words words_split(struct arena *a, struct slice text, const struct lang *lang)
{
    if (text.n > INT32_MAX)
        words_die("a text is too long to be cut into words");
    struct tools *t = take_tools();
    struct split s = {.a = a,
                      .text = text,
                      .lang = lang,
                      .stemmer = stemmer_for(t, lang),
                      .memory = t->stems,
                      .has_lower = any_lower(text)};
    /* Starts with room for the usual number of words, since an arena array that grows leaves its old copies behind. */
    s.room = text.n / 6 + 8;
    s.out.at = arena_array(a, struct word, s.room);
    for (size_t at = 0; at < text.n;) {
        unsigned char c = (unsigned char)text.p[at];
        if (c < 0x80 && !ascii_class(c)) {
            at++;
            continue;
        }
        size_t end = c < 0x80 ? ascii_word_end(text, at) : at;
        if (end > at) {
            bool only_joints = true;
            for (size_t i = at; i < end && only_joints; i++)
                only_joints = text.p[i] == '_';
            if (!only_joints)
                add_word(&s, at, end - at);
            at = end;
            continue;
        }
        uint32_t code = 0;
        utf8_next(slice_sub(text, at, text.n - at), &code);
        if (script_is_cjk(code)) {
            at = add_bigrams(&s, at);
            continue;
        }
        end = stretch_end(text, at);
        add_by_icu(&s, t, at, end);
        at = end;
    }
    shelf_put(&shelf, t);
    return s.out;
}

size_t words_count(struct slice text, const struct lang *lang)
{
    (void)lang; /* the script is enough today; a language may need more */
    size_t words = 0, halves = 0;
    bool inside = false;
    for (size_t at = 0; at < text.n;) {
        unsigned char byte = (unsigned char)text.p[at];
        if (byte < 0x80) {
            bool within = ascii_class(byte) != 0;
            /* A mid character between two characters of a word does not end it. */
            if (!within && inside && (byte == '\'' || byte == '.' || byte == ',') && at + 1 < text.n)
                within = ascii_class((unsigned char)text.p[at + 1]) != 0;
            words += within && !inside;
            inside = within;
            at++;
            continue;
        }
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(text, at, text.n - at), &c);
        at += len ? len : 1;
        if (script_is_cjk(c)) {
            halves++;
            inside = false;
        } else {
            /* General punctuation, CJK punctuation and Latin-1 signs. Everything else counts as a letter. */
            bool sign = (c >= 0x80 && c < 0xC0 && c != 0xAA && c != 0xB5 && c != 0xBA) || (c >= 0x2000 && c < 0x2C00) ||
                        (c >= 0x3000 && c < 0x3041) || (c >= 0xFF00 && c < 0xFF10);
            if (c == 0x2019 && inside)
                continue;
            words += !sign && !inside;
            inside = !sign;
        }
    }
    return words + (halves + 1) / 2;
}
