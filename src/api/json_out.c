/* Fifteen digits: what was rounded to a few decimals is printed with these few. */
#include "api/json_out.h"

static int append(const char *bytes, size_t n, void *out)
{
    return buf_add(out, (struct slice){bytes, n}) ? 0 : -1;
}

void json_out(json_t *tree, struct buf *out)
{
    if (!tree || json_dump_callback(tree, append, out, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) != 0)
        out->over = true;
    json_decref(tree);
}

json_t *json_text(struct slice text)
{
    return json_stringn(text.p, text.n);
}
