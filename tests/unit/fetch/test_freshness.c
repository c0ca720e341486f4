/* Until when a page needs no asking. */
#include "fetch/freshness.h"
#include "unit.h"

enum { NOW = 1700000000, FLOOR = 600, DAY = 24 * 3600 }; /* Tue, 14 Nov 2023 22:13:20 GMT */

static void by_what_the_server_says(void **state)
{
    (void)state;
    static const struct {
        const char *control, *expires, *last_modified, *age;
        bool keep;
        int life_s;
    } cases[] = {
        {"", "", "", "", true, FLOOR},
        {"max-age=3600", "", "", "", true, 3600},
        {"max-age=\"3600\"", "", "", "", true, 3600},
        {"public, MAX-AGE = 3600 , immutable", "", "", "", true, 3600},
        {"max-age=3600", "", "", "1000", true, 2600},
        {"max-age=3600", "", "", "9999", true, FLOOR},
        {"max-age=1", "", "", "", true, FLOOR},
        {"max-age=0, must-revalidate", "", "", "", true, FLOOR},
        {"private", "", "", "", true, FLOOR},
        {"no-cache, max-age=3600", "", "", "", true, FLOOR},
        {"max-age=99999999999999999999", "", "", "", true, 7 * DAY},
        {"max-age=-1", "", "", "", true, FLOOR},
        {"max-age=x", "", "", "", true, FLOOR},
        {"no-store", "", "", "", false, FLOOR},
        {"max-age=3600, No-Store", "", "", "", false, 3600},
        {",,=,;", "", "", "", true, FLOOR},
        {"", "Tue, 14 Nov 2023 23:13:20 GMT", "", "", true, 3600},
        {"", "Tue, 14 Nov 2022 23:13:20 GMT", "", "", true, FLOOR},
        {"", "0", "", "", true, FLOOR},
        {"max-age=7200", "Tue, 14 Nov 2023 23:13:20 GMT", "", "", true, 7200},
        {"", "", "Tue, 14 Nov 2023 12:13:20 GMT", "", true, 3600},
        {"", "", "Tue, 14 Nov 2000 12:13:20 GMT", "", true, DAY},
        {"", "", "Tue, 14 Nov 2030 12:13:20 GMT", "", true, FLOOR},
        {"", "", "yesterday", "", true, FLOOR},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct http_header h[] = {{SLICE("cache-control"), slice_of(cases[i].control)},
                                  {SLICE("Expires"), slice_of(cases[i].expires)},
                                  {SLICE("Last-Modified"), slice_of(cases[i].last_modified)},
                                  {SLICE("Age"), slice_of(cases[i].age)}};
        struct http_reply r = {.headers = h, .header_count = 4};
        int64_t until = 0;
        bool keep = freshness(&r, NOW, FLOOR, &until);
        if (keep != cases[i].keep || until - NOW != cases[i].life_s)
            fail_msg("case %zu: keep %d, life %d s", i, keep, (int)(until - NOW));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_what_the_server_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
