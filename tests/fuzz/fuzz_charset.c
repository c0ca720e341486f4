/* Feeds charset_to_utf8: the first line is a content type, the rest the bytes. What comes out is UTF-8 without NULs.
 *
 *   clang-16 -fsanitize=fuzzer,address,undefined -DARENA_MALLOC -D_GNU_SOURCE -Isrc -g -O1 -o /tmp/fuzz_charset \
 *       tests/fuzz/fuzz_charset.c src/text/charset.c src/base/[a-z]*.c -licui18n -licuuc -lpthread -lm */
#include "base/utf8.h"
#include "text/charset.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    if (n == 0)
        return 0;
    struct slice input = {(const char *)text, n};
    size_t line = slice_find(input, SLICE("\n")), after = line < n ? line + 1 : n;
    struct arena *a = arena_new();
    struct slice out = charset_to_utf8(a, slice_sub(input, after, n - after), slice_sub(input, 0, line));
    if (utf8_check(out) < out.n || memchr(out.p, 0, out.n))
        __builtin_trap();
    arena_free(a);
    return 0;
}
