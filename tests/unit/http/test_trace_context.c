#include "http/trace_context.h"
#include "unit.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"

static void a_valid_header_gets_a_span_of_ours(void **state)
{
    static const char *const valid[] = {"00-" TRACE "-" SPAN "-01", "00-" TRACE "-" SPAN "-00",
                                        "cc-" TRACE "-" SPAN "-01-more", "01-" TRACE "-" SPAN "-01"};
    char out[TRACEPARENT_CHARS + 1], again[TRACEPARENT_CHARS + 1];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(valid); i++) {
        trace_context_read(slice_of(valid[i]), out);
        assert_int_equal(strlen(out), TRACEPARENT_CHARS);
        assert_memory_equal(out, "00-" TRACE "-", 36);
        assert_memory_not_equal(out + 36, SPAN, 16);
        assert_memory_equal(out + 52, valid[i] + 52, 3);
        trace_context_read(slice_of(out), again);
        assert_int_equal(strlen(again), TRACEPARENT_CHARS);
    }
}

static void any_other_header_is_none(void **state)
{
    static const char *const broken[] = {"",
                                         "00",
                                         "00-" TRACE "-" SPAN,
                                         "00-" TRACE "-" SPAN "-0",
                                         "00-" TRACE "-" SPAN "-01-more",
                                         "ff-" TRACE "-" SPAN "-01",
                                         "00-00000000000000000000000000000000-" SPAN "-01",
                                         "00-" TRACE "-0000000000000000-01",
                                         "00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01",
                                         "00_" TRACE "-" SPAN "-01",
                                         "0g-" TRACE "-" SPAN "-01",
                                         "cc-" TRACE "-" SPAN "-01more"};
    char out[TRACEPARENT_CHARS + 1];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        trace_context_read(slice_of(broken[i]), out);
        assert_string_equal(out, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_valid_header_gets_a_span_of_ours),
                                       cmocka_unit_test(any_other_header_is_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
