/* json_nodes.c - see json_nodes.h. */
#include "base/json_nodes.h"

static size_t json_walk(struct slice json, size_t *deepest)
{
    size_t nodes = 1, depth = 0;
    bool quoted = false;
    *deepest = 0;
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
            continue;
        }
        quoted = c == '"';
        nodes += c == ',' || c == '[' || c == '{' || c == ':';
        depth += c == '[' || c == '{';
        depth -= (c == ']' || c == '}') && depth > 0;
        *deepest = depth > *deepest ? depth : *deepest;
    }
    return nodes;
}

size_t json_count_nodes(struct slice json)
{
    size_t deepest;
    return json_walk(json, &deepest);
}

bool json_nodes_fit(struct slice json, size_t most, struct err *e)
{
    size_t deepest, nodes = json_walk(json, &deepest);
    if (nodes <= most)
        return true;
    if (deepest > JSON_DEPTH_MAX)
        return err_set(e, ERR_BAD_JSON, "Not valid JSON: it is nested deeper than %d levels.", JSON_DEPTH_MAX);
    return err_set(e, ERR_TOO_LARGE, "The JSON has more than %zu values.", most);
}
