/* Feeds the stream of a document: the first byte says how the reply is cut, then a line with the schema, then the reply.
 * Whenever it ends well, what went out is the document it reports, and valid; and the cuts change nothing. */
#include "base/utf8.h"
#include "shape/stream.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

static bool hear(void *ud, struct slice piece)
{
    if (piece.n == 0 || utf8_check(piece) < piece.n)
        __builtin_trap();
    return buf_add(ud, piece);
}

static bool stream(const struct shape *shape, struct slice text, size_t bytes, struct buf *heard)
{
    static const struct filler nobody = {NULL, NULL};
    struct arena *a = arena_new();
    struct json_stream *s = json_stream_new(a, shape, hear, heard);
    const struct value *parsed;
    struct value out;
    struct err e;
    bool ok = true;
    while (ok && text.n > 0) {
        struct slice piece = utf8_cut(text, bytes);
        if (piece.n == 0)
            piece = slice_sub(text, 0, utf8_next(text, NULL));
        ok = json_stream_feed(s, piece);
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
    ok = ok && json_stream_finish(s, &nobody, &out);
    if (ok && (!value_parse(a, buf_slice(heard), &parsed, NULL, &e) || !value_equal(parsed, &out) ||
               !shape_check(shape, parsed, true, &e)))
        __builtin_trap();
    arena_free(a);
    return ok;
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
    struct buf whole, cut;
    struct err e;
    buf_init(&whole, 16 << 20);
    buf_init(&cut, 16 << 20);
    if (utf8_check(reply) == reply.n && value_parse(a, slice_sub(input, 0, line), &schema, NULL, &e) &&
        shape_parse(a, schema, "schema", 0, &shape, &e)) {
        bool ok = stream(shape, reply, SIZE_MAX, &whole);
        if (stream(shape, reply, 1 + text[0] % 16, &cut) != ok || (ok && !slice_eq(buf_slice(&whole), buf_slice(&cut))))
            __builtin_trap();
    }
    buf_release(&whole);
    buf_release(&cut);
    arena_free(a);
    return 0;
}
