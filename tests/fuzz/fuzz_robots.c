/* Feeds the reader of robots.txt: the first line is a target, the rest the file. A rule that decides must be one of the
 * file's, and none that is longer may fit without being it.
 *
 *   scripts/fuzz robots [SECONDS] */
#include "net/robots.h"

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *text, size_t n)
{
    struct slice input = {(const char *)text, n};
    size_t line = slice_find(input, SLICE("\n")), after = line < n ? line + 1 : n;
    struct arena *a = arena_new();
    struct robots r;
    const struct robots_rule *rule, *alone;
    struct slice target = slice_sub(input, 0, line);
    robots_parse(a, slice_sub(input, after, n - after), SLICE("footnote"), &r);
    bool allowed = robots_allows(&r, target, &rule);
    if (rule && (rule < r.rules || rule >= r.rules + r.rule_count || rule->allow != allowed))
        __builtin_trap();
    /* Each rule asked by itself: the one that decided is the longest of those that fit. */
    for (size_t i = 0; i < r.rule_count && i < 50; i++) {
        struct robots one = {.rules = &r.rules[i], .rule_count = 1};
        robots_allows(&one, target, &alone);
        if (alone && (!rule || alone->pattern.n > rule->pattern.n))
            __builtin_trap();
    }
    arena_free(a);
    return 0;
}
