/* Feeds extraction: the first byte chooses a kind of document, the rest is the page. Text must be UTF-8 and under its
 * ceiling.
 *
 *   clang-16 -fsanitize=fuzzer,address,undefined -DARENA_MALLOC -D_GNU_SOURCE -Isrc $(pkg-config --cflags libxml-2.0)
 * -g -O1 \
 *       -o /tmp/fuzz_html tests/fuzz/fuzz_html.c src/text/{html*,page*,charset,json_ld,markdown,feed}.c
 * src/base/[a-z]*.c \ -lxml2 -licui18n -licuuc -lpthread -lm /tmp/fuzz_html -max_len=20000 /tmp/corpus tests/fuzz/html
 * tests/fuzz/html-regressions */
#include "base/utf8.h"
#include "text/page.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    if (n == 0)
        return 0;
    static const char *const types[] = {"text/html", "application/rss+xml", "text/markdown", "application/ld+json", ""};
    struct arena *a = arena_new();
    struct page_text p;
    struct err e;
    struct slice bytes = {(const char *)text + 1, n - 1};
    if (page_extract(a, bytes, slice_of(types[text[0] % 5]), SLICE("https://a.example/b"), &p, &e) &&
        (utf8_check(p.text) < p.text.n || utf8_check(p.title) < p.title.n || p.text.n > PAGE_TEXT_BYTES_MAX))
        __builtin_trap();
    arena_free(a);
    return 0;
}
