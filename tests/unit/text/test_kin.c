/* Which stems are forms of one word. */
#include "unit.h"

#include "text/kin.h"

static const struct {
    const char *one, *other;
    bool alike, share_start;
} kin_cases[] = {
    {"discoveri", "discov", true, true},
    {"popul", "populous", true, true},
    {"interv", "intervention", false, true}, /* seven letters are more than an ending */
    {"part", "parti", false, false},
    {"part", "part", true, true},
    {"", "", true, true},
    {"", "discov", false, false},
    {"discov", "", false, false},
    /* Five letters are ten bytes here, and five bytes two letters and a half. */
    {"гора", "горд", false, false},
    {"городск", "городок", true, true},
    {"столиц", "столов", false, false},
    {"международн", "междугородн", false, true},
    {"открыт", "открыл", true, true},
    {"περι", "περυ", false, false},
    /* A letter with a mark is one letter. */
    {"élève", "élévat", false, false},
    {"élève", "élèves", true, true},
    {"größe", "größte", false, false},
    {"größt", "größte", true, true},
    /* Characters without spaces and figures are equal or not. */
    {"中国", "中央", false, false},
    {"10,000", "10,000,000", false, false},
    {"19611", "19612", false, false},
    {"19611", "19611", true, true},
};

static void forms_are_told_by_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kin_cases / sizeof kin_cases[0]; i++) {
        struct slice one = slice_of(kin_cases[i].one), other = slice_of(kin_cases[i].other);
        for (int turn = 0; turn < 2; turn++) {
            if (stems_alike(one, other) != kin_cases[i].alike)
                fail_msg("stems_alike(%.*s, %.*s)", SLICE_ARGS(one), SLICE_ARGS(other));
            if (stems_share_start(one, other) != kin_cases[i].share_start)
                fail_msg("stems_share_start(%.*s, %.*s)", SLICE_ARGS(one), SLICE_ARGS(other));
            struct slice swap = one;
            one = other;
            other = swap;
        }
    }
}

static void a_start_is_whole_letters(void **state)
{
    (void)state;
    assert_slice(stem_start(SLICE("discoveri")), "disco");
    assert_slice(stem_start(SLICE("открыт")), "откры");
    assert_slice(stem_start(SLICE("гора")), "");
    assert_slice(stem_start(SLICE("10,000")), "");
    assert_slice(stem_start(SLICE("")), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_told_by_letters),
        cmocka_unit_test(a_start_is_whole_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
