/* trees.h - boosted trees, as training/trees.py writes them: the sum of one leaf of each tree.
 *
 * A model is a .def file of NODE(feature, limit, low, high), LEAF(value) and TREE(first node), which is included three
 * times, once for each array. A value of at most limit goes to low, else to high. A child below zero is the leaf of
 * index -child - 1. trees_table.h makes a model of such a file. Models are only read. Any thread. */
#ifndef BASE_TREES_H
#define BASE_TREES_H

#include <stddef.h>
#include <stdint.h>

struct tree_node {
    uint8_t feature;
    int16_t low, high;
    float limit;
};

struct trees {
    const struct tree_node *nodes;
    const float *leaves;
    const int16_t *roots;
    size_t count; /* of roots */
};

/* values: by number of feature. */
static inline float trees_sum(const struct trees *trees, const float *values)
{
    float sum = 0;
    for (size_t t = 0; t < trees->count; t++) {
        int at = trees->roots[t];
        while (at >= 0) {
            const struct tree_node *node = &trees->nodes[at];
            at = values[node->feature] <= node->limit ? node->low : node->high;
        }
        sum += trees->leaves[-at - 1];
    }
    return sum;
}

#endif
