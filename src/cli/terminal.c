#include "cli/terminal.h"

#include <stdio.h>

#include "base/utf8.h"

static bool is_harmless(uint32_t c)
{
    bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    bool override = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return c == '\n' || c == '\t' || (!control && !override);
}

void terminal_put(struct slice text)
{
    for (size_t at = 0; at < text.n;) {
        uint32_t c = 0;
        size_t n = utf8_next(slice_sub(text, at, text.n - at), &c);
        if (n > 0 && is_harmless(c))
            fwrite(text.p + at, 1, n, stdout);
        else
            putchar(' ');
        at += n ? n : 1;
    }
}
