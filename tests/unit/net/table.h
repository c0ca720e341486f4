/* table.h - tables of cases: one a line, "# comment", escapes \s \t \n \r \\ and \xHH. */
#ifndef TESTS_NET_TABLE_H
#define TESTS_NET_TABLE_H

#include "base/ascii.h"
#include "base/arena.h"
#include "unit.h"

static inline int table_hex(char c)
{
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline struct slice table_unescape(struct arena *a, struct slice s)
{
    static const char from[] = "stnr\\", to[] = " \t\n\r\\";
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *at = s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] ? strchr(from, s.p[i + 1]) : NULL;
        if (at) {
            out[n++] = to[at - from];
            i++;
        } else if (s.p[i] == '\\' && i + 3 < s.n && s.p[i + 1] == 'x') {
            out[n++] = (char)(table_hex(s.p[i + 2]) * 16 + table_hex(s.p[i + 3]));
            i += 3;
        } else {
            out[n++] = s.p[i];
        }
    }
    return (struct slice){out, n};
}

/* The first word of *line, which is shortened to what follows one space. */
static inline struct slice table_word(struct slice *line)
{
    struct slice word = slice_sub(*line, 0, slice_find(*line, SLICE(" ")));
    size_t skip = word.n < line->n ? word.n + 1 : word.n;
    *line = slice_sub(*line, skip, line->n - skip);
    return word;
}

/* Calls on_row for each row with its line number; path is from the root of the repository. Returns the rows. */
static inline unsigned table_read(const char *path, void (*on_row)(void *ud, unsigned line, struct slice row), void *ud)
{
    char text[8192];
    unsigned rows = 0;
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s cannot be read: run the tests from the root of the repository", path);
    for (unsigned number = 1; fgets(text, sizeof text, f); number++) {
        struct slice row = slice_of(text);
        while (row.n > 0 && (row.p[row.n - 1] == '\n'))
            row.n--;
        if (row.n == 0 || row.p[0] == '#')
            continue;
        on_row(ud, number, row);
        rows++;
    }
    fclose(f);
    return rows;
}

#endif
