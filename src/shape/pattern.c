/* pattern.c - regular expressions of JSON Schema.
 *
 * The standard wants ECMA-262; the program already links ICU. They differ in places that schemas really use:
 * \d, \w and \s are Unicode classes in ICU and ASCII (\s: a fixed list) in ECMA; $ of ICU also matches before a last
 * newline; '[' and '&' inside of a class are set operators; "." knows other line ends. So the text is rewritten first,
 * one token at a time. Extensions of ICU (possessive quantifiers, (?i)) keep working.
 *
 * A pattern may come from a client and may be a trap ("(a+)+$"): ICU's clock stops it after 100 ms on one string,
 * and the caller's budget after that for a whole check. ICU counts in steps of the matcher that are about one
 * millisecond each, so the limit is near and not exact. A match is not shared between threads: the compiled
 * expression holds the text it looks at. */
#include "shape/pattern.h"

#include <stdlib.h>
#include <unicode/uregex.h>
#include <unicode/ustring.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/clock.h"

enum {
    MAX_PATTERN_BYTES = 10000,
    MAX_REWRITTEN_BYTES = 40 * MAX_PATTERN_BYTES,
    LIMIT_MS = 100,
    LIMIT_STACK_BYTES = 4 << 20
};

struct pattern {
    URegularExpression *re;
    UChar *text; /* the last subject; the expression points into it */
};

#define ECMA_SPACE "\\t\\n\\u000b\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"

/* ICU's spelling of a class escape. In a class the complements are nested sets, which ICU unites. */
static const char *class_escape(char c, bool in_class)
{
    switch (c) {
    case 'd':
        return in_class ? "0-9" : "[0-9]";
    case 'D':
        return "[^0-9]";
    case 'w':
        return in_class ? "A-Za-z0-9_" : "[A-Za-z0-9_]";
    case 'W':
        return "[^A-Za-z0-9_]";
    case 's':
        return in_class ? ECMA_SPACE : "[" ECMA_SPACE "]";
    case 'S':
        return "[^" ECMA_SPACE "]";
    default:
        return NULL;
    }
}

/* Rewrites what follows a backslash at text[at]; returns how many bytes it read after it. */
static size_t rewrite_escape(struct slice text, size_t at, bool in_class, struct buf *out)
{
    if (at >= text.n) {
        buf_add_char(out, '\\'); /* ICU refuses it */
        return 0;
    }
    char c = text.p[at];
    const char *set = class_escape(c, in_class);
    if (set) {
        buf_add(out, slice_of(set));
    } else if (c == 'u' && at + 1 < text.n && text.p[at + 1] == '{') {
        buf_add(out, SLICE("\\x")); /* \u{1F600} is \x{1F600} */
    } else if (c == 'b' && in_class) {
        buf_add(out, SLICE("\\u0008"));
    } else if (c == 'v') {
        buf_add(out, SLICE("\\u000b"));
    } else if (c == '0') {
        buf_add(out, SLICE("\\u0000"));
    } else if (strchr("aAeEGhHlLQRXzZ", c) && c) {
        buf_add(out, SLICE("\\p{no escape of ECMA-262}")); /* ICU refuses that name, as ECMA does the escape */
    } else {
        buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
    return 1;
}

/* Rewrites a class that begins with '[' at text[at]; returns the position after it. */
static size_t rewrite_class(struct slice text, size_t at, struct buf *out)
{
    bool negated = at + 1 < text.n && text.p[at + 1] == '^';
    at += negated ? 2 : 1;
    if (at < text.n && text.p[at] == ']') { /* empty in ECMA, a literal ] in ICU */
        buf_add(out, negated ? SLICE("[\\u0000-\\U0010ffff]") : SLICE("(?!)"));
        return at + 1;
    }
    buf_add(out, negated ? SLICE("[^") : SLICE("["));
    while (at < text.n && text.p[at] != ']') {
        char c = text.p[at++];
        if (c == '\\') {
            bool set = at < text.n && class_escape(text.p[at], true);
            at += rewrite_escape(text, at, true, out);
            /* [\w-.] has no range: the hyphen is one. */
            if (set && at < text.n && text.p[at] == '-') {
                buf_add(out, SLICE("\\-"));
                at++;
            }
        } else {
            if (c == '[' || c == '&' || (c == '-' && at < text.n && text.p[at] == '-'))
                buf_add_char(out, '\\');
            buf_add_char(out, c);
        }
    }
    if (at < text.n)
        buf_add_char(out, ']');
    return at + 1;
}

static bool pattern_has(struct slice text, size_t at, const char *what)
{
    return slice_starts(slice_sub(text, at, text.n - at), slice_of(what));
}

/* The name of a group, which begins at text[at] and ends with '>'. ICU's have letters and digits alone. Returns the
 * position after it. */
static size_t rewrite_name(struct slice text, size_t at, struct buf *out)
{
    buf_add_char(out, 'n');
    for (; at < text.n && text.p[at] != '>'; at++)
        if (ascii_is_letter(text.p[at]) || ascii_is_digit(text.p[at]))
            buf_add_char(out, text.p[at]);
        else
            buf_printf(out, "x%02x", (unsigned)(unsigned char)text.p[at]);
    return at;
}

static void pattern_rewrite(struct slice text, struct buf *out)
{
    for (size_t at = 0; at < text.n;) {
        char c = text.p[at];
        if (c == '[') {
            at = rewrite_class(text, at, out);
            continue;
        }
        bool named = pattern_has(text, at, "(?<") && !pattern_has(text, at, "(?<=") && !pattern_has(text, at, "(?<!");
        if (named || pattern_has(text, at, "\\k<")) {
            buf_add(out, slice_sub(text, at, 3));
            at = rewrite_name(text, at + 3, out);
            continue;
        }
        at++;
        if (c == '\\')
            at += rewrite_escape(text, at, false, out);
        else if (c == '.')
            buf_add(out, SLICE("[^\\n\\r\\u2028\\u2029]"));
        else if (c == '$')
            buf_add(out, SLICE("\\z"));
        else
            buf_add_char(out, c);
    }
}

/* The end of the class that begins at text[at]. */
static size_t class_end(struct slice text, size_t at)
{
    for (at++; at < text.n && text.p[at] != ']'; at++)
        at += text.p[at] == '\\';
    return at < text.n ? at + 1 : text.n;
}

struct slice pattern_of_python(struct arena *a, struct slice text)
{
    char *to = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t at = 0; at < text.n;) {
        size_t taken = 1;
        if (text.p[at] == '[') {
            taken = class_end(text, at) - at;
        } else if (pattern_has(text, at, "\\A") || pattern_has(text, at, "\\Z")) {
            to[n++] = text.p[at + 1] == 'A' ? '^' : '$';
            at += 2;
            continue;
        } else if (text.p[at] == '\\' && at + 1 < text.n) {
            taken = 2;
        } else if (pattern_has(text, at, "(?P<")) {
            memcpy(to + n, "(?<", 3);
            n += 3;
            at += 4;
            continue;
        } else if (pattern_has(text, at, "(?P=")) {
            memcpy(to + n, "\\k<", 3); /* as long as what it stands for, with the '>' behind the name */
            for (n += 3, at += 4; at < text.n && text.p[at] != ')'; at++)
                to[n++] = text.p[at];
            to[n++] = '>';
            at++;
            continue;
        }
        memcpy(to + n, text.p + at, taken);
        n += taken;
        at += taken;
    }
    return (struct slice){to, n};
}

/* UTF-16 in malloc'ed memory; NULL when it is too long for ICU. */
static UChar *to_utf16(struct slice text, int32_t *n)
{
    UErrorCode status = U_ZERO_ERROR;
    if (text.n > INT32_MAX / 4)
        return NULL;
    UChar *wide = malloc((text.n + 1) * sizeof *wide); /* never more units than bytes */
    if (!wide)
        return NULL;
    u_strFromUTF8(wide, (int32_t)text.n + 1, n, text.p, (int32_t)text.n, &status);
    if (U_SUCCESS(status))
        return wide;
    free(wide);
    return NULL;
}

static void pattern_release(void *thing)
{
    struct pattern *p = thing;
    uregex_close(p->re);
    free(p->text);
}

struct pattern *pattern_new(struct arena *a, struct slice ecma)
{
    struct buf icu;
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    if (ecma.n > MAX_PATTERN_BYTES)
        return NULL;
    buf_init(&icu, MAX_REWRITTEN_BYTES);
    pattern_rewrite(ecma, &icu);
    UChar *wide = icu.over ? NULL : to_utf16(buf_slice(&icu), &n);
    buf_release(&icu);
    if (!wide)
        return NULL;
    URegularExpression *re = uregex_open(n ? wide : u"(?:)", n ? n : -1, 0, NULL, &status);
    free(wide);
    if (U_FAILURE(status)) {
        uregex_close(re);
        return NULL;
    }
    uregex_setTimeLimit(re, LIMIT_MS, &status);
    uregex_setStackLimit(re, LIMIT_STACK_BYTES, &status);
    struct pattern *p = arena_alloc(a, sizeof *p);
    p->re = re;
    arena_defer(a, pattern_release, p);
    return p;
}

bool pattern_find(struct pattern *p, struct slice text, int64_t *budget_us)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    if (*budget_us <= 0)
        return false;
    int64_t start_us = clock_us();
    UChar *wide = to_utf16(text, &n);
    if (!wide)
        return false;
    uregex_setText(p->re, wide, n, &status);
    free(p->text);
    p->text = wide;
    bool found = uregex_find(p->re, 0, &status);
    *budget_us -= clock_us() - start_us;
    if (*budget_us < 0)
        *budget_us = 0;
    return U_SUCCESS(status) && found;
}
