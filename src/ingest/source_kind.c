/* source_kind.c - what all formats share. */
#include "ingest/source_kind.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"

struct slice source_address(struct arena *a, struct slice before, struct slice path, const char *kept)
{
    char *out = arena_alloc(a, before.n + 3 * path.n + 1);
    size_t n = before.n;
    memcpy(out, before.p, before.n);
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (ascii_is_digit(c) || ascii_is_letter(c) || (c && strchr(kept, c)))
            out[n++] = (char)c;
        else
            n += (size_t)snprintf(out + n, 4, "%%%02X", c);
    }
    return (struct slice){out, n};
}

struct slice source_ending(struct slice path)
{
    size_t dot = path.n;
    while (dot > 0 && path.p[dot - 1] != '.' && path.p[dot - 1] != '/')
        dot--;
    bool has = dot > 0 && path.p[dot - 1] == '.';
    return has ? slice_sub(path, dot - 1, path.n - dot + 1) : (struct slice){"", 0};
}

bool source_is_foreign(struct slice path)
{
    static const char *const foreign[] = {".doc",  ".rtf",  ".pptx", ".ppt", ".xlsx", ".xls", ".ods", ".odp",
                                          ".mobi", ".azw3", ".djvu", ".chm", ".adoc", ".org", ".tex", ".pages"};
    for (size_t i = 0; i < COUNT_OF(foreign); i++)
        if (slice_eq_nocase(source_ending(path), slice_of(foreign[i])))
            return true;
    return false;
}

void source_pass(struct source *s, struct slice what)
{
    if (what.n == 0 || what.n > SOURCE_PASSED_BYTES_MAX || utf8_check(what) < what.n)
        what = SLICE("others");
    size_t i = 0;
    while (i < s->passed_count && !slice_eq_nocase(s->passed[i].ending, what))
        i++;
    if (i == SOURCE_ENDINGS_MAX)
        i--;
    else if (i == s->passed_count)
        s->passed[s->passed_count++].ending = i + 1 == SOURCE_ENDINGS_MAX ? SLICE("others") : arena_dup(s->arena, what);
    s->passed[i].n++;
}

enum source_step source_bad(struct err *why, const char *fmt, ...)
{
    va_list args;
    char text[sizeof why->message];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err_set(why, ERR_BAD_VALUE, "%s", text);
    return SOURCE_BAD;
}
