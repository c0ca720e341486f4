/* Feeds the citation guard: the first byte says how the rest is cut. Cut differently, the same must come out. */
#include "base/buf.h"
#include "base/utf8.h"
#include "cite/cite_guard.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static bool hear(void *ud, struct slice text)
{
    if (text.n == 0 || utf8_check(text) < text.n)
        __builtin_trap();
    return buf_add(ud, text);
}

static bool hear_mark(void *ud, struct source *source)
{
    return buf_printf(ud, "{%u}", source->number);
}

static void filter(struct slice text, size_t bytes, struct buf *heard)
{
    static struct source one = {.url = {"https://one.example/a", 21}, .number = 1};
    static struct source *const list[] = {&one};
    static const struct slice words = {"the tower was painted in three shades", 37};
    const struct cite_evidence evidence = {list, 1, &words, 1};
    const struct cite_output output = {hear, hear_mark, heard};
    struct arena *a = arena_new();
    struct cite_guard *g = cite_guard_new(a, &evidence, &output);
    bool ok = true;
    while (text.n > 0 && ok) {
        struct slice piece = utf8_cut(text, bytes);
        if (piece.n == 0)
            piece = slice_sub(text, 0, utf8_next(text, NULL));
        ok = cite_guard_feed(g, piece);
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
    if (!ok || !cite_guard_finish(g))
        __builtin_trap();
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice rest = {(const char *)text + 1, n - 1};
    struct buf whole, cut;
    if (n == 0 || utf8_check(rest) < rest.n || memchr(rest.p, 0, rest.n))
        return 0;
    buf_init(&whole, 1 << 20);
    buf_init(&cut, 1 << 20);
    filter(rest, SIZE_MAX, &whole);
    filter(rest, 1 + text[0] % 16, &cut);
    if (!slice_eq(buf_slice(&whole), buf_slice(&cut)))
        __builtin_trap();
    buf_release(&whole);
    buf_release(&cut);
    return 0;
}
