/* html_model.c - boosted trees over the features of a block, and what is done with their verdicts.
 *
 * html_model.def is written by training/train_blocks.py: NODE(feature, limit, low, high) - a value of at most limit
 * goes to low, else to high - and TREE(first node). A child below zero is the leaf of index -child - 1; leaves are
 * logits and add up. Trees because the signals depend on each other: a short line is text between paragraphs and frame
 * between links. They are small, and fitted on pages that were changed at random as well, so that no site's habits are
 * learnt by heart. */
#include "text/html_model.h"

#include <math.h>

static const struct node {
    uint8_t feature;
    int16_t low, high;
    float limit;
} nodes[] = {
#define NODE(feature, limit, low, high) {feature, low, high, limit},
#define LEAF(value)
#define TREE(root)
#include "text/html_model.def"
#undef NODE
#undef LEAF
#undef TREE
};

static const float leaves[] = {
#define NODE(feature, limit, low, high)
#define LEAF(value) value,
#define TREE(root)
#include "text/html_model.def"
#undef NODE
#undef LEAF
#undef TREE
};

static const int16_t trees[] = {
#define NODE(feature, limit, low, high)
#define LEAF(value)
#define TREE(root) root,
#include "text/html_model.def"
#undef NODE
#undef LEAF
#undef TREE
};

/* Where F1 of whole pages is best across folds (training/train_blocks.py); it is flat between 0.3 and 0.45. */
static const float KEEP_FROM = 0.4F;
/* On a page whose best paragraph is doubtful, paragraphs nearly as good are kept too; never below the last limit. */
static const float KEEP_RELATIVE = 0.6F, KEEP_AT_LEAST = 0.06F;
enum { PARAGRAPH_WORDS = 10 };

float html_model(const struct html_features *f)
{
    float sum = 0;
    for (size_t t = 0; t < sizeof trees / sizeof *trees; t++) {
        int at = trees[t];
        while (at >= 0)
            at = f->at[nodes[at].feature] <= nodes[at].limit ? nodes[at].low : nodes[at].high;
        sum += leaves[-at - 1];
    }
    return 1 / (1 + expf(-sum));
}

/* The heading that repeats the title; a caller has that already. */
static bool is_title(const struct html_features *f)
{
    return f->at[HTML_FROM_HEAD] == 0 && f->at[HTML_HEADING] > 0 && f->at[HTML_TITLE] >= 0.7F;
}

void html_choose(struct arena *a, const struct html_page *page, const struct html_features *f, bool *keep)
{
    float *p = arena_array(a, float, page->block_count);
    const float paragraph = logf(1 + PARAGRAPH_WORDS) - 0.01F;
    float best = 0, from = KEEP_FROM;
    for (size_t i = 0; i < page->block_count; i++) {
        p[i] = html_model(&f[i]);
        if (p[i] > best && f[i].at[HTML_WORDS] >= paragraph)
            best = p[i];
    }
    if (best > 0 && KEEP_RELATIVE * best < from)
        from = KEEP_RELATIVE * best;
    if (from < KEEP_AT_LEAST)
        from = KEEP_AT_LEAST;
    for (size_t i = 0; i < page->block_count; i++)
        keep[i] = p[i] >= from && !is_title(&f[i]);
}
