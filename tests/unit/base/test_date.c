/* Dates of machines, one table a function. */
#include "base/date.h"
#include "unit.h"

static void forms_are_read(void **state)
{
    static const struct {
        const char *text, *day; /* "" where there is no date */
    } cases[] = {
        {"2024-05-06", "2024-05-06"},
        {"2024-05-06T10:00:00Z", "2024-05-06"},
        {" 2024/5/6, noon", "2024-05-06"},
        {"2024\u5e745\u67086\u65e5", "2024-05-06"},
        {"20240506", "2024-05-06"},
        {"20240506T101500", "2024-05-06"},
        {"Mon, 06 May 2024 10:00:00 GMT", "2024-05-06"},
        {"06-May-2024 10:00", "2024-05-06"},
        {"Published on Monday, 6 May 2024", "2024-05-06"},
        {"May 6, 2024", "2024-05-06"},
        {"May 6th, 2024", "2024-05-06"},
        {"MAY 6 2024", "2024-05-06"},
        {"31 Feb 2024", "2024-02-31"}, /* the form; the calendar is asked by date_valid() */
        {"10:30, 6 May 2024", ""},     /* not the tenth */
        {"2024 May 6", ""},
        {"2024-W19-1", ""},
        {"2024-13-01", ""},
        {"2024-05-32", ""},
        {"2024-05-00", ""},
        {"0999-05-06", ""},
        {"6 May 24", ""},
        {"6 2024", ""},
        {"May 2024", ""},
        {"06/05/2024", ""}, /* of June or of May */
        {"1715000000", ""},
        {"99999999999999999999", ""},
        {"3 days ago", ""},
        {"2024", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[DATE_ROOM] = "";
        struct day d = {0};
        bool ok = date_parse(slice_of(cases[i].text), &d);
        if (ok)
            assert_true(date_print(d, out));
        if (strcmp(out, cases[i].day) != 0 || ok != (cases[i].day[0] != '\0'))
            fail_msg("'%s' became '%s', not '%s'", cases[i].text, out, cases[i].day);
        if (!ok)
            assert_int_equal(d.year | d.month | d.day, 0); /* untouched */
    }
}

static void calendar_is_known(void **state)
{
    static const struct {
        struct day day;
        bool valid;
    } cases[] = {
        {{2024, 2, 29}, true},  {{2023, 2, 29}, false}, {{2000, 2, 29}, true},  {{1900, 2, 29}, false},
        {{2024, 4, 30}, true},  {{2024, 4, 31}, false}, {{2024, 12, 31}, true}, {{2024, 13, 1}, false},
        {{2024, 0, 1}, false},  {{2024, 1, 0}, false},  {{2024, 1, 32}, false}, {{0, 1, 1}, true},
        {{10000, 1, 1}, false}, {{-1, 1, 1}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (date_valid(cases[i].day) != cases[i].valid)
            fail_msg("%d-%d-%d", cases[i].day.year, cases[i].day.month, cases[i].day.day);
}

/* The days of 0 to 9999 follow one another, and 1970 is where they are counted from. */
static void days_are_counted(void **state)
{
    int64_t last = 0;
    bool first = true;
    (void)state;
    for (struct day d = {.year = 0}; d.year <= 9999; d.year++)
        for (d.month = 1; d.month <= 12; d.month++)
            for (d.day = 1; d.day <= 31; d.day++) {
                if (!date_valid(d))
                    continue;
                if (!first && date_days(d) != last + 1)
                    fail_msg("%d-%d-%d", d.year, d.month, d.day);
                last = date_days(d);
                first = false;
            }
    assert_int_equal(date_days((struct day){1970, 1, 1}), 0);
    assert_int_equal(date_days((struct day){1969, 12, 31}), -1);
    assert_int_equal(date_days((struct day){2024, 5, 6}), 19849);
}

static void iso_form_is_strict(void **state)
{
    static const char *const good[] = {"2024-02-29", "0000-01-01", "9999-12-31"};
    static const char *const bad[] = {"",           "2024-2-29", "2023-02-29", "2024-02-29 ", "2024-02-29T00:00",
                                      "2024/02/29", "2024-02-3", "2024-13-01", "20240-2-29",  "-024-02-29",
                                      "2024-0a-29"};
    struct day d;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(date_parse_iso(slice_of(good[i]), &d));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (date_parse_iso(slice_of(bad[i]), &d))
            fail_msg("'%s' is no date", bad[i]);
    assert_true(date_read_figures(SLICE("2024-99-77 and more"), &d));
    assert_int_equal(d.month, 99);
    assert_int_equal(d.day, 77);
    assert_false(date_read_figures(SLICE("2024-05-0"), &d));
}

static void printing_keeps_its_room(void **state)
{
    char out[DATE_ROOM];
    (void)state;
    assert_true(date_print((struct day){7, 8, 9}, out));
    assert_string_equal(out, "0007-08-09");
    assert_false(date_print((struct day){10000, 1, 1}, out));
    assert_string_equal(out, "");
    assert_false(date_print((struct day){2024, 100, 1}, out));
    assert_false(date_print((struct day){2024, 1, -1}, out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read),          cmocka_unit_test(calendar_is_known),
        cmocka_unit_test(days_are_counted),        cmocka_unit_test(iso_form_is_strict),
        cmocka_unit_test(printing_keeps_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
