/* sentences.c - sentences and passages.
 *
 * ICU finds where a sentence may end; this file decides where it does not. Three steps:
 *   blocks      the text is cut at blank lines, headings and list items; a line break inside of a block is kept as
 *               an end only when it looks like one (hard-wrapped text continues on the next line);
 *   candidates  ICU's sentence iterator runs over a block;
 *   false ends  a candidate after an abbreviation, an initial, an ordinal ("3. Oktober") or before a lower-case
 *               letter is joined with what follows.
 * Abbreviations are of four kinds (enum abbreviation): what they are followed by decides. "Starter" below means a
 * capitalised stop word of the language ("The", "Er", "Он"): after an acronym it is the sign of a new sentence, as
 * in "in the U.S. The army", while "the U.S. Army" goes on.
 *
 * Passages are put together greedily from whole sentences; the last two are balanced. */
#include "text/sentences.h"

#include <stdio.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "base/shelf.h"
#include "base/utf8.h"
#include "text/words.h"

enum {
    SOFT_WRAP_BYTES = 48, /* a line this long that ends in no stop goes on in the next one; shorter ones are titles */
    KEY_BYTES = 24,       /* the longest abbreviation looked up */
    WORD_BYTES = 48,      /* the longest word after a full stop that is looked up */
};

enum abbreviation {
    ABBR_NONE,
    ABBR_INSIDE,        /* never at the end of a sentence: "Mr.", "e.g." */
    ABBR_BEFORE_NUMBER, /* inside when a number follows: "No. 5", "vol. 2" */
    ABBR_MAYBE,         /* ends one when a starter follows: "Jr.", "U.S." */
    ABBR_AFTER_NUMBER,  /* ends one after a number ("в 1941 г. Москва"), else inside ("г. Москва") */
    ABBR_END,           /* a full stop after it is the sentence's own unless a lower-case word follows: "etc." */
};

/* Lower case, without the last full stop and without spaces inside; for all languages, since pages quote each other. */
static const struct {
    enum abbreviation kind;
    const char *words;
} abbreviations[] = {
    {ABBR_INSIDE,
     " mr mrs ms mx dr prof st ste sen rep gov gen col lt cpt capt cmdr maj sgt cpl adm rev hon pres msgr fr br mt ft "
     "messrs mme mlle mgr hr fra frl frau dipl ing geb gest sr. sra srta sras dn dª doña ud uds vd vds "
     "e.g i.e eg ie cf vs viz resp bzw z.b d.h u.a i.d.r m.e s.o s.u v.a z.t o.ä u.ä vgl sog ggf evtl "
     "p.ej p.e c.f c.à.d c.-à-d m.m d.v.s t.ex bl.a i.e.s dvs f.eks jf mv sog bijv d.w.z o.a m.b.t zgn "
     "т.е т.н т.к т.о т.ч напр см ср им ул пр пер акад проф д-р обл чл ок гр dott dott.ssa sig sig.ra ing avv arch "
     "dra lic arq av avda ca approx "},
    {ABBR_BEFORE_NUMBER,
     " no nos nr nrs vol vols fig figs p pp ch chap sec sect art arts abs s seite bd kap tab abb ziff eq "
     "ver v op pt par para núm num pág págs cap t tel ext ст гл рис табл стр с п пп кн № n nn pag "
     "jan feb mar apr jun jul aug sep sept oct nov dec est fl "},
    {ABBR_MAYBE,
     " jr sr sra inc ltd co corp bros llc plc u.s u.k u.n e.u u.s.a u.s.s.r d.c l.a n.y b.c a.d b.c.e c.e ph.d "
     "m.d b.a m.a b.sc m.sc ll.d d.phil esq dept univ assn dist ave blvd rd hwy ed eds trans al n.b "
     "gmbh ag e.v str v.chr n.chr a.c d.c ee.uu s.a s.l s.r.l n.v b.v св млн млрд тыс руб долл коп кв куб др пр "
     "н.э до.н.э c.v i.v m.v jh jhd "},
    {ABBR_AFTER_NUMBER, " г гг в вв "},
    {ABBR_END, " etc usw usf etw a.m p.m т.д т.п т.ц и.т.д и.т.п ecc enz osv m.fl jne stb "},
};

struct tools {
    struct shelved shelved;
    UBreakIterator *breaks;
    UText *text;
};

static struct shelf shelf = SHELF_EMPTY;

static void die(const char *what)
{
    fprintf(stderr, "footnote: %s\n", what);
    abort();
}

/* Its iterator set to text; to be put back. */
static struct tools *take_tools(struct slice text)
{
    UErrorCode status = U_ZERO_ERROR;
    struct tools *t = shelf_take(&shelf);
    if (!t && !(t = calloc(1, sizeof *t)))
        die("out of memory");
    if (!t->breaks)
        t->breaks = ubrk_open(UBRK_SENTENCE, "", NULL, 0, &status);
    t->text = utext_openUTF8(t->text, text.p, (int64_t)text.n, &status);
    if (U_SUCCESS(status))
        ubrk_setUText(t->breaks, t->text, &status);
    if (U_FAILURE(status))
        die("ICU cannot cut sentences");
    return t;
}

/* --- characters ------------------------------------------------------------------------------------------------ */

static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0xFEFF;
}

/* Marks that open something, when a letter follows; some of them close in other languages. */
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

/* The character that ends before `at`; its first byte comes back, and 0 in *c at the start. */
static size_t back(struct slice text, size_t at, uint32_t *c)
{
    *c = 0;
    if (at == 0)
        return 0;
    size_t from = at - 1;
    while (from > 0 && at - from < 4 && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from--;
    if (utf8_next(slice_sub(text, from, at - from), c) != at - from)
        *c = '?', from = at - 1;
    return from;
}

static uint32_t first(struct slice text)
{
    uint32_t c = 0;
    utf8_next(text, &c);
    return c;
}

static struct slice trim(struct slice s)
{
    uint32_t c;
    for (size_t n; s.n && (n = utf8_next(s, &c)) && is_space(c);)
        s = slice_sub(s, n, s.n - n);
    for (size_t from = back(s, s.n, &c); s.n && is_space(c); from = back(s, s.n, &c))
        s.n = from;
    return s;
}

/* --- is this the end of a sentence? ---------------------------------------------------------------------------- */

/* As it stands in a list, between spaces; false when it cannot be in one. */
static bool pad(const char *key, char padded[KEY_BYTES + 3])
{
    size_t n = strlen(key);
    if (n == 0 || n > KEY_BYTES)
        return false;
    padded[0] = ' ';
    memcpy(padded + 1, key, n);
    memcpy(padded + 1 + n, " ", 2);
    return true;
}

static bool list_has(const char *list, const char *key)
{
    char padded[KEY_BYTES + 3];
    return pad(key, padded) && strstr(list, padded);
}

static enum abbreviation kind_of(const char *key)
{
    char padded[KEY_BYTES + 3];
    if (!pad(key, padded))
        return ABBR_NONE;
    for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++)
        if (strstr(abbreviations[i].words, padded))
            return abbreviations[i].kind;
    return ABBR_NONE;
}

/* What stands before a full stop. */
struct before {
    char key[KEY_BYTES + 1]; /* lower-case, "" when it is too long */
    char row[KEY_BYTES + 1]; /* the same with the parts before it of one letter and a full stop: "z. B" is "z.b" */
    size_t start;            /* of the word in the sentence */
    unsigned letters, digits;
    bool capital, dotted; /* first letter of the last part; a full stop inside */
};

static size_t word_start(struct slice s, size_t end)
{
    uint32_t c;
    size_t at = end;
    for (size_t from = back(s, at, &c); at > 0; from = back(s, at, &c)) {
        if (is_space(c) || c == '(' || c == '[' || c == '"' || c == 0x201C || c == 0x201E || c == 0xAB || c == 0x2018 ||
            c == 0x2014 || c == '/' || c == '*')
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
        if (is_space(c))
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
        size_t at = back(s, from, &c);
        if (!is_space(c) || at == 0)
            break;
        size_t dot = back(s, at, &c);
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

/* Is the first word of `after` a capitalised stop word? Opening marks before it are looked through. */
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
        else if (n || !(is_closer(c) || c == '(' || c == '[' || is_space(c) || c == 0xBF || c == 0xA1))
            break;
    }
    return n && lang_is_stop_word(lang, (struct slice){word, n});
}

/* Does text start with one letter and a full stop? "z. | B.", "J. | R. R." */
static bool is_initial(struct slice text)
{
    uint32_t c = 0;
    size_t n = utf8_next(text, &c);
    return n && n < text.n && text.p[n] == '.' && u_isalpha((UChar32)c);
}

static bool ordinals_have_dots(const struct lang *lang)
{
    return list_has(" de da no fi hu ", lang->code);
}

static bool number_before(struct slice s, size_t start)
{
    struct slice rest = trim(slice_sub(s, 0, start));
    uint32_t c;
    back(rest, rest.n, &c);
    return u_isdigit((UChar32)c) || c == 'X' || c == 'I' || c == 'V';
}

/* Both are trimmed and not empty; `sentence` ends where ICU ends one. */
static bool full_stop_ends(struct slice sentence, struct slice after, const struct lang *lang)
{
    struct before b = look_before(sentence);
    uint32_t next = first(after);
    bool starter = starts_with_starter(after, lang);
    if (b.letters == 0 && b.digits == 0)
        return true; /* "...", handled by its caller */
    if (b.letters == 1 && is_initial(after))
        return false;
    enum abbreviation kind = kind_of(b.row);
    if (kind == ABBR_NONE && !(b.letters == 1 && b.capital)) /* "C." is an initial or a vitamin, "c." is circa */
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
        struct slice rest = trim(slice_sub(sentence, 0, b.start));
        back(rest, rest.n, &c);
        return !(ordinals_have_dots(lang) && c != '.' /* "Nr. 4." */ && b.digits <= 2 && !b.dotted &&
                 u_isalpha((UChar32)next) && !starter);
    }
    if (b.letters == 1 && b.digits == 0)
        return starter || !(b.capital && u_isalpha((UChar32)next)); /* an initial */
    if (b.dotted && b.letters <= 4 && b.digits == 0 && b.capital && b.letters * 2 > utf8_count(slice_of(b.key)))
        return starter; /* "J.R.R.", "C.I.A." */
    return true;
}

/* Both not empty: `sentence` up to a candidate, `after` from there to the block's end. */
static bool is_end(struct slice sentence, struct slice after, const struct lang *lang)
{
    struct slice s = trim(sentence);
    after = trim(after);
    if (s.n == 0 || after.n == 0)
        return after.n == 0;
    uint32_t c, next = first(after);
    size_t at = s.n, from = back(s, at, &c);
    bool closed = false;
    while (at > 0 && is_closer(c)) {
        at = from;
        from = back(s, at, &c);
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
    /* 「…。」と言った: the quotation is part of a sentence that goes on. */
    if (c == 0x3002 || c == 0xFF01 || c == 0xFF1F)
        return !(closed && (next == 0x3068 || next == 0x3063 || next == 0x306E || next == 0x7684));
    return c == 0; /* no stop at all: ICU saw a line break */
}

/* --- blocks ---------------------------------------------------------------------------------------------------- */

static struct slice line_at(struct slice text, size_t at)
{
    size_t end = at;
    while (end < text.n && text.p[end] != '\n')
        end++;
    return slice_sub(text, at, end - at);
}

bool sentence_is_heading(struct slice line)
{
    line = slice_trim(line);
    size_t marks = 0;
    while (marks < line.n && line.p[marks] == '#')
        marks++;
    return marks > 0 && marks <= 6 && marks < line.n && line.p[marks] == ' ';
}

static bool is_item(struct slice line)
{
    line = slice_trim(line);
    if (line.n > 2 && (line.p[0] == '-' || line.p[0] == '*' || line.p[0] == '+') && line.p[1] == ' ')
        return true;
    if (slice_starts(line, SLICE("\u2022")))
        return true;
    size_t digits = 0;
    while (digits < line.n && digits < 3 && line.p[digits] >= '0' && line.p[digits] <= '9')
        digits++;
    return digits && digits + 1 < line.n && (line.p[digits] == '.' || line.p[digits] == ')') &&
           line.p[digits + 1] == ' ';
}

/* Does `line` go on in the next one? Both not blank. */
static bool is_soft_wrap(struct slice line, struct slice next)
{
    line = trim(line), next = trim(next);
    uint32_t c;
    back(line, line.n, &c);
    if (u_islower((UChar32)first(next)) || c == ',' || c == '-')
        return true;
    return line.n >= SOFT_WRAP_BYTES;
}

/* The end of the block that starts at `at`: before a blank line, a heading, an item, or a short line's end. */
static size_t block_end(struct slice text, size_t at)
{
    struct slice line = line_at(text, at);
    bool heading = sentence_is_heading(line);
    for (;;) {
        size_t end = (size_t)(line.p + line.n - text.p);
        if (end >= text.n || heading)
            return end;
        struct slice next = line_at(text, end + 1);
        if (trim(next).n == 0 || sentence_is_heading(next) || is_item(next) || !is_soft_wrap(line, next))
            return end;
        line = next;
    }
}

/* "[3]" and the like after a full stop belong to the sentence before. Returns the bytes they take. */
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

static void push(struct list *l, struct slice s)
{
    void *items = l->out.at;
    struct slice *to = arena_push(l->a, &items, l->out.n, &l->room, sizeof *to);
    l->out.at = items;
    l->out.n++;
    *to = s;
}

/* ICU takes every quotation mark and bracket after a stop for a closing one: "end.[1]", "？“去". Returns where the
 * sentence ends when what follows is inside of them. */
static size_t before_opener(struct slice block, size_t start, size_t end)
{
    uint32_t c;
    if (is_space(first(slice_sub(block, end, block.n - end))))
        return end;
    for (size_t at = back(block, end, &c); at > start && is_opener(c); at = back(block, end, &c))
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
            struct slice whole = slice_sub(block, start, end - start), words = trim(whole);
            while (words.n && words.p[words.n - 1] == ']') /* decide by what stands before the marks */
                while (words.n && words.p[--words.n] != '[')
                    ;
            if (!is_end(words.n ? words : whole, slice_sub(block, end, block.n - end), lang))
                continue;
        }
        struct slice s = trim(slice_sub(block, start, end - start));
        if (s.n)
            push(l, s);
        start = end;
    }
    shelf_put(&shelf, tools);
    struct slice s = trim(slice_sub(block, start, block.n - start));
    if (start < block.n && s.n)
        push(l, s);
}

struct sentences sentences_split(struct arena *a, struct slice text, const struct lang *lang)
{
    struct list l = {.a = a};
    if (text.n > INT32_MAX)
        die("a text is too long to be cut into sentences");
    for (size_t at = 0; at < text.n;) {
        if (trim(line_at(text, at)).n == 0) {
            at += line_at(text, at).n + 1;
            continue;
        }
        size_t end = block_end(text, at);
        split_block(&l, slice_sub(text, at, end - at), lang);
        at = end + 1;
    }
    return l.out;
}

/* --- passages -------------------------------------------------------------------------------------------------- */

struct piece {
    struct slice text;
    size_t words;
    bool opens; /* first of a paragraph */
};

struct pieces {
    struct piece *at;
    size_t n, room;
};

static void push_piece(struct arena *a, struct pieces *p, struct piece piece)
{
    void *items = p->at;
    struct piece *to = arena_push(a, &items, p->n, &p->room, sizeof *to);
    p->at = items;
    p->n++;
    *to = piece;
}

/* A sentence that is too long for a passage, cut at spaces (or anywhere between characters when it has none) into
 * pieces of about `target` words. The 4: a step holds at least one character. */
static void push_long(struct arena *a, struct pieces *p, struct piece whole, const struct lang *lang, size_t target)
{
    size_t count = (whole.words + target - 1) / target, step = whole.text.n / count + 4;
    bool opens = whole.opens;
    for (size_t start = 0; start < whole.text.n;) {
        size_t end = start + step;
        if (end >= whole.text.n) {
            end = whole.text.n;
        } else {
            end = start + utf8_cut(slice_sub(whole.text, start, whole.text.n - start), step).n;
            size_t space = end;
            while (space > start + step / 2 && whole.text.p[space] != ' ' && whole.text.p[space] != '\n')
                space--;
            if (space > start + step / 2)
                end = space;
        }
        struct slice part = trim(slice_sub(whole.text, start, end - start));
        if (part.n)
            push_piece(a, p, (struct piece){part, words_count(part, lang), opens});
        opens = false;
        start = end;
    }
}

static struct pieces pieces_of(struct arena *a, struct slice text, const struct lang *lang, size_t target)
{
    struct sentences s = sentences_split(a, text, lang);
    struct pieces p = {0};
    const char *previous_end = text.p;
    for (size_t i = 0; i < s.n; i++) {
        size_t breaks = 0;
        for (const char *c = previous_end; c < s.at[i].p; c++)
            breaks += *c == '\n';
        struct piece piece = {s.at[i], words_count(s.at[i], lang), breaks > 1 || sentence_is_heading(s.at[i])};
        if (piece.words * WORD_BYTES < piece.text.n) /* encoded data and the like: a "word" of a megabyte */
            piece.words = piece.text.n / WORD_BYTES;
        if (i > 0 && sentence_is_heading(s.at[i - 1]))
            piece.opens = false; /* a heading stays with what it heads */
        if (piece.words > 2 * target)
            push_long(a, &p, piece, lang, target);
        else
            push_piece(a, &p, piece);
        previous_end = s.at[i].p + s.at[i].n;
    }
    return p;
}

static struct slice span(const struct pieces *p, size_t from, size_t to)
{
    const char *end = p->at[to - 1].text.p + p->at[to - 1].text.n;
    return (struct slice){p->at[from].text.p, (size_t)(end - p->at[from].text.p)};
}

static size_t words_of(const struct pieces *p, size_t from, size_t to)
{
    size_t words = 0;
    for (size_t i = from; i < to; i++)
        words += p->at[i].words;
    return words;
}

/* The last passage is too short: joined with the one before, or a sentence or more taken over from it. */
static void balance(const struct pieces *p, struct list *l, size_t previous, size_t last, size_t target)
{
    size_t both = words_of(p, previous, p->n), half = 0, cut = previous;
    if (both * 2 <= target * 3) {
        cut = p->n;
    } else {
        while (cut < last && half * 2 < both)
            half += p->at[cut++].words;
        if ((both - half) * 2 < target && cut > previous + 1)
            cut--;
    }
    l->out.at[l->out.n - 1] = span(p, previous, cut);
    if (cut < p->n)
        push(l, span(p, cut, p->n));
}

struct sentences passages_cut(struct arena *a, struct slice text, const struct lang *lang, size_t target_words)
{
    size_t target = target_words ? target_words : 1;
    struct pieces p = pieces_of(a, text, lang, target);
    struct list l = {.a = a};
    size_t start = 0, previous = 0, words = 0;
    for (size_t i = 0; i < p.n; i++) {
        size_t with = words + p.at[i].words;
        bool enough = words * 2 >= target;
        bool too_many = with * 2 > target * 3;
        bool past = with > target && with - target > (words < target ? target - words : 0);
        bool paragraph = p.at[i].opens && words * 4 >= target * 3;
        if (i > start && ((enough && (too_many || past || paragraph)) || with > 2 * target)) {
            push(&l, span(&p, start, i));
            previous = start;
            start = i;
            words = 0;
        }
        words += p.at[i].words;
    }
    if (start < p.n) {
        if (l.out.n > 0 && words * 2 < target)
            balance(&p, &l, previous, start, target);
        else
            push(&l, span(&p, start, p.n));
    }
    return l.out;
}
