/* cite_quote.c - checks quotations against the texts that the model was given.
 *
 * Quotation and texts are brought to one form. Each run of white space becomes one space. All quotation marks and
 * apostrophes become the same one, since a quotation within a quotation changes its marks. All dashes become the same
 * one. Emphasis and reference marks are removed. Letters keep their case, since a quotation is verbatim. Each text is
 * normalised once. A search is a memmem(), linear in the text, and the number of searches for one answer is limited. */
#include "cite/cite_quote.h"

#include "base/ascii.h"
#include "cite/cite_guard.h"
#include "cite/cite_mark.h"
#include "text/letters.h"
#include "text/script.h"

enum {
    MAX_NESTING = 3,
    MAX_PIECES = 4,    /* pieces between ellipses */
    MAX_CUT_WORDS = 64 /* hits in the middle of a word that are skipped */
};

struct cite_quotes {
    struct arena *arena;
    const struct slice *texts;
    struct slice *plain; /* the normalised texts; NULL until the first quotation, which most answers lack */
    size_t n, checks;
};

static const char *plain_form(uint32_t c)
{
    if ((c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB || (c >= 0x300C && c <= 0x300F))
        return "'";
    if (c == '"' || (c >= 0x2018 && c <= 0x201B) || c == 0x2BC || c == 0xB4)
        return "'";
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
        return "-";
    if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x3000)
        return " ";
    if (c == '*' || c == '`' || c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0xFEFF)
        return "";
    return c == 0x2026 ? "..." : NULL;
}

/* The bytes of a reference mark at the start of text. Any number counts, since sources have marks of their own. */
static size_t mark_at(struct slice text)
{
    struct cite_mark mark;
    bool may = text.p[0] == '[' || slice_starts(text, SLICE("\u3010"));
    return may && cite_read_mark(text, true, 0, &mark) == CITE_YES ? mark.n : 0;
}

/* Writes the normalised text to out, which has room for 3 * text.n. */
static size_t quote_normalise(struct slice text, char *out)
{
    size_t n = 0;
    for (size_t i = 0, bytes; i < text.n; i += bytes) {
        uint32_t c = 0;
        struct slice rest = slice_sub(text, i, text.n - i);
        if ((bytes = mark_at(rest)) > 0)
            continue;
        bytes = utf8_next(rest, &c);
        const char *plain = plain_form(c);
        if (plain && plain[0] == ' ' && (n == 0 || out[n - 1] == ' '))
            continue;
        bytes = bytes ? bytes : 1;
        struct slice add = plain ? slice_of(plain) : slice_sub(rest, 0, bytes);
        memcpy(out + n, add.p, add.n);
        n += add.n;
    }
    return n;
}

struct cite_quotes *cite_quotes_new(struct arena *a, const struct slice *texts, size_t n)
{
    struct cite_quotes *q = arena_array(a, struct cite_quotes, 1);
    *q = (struct cite_quotes){.arena = a, .texts = texts, .n = n};
    return q;
}

static void normalise_texts(struct cite_quotes *q)
{
    struct arena *scratch = arena_new();
    q->plain = arena_array(q->arena, struct slice, q->n);
    for (size_t i = 0; i < q->n; i++) {
        char *out = arena_alloc(scratch, 3 * q->texts[i].n + 1);
        q->plain[i] = arena_dup(q->arena, (struct slice){out, quote_normalise(q->texts[i], out)});
    }
    arena_free(scratch);
}

/* Whether byte i is inside a word. */
static bool quote_cuts_word(struct slice text, size_t i)
{
    return i > 0 && i < text.n && (letter_before(text, i) || ascii_is_digit(text.p[i - 1])) &&
           (letter_at(text, i) || ascii_is_digit(text.p[i]));
}

/* The offset of words in text, from `from` on, at word boundaries; text.n if they are not there. */
static size_t find_words(struct slice text, struct slice words, size_t from)
{
    for (unsigned i = 0; i < MAX_CUT_WORDS && words.n > 0 && words.n <= text.n && from <= text.n - words.n; i++) {
        const char *hit = memmem(text.p + from, text.n - from, words.p, words.n);
        if (!hit)
            break;
        size_t at = (size_t)(hit - text.p), end = at + words.n;
        if (!quote_cuts_word(text, at) && !quote_cuts_word(text, end))
            return at;
        from = at + 1;
    }
    return text.n;
}

/* The next piece between ellipses, without punctuation and spaces at its ends. False if there is none. */
static bool next_piece(struct slice *rest, struct slice *piece)
{
    while (rest->n > 0) {
        size_t at = slice_find(*rest, SLICE("...")), skip = at < rest->n ? 3 : 0;
        *piece = slice_sub(*rest, 0, at);
        *rest = slice_sub(*rest, at + skip, rest->n - at - skip);
        while (piece->n > 0 && char_in(piece->p[piece->n - 1], " .,;:!?[]()'-"))
            piece->n--;
        while (piece->n > 0 && char_in(piece->p[0], " .,;:!?[]()'-"))
            *piece = slice_sub(*piece, 1, piece->n - 1);
        if (piece->n > 0)
            return true;
    }
    return false;
}

static bool text_has(struct slice text, struct slice words)
{
    struct slice piece;
    size_t from = 0;
    unsigned pieces = 0;
    while (next_piece(&words, &piece)) {
        size_t at = find_words(text, piece, from);
        if (at == text.n || ++pieces > MAX_PIECES)
            return false;
        from = at + piece.n;
    }
    return pieces > 0;
}

bool cite_quotes_have(struct cite_quotes *q, struct slice words)
{
    char plain[3 * CITE_QUOTE_BYTES + 1];
    if (words.n > CITE_QUOTE_BYTES || ++q->checks > CITE_QUOTE_CHECKS)
        return false;
    if (!q->plain)
        normalise_texts(q);
    struct slice wanted = {plain, quote_normalise(words, plain)};
    for (size_t i = 0; i < q->n; i++)
        if (text_has(q->plain[i], wanted))
            return true;
    return false;
}

size_t cite_count_words(struct slice text)
{
    size_t words = 0, wide = 0;
    bool inside = false;
    for (size_t i = 0, bytes; i < text.n; i += bytes ? bytes : 1) {
        uint32_t c = 0;
        bytes = utf8_next(slice_sub(text, i, text.n - i), &c);
        wide += script_in_cjk_blocks(c);
        if (cite_is_word(c) && !inside)
            words++;
        inside = cite_is_word(c) || (inside && (c == '\'' || c == 0x2019 || c == '-' || c == '.'));
    }
    return words + wide / 2;
}

uint32_t cite_closing_mark(uint32_t c)
{
    static const uint32_t pairs[][2] = {{'"', '"'},       {0x201C, 0x201D}, {0x201E, 0x201C}, {0xAB, 0xBB},
                                        {0xBB, 0xAB},     {0x300C, 0x300D}, {0x300E, 0x300F}, {0x201F, 0x201D},
                                        {0xFF02, 0xFF02}, {0x301D, 0x301E}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (pairs[i][0] == c)
            return pairs[i][1];
    return 0;
}

/* Whether c closes the quotation. „ has two closers: “ in German, ” in Polish and Dutch. */
static bool quote_closes(uint32_t c, uint32_t open, uint32_t close)
{
    return c == close || (open == 0x201E && c == 0x201D);
}

enum cite_reading cite_read_quote(struct slice text, bool final, struct slice *inside)
{
    bool cut = text.n > CITE_QUOTE_BYTES;
    struct cite_peek p = {.text = cut ? utf8_cut(text, CITE_QUOTE_BYTES) : text, .final = final || cut};
    size_t n, depth = 1;
    uint32_t open = peek_char(&p, &n), close = cite_closing_mark(open), c, before = 0;
    size_t start = p.at += n;
    for (; (c = peek_char(&p, &n)) != 0 && !(c == '\n' && before == '\n') && depth <= MAX_NESTING; p.at += n) {
        *inside = slice_sub(text, start, p.at - start);
        if (quote_closes(c, open, close) && --depth == 0)
            return CITE_YES;
        depth += c == open && !quote_closes(c, open, close);
        before = c;
    }
    *inside = slice_sub(text, start, p.at - start);
    return p.more ? CITE_MORE : CITE_NO;
}
