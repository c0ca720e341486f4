/* json_tree.h - inside of pages/: JSON as pages carry it, as a tree.
 *
 * Lenient: a strict parser would refuse a good part of what sites publish (line breaks inside of strings, commas too
 * many, comments), so what is no string, number, word or bracket is passed over, and what was read before a break is
 * kept. Strings stay as they are written until json_tree_text() is asked. Linear in the text; nothing recurses. Any
 * thread. */
#ifndef PAGES_JSON_TREE_H
#define PAGES_JSON_TREE_H

#include "base/arena.h"

enum { JSON_TREE_BYTES_MAX = 2 << 20, JSON_TREE_DEPTH_MAX = 32, JSON_TREE_NODES_MAX = 200000 };

enum json_node_kind { NODE_STRING, NODE_WORD, NODE_OBJECT, NODE_ARRAY }; /* NODE_WORD: a number, true, false, null */

struct json_node {
    enum json_node_kind kind;
    struct slice name;                    /* of the member; empty in an array */
    struct slice raw;                     /* of a string, without quotes and with its escapes; of a word */
    const struct json_node *first, *next; /* members or elements; of the one it is in */
};

/* The values that text holds, as the elements of one array. Members beyond the ceilings are left out. The slices point
 * into text. */
const struct json_node *json_tree_read(struct arena *a, struct slice text);
/* The member of an object, the first of that name; NULL when there is none, or node is NULL or no object. */
const struct json_node *json_tree_member(const struct json_node *node, const char *name);
/* What a string or number says, trimmed and without escapes; empty for NULL, other words and other kinds. */
struct slice json_tree_text(struct arena *a, const struct json_node *node);

#endif
