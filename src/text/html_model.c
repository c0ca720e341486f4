/* html_model.c - boosted trees over the features of a block, and what is done with their verdicts.
 *
 * html_model.def is written by training/train_blocks.py: NODE(feature, limit, low, high) - a value of at most limit goes to
 * low, else to high - and TREE(first node). A child below zero is the leaf of index -child - 1; leaves are logits and add up.
 * Trees because the signals depend on each other: a short line is text between paragraphs and frame between links. They are
 * small, and fitted on pages that were changed at random as well, so that no site's habits are learnt by heart. */
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

/* Where precision and recall of whole pages are best, measured across folds; flat between 0.3 and 0.45. */
static const float KEEP_FROM = 0.4F;
/* A page whose blocks all look doubtful keeps its best ones down to this. */
static const float KEEP_AT_LEAST = 0.12F;

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

/* Nothing reached the threshold: takes it down to half of the best paragraph's, if there is any that could be text. */
static float lower_threshold(const struct html_page *page, const struct html_features *f, const float *p)
{
    float best = 0;
    for (size_t i = 0; i < page->block_count; i++)
        if (p[i] > best && expf(f[i].at[HTML_WORDS]) > 9)
            best = p[i];
    return best >= KEEP_AT_LEAST ? best / 2 : 2;
}

void html_choose(struct arena *a, const struct html_page *page, const struct html_features *f, bool *keep)
{
    float *p = arena_array(a, float, page->block_count);
    bool any = false;
    for (size_t i = 0; i < page->block_count; i++) {
        p[i] = html_model(&f[i]);
        keep[i] = p[i] >= KEEP_FROM;
        any |= keep[i] && expf(f[i].at[HTML_WORDS]) > 9;
    }
    if (any)
        return;
    float from = lower_threshold(page, f, p);
    for (size_t i = 0; i < page->block_count; i++)
        keep[i] = keep[i] || p[i] >= from;
}
