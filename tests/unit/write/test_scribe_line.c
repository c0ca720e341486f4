/* What lines of a language model's Markdown are, and what they state. */
#include "unit.h"

#include "write/scribe_line.h"

static const struct line_case {
    const char *line;
    enum scribe_line_kind before, kind;
    const char *text, *name;
} line_cases[] = {
    {"The tower is 48 m high.", SCRIBE_LINE_TEXT, SCRIBE_LINE_TEXT, "The tower is 48 m high.", ""},
    {"- The tower is high.", SCRIBE_LINE_TEXT, SCRIBE_LINE_TEXT, "The tower is high.", ""},
    {"2) The tower is high.", SCRIBE_LINE_TEXT, SCRIBE_LINE_TEXT, "The tower is high.", ""},
    {"- [x] The tower is high.", SCRIBE_LINE_TEXT, SCRIBE_LINE_TEXT, "The tower is high.", ""},
    {"> The tower is high.", SCRIBE_LINE_TEXT, SCRIBE_LINE_TEXT, "The tower is high.", ""},
    {"2.", SCRIBE_LINE_TEXT, SCRIBE_LINE_LEAD, "2.", ""},
    {"**Height:**", SCRIBE_LINE_TEXT, SCRIBE_LINE_LEAD, "Height:", ""},
    {"Here are the main facts about it:", SCRIBE_LINE_TEXT, SCRIBE_LINE_LEAD, "Here are the main facts about it:", ""},
    {"Martians came in 1999:", SCRIBE_LINE_TEXT, SCRIBE_LINE_TEXT, "Martians came in 1999:", ""},
    {"## Later years of the tower", SCRIBE_LINE_TEXT, SCRIBE_LINE_HEADING, NULL, ""},
    {"## Closed by Martians in 1999", SCRIBE_LINE_TEXT, SCRIBE_LINE_TEXT, NULL, ""},
    {"| What | Value of it |", SCRIBE_LINE_TEXT, SCRIBE_LINE_HEADER, NULL, NULL},
    {"|---|:--:|", SCRIBE_LINE_HEADER, SCRIBE_LINE_HEADER, NULL, NULL},
    {"| Height | 48 m |", SCRIBE_LINE_HEADER, SCRIBE_LINE_ROW, "48 m", "Height"},
    {"| 1 | The tower is 48 m high |", SCRIBE_LINE_ROW, SCRIBE_LINE_ROW, "The tower is 48 m high", ""},
    {"| Tower | Varga | 1871 |", SCRIBE_LINE_ROW, SCRIBE_LINE_ROW, "Tower, Varga, 1871", ""},
    {"Would you like to know more about towers?", SCRIBE_LINE_TEXT, SCRIBE_LINE_TALK, NULL, ""},
    {"Let me know if you need more about towers.", SCRIBE_LINE_TEXT, SCRIBE_LINE_TALK, NULL, ""},
    {"```python", SCRIBE_LINE_TEXT, SCRIBE_LINE_FENCE, NULL, ""},
    {"|", SCRIBE_LINE_TEXT, SCRIBE_LINE_HEADER, NULL, ""},
    {"-", SCRIBE_LINE_TEXT, SCRIBE_LINE_LEAD, NULL, ""},
    {"", SCRIBE_LINE_TEXT, SCRIBE_LINE_LEAD, NULL, ""},
};

static void lines_are_told_apart(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < COUNT_OF(line_cases); i++) {
        const struct line_case *c = &line_cases[i];
        struct scribe_line got = scribe_line_read(a, slice_of(c->line), true, false, c->before, lang_find(SLICE("en")));
        if (got.kind != c->kind || (c->text && !slice_is(got.text, c->text)) ||
            (c->name && !slice_is(got.name, c->name)))
            fail_msg("%s: kind %d, text \"%.*s\", name \"%.*s\"", c->line, (int)got.kind, SLICE_ARGS(got.text),
                     SLICE_ARGS(got.name));
    }
    arena_free(a);
}

static void code_is_code(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct lang *en = lang_find(SLICE("en"));
    assert_int_equal(scribe_line_read(a, SLICE("## x"), true, true, SCRIBE_LINE_CODE, en).kind, SCRIBE_LINE_CODE);
    assert_int_equal(scribe_line_read(a, SLICE("~~~"), true, true, SCRIBE_LINE_CODE, en).kind, SCRIBE_LINE_FENCE);
    assert_int_equal(scribe_line_read(a, SLICE("# x"), false, false, SCRIBE_LINE_TEXT, en).kind, SCRIBE_LINE_TEXT);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_told_apart),
        cmocka_unit_test(code_is_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
