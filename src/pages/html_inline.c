/* html_inline.c - see html_inline.h.
 *
 * A raised number is a power, a note or the cents of a price. Nothing marks which, so what it stands behind decides: a
 * year, a number with thousands, a word or the end of a sentence carry notes; units and short numbers carry powers. The
 * raised figures of Unicode are what a reader saw, so they are used wherever a doubt is left. */
#include "pages/html_inline.h"

#include "base/ascii.h"

enum { NOTE_WORD_LETTERS = 4, NOTE_BYTES = 8, RUN_BYTES_MAX = 64 };

static struct slice inline_tail(const struct buf *text, size_t from)
{
    return (struct slice){text->p + from, text->n - from};
}

/* Puts `bytes` in at `mark`. */
static void inline_insert(struct buf *text, size_t mark, struct slice bytes)
{
    size_t n = text->n - mark;
    if (!buf_add(text, bytes))
        return;
    memmove(text->p + mark + bytes.n, text->p + mark, n);
    memcpy(text->p + mark, bytes.p, bytes.n);
}

static bool inline_all(struct slice text, bool (*is)(char c))
{
    for (size_t i = 0; i < text.n; i++)
        if (!is(text.p[i]))
            return false;
    return text.n > 0;
}

static bool inline_is_digit(char c)
{
    return ascii_is_digit(c);
}

static bool inline_is_letter(char c)
{
    return ascii_is_letter(c) || (unsigned char)c >= 0xC3;
}

static bool inline_is_wordy(char c)
{
    return ascii_is_letter(c) || (unsigned char)c >= 0x80;
}

static bool inline_is_token(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || (unsigned char)c >= 0x80 || c == '.' || c == ',';
}

/* The raised form of the character at the start of text, and its bytes in *used; NULL: it has none. */
static const char *inline_raised_form(struct slice text, size_t *used)
{
    static const char *const figures[] = {"\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",
                                          "\xE2\x81\xB4", "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7",
                                          "\xE2\x81\xB8", "\xE2\x81\xB9"};
    *used = 1;
    if (ascii_is_digit(text.p[0]))
        return figures[text.p[0] - '0'];
    if (text.p[0] == '+')
        return "\xE2\x81\xBA";
    if (text.p[0] == '-')
        return "\xE2\x81\xBB";
    *used = 3;
    if (slice_starts(text, SLICE("\xE2\x88\x92")) || slice_starts(text, SLICE("\xE2\x80\x93")))
        return "\xE2\x81\xBB";
    return NULL;
}

static bool inline_put_raised(struct buf *text, size_t mark)
{
    char out[64];
    size_t n = 0, used;
    struct slice own = inline_tail(text, mark);
    for (size_t i = 0; i < own.n; i += used) {
        const char *form = inline_raised_form(slice_sub(own, i, own.n - i), &used);
        if (!form || n + 4 > sizeof out)
            return false;
        memcpy(out + n, form, strlen(form));
        n += strlen(form);
    }
    text->n = mark;
    buf_add(text, (struct slice){out, n});
    return n > 0;
}

void inline_group(struct buf *text, size_t mark)
{
    struct slice own = inline_tail(text, mark);
    if (own.n < 2 || inline_all(own, inline_is_token) || (own.p[0] == '(' && own.p[own.n - 1] == ')'))
        return;
    inline_insert(text, mark, SLICE("("));
    buf_add_char(text, ')');
}

/* "^n", "_12", "^(2n)": without brackets "^2n" would be read as 2n too. */
static void inline_mark(struct buf *text, size_t mark, struct slice sign)
{
    struct slice own = inline_tail(text, mark);
    if (own.n > 1 && !inline_all(own, inline_is_digit) && !inline_all(own, inline_is_wordy)) {
        inline_insert(text, mark, SLICE("("));
        buf_add_char(text, ')');
    }
    inline_insert(text, mark, sign);
}

void inline_power(struct buf *text, size_t mark)
{
    if (text->n == mark || inline_put_raised(text, mark))
        return;
    inline_mark(text, mark, SLICE("^"));
}

void inline_index(struct buf *text, size_t mark)
{
    if (text->n > mark)
        inline_mark(text, mark, SLICE("_"));
}

void inline_root(struct buf *text, size_t mark)
{
    inline_insert(text, mark, SLICE("1/"));
    inline_power(text, mark);
}

static void inline_bracket(struct buf *text, size_t mark)
{
    inline_insert(text, mark, SLICE("["));
    buf_add_char(text, ']');
}

/* The run of such characters that ends at `end`, not reaching before `block`; of a long one its end. */
static struct slice inline_run(const struct buf *text, size_t block, size_t end, bool (*is)(char c))
{
    size_t from = end;
    while (from > block && end - from < RUN_BYTES_MAX && is(text->p[from - 1]))
        from--;
    return (struct slice){text->p + from, end - from};
}

static bool inline_is_figure(char c)
{
    return ascii_is_digit(c) || c == ',' || c == '.';
}

static bool inline_is_currency(struct slice text)
{
    static const char *const signs[] = {"$",   "\xC2\xA3", "\xE2\x82\xAC", "\xC2\xA5", "\xE2\x82\xB9", "EUR",
                                        "USD", "GBP",      "CHF",          "kr",       "z\xC5\x82",    "K\xC4\x8D"};
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        struct slice sign = slice_of(signs[i]);
        if (slice_starts(text, sign) && (text.n == sign.n || !inline_is_wordy(text.p[sign.n])))
            return true;
    }
    return false;
}

static bool inline_is_money(const struct buf *text, size_t block, struct slice number)
{
    static const char *const signs[] = {"$", "\xC2\xA3", "\xE2\x82\xAC", "\xC2\xA5", "\xE2\x82\xB9"};
    struct slice before = {text->p + block, (size_t)(number.p - text->p) - block};
    before = slice_trim(before);
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (slice_ends(before, slice_of(signs[i])))
            return true;
    return false;
}

/* Years and numbers with thousands are not raised to a power in running text. */
static bool inline_is_no_base(struct slice number)
{
    if (memchr(number.p, ',', number.n))
        return true;
    return number.n > 4 || (number.n == 4 && (number.p[0] == '1' || number.p[0] == '2'));
}

static size_t inline_letters(struct slice word)
{
    size_t n = 0;
    for (size_t i = 0; i < word.n; i++)
        n += ((unsigned char)word.p[i] & 0xC0) != 0x80;
    return n;
}

static void inline_raise_figures(struct buf *text, size_t block, size_t mark)
{
    char last = text->p[mark - 1];
    if (ascii_is_digit(last)) {
        struct slice number = inline_run(text, block, mark, inline_is_figure);
        if (text->n - mark == 2 && !memchr(number.p, '.', number.n) && inline_is_money(text, block, number))
            inline_insert(text, mark, SLICE("."));
        else if (inline_is_no_base(number))
            inline_bracket(text, mark);
        else
            inline_put_raised(text, mark);
        return;
    }
    struct slice word = inline_run(text, block, mark, inline_is_wordy);
    bool ends = memchr(".,;:!?\"'", last, 8) || slice_ends(word, SLICE("\xE2\x80\x9D")) ||
                slice_ends(word, SLICE("\xE2\x80\x99")) || slice_ends(word, SLICE("\xC2\xBB")) ||
                slice_ends(word, SLICE("\xE3\x80\x82"));
    if (ends || inline_letters(word) >= NOTE_WORD_LETTERS)
        inline_bracket(text, mark);
    else
        inline_put_raised(text, mark);
}

static void inline_raise_letters(struct buf *text, size_t block, size_t mark)
{
    struct slice own = inline_tail(text, mark);
    char last = text->p[mark - 1];
    bool one = inline_letters(own) == 1, ending = one && memchr("oaer", own.p[0], 4);
    if (ascii_is_digit(last)) {
        if (one && inline_is_no_base(inline_run(text, block, mark, inline_is_figure)))
            inline_bracket(text, mark);
        else if (one && !ending && ascii_is_letter(own.p[0]))
            inline_power(text, mark);
        return; /* 21st, 2e, 1o */
    }
    size_t letters = inline_letters(inline_run(text, block, mark, inline_is_wordy));
    if (one && !ending && letters == 1)
        inline_power(text, mark);
    else if (one && letters >= NOTE_WORD_LETTERS && ascii_is_lower(own.p[0]))
        inline_bracket(text, mark);
}

static bool inline_is_note(struct slice own)
{
    if (own.n > NOTE_BYTES)
        return false;
    size_t letters = 0;
    for (size_t i = 0; i < own.n; i++) {
        letters += ascii_is_letter(own.p[i]);
        if (ascii_is_upper(own.p[i]) || own.p[i] == '-' || own.p[i] == '+')
            return false;
    }
    return letters <= 1;
}

void inline_raise(struct buf *text, size_t block, size_t mark, bool linked, struct inline_raised *last)
{
    struct slice own = inline_tail(text, mark);
    bool base = mark > block && !ascii_is_html_space(text->p[mark - 1]) && own.n && own.p[0] != ' ';
    last->n = 0;
    if (own.n == 0)
        return;
    if (linked && mark > block && inline_is_note(slice_trim(own))) {
        text->n = mark;
        return;
    }
    bool figures = inline_all(own, inline_is_digit);
    if (figures && own.n <= INLINE_FRACTION_BYTES) {
        memcpy(last->figures, own.p, own.n);
        last->n = own.n;
        last->at = mark;
    }
    size_t used;
    bool operands = base && (ascii_is_digit(text->p[mark - 1]) ||
                             inline_letters(inline_run(text, block, mark, inline_is_wordy)) == 1);
    if (base && figures)
        inline_raise_figures(text, block, mark);
    else if (base && inline_all(own, inline_is_letter))
        inline_raise_letters(text, block, mark);
    else if (base && own.n > 2 && ascii_is_digit(text->p[mark - 1]) && ascii_is_digit(own.p[0]) &&
             ascii_is_digit(own.p[1]) && inline_is_currency(slice_trim(slice_sub(own, 2, own.n - 2))))
        inline_insert(text, mark, SLICE("."));
    else if (base && inline_raised_form(own, &used))
        inline_power(text, mark);
    else if (operands && ascii_is_letter(own.p[0]) && own.n <= NOTE_BYTES)
        inline_power(text, mark); /* n+1 */
    last->end = text->n;
}

void inline_price(struct buf *text, size_t block, struct slice next, const struct inline_raised *last)
{
    if (last->n != 2 || last->at <= block || !inline_is_currency(next))
        return;
    struct slice number = inline_run(text, block, last->at, inline_is_figure);
    if (number.n == 0 || text->p[last->at] == '.')
        return;
    text->n = last->at;
    buf_add_char(text, '.');
    buf_add(text, (struct slice){last->figures, last->n});
}

void inline_lower(struct buf *text, size_t block, size_t mark, const struct inline_raised *last)
{
    struct slice own = inline_tail(text, mark);
    bool figures = inline_all(own, inline_is_digit);
    if (figures && own.n <= INLINE_FRACTION_BYTES && last->n && last->at >= block && last->end <= mark) {
        struct slice bar = {text->p + last->end, mark - last->end};
        if (slice_is(bar, "/") || slice_is(bar, "\xE2\x81\x84") || slice_is(bar, "\xE2\x88\x95")) {
            char under[INLINE_FRACTION_BYTES];
            size_t n = own.n;
            memcpy(under, own.p, n);
            text->n = last->at;
            if (last->at > block && ascii_is_digit(text->p[last->at - 1]))
                buf_add_char(text, ' ');
            buf_add(text, (struct slice){last->figures, last->n});
            buf_add_char(text, '/');
            buf_add(text, (struct slice){under, n});
            return;
        }
    }
    if (mark == block || own.n == 0 || ascii_is_html_space(text->p[mark - 1]) || own.p[0] == ' ')
        return;
    bool digit = ascii_is_digit(text->p[mark - 1]), wordy = inline_is_wordy(text->p[mark - 1]);
    if (digit || (wordy && !figures))
        inline_index(text, mark);
}

bool inline_is_seam(struct slice own, struct slice next, bool links)
{
    if (own.n < 2 || next.n == 0)
        return false;
    char last = own.p[own.n - 1], first = next.p[0];
    if (links)
        return inline_is_wordy(last) && (ascii_is_upper(first) || ascii_is_digit(first)) && own.n > 2 && next.n > 2;
    bool price = first == '$' || slice_starts(next, SLICE("\xC2\xA3")) || slice_starts(next, SLICE("\xE2\x82\xAC"));
    if (ascii_is_letter(last) && inline_is_wordy(own.p[own.n - 2]))
        return ascii_is_digit(first) || price;
    if (ascii_is_digit(last))
        return price || (ascii_is_upper(first) && next.n > 1 && ascii_is_lower(next.p[1]));
    return false;
}

bool inline_is_anchor(struct slice text)
{
    static const char *const signs[] = {
        "\xC2\xB6",         "#",   "\xC2\xA7",   "\xF0\x9F\x94\x97", "\xE2\x9A\x93", "\xE2\x88\x9E",
        "\xC2\xB6\xC2\xB6", "[#]", "[\xC2\xB6]", "\xE2\x97\x86"};
    text = slice_trim(text);
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (slice_is(text, signs[i]))
            return true;
    /* U+E000 to U+F8FF: a picture of a font of the page's own. */
    return text.n == 3 &&
           ((unsigned char)text.p[0] == 0xEE || ((unsigned char)text.p[0] == 0xEF && (unsigned char)text.p[1] < 0xA4));
}

bool inline_is_line_number(struct slice classes)
{
    static const char *const names[] = {"lineno",
                                        "linenos",
                                        "linenodiv",
                                        "linenumber",
                                        "line-number",
                                        "lnt",
                                        "lnum",
                                        "blob-num",
                                        "gutter",
                                        "line_number",
                                        "hljs-ln-n",
                                        "ln-num",
                                        "gl",
                                        "rouge-gutter",
                                        "line-num",
                                        "hljs-ln-numbers",
                                        "linenumbers",
                                        "lineNo",
                                        "code-line-num",
                                        "lineNumber",
                                        "react-code-line-number"};
    for (size_t at = 0; at < classes.n;) {
        size_t n = 0;
        while (at + n < classes.n && classes.p[at + n] > ' ')
            n++;
        for (size_t i = 0; n && i < COUNT_OF(names); i++)
            if (slice_is(slice_sub(classes, at, n), names[i]))
                return true;
        at += n + 1;
    }
    return false;
}
