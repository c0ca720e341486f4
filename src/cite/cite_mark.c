/* cite_mark.c - reads citations by number, in every syntax that models commonly emit.
 *
 * The grammar is small: an opener, items with separators between them, and the closer that belongs to the opener. An
 * item is a number or a range; a word such as "source" may precede it, and a dagger with OpenAI's remark may follow.
 * The parser descends over at most CITE_MARK_BYTES and stops at the first byte that does not fit. So it rejects "[a" at
 * once, and little text is held back. cite_guard.c decides whether a mark is an index, an exponent or a year. */
#include "cite/cite_mark.h"
#include "base/ascii.h"

#include "lang/lang.h"
#include "text/marks.h"

enum { MAX_ITEMS = 40, MAX_DIGITS = 9, MAX_REMARK = 60 };

bool cite_take_word(struct cite_peek *p)
{
    const struct lang_entries words = lang_entries(lang_any(), LANG_CITE_WORDS);
    size_t start = p->at, end = start;
    for (size_t i = 0; i < words.n; i++, p->at = start) {
        size_t n;
        if (!peek_take_word(p, words.at[i].word))
            continue;
        uint32_t next = peek_char(p, &n);
        bool goes_on = cite_is_word(next) && !(next >= '0' && next <= '9');
        end = goes_on || p->at < end ? end : p->at;
    }
    if (end == start)
        return false;
    p->at = end;
    while (peek_byte(p) && strchr(" \t:#.", peek_byte(p)))
        p->at++;
    (void)peek_take(p, MARK_WIDE_COLON);
    peek_spaces(p);
    return true;
}

static bool take_number(struct cite_peek *p, unsigned *number)
{
    size_t start = p->at;
    *number = 0;
    for (; p->at - start < MAX_DIGITS && ascii_is_digit(peek_byte(p)); p->at++)
        *number = *number * 10 + (unsigned)(peek_byte(p) - '0');
    return p->at > start && !ascii_is_digit(peek_byte(p));
}

static void mark_name(struct cite_mark *out, unsigned number, size_t source_count)
{
    out->largest = number > out->largest ? number : out->largest;
    if (number < 1 || number > source_count || out->named_count == CITE_MARK_NUMBERS)
        return;
    for (size_t i = 0; i < out->named_count; i++)
        if (out->named[i] == number)
            return;
    out->named[out->named_count++] = number;
}

static bool take_dash(struct cite_peek *p)
{
    size_t start = p->at;
    peek_spaces(p);
    if (peek_take(p, "-") || peek_take(p, MARK_EN_DASH) || peek_take(p, MARK_EM_DASH)) {
        peek_spaces(p);
        (void)peek_take(p, "^");
        return true;
    }
    p->at = start;
    return false;
}

/* Moves over "†source" or "†L3-L5" to the closing bracket. */
static void skip_remark(struct cite_peek *p)
{
    if (!peek_take(p, MARK_DAGGER))
        return;
    size_t n = 0;
    for (size_t i = 0; i < MAX_REMARK; i++, p->at += n) {
        uint32_t c = peek_char(p, &n);
        if (c == 0 || c == '\n' || c == ']' || c == 0x3011 || c == '[' || c == ',')
            return;
    }
}

static bool take_item(struct cite_peek *p, size_t source_count, struct cite_mark *out)
{
    unsigned first, last, ignored;
    (void)cite_take_word(p);
    if (peek_take(p, "^"))
        peek_spaces(p);
    if (!take_number(p, &first))
        return false;
    if (peek_byte(p) == ':') { /* "4:0" is a place in OpenAI's results */
        p->at++;
        if (!take_number(p, &ignored))
            return false;
    }
    if (!take_dash(p)) {
        mark_name(out, first, source_count);
    } else if (!take_number(p, &last)) {
        return false;
    } else {
        out->largest = last > out->largest ? last : out->largest;
        out->largest = first > out->largest ? first : out->largest;
        unsigned end = last < source_count ? last : (unsigned)source_count;
        for (unsigned i = first ? first : 1; i <= end && out->named_count < CITE_MARK_NUMBERS; i++)
            mark_name(out, i, source_count);
    }
    skip_remark(p);
    return true;
}

static bool take_separator(struct cite_peek *p)
{
    static const char *const marks[] = {
        ",", ";", "&", "/", MARK_WIDE_ENUMERATION, MARK_WIDE_COMMA, MARK_WIDE_SEMICOLON};
    const struct lang_entries words = lang_entries(lang_any(), LANG_CITE_AND);
    bool any = false;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (peek_take(p, marks[i])) {
            any = true;
            peek_spaces(p);
        }
    for (size_t i = 0; i < words.n; i++)
        if (peek_take_word(p, words.at[i].word)) {
            any = true;
            peek_spaces(p);
        }
    return any;
}

/* Reads the items and the closer. */
static bool take_list(struct cite_peek *p, size_t source_count, const char *closer, struct cite_mark *out)
{
    size_t zeros = 0;
    for (size_t items = 0; items < MAX_ITEMS; items++) {
        peek_spaces(p);
        size_t start = p->at;
        if (!take_item(p, source_count, out))
            return false;
        zeros += p->text.p[start] == '0';
        peek_spaces(p);
        if (peek_take(p, closer)) {
            out->interval = items == 1 && zeros == 1 && p->text.p[start] != '0';
            return true;
        }
        /* "1, 2", "1 and 2", "1 2" */
        if (!take_separator(p) && p->text.p[p->at - 1] != ' ')
            return false;
    }
    return false;
}

/* A footnote with a name instead of a number: "[^note]". */
static bool take_named_footnote(struct cite_peek *p)
{
    size_t start = p->at, n = 0;
    if (!peek_take(p, "[^"))
        return false;
    for (uint32_t c; (c = peek_char(p, &n)) != 0 && (cite_is_word(c) || c == '-' || c == '_'); p->at += n)
        ;
    return p->at > start + 2 && peek_take(p, "]");
}

static struct cite_peek mark_peek(struct slice text, bool final)
{
    bool cut = text.n >= CITE_MARK_BYTES;
    return (struct cite_peek){.text = cut ? slice_sub(text, 0, CITE_MARK_BYTES) : text, .final = final || cut};
}

static const struct {
    const char *open, *close;
    bool needs_word;
} BRACKETS[] = {{"[[", "]]", false},
                {"[", "]", false},
                {"\\[", "\\]", false},
                {"\u3010", "\u3011", false},
                {"\uFF3B", "\uFF3D", false},
                {"(", ")", true},
                {MARK_WIDE_BRACKET_OPEN, MARK_WIDE_BRACKET_CLOSE, true}}; /* wide parentheses */

/* Moves over the "see" of "(see source 1)". */
static void skip_see(struct cite_peek *p)
{
    const struct lang_entries words = lang_entries(lang_any(), LANG_CITE_SEE);
    for (size_t i = 0; i < words.n; i++)
        if (peek_take_word(p, words.at[i].word)) {
            peek_spaces(p);
            return;
        }
}

enum cite_reading cite_read_mark(struct slice text, bool final, size_t source_count, struct cite_mark *out)
{
    bool more = false;
    for (size_t i = 0; i < COUNT_OF(BRACKETS); i++) {
        struct cite_peek p = mark_peek(text, final);
        *out = (struct cite_mark){0};
        if (peek_take(&p, BRACKETS[i].open)) {
            if (BRACKETS[i].needs_word)
                skip_see(&p);
            size_t start = p.at;
            bool ok = !BRACKETS[i].needs_word || cite_take_word(&p);
            p.at = start;
            ok = ok && take_list(&p, source_count, BRACKETS[i].close, out);
            if (ok && !p.more) {
                out->n = p.at;
                out->line = BRACKETS[i].open[0] == '[';
                return CITE_YES;
            }
        }
        more = more || p.more;
    }
    struct cite_peek p = mark_peek(text, final);
    *out = (struct cite_mark){0};
    if (!more && take_named_footnote(&p) && !p.more) {
        out->n = p.at;
        out->line = true;
        return CITE_YES;
    }
    return more || p.more ? CITE_MORE : CITE_NO;
}

enum cite_reading cite_read_numbers(struct slice text, bool final, size_t source_count, const char *closer,
                                    struct cite_mark *out)
{
    struct cite_peek p = mark_peek(text, final);
    *out = (struct cite_mark){0};
    peek_spaces(&p);
    bool bracket = peek_take(&p, "[");
    bool ok = take_list(&p, source_count, bracket ? "]" : closer, out);
    if (ok && bracket) {
        peek_spaces(&p);
        ok = peek_take(&p, closer);
    }
    out->n = p.at;
    return peek_result(&p, ok);
}

int cite_superscript_digit(uint32_t c)
{
    if (c == 0xB9)
        return 1;
    if (c == 0xB2 || c == 0xB3)
        return (int)(c - 0xB0);
    return c == 0x2070 || (c >= 0x2074 && c <= 0x2079) ? (int)(c - 0x2070) : -1;
}

enum cite_reading cite_read_superscript(struct slice text, bool final, size_t source_count, struct cite_mark *out)
{
    struct cite_peek p = mark_peek(text, final);
    unsigned whole = 0;
    size_t n, digits = 0;
    struct cite_mark each = {0};
    for (int digit; (digit = cite_superscript_digit(peek_char(&p, &n))) >= 0; p.at += n, digits++) {
        whole = digits < MAX_DIGITS ? whole * 10 + (unsigned)digit : whole;
        mark_name(&each, (unsigned)digit, source_count);
    }
    *out = (struct cite_mark){.n = p.at, .largest = whole};
    mark_name(out, whole, source_count);
    if (out->named_count == 0 && each.named_count == digits) /* all digits name evidence, none twice */
        memcpy(out->named, each.named, (out->named_count = digits) * sizeof out->named[0]);
    return peek_result(&p, digits > 0);
}
