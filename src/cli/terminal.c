#include "cli/terminal.h"

#include <stdio.h>

#include "base/utf8.h"

void terminal_put(struct slice text)
{
    for (size_t at = 0; at < text.n;) {
        uint32_t c = 0;
        size_t n = utf8_next(slice_sub(text, at, text.n - at), &c);
        if (n > 0 && utf8_harmless(c))
            fwrite(text.p + at, 1, n, stdout);
        else
            putchar(' ');
        at += n ? n : 1;
    }
}
