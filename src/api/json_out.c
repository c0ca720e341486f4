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

json_t *json_of_value(const struct value *v)
{
    json_t *tree = NULL;
    switch (v->kind) {
    case VALUE_NULL:
        return json_null();
    case VALUE_BOOL:
        return json_boolean(v->boolean);
    case VALUE_INT:
        return json_integer((json_int_t)v->integer);
    case VALUE_REAL:
        return json_real(v->real);
    case VALUE_STRING:
        return json_text(v->string);
    case VALUE_ARRAY:
        tree = json_array();
        for (size_t i = 0; i < v->array.n; i++)
            json_array_append_new(tree, json_of_value(&v->array.at[i]));
        return tree;
    case VALUE_OBJECT:
        tree = json_object();
        for (size_t i = 0; i < v->object.n; i++)
            json_object_setn_new(tree, v->object.at[i].name.p, v->object.at[i].name.n,
                                 json_of_value(&v->object.at[i].value));
        return tree;
    }
    return tree;
}
