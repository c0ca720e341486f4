/* words.c - words by UAX #29, folded and stemmed; the one tokenisation of index, query and alignment.
 *
 * The text is walked once. Runs of Han, kana and Hangul are cut into bigrams by hand: their words are not written
 * apart (Hangul: particles stick to nouns), ICU's dictionary for them is slow, and bigrams need no dictionary to
 * agree between page and question. ASCII words, most of most texts, are cut by hand too, by the same rules (WB6-WB13
 * for letters, digits, "_" and the mid characters ' . : , ;): that is ten times as fast as the iterator, and a test
 * holds both against each other. The rest, stretches with other letters, goes through ICU.
 *
 * Folding on top of case: typographic apostrophes become ', full-width forms ASCII, thousands separators go away
 * ("1,234" = "1234"), so do the dots of acronyms ("U.S." = "US") and the possessive 's; an elided article is a word
 * of its own in French and Italian ("l'homme" = "l" + "homme"). Decomposed letters are composed.
 *
 * ICU iterators and stemmers are expensive to open and not thread safe: a text borrows a set of them from a shelf.
 * Stemming a word costs ten times as much as cutting it, and most words of a text are among a few thousand: each set
 * remembers the stems of those it saw last. */
#include "text/words.h"

#include <libstemmer.h>
#include <stdio.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include "base/shelf.h"
#include "base/utf8.h"
#include "text/irregular.h"

enum {
    STEMMERS_MAX = 24,
    STEM_BYTES_MAX = 64, /* longer "words" are identifiers and other noise: left as they are */
    ACRONYM_LETTERS_MAX = 5,
    REMEMBERED = 2048, /* a power of two; with 64 bytes each they stay in the processor's second cache */
    REMEMBERED_BYTES = 26,
};

/* A word and what is known of it. */
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

static void die(const char *what)
{
    fprintf(stderr, "footnote: %s\n", what);
    abort();
}

static struct tools *take_tools(void)
{
    struct tools *t = shelf_take(&shelf);
    if (!t && !(t = calloc(1, sizeof *t)))
        die("out of memory");
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
        die("a stemmer cannot be made");
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
    if (c >= '0' && c <= '9')
        return A_DIGIT;
    return c == '_' ? A_JOINT : 0;
}

/* Scripts whose runs become bigrams. */
static bool is_bigram_char(uint32_t c)
{
    if (c < 0x1100)
        return false;
    return (c >= 0x3041 && c <= 0x30FF && c != 0x30FB && c != 0x30A0) || (c >= 0x3400 && c <= 0x9FFF) || c == 0x3005 ||
           c == 0x3007 || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x31F0 && c <= 0x31FF) || (c >= 0xFF66 && c <= 0xFF9F) || (c >= 0x20000 && c <= 0x323AF);
}

/* --- one word ------------------------------------------------------------------------------------------------ */

struct split {
    struct arena *a;
    struct slice text;
    const struct lang *lang;
    struct sb_stemmer *stemmer;
    struct stem_memory *memory;
    bool english; /* has irregular forms in a table */
    struct words out;
    size_t room;
    bool has_lower; /* any lower-case letter: else capitals tell nothing about a word */
    char fold[512]; /* scratch for words of up to a quarter of it */
};

/* Decomposed letters composed; false when there is nothing to change or it does not fit. */
static bool compose(char *text, size_t *n, size_t room)
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

/* Case, apostrophes and width of a word that is not plain ASCII. Returns the bytes written to s->fold;
 * sets WORD_NUMBER. */
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
        marks |= c >= 0x300 && c < 0x370;
        if (u_isdigit((UChar32)c))
            *flags |= WORD_NUMBER;
        n += utf8_put(s->fold + n, (uint32_t)u_foldCase((UChar32)c, U_FOLD_CASE_DEFAULT));
    }
    if (marks)
        compose(s->fold, &n, sizeof s->fold);
    return n;
}

/* "u.s" -> "us" when all parts are single letters. Returns the new length. */
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

/* Stop words are function words; "US" and "WHO" in a text that knows lower case are names. */
static bool is_acronym(const struct split *s, struct slice word)
{
    size_t capitals = 0;
    if (!s->has_lower || word.n < 2)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] >= 'A' && word.p[i] <= 'Z')
            capitals++;
        else if (word.p[i] != '.')
            return false;
    }
    return capitals >= 2 && capitals <= ACRONYM_LETTERS_MAX;
}

static struct word *push(struct split *s, size_t start, size_t n, struct slice fold, unsigned flags)
{
    void *items = s->out.at;
    struct word *w = arena_push(s->a, &items, s->out.n, &s->room, sizeof *w);
    s->out.at = items;
    s->out.n++;
    *w = (struct word){(uint32_t)start, (uint32_t)n, fold, fold, flags};
    return w;
}

/* The stem of a word: static memory, the stemmer's until its next call, or word itself. */
static struct slice make_stem(const struct split *s, struct slice word)
{
    struct slice base = s->english ? irregular_base(word) : word;
    const sb_symbol *out = sb_stemmer_stem(s->stemmer, (const sb_symbol *)base.p, (int)base.n);
    if (!out)
        die("out of memory");
    struct slice stemmed = {(const char *)out, (size_t)sb_stemmer_length(s->stemmer)};
    return stemmed.n ? stemmed : word;
}

static uint32_t hash(struct slice word)
{
    uint32_t h = slice_hash(word);
    return h ^ h >> 15;
}

/* What is known of a word of at most REMEMBERED_BYTES, learnt now unless it was seen lately. */
static const struct stem_memory *remember(const struct split *s, struct slice word)
{
    struct stem_memory *m = &s->memory[hash(word) & (REMEMBERED - 1)];
    if (m->lang == s->lang && slice_eq((struct slice){m->word, m->word_n}, word))
        return m;
    struct slice stemmed = s->stemmer ? make_stem(s, word) : word;
    if (stemmed.n > REMEMBERED_BYTES)
        return NULL;
    m->lang = s->lang;
    m->stop = lang_is_stop_word(s->lang, word);
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
    const struct stem_memory *known = w->fold.n <= REMEMBERED_BYTES && !(w->flags & WORD_NUMBER) ? remember(s, w->fold) : NULL;
    bool stop = known ? known->stop : lang_is_stop_word(s->lang, w->fold);
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

/* Articles and the like that end in an apostrophe before a vowel. */
static size_t elision(const struct lang *lang, struct slice fold)
{
    static const char french[] = " l d j m n s t c qu jusqu lorsqu puisqu quoiqu ";
    static const char italian[] = " l d c un dell all nell sull dall coll quest quell sant m s t v n ";
    const char *list = strcmp(lang->code, "fr") == 0 ? french : strcmp(lang->code, "it") == 0 ? italian : NULL;
    size_t n = 0;
    while (n < fold.n && fold.p[n] != '\'')
        n++;
    if (!list || n == 0 || n + 1 >= fold.n || n > 8)
        return 0;
    char key[12];
    int len = snprintf(key, sizeof key, " %.*s ", (int)n, fold.p);
    return slice_find(slice_of(list), (struct slice){key, (size_t)len}) < strlen(list) ? n : 0;
}

static void add_word(struct split *s, size_t start, size_t n);

/* Adds "l'homme" as two words; false when it is none of that kind. */
static bool add_elided(struct split *s, size_t start, size_t n, struct slice fold)
{
    size_t head = elision(s->lang, fold);
    if (head == 0)
        return false;
    /* The head is plain ASCII, so it has as many bytes in the text; the apostrophe may have three. */
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
        if (c >= '0' && c <= '9')
            flags |= WORD_NUMBER;
        if (fold_n < sizeof s->fold)
            s->fold[fold_n++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    if (ascii) {
        flags |= word.p[0] >= 'A' && word.p[0] <= 'Z' ? WORD_CAPITAL : 0;
    } else {
        uint32_t c = 0;
        utf8_next(word, &c);
        flags |= u_isupper((UChar32)c) || u_istitle((UChar32)c) ? WORD_CAPITAL : 0;
    }
    struct slice fold;
    if (n > sizeof s->fold / 4) { /* a folded character may have twice its bytes; such words are no prose */
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
    look_up(s, push(s, start, n, fold, flags));
}

/* --- runs ---------------------------------------------------------------------------------------------------- */

/* A run of characters without spaces between words: overlapping pairs. Returns its end. */
static size_t add_bigrams(struct split *s, size_t start)
{
    size_t previous = s->text.n, at = start, chars = 0;
    while (at < s->text.n) {
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(s->text, at, s->text.n - at), &c);
        if (len == 0 || !is_bigram_char(c))
            break;
        if (chars++)
            push(s, previous, at + len - previous, slice_sub(s->text, previous, at + len - previous), WORD_CJK);
        previous = at;
        at += len;
    }
    if (chars == 1)
        push(s, start, at - start, slice_sub(s->text, start, at - start), WORD_CJK);
    return at;
}

/* The end of the ASCII word at start by the rules of UAX #29, or start when a letter that is not ASCII touches it
 * (then the word is ICU's to cut). */
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

/* Words of text[start, end) by ICU. */
static void add_by_icu(struct split *s, struct tools *t, size_t start, size_t end)
{
    UErrorCode status = U_ZERO_ERROR;
    if (!t->breaks)
        t->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    t->text = utext_openUTF8(t->text, s->text.p + start, (int64_t)(end - start), &status);
    if (U_SUCCESS(status))
        ubrk_setUText(t->breaks, t->text, &status);
    if (U_FAILURE(status))
        die("ICU cannot cut words");
    int32_t from = ubrk_first(t->breaks);
    for (int32_t to = ubrk_next(t->breaks); to != UBRK_DONE; from = to, to = ubrk_next(t->breaks))
        if (ubrk_getRuleStatus(t->breaks) >= UBRK_WORD_NONE_LIMIT)
            add_word(s, start + (size_t)from, (size_t)(to - from));
}

/* The end of a stretch that ICU shall cut: up to white space or ASCII punctuation that joins nothing, or a bigram run.
 */
static size_t stretch_end(struct slice text, size_t at)
{
    while (at < text.n) {
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(text, at, text.n - at), &c);
        if (c < 0x80 && !ascii_class((unsigned char)c) && c != '\'' && c != '.' && c != ',' && c != ';' && c != ':')
            break;
        if (is_bigram_char(c))
            break;
        at += len ? len : 1;
    }
    return at;
}

static bool any_lower(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] >= 'a' && text.p[i] <= 'z')
            return true;
    return false;
}

struct words words_split(struct arena *a, struct slice text, const struct lang *lang)
{
    if (text.n > INT32_MAX)
        die("a text is too long to be cut into words");
    struct tools *t = take_tools();
    struct split s = {
        .a = a, .text = text, .lang = lang, .stemmer = stemmer_for(t, lang), .memory = t->stems, .has_lower = any_lower(text)};
    s.english = strcmp(lang->code, "en") == 0;
    /* Room for the usual number of words at once: growing an arena array leaves its old halves behind. */
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
        if (is_bigram_char(code)) {
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
    (void)lang; /* the script tells; the argument is there for languages that need more */
    size_t words = 0, halves = 0;
    bool inside = false;
    for (size_t at = 0; at < text.n;) {
        unsigned char byte = (unsigned char)text.p[at];
        if (byte < 0x80) {
            bool part = ascii_class(byte) != 0;
            /* A mid character between two word characters does not end a word. */
            if (!part && inside && (byte == '\'' || byte == '.' || byte == ',') && at + 1 < text.n)
                part = ascii_class((unsigned char)text.p[at + 1]) != 0;
            words += part && !inside;
            inside = part;
            at++;
            continue;
        }
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(text, at, text.n - at), &c);
        at += len ? len : 1;
        if (is_bigram_char(c)) {
            halves++;
            inside = false;
        } else {
            /* General punctuation, CJK punctuation and Latin-1 signs; everything else is taken for a letter. */
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
