/* Feeds wikitext_plain. What comes out is UTF-8 when the markup is, without the marks that the passes leave for each
 * other, and bounded by the length of the markup.
 *
 *   scripts/fuzz wikitext */
#include "base/utf8.h"
#include "pages/wikitext.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice input = {(const char *)text, n};
    struct arena *a = arena_new();
    struct slice out = wikitext_plain(a, input, n % 2 ? SLICE("en") : SLICE("de"));
    if (out.n > 8 * n + 64 || (utf8_check(input) == n && utf8_check(out) < out.n))
        __builtin_trap();
    for (size_t i = 0; i < out.n; i++)
        if ((unsigned char)out.p[i] < '\t')
            __builtin_trap();
    arena_free(a);
    return 0;
}
