/* pointer.c - finds the target of a $ref.
 *
 * Only pointers into the same document are followed: footnote never fetches a schema, and no generator of
 * structured-output schemas writes anchors.
 *
 * A pointer is encoded three times: as a JSON string, which the parser has decoded; as a URI fragment (%41); and with
 * the escapes of RFC 6901 (~0 ~1). Percent escapes are decoded first, over the whole fragment, so that %7E1 becomes ~1,
 * which is a slash inside of a name. */
#include "shape/pointer.h"

#include "base/ascii.h"

static bool percent_decode(struct arena *a, struct slice text, struct slice *out)
{
    char *decoded = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '%') {
            decoded[n++] = text.p[i];
            continue;
        }
        int high = text.n - i > 2 ? ascii_hex(text.p[i + 1]) : -1, low = text.n - i > 2 ? ascii_hex(text.p[i + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        decoded[n++] = (char)(high * 16 + low);
        i += 2;
    }
    *out = (struct slice){decoded, n};
    return true;
}

/* One reference token, unescaped in place. */
static bool pointer_unescape(char *token, size_t *n)
{
    size_t to = 0;
    for (size_t i = 0; i < *n; i++) {
        char c = token[i];
        if (c == '~') {
            if (++i == *n || (token[i] != '0' && token[i] != '1'))
                return false;
            c = token[i] == '0' ? '~' : '/';
        }
        token[to++] = c;
    }
    *n = to;
    return true;
}

/* Digits without a leading zero; RFC 6901, 4. */
static const struct value *array_item(const struct value *array, struct slice token)
{
    size_t index = 0;
    if (token.n == 0 || token.n > 9 || (token.n > 1 && token.p[0] == '0'))
        return NULL;
    for (size_t i = 0; i < token.n; i++) {
        if (!ascii_is_digit(token.p[i]))
            return NULL;
        index = index * 10 + (size_t)(token.p[i] - '0');
    }
    return index < array->array.n ? &array->array.at[index] : NULL;
}

static const struct value *pointer_walk(struct arena *a, const struct value *at, struct slice pointer,
                                        struct slice *path)
{
    struct slice rest = pointer;
    struct arena_text steps = {.arena = a};
    *path = SLICE("");
    while (at && rest.n) { /* rest starts with '/' */
        rest = slice_sub(rest, 1, rest.n - 1);
        size_t end = slice_find(rest, SLICE("/"));
        struct slice token = arena_dup(a, slice_sub(rest, 0, end));
        char *text = arena_alloc(a, token.n + 1);
        memcpy(text, token.p, token.n);
        if (!pointer_unescape(text, &token.n))
            return NULL;
        token.p = text;
        rest = slice_sub(rest, end, rest.n - end);
        at = at->kind == VALUE_ARRAY ? array_item(at, token) : value_member(at, token);
        arena_text_printf(&steps, "%s%.*s", steps.n ? "." : "", SLICE_ARGS(token));
        *path = arena_text_slice(&steps);
    }
    return at;
}

bool pointer_find(struct arena *a, const struct value *root, struct slice root_id, struct slice ref, const char *param,
                  const struct value **out, struct slice *path, struct err *e)
{
    size_t hash = slice_find(ref, SLICE("#"));
    struct slice document = slice_sub(ref, 0, hash), pointer = SLICE(""), id = root_id;
    id.n = slice_find(id, SLICE("#"));
    if (document.n && !slice_eq(document, id))
        return err_set_param(
            e, ERR_UNSUPPORTED_SCHEMA, param,
            "\"$ref\" to another document (\"%.*s\") is not supported: only \"#/...\" within the schema.",
            (int)(ref.n < 120 ? ref.n : 120), ref.p);
    if (hash < ref.n && !percent_decode(a, slice_sub(ref, hash + 1, ref.n - hash - 1), &pointer))
        return err_set_param(e, ERR_BAD_VALUE, param, "\"$ref\" has a broken percent escape.");
    if (pointer.n && pointer.p[0] != '/')
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, param,
                             "\"$ref\" to an anchor (\"%.*s\") is not supported: only \"#/...\" pointers.",
                             (int)(ref.n < 120 ? ref.n : 120), ref.p);
    *out = pointer_walk(a, root, pointer, path);
    if (!*out)
        return err_set_param(e, ERR_BAD_VALUE, param, "\"$ref\" leads nowhere: \"%.*s\".",
                             (int)(ref.n < 200 ? ref.n : 200), ref.p);
    return true;
}
