#include "base/log_form.h"

#include "base/arena.h"
#include "unit.h"

static struct slice line_of(struct arena *a, enum log_form form, const char *text)
{
    const struct timespec then = {1767225600, 7 * 1000 * 1000};
    struct buf out;
    buf_init(&out, 4000);
    log_form_print(form, &then, "info", "request", slice_of(text), &out);
    struct slice line = arena_dup(a, buf_slice(&out));
    buf_release(&out);
    return line;
}

static const struct {
    const char *text, *json, *logfmt;
} cases[] = {
    {"", "", ""},
    {"status=200 key=\"a b\" id=007", ",\"status\":200,\"key\":\"a b\",\"id\":\"007\"",
     " status=200 key=\"a b\" id=007"},
    {"id=5 not kept: no room", ",\"id\":\"5\",\"msg\":\"not kept: no room\"", " id=5 msg=\"not kept: no room\""},
    {"words with status=200", ",\"msg\":\"words with status=200\"", " msg=\"words with status=200\""},
    /* A key that was there, or is the line's own, ends the pairs: the first value counts. */
    {"a=1 a=2", ",\"a\":1,\"msg\":\"a=2\"", " a=1 msg=\"a=2\""},
    {"a=1 level=error", ",\"a\":1,\"msg\":\"level=error\"", " a=1 msg=\"level=error\""},
    {"k=\"say \\\"x\\\" \\\\\" b=2", ",\"k\":\"say \\\"x\\\" \\\\\",\"b\":2", " k=\"say \\\"x\\\" \\\\\" b=2"},
    {"k=\"un \"quoted\" b\" c=3", ",\"k\":\"un \\\"quoted\",\"msg\":\"b\\\" c=3\"", NULL},
    {"k=\"cut", ",\"k\":\"cut\"", " k=\"cut\""},
    {"k=\"cut\\", ",\"k\":\"cut\"", " k=\"cut\""},
    {"k= b=", ",\"k\":\"\",\"b\":\"\"", " k= b="},
    {"n=-5 m=00 big=12345678901234567890 yes=true",
     ",\"n\":-5,\"m\":\"00\",\"big\":\"12345678901234567890\",\"yes\":true", NULL},
    {"=x", ",\"msg\":\"=x\"", " msg=\"=x\""},
};

static void events_become_lines(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(line_of(a, LOG_FORM_TEXT, cases[i].text).p,
                            arena_printf(a, "2026-01-01T00:00:00.007Z info request %s\n", cases[i].text).p);
        assert_string_equal(
            line_of(a, LOG_FORM_JSON, cases[i].text).p,
            arena_printf(a, "{\"time\":\"2026-01-01T00:00:00.007Z\",\"level\":\"info\",\"event\":\"request\"%s}\n",
                         cases[i].json)
                .p);
        if (cases[i].logfmt)
            assert_string_equal(
                line_of(a, LOG_FORM_LOGFMT, cases[i].text).p,
                arena_printf(a, "time=2026-01-01T00:00:00.007Z level=info event=request%s\n", cases[i].logfmt).p);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(events_become_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
