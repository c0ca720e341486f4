/* Feeds blocks_read and passages_cut. Blocks and passages are slices of the text in its order, what they refer to comes
 * before them, and a passage read by itself again has the blocks that it was made of.
 *
 *   scripts/fuzz blocks */
#include "base/utf8.h"
#include "text/passages.h"
#include "text/sentences.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check_blocks(struct slice text, struct blocks b)
{
    const char *at = text.p;
    for (uint32_t i = 0; i < b.n; i++) {
        const struct block *one = &b.at[i];
        must(one->text.n > 0 && one->text.p >= at && one->text.p + one->text.n <= text.p + text.n);
        must(one->under == BLOCK_NONE || (one->under < i && b.at[one->under].kind != BLOCK_PARAGRAPH));
        must(one->lead == BLOCK_NONE || one->lead < i);
        must(one->run_end > i && one->run_end <= b.n);
        at = one->text.p + one->text.n;
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    struct slice text = {(const char *)bytes, n};
    if (utf8_check(text) < n)
        return 0;
    struct arena *a = arena_new();
    const struct lang *lang = lang_find(n % 2 ? SLICE("en") : SLICE("zh"));
    check_blocks(text, blocks_read(a, text, n % 3 == 0));
    struct passage_cuts cuts = passages_cut(a, text, lang, n % 50 + 1);
    const char *at = text.p;
    for (size_t i = 0; i < cuts.n; i++) {
        const struct passage_cut *cut = &cuts.at[i];
        must(cut->text.n > 0 && cut->text.p >= at && cut->text.p + cut->text.n <= text.p + n);
        must(cut->above_count <= PASSAGE_ABOVE_MAX);
        for (size_t k = 0; k < cut->above_count; k++)
            must(slice_eq(cut->above[k].text, slice_sub(text, cut->above[k].offset, cut->above[k].text.n)) &&
                 cut->above[k].text.p < cut->text.p);
        check_blocks(cut->text, blocks_read(a, cut->text, cut->in_code));
        (void)passage_naming(a, cut);
        at = cut->text.p + cut->text.n;
    }
    arena_free(a);
    return 0;
}
