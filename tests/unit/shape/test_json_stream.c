#include "shape/random_schema.h"
#include "shape/shapes.h"
#include "shape/json_stream.h"

enum { MEMBERS_MAX = 16 };

struct world {
    struct arena *a;
    const struct shape *root;
    size_t at[MEMBERS_MAX], count, most; /* the property of each member that was told */
    struct value values[MEMBERS_MAX];
};

/* Each at most once, in rising order, and valid. */
static bool hear(void *ud, size_t i, const struct value *v)
{
    struct world *w = ud;
    assert_true(w->count < w->most && i < w->root->property_count);
    assert_true(w->count == 0 || i > w->at[w->count - 1]);
    assert_true(shape_check(w->root->properties[i].shape, v, true, &(struct err){0}));
    w->at[w->count] = i;
    w->values[w->count++] = *v;
    return w->count < w->most;
}

static struct world world_new(struct slice schema)
{
    struct world w = {.a = arena_new(), .most = MEMBERS_MAX};
    w.root = shape_resolve(shape_of(w.a, schema));
    return w;
}

static void stream(struct world *w, struct slice text, size_t bytes)
{
    struct json_stream *s = json_stream_new(w->a, w->root, hear, w);
    w->count = 0;
    while (text.n) {
        struct slice piece = utf8_cut(text, bytes);
        if (piece.n == 0)
            piece = slice_sub(text, 0, utf8_next(text, NULL));
        assert_true(json_stream_feed(s, piece));
        text = slice_sub(text, piece.n, text.n - piece.n);
    }
}

/* Members that can be told of a valid document: those before the first property that it lacks. */
static size_t tellable(const struct world *w, const struct value *document)
{
    size_t n = 0;
    if (w->root->max_properties != SIZE_MAX || w->root->any_of_count)
        return 0;
    while (n < w->root->property_count && value_member(document, w->root->properties[n].name))
        n++;
    return n;
}

static void members_of_valid_replies_are_told_as_they_are(void **state)
{
    uint64_t seed = 88172645463325252u;
    size_t told = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct trial t = trial_new(&seed);
        struct world w = world_new(buf_slice(&t.schema));
        const struct value *meant;
        struct err e;
        if (!value_parse(w.a, buf_slice(&t.value), &meant, NULL, &e) || !shape_check(w.root, meant, true, &e))
            fail_msg("the generator: %s %.*s", e.message, SLICE_ARGS(buf_slice(&t.schema)));
        wrap_text(&seed, buf_slice(&t.value), &t.text);
        struct slice text = meant->kind == VALUE_OBJECT ? buf_slice(&t.text) : buf_slice(&t.value);
        stream(&w, text, 1 + random_below(&seed, 9));
        bool same = w.count == tellable(&w, meant);
        for (size_t k = 0; k < w.count && same; k++)
            same = w.at[k] == k && value_equal(&w.values[k], value_member(meant, w.root->properties[k].name));
        if (!same)
            fail_msg("schema %.*s\nreply %.*s\n%zu members told", SLICE_ARGS(buf_slice(&t.schema)), SLICE_ARGS(text),
                     w.count);
        told += w.count;
        arena_free(w.a);
        trial_release(&t);
    }
    assert_true(told > 1000);
}

/* Whatever the cuts, the same members are told; hear() checks that they are valid. */
static void any_cut_tells_the_same(void **state)
{
    uint64_t seed = 987654321987654321u;
    size_t told = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct trial t = trial_new(&seed);
        struct world w = world_new(buf_slice(&t.schema));
        if (i % 4)
            damage_text(&seed, buf_slice(&t.value), &t.text);
        else
            buf_add(&t.text, buf_slice(&t.value));
        stream(&w, buf_slice(&t.text), SIZE_MAX);
        struct world whole = w;
        for (size_t bytes = 1; bytes < 8; bytes += 3) {
            stream(&w, buf_slice(&t.text), bytes);
            bool same = w.count == whole.count;
            for (size_t k = 0; k < w.count && same; k++)
                same = w.at[k] == whole.at[k] && value_equal(&w.values[k], &whole.values[k]);
            if (!same)
                fail_msg("pieces of %zu of %.*s", bytes, SLICE_ARGS(buf_slice(&t.text)));
        }
        told += w.count;
        arena_free(w.a);
        trial_release(&t);
    }
    assert_true(told > 500);
}

static const char four_members[] =
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"integer\"}},\"c\":{\"type\":\"boolean\"},\"d\":{\"type\":\"object\"}},\"required\":[\"a\",\"b\",\"c\",\"d\"]}";

static struct slice told_text(struct world *w)
{
    struct slice all = SLICE("");
    for (size_t i = 0; i < w->count; i++) {
        struct buf one;
        buf_init(&one, 10000);
        assert_true(value_print(&w->values[i], &one));
        all = arena_printf(w->a, "%.*s%.*s:%.*s;", SLICE_ARGS(all), SLICE_ARGS(w->root->properties[w->at[i]].name),
                           SLICE_ARGS(buf_slice(&one)));
        buf_release(&one);
    }
    return all;
}

/* Deltas, and what has been told behind each. */
static void what_is_known_is_told_at_once(void **state)
{
    static const struct {
        const char *in, *told;
    } steps[] = {
        {"<think>{\"a\":1}</think>```json\n{ ", ""},
        {"\"c\": true,", ""}, /* out of order: waits */
        {" \"a\": \"on", ""},
        {"e \\u00e9 \\ud83d", ""},
        {"\\ude00\"", ""}, /* the quote may stand within the string */
        {", \"b\": [1", "a:\"one é 😀\";"},
        {"2, \"3\"]", "a:\"one é 😀\";"},
        {",", "a:\"one é 😀\";b:[12,3];c:true;"},
        {"\"d\": {\"e\": 1}", "a:\"one é 😀\";b:[12,3];c:true;"},
        {"}", "a:\"one é 😀\";b:[12,3];c:true;d:{\"e\":1};"},
        {" and \"a\": 3", "a:\"one é 😀\";b:[12,3];c:true;d:{\"e\":1};"},
    };
    struct world w = world_new(SLICE(four_members));
    struct json_stream *s = json_stream_new(w.a, w.root, hear, &w);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        assert_true(json_stream_feed(s, slice_of(steps[i].in)));
        assert_slice(told_text(&w), steps[i].told);
    }
    arena_free(w.a);
}

/* A broken reply is the work of repair_json, which reads it whole. */
static void a_byte_that_json_refuses_ends_the_telling(void **state)
{
    static const struct {
        const char *reply, *told;
    } rows[] = {
        {"{\"a\": \"x\", \"b\": [1],, \"c\": true}", "a:\"x\";b:[1];"},
        {"{\"a\": \"He said \"no\" then\", \"b\": [1]}", ""},
        {"{\"a\": \"x\" \"b\": [1]}", ""},
        {"{\"a\": \"x\", b: [1], \"c\": true}", "a:\"x\";"},
        {"{\"a\": \"x\", \"b\": [1", "a:\"x\";"},
        {"{\"a\": \"x\", \"c\": true, \"d\": {}}", "a:\"x\";"}, /* b is missing: c and d wait for good */
        {"{\"a\": \"x\", \"a\": \"y\", \"b\": []}", "a:\"x\";b:[];"},
        {"{}{\"a\": \"x\"}", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct world w = world_new(SLICE(four_members));
        stream(&w, slice_of(rows[i].reply), 2);
        assert_slice(told_text(&w), rows[i].told);
        arena_free(w.a);
    }
}

static void an_owner_who_wants_no_more_hears_no_more(void **state)
{
    struct world w = world_new(SLICE(four_members));
    struct json_stream *s = json_stream_new(w.a, w.root, hear, &w);
    (void)state;
    w.most = 1;
    assert_true(json_stream_feed(s, SLICE("{\"a\": \"x\"")));
    assert_false(json_stream_feed(s, SLICE(", \"b\": [1], \"c\": true, ")));
    assert_false(json_stream_feed(s, SLICE("\"d\": {}}")));
    assert_int_equal(w.count, 1);
    arena_free(w.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_valid_replies_are_told_as_they_are),
        cmocka_unit_test(any_cut_tells_the_same),
        cmocka_unit_test(what_is_known_is_told_at_once),
        cmocka_unit_test(a_byte_that_json_refuses_ends_the_telling),
        cmocka_unit_test(an_owner_who_wants_no_more_hears_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
