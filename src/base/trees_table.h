/* trees_table.h - makes `static const struct trees TREES_NAME` of the model in TREES_FILE (base/trees.h). Include it
 * once for each model:
 *
 *     #define TREES_NAME model_trees
 *     #define TREES_FILE "room/model.def"
 *     #include "base/trees_table.h"
 *
 * It has no include guard, and undefines both names. */
#include "base/slice.h"
#include "base/trees.h"

#define TREES_PASTE(name, part) name##part
#define TREES_PART(name, part) TREES_PASTE(name, part)

static const struct tree_node TREES_PART(TREES_NAME, _nodes)[] = {
#define NODE(feature, limit, low, high) {feature, low, high, limit},
#define LEAF(value)
#define TREE(root)
#include TREES_FILE
#undef NODE
#undef LEAF
#undef TREE
};

static const float TREES_PART(TREES_NAME, _leaves)[] = {
#define NODE(feature, limit, low, high)
#define LEAF(value) value,
#define TREE(root)
#include TREES_FILE
#undef NODE
#undef LEAF
#undef TREE
};

static const int16_t TREES_PART(TREES_NAME, _roots)[] = {
#define NODE(feature, limit, low, high)
#define LEAF(value)
#define TREE(root) root,
#include TREES_FILE
#undef NODE
#undef LEAF
#undef TREE
};

static const struct trees TREES_NAME = {TREES_PART(TREES_NAME, _nodes), TREES_PART(TREES_NAME, _leaves),
                                        TREES_PART(TREES_NAME, _roots), COUNT_OF(TREES_PART(TREES_NAME, _roots))};

#undef TREES_PART
#undef TREES_PASTE
#undef TREES_FILE
#undef TREES_NAME
