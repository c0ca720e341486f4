/* cases.h - reads the tables of cases in tests/unit/text: "> LANG TEXT", then lines after "= ", "\n" for a break. */
#ifndef TESTS_TEXT_CASES_H
#define TESTS_TEXT_CASES_H

#include "base/arena.h"

struct case_row {
    unsigned line;
    struct slice lang, text;
    struct slice expected; /* lines with '\n' after each */
};

struct case_rows {
    struct case_row *at;
    size_t n;
};

static inline struct slice case_unescape(struct arena *a, struct slice s)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'n') {
            out[n++] = '\n';
            i++;
        } else {
            out[n++] = s.p[i];
        }
    }
    return (struct slice){out, n};
}

/* The file is looked for from the root of the repository; the program ends when it is not there. */
static inline struct case_rows cases_read(struct arena *a, const char *path)
{
    struct case_rows rows = {0};
    size_t room = 0;
    char line[4096];
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(stderr, "%s cannot be read: run the tests from the root of the repository\n", path);
        abort();
    }
    for (unsigned number = 1; fgets(line, sizeof line, f); number++) {
        struct slice s = slice_trim(slice_of(line));
        if (s.n < 2 || s.p[0] == '#')
            continue;
        struct slice rest = arena_dup(a, slice_sub(s, 2, s.n - 2));
        if (s.p[0] == '>') {
            struct case_row *row = arena_push(a, &rows.at, rows.n++, &room);
            size_t n = slice_find(rest, SLICE(" "));
            *row = (struct case_row){
                number, slice_sub(rest, 0, n), case_unescape(a, slice_sub(rest, n + 1, rest.n - n - 1)), {"", 0}};
        } else {
            struct case_row *row = &rows.at[rows.n - 1];
            row->expected = arena_printf(a, "%.*s%.*s\n", SLICE_ARGS(row->expected), SLICE_ARGS(rest));
        }
    }
    fclose(f);
    return rows;
}

#endif
