/* charset.c - finds the encoding of a page and converts it, by ICU.
 *
 * Declarations are wrong often enough that UTF-8 is checked first of all: text in another encoding is hardly ever valid
 * UTF-8 by accident. The exceptions are made of bytes below 0x80 alone and are recognised by them: ISO-2022-JP by its
 * escape sequences, UTF-16 by NULs. Labels are read as browsers read them (charset_labels.def); one that is not in that
 * table is given to ICU as it is. */
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

/* The charset of the first <meta> that names one; scripts and style sheets have an attribute of that name too. */
static struct slice charset_of_meta(struct slice head)
{
    for (size_t at = 0; at + 5 < head.n; at++) {
        struct slice rest = slice_sub(head, at, head.n - at);
        if (slice_starts(rest, SLICE("<!--"))) {
            at += slice_find(rest, SLICE("-->"));
        } else if (head.p[at] == '<' && slice_eq_nocase(slice_sub(rest, 1, 4), SLICE("meta"))) {
            size_t n = slice_find(rest, SLICE(">"));
            struct slice name = value_after(slice_sub(rest, 0, n), "charset");
            if (name.n)
                return name;
            at += n;
        }
    }
    return (struct slice){"", 0};
}

/* The converter of ICU that browsers' reading of a label asks for, or NULL. */
static const char *charset_of_label(struct slice label)
{
    static const struct {
        const char *encoding, *labels;
    } table[] = {
#define ENCODING(icu, labels) {icu, labels},
#include "text/charset_labels.def"
#undef ENCODING
    };
    for (size_t i = 0; label.n && i < COUNT_OF(table); i++) {
        struct slice rest = slice_of(table[i].labels);
        while (rest.n) {
            size_t n = slice_find(rest, SLICE(" "));
            if (slice_eq_nocase(slice_sub(rest, 0, n), label))
                return table[i].encoding;
            n += n < rest.n;
            rest = slice_sub(rest, n, rest.n - n);
        }
    }
    return NULL;
}

/* The name of the encoding that the page is said to be in; "" when nothing says so. */
static void charset_declared(struct slice bytes, struct slice content_type, char name[NAME_BYTES + 1])
{
    struct slice head = bytes.n > LOOK_BYTES ? slice_sub(bytes, 0, LOOK_BYTES) : bytes;
    struct slice label = value_after(content_type, "charset");
    bool in_page = label.n == 0;
    if (in_page)
        label = charset_of_meta(head);
    if (label.n == 0 && slice_starts(head, SLICE("<?xml")))
        label = value_after(head, "encoding");
    const char *known = charset_of_label(label);
    /* A declaration that was just read byte by byte is not in UTF-16 (the HTML standard, 13.2.3.2). */
    if (in_page && known && slice_starts(slice_of(known), SLICE("UTF-16")))
        known = "UTF-8";
    if (known)
        label = slice_of(known);
    memcpy(name, label.p, label.n);
    name[label.n] = '\0';
}

/* Valid characters stay; each byte that is part of none becomes U+FFFD, NULs are dropped. */
static struct slice charset_repair(struct arena *a, struct slice text)
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

static bool charset_convert(struct arena *a, struct slice bytes, const char *name, struct slice *out)
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

static bool charset_guess(struct slice bytes, char out[NAME_BYTES])
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

/* UTF-8 or UTF-16 by a byte order mark, of *mark bytes, or by what the first tag of a page looks like without one. */
static const char *by_mark(struct slice bytes, size_t *mark)
{
    *mark = slice_starts(bytes, SLICE("\xEF\xBB\xBF"))                                         ? 3
            : slice_starts(bytes, SLICE("\xFE\xFF")) || slice_starts(bytes, SLICE("\xFF\xFE")) ? 2
                                                                                               : 0;
    if (*mark == 3)
        return "UTF-8";
    if (*mark == 2)
        return bytes.p[0] == '\xFE' ? "UTF-16BE" : "UTF-16LE";
    if (bytes.n >= 4 && bytes.p[0] == '<' && !bytes.p[1] && bytes.p[2] && !bytes.p[3])
        return "UTF-16LE";
    return bytes.n >= 4 && !bytes.p[0] && bytes.p[1] == '<' && !bytes.p[2] && bytes.p[3] ? "UTF-16BE" : NULL;
}

/* ISO-2022-JP is ASCII with escape sequences that switch to two bytes a character. */
static bool is_iso_2022_jp(struct slice bytes)
{
    return slice_find(bytes, SLICE("\x1B$B")) < bytes.n || slice_find(bytes, SLICE("\x1B$@")) < bytes.n;
}

/* A few broken bytes in UTF-8 (a character cut by a template, a truncated page) do not make it something else.
 * *repaired is the text with those bytes replaced; valid counts the bytes before the first. */
static bool charset_is_almost_utf8(struct arena *a, struct slice bytes, size_t valid, struct slice *repaired)
{
    size_t bad = 0, high = 0;
    for (size_t i = 0; i < bytes.n; i++)
        high += (unsigned char)bytes.p[i] >= 0xC0;
    *repaired = charset_repair(a, bytes);
    for (size_t i = 0; i + 2 < repaired->n; i++)
        bad += memcmp(repaired->p + i, "\xEF\xBF\xBD", 3) == 0;
    return bad * 10 <= high || bytes.n - valid < 4;
}

struct slice charset_to_utf8(struct arena *a, struct slice bytes, struct slice content_type)
{
    size_t mark;
    char name[NAME_BYTES + 1] = "";
    struct slice out, repaired = {"", 0};
    const char *by_bytes = by_mark(bytes, &mark);
    bytes = slice_sub(bytes, mark, bytes.n - mark);
    bool wide = by_bytes && slice_starts(slice_of(by_bytes), SLICE("UTF-16"));
    size_t valid = wide ? 0 : utf8_check(bytes);
    bool is_utf8 = !wide && valid == bytes.n, nul = memchr(bytes.p, 0, bytes.n) != NULL;
    if (by_bytes)
        memcpy(name, by_bytes, strlen(by_bytes) + 1);
    else
        charset_declared(bytes, content_type, name);
    if (is_utf8 && name[0] == '\0' && is_iso_2022_jp(bytes))
        memcpy(name, "ISO-2022-JP", 12);
    bool said = name[0] && !slice_is(slice_of(name), "UTF-8");
    bool beyond_ascii = slice_starts(slice_of(name), nul ? SLICE("UTF-16") : SLICE("ISO-2022-JP"));
    if (is_utf8 && !beyond_ascii)
        return nul ? charset_repair(a, bytes) : bytes;
    if (!is_utf8 && !said && charset_is_almost_utf8(a, bytes, valid, &repaired))
        return repaired;
    if (said && charset_convert(a, bytes, name, &out))
        return charset_repair(a, out);
    if (charset_guess(bytes, name) && charset_convert(a, bytes, name, &out))
        return charset_repair(a, out);
    return repaired.n ? repaired : charset_repair(a, bytes);
}
