/* Feeds the stream of members: the first byte says how the reply is cut, then a line with the schema, then the reply.
 * Members come in rising order, each is valid, and the cuts change nothing. */
#include "base/utf8.h"
#include "shape/json_stream.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

struct heard {
    const struct shape *root;
    size_t next;
    struct buf text;
};

static bool hear(void *ud, size_t i, const struct value *v)
{
    struct heard *h = ud;
    struct err e;
    if (i < h->next || i >= h->root->property_count || !shape_check(h->root->properties[i].shape, v, true, &e))
        __builtin_trap();
    h->next = i + 1;
    return buf_printf(&h->text, "%zu:", i) && value_print(v, &h->text);
}

static void stream(struct heard *h, struct slice text, size_t bytes)
{
    struct arena *a = arena_new();
    struct json_stream *s = json_stream_new(a, h->root, hear, h);
    bool ok = true;
    while (ok && text.n > 0) {
        struct slice piece = utf8_cut(text, bytes);
        if (piece.n == 0)
            piece = slice_sub(text, 0, utf8_next(text, NULL));
        ok = json_stream_feed(s, piece);
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    if (n < 2)
        return 0;
    struct slice input = {(const char *)text + 1, n - 1};
    size_t line = slice_find(input, SLICE("\n")), after = line < input.n ? line + 1 : input.n;
    struct slice reply = slice_sub(input, after, input.n - after);
    struct arena *a = arena_new();
    const struct value *schema;
    const struct shape *shape;
    struct err e;
    if (utf8_check(reply) == reply.n && value_parse(a, slice_sub(input, 0, line), &schema, NULL, &e) &&
        shape_parse(a, schema, "schema", 0, &shape, &e)) {
        struct heard whole = {.root = shape_resolve(shape)}, cut = whole;
        buf_init(&whole.text, 16 << 20);
        buf_init(&cut.text, 16 << 20);
        stream(&whole, reply, SIZE_MAX);
        stream(&cut, reply, 1 + text[0] % 16);
        if (!slice_eq(buf_slice(&whole.text), buf_slice(&cut.text)))
            __builtin_trap();
        buf_release(&whole.text);
        buf_release(&cut.text);
    }
    arena_free(a);
    return 0;
}
