/* With --print: what comes of broken replies, as lines {"schema": ..., "document": ...}, for another validator. */
#include "shape/random_schema.h"

#include "shape/stream.h"

struct world {
    struct arena *a;
    struct buf heard;
    size_t asked;
    bool fills;
};

static bool hear(void *ud, struct slice piece)
{
    struct world *w = ud;
    assert_true(piece.n > 0);
    assert_int_equal(utf8_check(piece), piece.n);
    return buf_add(&w->heard, piece);
}

static bool fill(void *ud, struct slice path, const struct shape *shape, struct value *out)
{
    struct world *w = ud;
    assert_true(path.n < 5000);
    w->asked++;
    return w->fills && shape_safest(w->a, shape, out);
}

static const struct shape *shape_of(struct arena *a, struct slice schema)
{
    const struct value *v;
    const struct shape *shape;
    struct err e;
    if (!value_parse(a, schema, &v, NULL, &e) || !shape_parse(a, v, "", 0, &shape, &e))
        fail_msg("%.*s: %s", SLICE_ARGS(schema), e.message);
    return shape;
}

/* What goes out; *before: how much of it before the end. */
static struct value stream(struct world *w, const struct shape *shape, struct slice text, size_t bytes, size_t *before)
{
    const struct filler filler = {fill, w};
    struct json_stream *s = json_stream_new(w->a, shape, hear, w);
    struct value out = {.kind = VALUE_NULL};
    buf_reset(&w->heard);
    w->asked = 0;
    while (text.n) {
        struct slice piece = utf8_cut(text, bytes);
        if (piece.n == 0)
            piece = slice_sub(text, 0, utf8_next(text, NULL));
        assert_true(json_stream_feed(s, piece));
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
    *before = w->heard.n;
    assert_true(json_stream_finish(s, &filler, &out));
    return out;
}

static const struct value *check_heard(struct world *w, const struct shape *shape, struct slice schema, struct slice text)
{
    const struct value *heard;
    struct err e;
    if (!value_parse(w->a, buf_slice(&w->heard), &heard, NULL, &e) || !shape_check(shape, heard, true, &e))
        fail_msg("%s\nschema %.*s\nreply %.*s\n sent %.*s", e.message, SLICE_ARGS(schema), SLICE_ARGS(text),
                 SLICE_ARGS(buf_slice(&w->heard)));
    return heard;
}

struct trial {
    struct buf schema, value, text;
};

static struct trial trial_new(uint64_t *seed)
{
    struct trial t;
    buf_init(&t.schema, 1 << 20);
    buf_init(&t.value, 1 << 20);
    buf_init(&t.text, 1 << 20);
    random_schema(seed, 0, &t.schema, &t.value);
    return t;
}

static void trial_release(struct trial *t)
{
    buf_release(&t->schema);
    buf_release(&t->value);
    buf_release(&t->text);
}

static struct world world_new(bool fills)
{
    struct world w = {arena_new(), {0}, 0, fills};
    buf_init(&w.heard, 16 << 20);
    return w;
}

static void world_release(struct world *w)
{
    buf_release(&w->heard);
    arena_free(w->a);
}

static void valid_replies_come_out_as_they_are(void **state)
{
    uint64_t seed = 88172645463325252u;
    size_t early = 0, before;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct trial t = trial_new(&seed);
        struct world w = world_new(false);
        const struct shape *shape = shape_of(w.a, buf_slice(&t.schema));
        const struct value *meant;
        struct err e;
        if (!value_parse(w.a, buf_slice(&t.value), &meant, NULL, &e) || !shape_check(shape, meant, true, &e))
            fail_msg("the generator: %s %.*s", e.message, SLICE_ARGS(buf_slice(&t.schema)));
        wrap_text(&seed, buf_slice(&t.value), &t.text);
        struct slice text = meant->kind == VALUE_OBJECT ? buf_slice(&t.text) : buf_slice(&t.value);
        struct value out = stream(&w, shape, text, 1 + random_below(&seed, 9), &before);
        const struct value *heard = check_heard(&w, shape, buf_slice(&t.schema), text);
        if (!value_equal(meant, heard) || !value_equal(meant, &out) || w.asked)
            fail_msg("schema %.*s\nreply %.*s\n sent %.*s", SLICE_ARGS(buf_slice(&t.schema)), SLICE_ARGS(text),
                     SLICE_ARGS(buf_slice(&w.heard)));
        early += before > w.heard.n / 2;
        world_release(&w);
        trial_release(&t);
    }
    assert_true(early > 500); /* most of the document goes out before the end of most replies */
}

static void broken_replies_validate(void **state)
{
    uint64_t seed = 4101842887655102017u;
    size_t asked = 0, kept = 0, before;
    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct trial t = trial_new(&seed);
        struct world w = world_new(i % 2);
        const struct shape *shape = shape_of(w.a, buf_slice(&t.schema));
        damage_text(&seed, buf_slice(&t.value), &t.text);
        struct value out = stream(&w, shape, buf_slice(&t.text), 1 + random_below(&seed, 40), &before);
        const struct value *heard = check_heard(&w, shape, buf_slice(&t.schema), buf_slice(&t.text));
        if (!value_equal(heard, &out))
            fail_msg("the value is not what was sent: %.*s", SLICE_ARGS(buf_slice(&w.heard)));
        struct repaired r;
        repair_json(w.a, buf_slice(&t.text), shape, &r);
        assert_int_equal(r.valid, r.place_count == 0);
        if (r.valid)
            assert_true(shape_check(shape, &r.value, true, NULL));
        asked += w.asked > 0;
        kept += r.found && r.value.kind != VALUE_NULL;
        world_release(&w);
        trial_release(&t);
    }
    assert_true(asked > 100 && kept > 1500);
}

/* The same text goes out whatever the cuts; what went out before the end is never taken back. */
static void any_cut_gives_the_same(void **state)
{
    uint64_t seed = 987654321987654321u;
    size_t before;
    (void)state;
    for (int i = 0; i < 500; i++) {
        struct trial t = trial_new(&seed);
        struct world w = world_new(true);
        const struct shape *shape = shape_of(w.a, buf_slice(&t.schema));
        if (i % 2)
            damage_text(&seed, buf_slice(&t.value), &t.text);
        else
            buf_add(&t.text, buf_slice(&t.value));
        stream(&w, shape, buf_slice(&t.text), SIZE_MAX, &before);
        struct slice whole = arena_dup(w.a, buf_slice(&w.heard));
        for (size_t bytes = 1; bytes < 8; bytes += 3) {
            stream(&w, shape, buf_slice(&t.text), bytes, &before);
            if (!slice_eq(whole, buf_slice(&w.heard)))
                fail_msg("pieces of %zu of %.*s\n got %.*s\nwant %.*s", bytes, SLICE_ARGS(buf_slice(&t.text)),
                         SLICE_ARGS(buf_slice(&w.heard)), SLICE_ARGS(whole));
        }
        world_release(&w);
        trial_release(&t);
    }
}

/* Deltas, and what has gone out behind each. */
static void what_is_known_goes_out_at_once(void **state)
{
    static const struct {
        const char *in, *heard;
    } steps[] = {
        {"<think>{\"a\":1}</think>```json\n{ ", ""},
        {"\"c\": true,", ""}, /* out of order: waits */
        {" \"a\": \"on", "{\"a\":\"on"},
        {"e \\", "{\"a\":\"one "},
        {"u00e9 \\ud83d", "{\"a\":\"one é "},
        {"\\ude00\"", "{\"a\":\"one é 😀"},
        {", \"b\": [1", "{\"a\":\"one é 😀\",\"b\":["},
        {"2, \"x\", \"3\"", "{\"a\":\"one é 😀\",\"b\":[12"},
        {"]", "{\"a\":\"one é 😀\",\"b\":[12,3"},
        {",", "{\"a\":\"one é 😀\",\"b\":[12,3],\"c\":true"},
        {"\"d\": {\"e\": 1}", "{\"a\":\"one é 😀\",\"b\":[12,3],\"c\":true"},
        {"}", "{\"a\":\"one é 😀\",\"b\":[12,3],\"c\":true,\"d\":{\"e\":1}"},
    };
    struct world w = world_new(false);
    const struct filler filler = {fill, &w};
    const struct shape *shape = shape_of(
        w.a, SLICE("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":"
                   "\"integer\"}},\"c\":{\"type\":\"boolean\"},\"d\":{\"type\":\"object\"}},\"required\":[\"a\",\"b\",\"c\",\"d\"]}"));
    struct json_stream *s = json_stream_new(w.a, shape, hear, &w);
    struct value out;
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_true(json_stream_feed(s, slice_of(steps[i].in)));
        assert_slice(buf_slice(&w.heard), steps[i].heard);
    }
    assert_true(json_stream_finish(s, &filler, &out));
    assert_slice(buf_slice(&w.heard), "{\"a\":\"one é 😀\",\"b\":[12,3],\"c\":true,\"d\":{\"e\":1}}");
    assert_int_equal(w.asked, 0);
    world_release(&w);
}

/* A quote that was not escaped, and an end that is missing, in what is half out. */
static void what_is_half_out_is_gone_on_with(void **state)
{
    struct world w = world_new(false);
    size_t before;
    const struct shape *shape = shape_of(
        w.a, SLICE("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":"
                   "\"string\"},\"minItems\":3}},\"required\":[\"a\",\"b\"],\"additionalProperties\":false}"));
    (void)state;
    stream(&w, shape, SLICE("{\"a\": \"He said \"no\" then\", \"b\": [\"x\", \"he \"y\" z\", \"w\"]}"), 3, &before);
    assert_slice(buf_slice(&w.heard), "{\"a\":\"He said \\\"no\\\" then\",\"b\":[\"x\",\"he \\\"y\\\" z\",\"w\"]}");
    assert_true(before >= strlen("{\"a\":\"He said "));
    stream(&w, shape, SLICE("{\"a\": \"one\", \"b\": [\"x\", \"y"), 5, &before);
    assert_slice(buf_slice(&w.heard), "{\"a\":\"one\",\"b\":[\"x\",\"\",\"\"]}");
    assert_int_equal(w.asked, 2);
    world_release(&w);
}

static void print_lines(void)
{
    uint64_t seed = 1181783497276652981u;
    for (int i = 0; i < 1000; i++) {
        struct trial t = trial_new(&seed);
        struct world w = world_new(i % 2);
        size_t before;
        damage_text(&seed, buf_slice(&t.value), &t.text);
        stream(&w, shape_of(w.a, buf_slice(&t.schema)), buf_slice(&t.text), 1 + random_below(&seed, 40), &before);
        printf("{\"schema\":%.*s,\"document\":%.*s}\n", SLICE_ARGS(buf_slice(&t.schema)), SLICE_ARGS(buf_slice(&w.heard)));
        world_release(&w);
        trial_release(&t);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_replies_come_out_as_they_are),
        cmocka_unit_test(broken_replies_validate),
        cmocka_unit_test(any_cut_gives_the_same),
        cmocka_unit_test(what_is_known_goes_out_at_once),
        cmocka_unit_test(what_is_half_out_is_gone_on_with),
    };
    if (argc > 1 && !strcmp(argv[1], "--print")) {
        print_lines();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
