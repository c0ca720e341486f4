/* charset.c - finds the encoding of a page and converts it, by ICU.
 *
 * Declarations are wrong often enough that UTF-8 is checked first of all: text in another encoding is hardly ever valid
 * UTF-8 by accident. ISO-8859-1 is read as windows-1252, as browsers do. */
#include "text/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/utf8.h"

enum { LOOK_BYTES = 4096, GUESS_BYTES = 32768, NAME_BYTES = 40 };

/* The value behind "charset" or "encoding" and "=" in text, unquoted; empty when there is none. */
static struct slice value_after(struct slice text, const char *key)
{
    size_t n = strlen(key);
    for (size_t i = 0; i + n < text.n; i++) {
        if (!slice_eq_nocase(slice_sub(text, i, n), slice_of(key)))
            continue;
        size_t at = i + n;
        while (at < text.n && (text.p[at] == ' ' || text.p[at] == '='))
            at++;
        if (at == i + n)
            continue;
        if (at < text.n && (text.p[at] == '"' || text.p[at] == '\''))
            at++;
        size_t end = at;
        while (end < text.n && end - at < NAME_BYTES && (unsigned char)text.p[end] > ' ' &&
               !strchr("\"';/>?,", text.p[end]))
            end++;
        return slice_sub(text, at, end - at);
    }
    return (struct slice){"", 0};
}

static struct slice declared(struct slice bytes, struct slice content_type)
{
    struct slice name = value_after(content_type, "charset");
    struct slice head = bytes.n > LOOK_BYTES ? slice_sub(bytes, 0, LOOK_BYTES) : bytes;
    if (name.n == 0)
        name = value_after(head, "charset");
    if (name.n == 0 && slice_starts(head, SLICE("<?xml")))
        name = value_after(head, "encoding");
    return name;
}

/* Valid characters stay; each byte that is part of none becomes U+FFFD, NULs are dropped. */
static struct slice repair(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.n * 3 + 1);
    size_t n = 0;
    while (text.n) {
        size_t good = utf8_check(text);
        for (size_t i = 0; i < good; i++)
            if (text.p[i])
                out[n++] = text.p[i];
        text = slice_sub(text, good, text.n - good);
        if (text.n) {
            n += utf8_put(out + n, 0xFFFD);
            text = slice_sub(text, 1, text.n - 1);
        }
    }
    return (struct slice){out, n};
}

static bool convert(struct arena *a, struct slice bytes, const char *name, struct slice *out)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *from = ucnv_open(name, &status);
    UConverter *to = ucnv_open("UTF-8", &status);
    bool ok = U_SUCCESS(status);
    if (ok) {
        size_t room = bytes.n * 3 + 16; /* no encoding makes more than three bytes of UTF-8 out of one */
        char *text = arena_alloc(a, room), *end = text;
        const char *source = bytes.p;
        UChar pivot[2048], *pivot_from = pivot, *pivot_to = pivot;
        ucnv_convertEx(to, from, &end, text + room, &source, bytes.p + bytes.n, pivot, &pivot_from, &pivot_to,
                       pivot + 2048, true, true, &status);
        ok = U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR;
        *out = (struct slice){text, (size_t)(end - text)};
    }
    ucnv_close(from);
    ucnv_close(to);
    return ok;
}

static bool guess(struct slice bytes, char out[NAME_BYTES])
{
    UErrorCode status = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&status);
    bool found = false;
    if (U_SUCCESS(status)) {
        ucsdet_enableInputFilter(detector, true); /* tags tell nothing about the text's encoding */
        ucsdet_setText(detector, bytes.p, (int32_t)(bytes.n < GUESS_BYTES ? bytes.n : GUESS_BYTES), &status);
        const UCharsetMatch *match = ucsdet_detect(detector, &status);
        const char *name = U_SUCCESS(status) && match ? ucsdet_getName(match, &status) : NULL;
        if (U_SUCCESS(status) && name && strlen(name) < NAME_BYTES) {
            memcpy(out, name, strlen(name) + 1);
            found = true;
        }
    }
    ucsdet_close(detector);
    return found;
}

static const char *by_mark(struct slice bytes, size_t *mark)
{
    *mark = slice_starts(bytes, SLICE("\xEF\xBB\xBF"))                                         ? 3
            : slice_starts(bytes, SLICE("\xFE\xFF")) || slice_starts(bytes, SLICE("\xFF\xFE")) ? 2
                                                                                               : 0;
    if (*mark == 3)
        return "UTF-8";
    return *mark == 0 ? NULL : bytes.p[0] == '\xFE' ? "UTF-16BE" : "UTF-16LE";
}

static bool is_utf8_name(const char *name)
{
    return slice_eq_nocase(slice_of(name), SLICE("utf-8")) || slice_eq_nocase(slice_of(name), SLICE("utf8"));
}

struct slice charset_to_utf8(struct arena *a, struct slice bytes, struct slice content_type)
{
    size_t mark;
    char name[NAME_BYTES + 1] = "";
    struct slice out;
    const char *of_mark = by_mark(bytes, &mark);
    bytes = slice_sub(bytes, mark, bytes.n - mark);
    bool wide = of_mark && mark == 2;
    size_t valid = wide ? 0 : utf8_check(bytes);
    bool nul = memchr(bytes.p, 0, bytes.n) != NULL;
    if (!wide && valid == bytes.n && !nul)
        return bytes;
    if (of_mark) {
        memcpy(name, of_mark, strlen(of_mark) + 1);
    } else {
        struct slice said = declared(bytes, content_type);
        memcpy(name, said.p, said.n);
        name[said.n] = '\0';
        if (slice_eq_nocase(said, SLICE("iso-8859-1")) || slice_eq_nocase(said, SLICE("latin1")) ||
            slice_eq_nocase(said, SLICE("us-ascii")))
            memcpy(name, "windows-1252", 13);
    }
    /* A few broken bytes in UTF-8 (a character cut by a template, a truncated page) do not make it something else. */
    struct slice repaired = {"", 0};
    bool almost = !wide && valid == bytes.n;
    if (!almost && !wide && (name[0] == '\0' || is_utf8_name(name))) {
        size_t bad = 0, high = 0;
        for (size_t i = 0; i < bytes.n; i++)
            high += (unsigned char)bytes.p[i] >= 0xC0;
        repaired = repair(a, bytes);
        for (size_t i = 0; i + 2 < repaired.n; i++)
            bad += memcmp(repaired.p + i, "\xEF\xBF\xBD", 3) == 0;
        almost = bad * 10 <= high || bytes.n - valid < 4;
    }
    if (almost)
        return repaired.n ? repaired : repair(a, bytes);
    if (name[0] && !is_utf8_name(name) && convert(a, bytes, name, &out))
        return repair(a, out);
    if (guess(bytes, name) && convert(a, bytes, name, &out))
        return repair(a, out);
    return repaired.n ? repaired : repair(a, bytes);
}
