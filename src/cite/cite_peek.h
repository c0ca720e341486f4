/* cite_peek.h - looking ahead in a text that is still arriving.
 *
 * A reader that asks for a character beyond the end of an unfinished text sets `more`: whatever it then concludes is
 * not to be trusted, and it is asked again when there is more. That one rule makes decisions independent of where the
 * stream was cut. */
#ifndef CITE_PEEK_H
#define CITE_PEEK_H

#include "base/utf8.h"

enum cite_reading { CITE_NO, CITE_YES, CITE_MORE };

struct cite_peek {
    struct slice text;
    size_t at;
    bool final; /* nothing comes after text, or nothing that may be looked at */
    bool more;
};

/* The byte at the cursor; 0 at the end. */
static inline char peek_byte(struct cite_peek *p)
{
    if (p->at < p->text.n)
        return p->text.p[p->at];
    if (!p->final)
        p->more = true;
    return 0;
}

/* The character at the cursor; 0 at the end. *n gets its bytes, at least 1. */
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

/* Moves over `what` (lower case; ASCII case of the text is ignored) if it is there. */
static inline bool peek_take(struct cite_peek *p, const char *what)
{
    size_t start = p->at;
    for (; *what; what++, p->at++) {
        char c = peek_byte(p);
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != *what) {
            p->at = start;
            return false;
        }
    }
    return true;
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

/* Letters and digits of alphabets; not ideographs, whose words have no spaces between them. */
static inline bool cite_is_word(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0x2000);
}

#endif
