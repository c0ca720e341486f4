/* cite_peek.h - looks ahead in a text that is still arriving.
 *
 * A reader looks for one construct at the start of a text and answers CITE_YES, CITE_NO or CITE_MORE. If it needs a
 * character beyond the end of an unfinished text, `more` is set: its result does not count, and it is called again when
 * more text has arrived. This rule makes every decision independent of where the stream was cut. `final` in a reader's
 * arguments says that no more text will come. */
#ifndef CITE_CITE_PEEK_H
#define CITE_CITE_PEEK_H

#include "base/ascii.h"
#include "base/utf8.h"
#include "text/letters.h"

enum cite_reading { CITE_NO, CITE_YES, CITE_MORE };

struct cite_peek {
    struct slice text;
    size_t at;
    bool final; /* no more text will come, or none that the reader may look at */
    bool more;
};

/* The byte at the cursor; 0 at the end of text. */
static inline char peek_byte(struct cite_peek *p)
{
    if (p->at < p->text.n)
        return p->text.p[p->at];
    if (!p->final)
        p->more = true;
    return 0;
}

/* The character at the cursor; 0 at the end of text. *n: its bytes, at least 1. */
static inline uint32_t peek_char(struct cite_peek *p, size_t *n)
{
    uint32_t code = 0;
    *n = 1;
    if (peek_byte(p) == 0)
        return 0;
    size_t bytes = utf8_next(slice_sub(p->text, p->at, p->text.n - p->at), &code);
    if (bytes == 0)
        return 0xFFFD;
    *n = bytes;
    return code;
}

/* Moves over `what` if it is there. what is in lower case; the ASCII case of the text is ignored. */
static inline bool peek_take(struct cite_peek *p, const char *what)
{
    size_t start = p->at;
    for (; *what; what++, p->at++) {
        char c = peek_byte(p);
        if ((ascii_is_upper(c) ? c + 32 : c) != *what) {
            p->at = start;
            return false;
        }
    }
    return true;
}

/* The same for a word of lang/, with letters of all scripts in either case. */
static inline bool peek_take_word(struct cite_peek *p, struct slice word)
{
    struct slice rest = slice_sub(p->text, p->at, p->text.n - p->at);
    unsigned char first = rest.n ? (unsigned char)rest.p[0] : 0, other = (unsigned char)word.p[0];
    /* Nearly all words of the lists end here, at each byte of a stream that may begin a mark. */
    if (rest.n && (first < 0x80 || other < 0x80) && (ascii_is_upper(first) ? first + 32 : first) != other)
        return false;
    size_t n = letters_start_nocase(rest, word);
    p->at += n;
    if (n == 0 && !p->final && (rest.n == 0 || letters_start_nocase(word, rest)))
        p->more = true;
    return n > 0;
}

static inline void peek_spaces(struct cite_peek *p)
{
    while (peek_byte(p) == ' ' || peek_byte(p) == '\t')
        p->at++;
}

static inline enum cite_reading peek_result(const struct cite_peek *p, bool yes)
{
    return p->more ? CITE_MORE : yes ? CITE_YES : CITE_NO;
}

/* Letters and digits of alphabets. Not ideographs, since there are no spaces between their words. */
static inline bool cite_is_word(uint32_t c)
{
    return ascii_is_digit(c) || ascii_is_letter(c) || (c >= 0xC0 && c < 0x2000);
}

#endif
