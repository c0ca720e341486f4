/* fuzz_html.c - libFuzzer: any bytes as HTML end in text or none, valid UTF-8, within the ceilings. See scripts/fuzz.
 */
#include "base/utf8.h"
#include "pages/page.h"

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
    if (page_extract(a, bytes, slice_of(types[text[0] % 5]), SLICE("https://a.example/b"), NULL, &p, &e) &&
        (utf8_check(p.text) < p.text.n || utf8_check(p.title) < p.title.n || p.text.n > PAGE_TEXT_BYTES_MAX))
        __builtin_trap();
    arena_free(a);
    return 0;
}
