/* Fifteen digits, so that a number that was rounded to a few decimals is printed with these few. */
#include "api/json_out.h"

#include "base/utf8.h"

static int json_append(const char *bytes, size_t n, void *out)
{
    return buf_add(out, (struct slice){bytes, n}) ? 0 : -1;
}

void json_out(json_t *tree, struct buf *out)
{
    if (!tree ||
        json_dump_callback(tree, json_append, out, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) != 0)
        out->over = true;
    json_decref(tree);
}

/* Bytes that jansson refuses become '?'. A NULL would make the whole object around it NULL, and an answer without its
 * basis is worse than a '?'. */
json_t *json_text(struct slice text)
{
    if (!text.p || text.n == 0)
        return json_string("");
    json_t *string = json_stringn(text.p, text.n);
    char *copy = string ? NULL : malloc(text.n);
    if (copy) {
        memcpy(copy, text.p, text.n);
        utf8_scrub(copy, text.n);
        string = json_stringn(copy, text.n);
        free(copy);
    }
    return string;
}
