#include "unit.h"

#include "session/asks.h"

static void check(const char *code, const char *question, const char *second, const char *third)
{
    struct arena *a = arena_new();
    struct slice out[ASKS_MAX];
    const char *wanted[] = {question, second, third};
    size_t n = asks_make(a, slice_of(question), lang_find(slice_of(code)), out);
    assert_int_equal(n, 1 + (second != NULL) + (third != NULL));
    for (size_t i = 0; i < n; i++)
        assert_slice(out[i], wanted[i]);
    arena_free(a);
}

static void fewer_words_each_time(void **state)
{
    (void)state;
    check("en", "Who built the Tarnwick Windmill?", "built Tarnwick Windmill", "Tarnwick Windmill");
    check("en", "When did the Kestrel Bridge open in 1931?", "Kestrel Bridge open 1931", "Kestrel Bridge 1931");
    check("de", "Wer hat die Mühle von Tarnwick gebaut?", "Mühle Tarnwick gebaut", "Mühle Tarnwick");
    check("ru", "Кто построил маяк Тарнвик?", "построил маяк Тарнвик", "Тарнвик");
}

static void what_would_repeat_or_be_empty_is_left_out(void **state)
{
    (void)state;
    check("en", "Tarnwick Windmill", NULL, NULL);
    check("en", "windmill sails", NULL, NULL);
    check("en", "who is it?", NULL, NULL);
    check("en", "how are windmill sails made?", "windmill sails made", NULL);
    check("en", "", NULL, NULL);
}

static void scripts_without_spaces_are_left_whole(void **state)
{
    (void)state;
    check("zh", "谁建造了灯塔?", NULL, NULL);
    check("ja", "誰が灯台を建てましたか", NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fewer_words_each_time),
        cmocka_unit_test(what_would_repeat_or_be_empty_is_left_out),
        cmocka_unit_test(scripts_without_spaces_are_left_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
