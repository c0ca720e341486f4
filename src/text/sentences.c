/* sentences.c - finds the ends of sentences.
 *
 * ICU finds where a sentence may end. This file rules out false ends, in three steps:
 *   blocks      blocks.h cuts the text at blank lines, headings, list items and where a short line ends.
 *   candidates  ICU's sentence iterator runs over a block.
 *   false ends  A candidate is dropped behind an abbreviation, an initial or an ordinal ("3. Oktober"), and before a
 *               lower-case letter.
 * There are five kinds of abbreviations (enum abbreviation); the text around them decides. A "starter" is a capitalised
 * stop word of the language ("The", "Er", "Он"). Behind an acronym it shows that a new sentence begins: "in the U.S.
 * The army", but "the U.S. Army".
 *
 * Passages are filled greedily with whole sentences. The last two are balanced. */
#include "text/sentences.h"

#include <stdio.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "base/ascii.h"
#include "base/shelf.h"
#include "base/utf8.h"
#include "text/edges.h"
#include "text/words.h"

enum {
    KEY_BYTES = 24,    /* the longest abbreviation looked up */
    WORD_BYTES = 48,   /* the longest word after a full stop that is looked up */
    CODE_BYTES = 1600, /* some forty lines, what a reader takes in at once; longer code is parted */
    ROW_BYTES = 2000,  /* a longer row is text in a layout table */
};

enum abbreviation {
    ABBR_NONE,
    ABBR_INSIDE,        /* never ends a sentence: "Mr.", "e.g." */
    ABBR_BEFORE_NUMBER, /* ends none if a number follows: "No. 5", "vol. 2" */
    ABBR_MAYBE,         /* ends one if a starter follows: "Jr.", "U.S." */
    ABBR_AFTER_NUMBER,  /* ends one behind a number ("в 1941 г. Москва"), else none ("г. Москва") */
    ABBR_END,           /* ends one unless a lower-case word follows: "etc." */
};

/* Looked up in all languages at once, since pages quote each other. The first list that has the word decides. */
static const struct {
    enum abbreviation kind;
    enum lang_list list;
} abbreviations[] = {
    {ABBR_INSIDE, LANG_ABBR_INSIDE}, {ABBR_BEFORE_NUMBER, LANG_ABBR_BEFORE_NUMBER},
    {ABBR_MAYBE, LANG_ABBR_MAYBE},   {ABBR_AFTER_NUMBER, LANG_ABBR_AFTER_NUMBER},
    {ABBR_END, LANG_ABBR_END},
};

struct tools {
    struct shelved shelved;
    UBreakIterator *breaks;
    UText *text;
};

static struct shelf shelf = SHELF_EMPTY;

static void sentence_die(const char *what)
{
    fprintf(stderr, "footnote: %s\n", what);
    abort();
}

/* Borrows an iterator and sets it to text. The caller puts it back. */
static struct tools *take_tools(struct slice text)
{
    UErrorCode status = U_ZERO_ERROR;
    struct tools *t = shelf_take(&shelf);
    if (!t && !(t = calloc(1, sizeof *t)))
        sentence_die("out of memory");
    if (!t->breaks)
        t->breaks = ubrk_open(UBRK_SENTENCE, "", NULL, 0, &status);
    t->text = utext_openUTF8(t->text, text.p, (int64_t)text.n, &status);
    if (U_SUCCESS(status))
        ubrk_setUText(t->breaks, t->text, &status);
    if (U_FAILURE(status))
        sentence_die("ICU cannot cut sentences");
    return t;
}

/* --- characters ------------------------------------------------------------------------------------------------ */

/* Marks that open something if a letter follows. Some of them close in other languages. */
static bool is_opener(uint32_t c)
{
    return c == '[' || c == '(' || c == '{' || c == 0x201C || c == 0x2018 || c == 0x201E || c == 0xAB || c == 0x300C ||
           c == 0x300E || c == 0x300A || c == 0x3008 || c == 0x3010 || c == 0xFF08;
}

static bool is_closer(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == '}' || c == 0xBB || c == 0xAB ||
           (c >= 0x2018 && c <= 0x201F) || c == 0x203A || (c >= 0x3009 && c <= 0x3011 && (c & 1)) || c == 0x300F ||
           c == 0xFF09 || c == '*' || c == '_';
}

/* --- is this the end of a sentence? ---------------------------------------------------------------------------- */

static enum abbreviation kind_of(const char *key)
{
    for (size_t i = 0; i < COUNT_OF(abbreviations); i++)
        if (lang_has(lang_any(), abbreviations[i].list, slice_of(key)))
            return abbreviations[i].kind;
    return ABBR_NONE;
}

/* The word before a full stop. */
struct before {
    char key[KEY_BYTES + 1]; /* in lower case; "" if it is too long */
    char row[KEY_BYTES + 1]; /* the same with preceding parts of one letter and a full stop: "z. B" is "z.b" */
    size_t start;            /* offset of the word in the sentence */
    unsigned letters, digits;
    bool capital, dotted; /* the last part has a capital; there is a full stop inside */
};

static size_t word_start(struct slice s, size_t end)
{
    uint32_t c;
    size_t at = end;
    for (size_t from = edge_back(s, at, &c); at > 0; from = edge_back(s, at, &c)) {
        if (edge_is_space(c) || c == '(' || c == '[' || c == '"' || c == 0x201C || c == 0x201E || c == 0xAB ||
            c == 0x2018 || c == 0x2014 || c == '/' || c == '*')
            break;
        at = from;
    }
    return at;
}

static void make_key(struct slice s, char key[KEY_BYTES + 1])
{
    size_t out = 0;
    for (size_t at = 0; at < s.n;) {
        uint32_t c = 0;
        size_t n = utf8_next(slice_sub(s, at, s.n - at), &c);
        at += n ? n : 1;
        if (edge_is_space(c))
            continue;
        if (out + 4 > KEY_BYTES) {
            out = 0;
            break;
        }
        out += utf8_put(key + out, (uint32_t)u_tolower((UChar32)c));
    }
    key[out] = '\0';
}

/* s ends right before the full stop. */
static struct before look_before(struct slice s)
{
    struct before b = {.start = word_start(s, s.n)};
    for (size_t at = b.start; at < s.n;) {
        uint32_t c = 0;
        size_t n = utf8_next(slice_sub(s, at, s.n - at), &c);
        at += n ? n : 1;
        if (u_isdigit((UChar32)c)) {
            b.digits++;
        } else if (u_isalpha((UChar32)c)) {
            if (b.letters++ == 0)
                b.capital = u_isupper((UChar32)c);
        } else if (c == '.') {
            b.dotted = true;
        }
    }
    size_t from = b.start;
    for (uint32_t c; from > 0;) {
        size_t at = edge_back(s, from, &c);
        if (!edge_is_space(c) || at == 0)
            break;
        size_t dot = edge_back(s, at, &c);
        if (c != '.')
            break;
        size_t start = word_start(s, dot);
        if (utf8_count(slice_sub(s, start, dot - start)) != 1)
            break;
        from = start;
    }
    make_key(slice_sub(s, b.start, s.n - b.start), b.key);
    make_key(slice_sub(s, from, s.n - from), b.row);
    return b;
}

/* Whether the first word of `after`, behind opening marks, is a capitalised stop word. */
static bool starts_with_starter(struct slice after, const struct lang *lang)
{
    char word[WORD_BYTES + 4];
    size_t n = 0;
    for (size_t at = 0; at < after.n && n < WORD_BYTES;) {
        uint32_t c = 0;
        size_t len = utf8_next(slice_sub(after, at, after.n - at), &c);
        at += len ? len : 1;
        if (u_isalpha((UChar32)c) || (n && (c == '\'' || c == 0x2019)))
            n += utf8_put(word + n, c == 0x2019 ? '\'' : (uint32_t)u_tolower((UChar32)c));
        else if (n || !(is_closer(c) || c == '(' || c == '[' || edge_is_space(c) || c == 0xBF || c == 0xA1))
            break;
    }
    return n && lang_has(lang, LANG_STOP, (struct slice){word, n});
}

/* Whether text starts with a single letter and a full stop: "z. | B.", "J. | R. R." */
static bool is_initial(struct slice text)
{
    uint32_t c = 0;
    size_t n = utf8_next(text, &c);
    return n && n < text.n && text.p[n] == '.' && u_isalpha((UChar32)c);
}

static bool number_before(struct slice s, size_t start)
{
    struct slice rest = edge_trim(slice_sub(s, 0, start));
    uint32_t c;
    edge_back(rest, rest.n, &c);
    return u_isdigit((UChar32)c) || c == 'X' || c == 'I' || c == 'V';
}

/* Whether the full stop at the end of `sentence` ends it. Both slices are trimmed and not empty. */
static bool full_stop_ends(struct slice sentence, struct slice after, const struct lang *lang)
{
    struct before b = look_before(sentence);
    uint32_t next = edge_first(after);
    bool starter = starts_with_starter(after, lang);
    if (b.letters == 0 && b.digits == 0)
        return true; /* "..." is the caller's case */
    if (b.letters == 1 && is_initial(after))
        return false;
    enum abbreviation kind = kind_of(b.row);
    if (kind == ABBR_NONE && !(b.letters == 1 && b.capital)) /* "C." may be an initial or a vitamin; "c." is circa */
        kind = kind_of(b.key);
    switch (kind) {
    case ABBR_INSIDE:
        return false;
    case ABBR_BEFORE_NUMBER:
        if (u_isdigit((UChar32)next) || next == 'I' || next == 'V' || next == 'X' || next == '#')
            return false;
        return b.letters > 1 || starter || !b.capital;
    case ABBR_MAYBE:
        return starter;
    case ABBR_AFTER_NUMBER:
        return number_before(sentence, b.start);
    case ABBR_END:
        return true;
    case ABBR_NONE:
        break;
    }
    if (b.letters == 0 && b.digits) {
        if (b.start == 0 && b.digits <= 3)
            return false; /* "1. First point" */
        uint32_t c;
        struct slice rest = edge_trim(slice_sub(sentence, 0, b.start));
        edge_back(rest, rest.n, &c);
        return !(lang->ordinal_dots && c != '.' /* "Nr. 4." */ && b.digits <= 2 && !b.dotted &&
                 u_isalpha((UChar32)next) && !starter);
    }
    if (b.letters == 1 && b.digits == 0)
        return starter || !(b.capital && u_isalpha((UChar32)next)); /* an initial */
    if (b.dotted && b.letters <= 4 && b.digits == 0 && b.capital && b.letters * 2 > utf8_count(slice_of(b.key)))
        return starter; /* "J.R.R.", "C.I.A." */
    return true;
}

/* Whether a candidate is an end. `sentence`: the text up to it. `after`: from there to the end of the block. Neither is
 * empty. */
static bool is_end(struct slice sentence, struct slice after, const struct lang *lang)
{
    struct slice s = edge_trim(sentence);
    after = edge_trim(after);
    if (s.n == 0 || after.n == 0)
        return after.n == 0;
    uint32_t c, next = edge_first(after);
    size_t at = s.n, from = edge_back(s, at, &c);
    bool closed = false;
    while (at > 0 && is_closer(c)) {
        at = from;
        from = edge_back(s, at, &c);
        closed = true;
    }
    bool lower = u_islower((UChar32)next);
    if (c == '.' || c == 0xFF0E) {
        bool ellipsis = from > 0 && s.p[from - 1] == '.';
        if (ellipsis)
            return !lower;
        if (lower)
            return false;
        return full_stop_ends((struct slice){s.p, from}, after, lang) || (closed && s.p[s.n - 1] != ')');
    }
    if (c == '!' || c == '?' || c == 0x2026)
        return !lower;
    /* 「…。」と言った: the sentence goes on behind the quotation. */
    if (c == 0x3002 || c == 0xFF01 || c == 0xFF1F)
        return !(closed && lang_starts(lang_any(), LANG_GOES_ON, after));
    return c == 0; /* without any stop, ICU saw a line break */
}

/* --- cutting ---------------------------------------------------------------------------------------------------- */

/* The bytes of marks like "[3]" behind a full stop. They belong to the sentence before them. */
static size_t marks_after(struct slice rest)
{
    size_t at = 0;
    while (at < rest.n && rest.p[at] == '[') {
        size_t end = at + 1;
        while (end < rest.n && end - at < 6 && rest.p[end] != ']' && rest.p[end] != ' ')
            end++;
        if (end >= rest.n || rest.p[end] != ']')
            break;
        at = end + 1;
    }
    return at;
}

struct list {
    struct arena *a;
    struct sentences out;
    size_t room;
};

static void sentence_push(struct list *l, struct slice s)
{
    struct slice *to = arena_push(l->a, &l->out.at, l->out.n, &l->room);
    l->out.n++;
    *to = s;
}

/* ICU takes every quotation mark and bracket behind a stop for a closing one: "end.[1]", "？“去". Returns where the
 * sentence ends if the mark opens something. */
static size_t before_opener(struct slice block, size_t start, size_t end)
{
    uint32_t c;
    if (edge_is_space(edge_first(slice_sub(block, end, block.n - end))))
        return end;
    for (size_t at = edge_back(block, end, &c); at > start && is_opener(c); at = edge_back(block, end, &c))
        end = at;
    return end;
}

static void split_block(struct list *l, struct slice block, const struct lang *lang)
{
    struct tools *tools = take_tools(block);
    size_t start = 0;
    for (int32_t to = ubrk_next(tools->breaks); to != UBRK_DONE; to = ubrk_next(tools->breaks)) {
        size_t end = (size_t)to;
        if (end <= start)
            continue;
        if (end < block.n) {
            end = before_opener(block, start, end);
            end += marks_after(slice_sub(block, end, block.n - end));
            struct slice whole = slice_sub(block, start, end - start), words = edge_trim(whole);
            while (words.n && words.p[words.n - 1] == ']') /* the text before the marks decides */
                while (words.n && words.p[--words.n] != '[')
                    ;
            if (!is_end(words.n ? words : whole, slice_sub(block, end, block.n - end), lang))
                continue;
        }
        struct slice s = edge_trim(slice_sub(block, start, end - start));
        if (s.n)
            sentence_push(l, s);
        start = end;
    }
    shelf_put(&shelf, tools);
    struct slice s = edge_trim(slice_sub(block, start, block.n - start));
    if (start < block.n && s.n)
        sentence_push(l, s);
}

/* Code is one sentence: a line of it says nothing. Longer code is cut at blank lines, or else at the ends of lines. */
static void split_code(struct list *l, struct slice code)
{
    while (code.n > CODE_BYTES) {
        size_t end = 0, blank = 0;
        for (size_t at = 0; at < code.n && at <= CODE_BYTES; at++)
            if (code.p[at] == '\n') {
                end = at;
                if (at + 1 < code.n && code.p[at + 1] == '\n')
                    blank = at;
            }
        end = blank > CODE_BYTES / 2 ? blank : end ? end : utf8_cut(code, CODE_BYTES).n;
        struct slice s = edge_trim(slice_sub(code, 0, end));
        if (s.n)
            sentence_push(l, s);
        code = slice_sub(code, end, code.n - end);
    }
    struct slice s = edge_trim(code);
    if (s.n)
        sentence_push(l, s);
}

static void split_any(struct list *l, const struct block *b, const struct lang *lang)
{
    if (b->kind == BLOCK_CODE)
        split_code(l, b->text);
    else if (b->kind == BLOCK_ROW && b->text.n <= ROW_BYTES)
        sentence_push(l, b->text);
    else
        split_block(l, b->text, lang);
}

struct sentences sentences_of_block(struct arena *a, const struct block *block, const struct lang *lang)
{
    struct list l = {.a = a};
    split_any(&l, block, lang);
    return l.out;
}

struct sentences sentences_split(struct arena *a, struct slice text, const struct lang *lang)
{
    struct list l = {.a = a};
    if (text.n > INT32_MAX)
        sentence_die("a text is too long to be cut into sentences");
    struct blocks blocks = blocks_read(a, text, false);
    for (uint32_t i = 0; i < blocks.n; i++)
        split_any(&l, &blocks.at[i], lang);
    return l.out;
}
