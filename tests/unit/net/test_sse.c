/* The reader of server-sent events: cases of the standard, and every case again, cut at every byte. */
#include "base/arena.h"
#include "net/sse.h"
#include "unit.h"

static bool note(void *ud, const struct sse_event *e)
{
    struct buf *out = ud;
    buf_printf(out, "%.*s=%.*s;", SLICE_ARGS(e->type), SLICE_ARGS(e->text));
    return !slice_is(e->text, "stop");
}

struct kind_of_stream {
    const char *text, *events;
};

static const struct kind_of_stream cases[] = {
    {"", ""},
    {"data: a\n\n", "message=a;"},
    {"data: a\r\n\r\n", "message=a;"},
    {"data: a\r\r", "message=a;"},
    {"data: a\r\n\rdata: b\n\r\n", "message=a;message=b;"},
    {"data:a\n\n", "message=a;"},
    {"data:  a\n\n", "message= a;"},
    {"data: a\ndata: b\n\n", "message=a\nb;"},
    {"data\n\n", "message=;"},
    {"data\ndata\n\n", "message=\n;"},
    {"data:\n\n", "message=;"},
    {": ping\n\n", ""},
    {": ping\n\ndata: x\n: pong\ndata: y\n\n", "message=x\ny;"},
    {"event: add\ndata: 1\n\ndata: 2\n\n", "add=1;message=2;"},
    {"event: add\n\ndata: 2\n\n", "message=2;"}, /* the type goes with its event, even an empty one */
    {"event: a\nevent: b\ndata: 1\n\n", "b=1;"},
    {"id: 7\nretry: 10\nnonsense: x\ndatax: y\n data: z\ndata: 1\n\n", "message=1;"},
    {"\xef\xbb\xbf"
     "data: a\n\n",
     "message=a;"},
    {"\xef\xbb\xbf\n\ndata: a\n\n", "message=a;"},
    {"\n\xef\xbb\xbf"
     "data: a\n\n",
     ""}, /* not at the start: a field of another name */
    {"data: a: b: c\n\n", "message=a: b: c;"},
    {"data: \xc3\xa4\xf0\x9f\x98\x80\n\n", "message=\xc3\xa4\xf0\x9f\x98\x80;"},
    {"data: a\n\n\n\n\ndata: b\n\n\n", "message=a;message=b;"},
    {"data: a\n\ndata: b", "message=a;message=b;"}, /* the end ends an event */
    {"data: a\ndata: b\n", "message=a\nb;"},
    {"error: {\"code\":500}\n\n", "error={\"code\":500};"},
    {"data: stop\n\ndata: more\n\n", "message=stop;"},
};
static const size_t case_count = COUNT_OF(cases);

static void run(const struct kind_of_stream *k, size_t first, size_t step)
{
    struct buf out;
    struct sse s;
    struct slice all = slice_of(k->text);
    buf_init(&out, 100000);
    sse_init(&s, 1000, 1000, note, &out);
    for (size_t at = 0, n = first; at < all.n; at += n, n = step) {
        if (n > all.n - at)
            n = all.n - at;
        struct slice piece = slice_sub(all, at, n); /* a copy of its own, so that a look beyond it is found */
        struct arena *a = arena_new();
        sse_add(&s, arena_dup(a, piece));
        arena_free(a);
    }
    sse_end(&s);
    assert_slice(buf_slice(&out), k->events);
    sse_release(&s);
    buf_release(&out);
}

static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < case_count; i++) {
        run(&cases[i], 1, 1);
        for (size_t first = 1; first <= strlen(cases[i].text); first++)
            run(&cases[i], first, 100000);
    }
}

static bool count(void *ud, const struct sse_event *e)
{
    size_t *bytes = ud;
    *bytes += e->text.n;
    return true;
}

static enum sse_state feed(const char *line, size_t times, size_t max_line, size_t max_event, size_t *bytes)
{
    struct sse s;
    *bytes = 0;
    sse_init(&s, max_line, max_event, count, bytes);
    for (size_t i = 0; i < times; i++)
        sse_add(&s, slice_of(line));
    enum sse_state state = sse_end(&s);
    if (state != SSE_MORE)
        assert_int_equal(sse_add(&s, SLICE("data: x\n\n")), state); /* stays so */
    sse_release(&s);
    return state;
}

static void ceilings(void **state)
{
    size_t bytes;
    (void)state;
    assert_int_equal(feed("data: 34567890\n\n", 10, 14, 8, &bytes), SSE_MORE);
    assert_int_equal(bytes, 80);
    assert_int_equal(feed("data: 345678901\n\n", 1, 14, 9, &bytes), SSE_TOO_LARGE);
    assert_int_equal(feed("data: 345678901\n\n", 1, 15, 8, &bytes), SSE_TOO_LARGE);
    assert_int_equal(bytes, 0);
    assert_int_equal(feed("endless", 1000, 1000, 1000, &bytes), SSE_TOO_LARGE);
    assert_int_equal(feed("data: x\n", 1000, 100, 1000, &bytes), SSE_TOO_LARGE); /* many lines, no end */
    assert_int_equal(feed(": ping\n", 100000, 100, 100, &bytes), SSE_MORE);
}

static void stops_when_told(void **state)
{
    struct buf out;
    struct sse s;
    (void)state;
    buf_init(&out, 1000);
    sse_init(&s, 100, 100, note, &out);
    assert_int_equal(sse_add(&s, SLICE("data: a\n\ndata: stop\n\ndata: b\n\n")), SSE_STOPPED);
    assert_int_equal(sse_end(&s), SSE_STOPPED);
    assert_slice(buf_slice(&out), "message=a;message=stop;");
    sse_release(&s);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(ceilings),
        cmocka_unit_test(stops_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
