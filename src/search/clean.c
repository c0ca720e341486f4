/* clean.c - see clean.h for the contract.
 *
 * Services mark the words of the question (<b>, <strong>, <span class="searchmatch">) and escape the text that they
 * quote. Tags are recognised by their form alone, since a snippet is not a document that could be parsed. The result is
 * for people and for ranking. It is never printed into HTML without escaping. */
#include "search/clean.h"

#include "base/ascii.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/utf8.h"
#include "lang/lang.h"
#include "pages/entity.h"
#include "pages/markup.h"

/* Whether the tag ends a block, so that words before and behind it are apart. <b> and the like do not. */
static bool clean_breaks_words(struct slice name)
{
    static const char *const inner[] = {"b", "strong", "em",  "i", "span", "mark",
                                        "u", "sub",    "sup", "a", "font", "small"};
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++)
        if (slice_eq_nocase(name, slice_of(inner[i])))
            return false;
    return true;
}

/* Control characters, and invisible ones that change how other characters are shown. */
static bool clean_unwanted(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static bool clean_is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x3000;
}

/* Reads the next character, entity or tag, and returns its bytes, 0 at the end. tags: a tag may begin here. *code is '
 * ' for a tag between words, and 0 for a tag within a word. */
static size_t clean_next_char(struct slice text, bool html, bool tags, uint32_t *code)
{
    struct markup_mark tag;
    if (tags && markup_tag(text, &tag)) {
        *code = clean_breaks_words(tag.name) ? ' ' : 0;
        return tag.n;
    }
    size_t n = html ? entity_read_closed(text, code) : 0;
    if (n == 0)
        n = utf8_next(text, code);
    if (n == 0 && text.n > 0) {
        *code = '?';
        n = 1;
    }
    return n;
}

static struct slice clean_walk(struct arena *a, struct slice text, bool html, bool lines, size_t max_bytes)
{
    struct buf out;
    unsigned gap = 0, breaks = 0;
    size_t tags_end = html ? markup_tags_end(text) : 0;
    uint32_t c;
    buf_init(&out, max_bytes);
    for (size_t at = 0, n; at < text.n && !out.over; at += n) {
        char bytes[4];
        n = clean_next_char(slice_sub(text, at, text.n - at), html, at < tags_end, &c);
        if (c == 0)
            continue;
        breaks += lines && c == '\n';
        if (clean_is_space(c)) {
            gap = 1;
            continue;
        }
        if (clean_unwanted(c))
            continue;
        if (gap && out.n > 0)
            buf_add(&out, breaks > 1 ? SLICE("\n\n") : breaks ? SLICE("\n") : SLICE(" "));
        gap = breaks = 0;
        buf_add(&out, (struct slice){bytes, utf8_put(bytes, c)});
    }
    struct slice whole = buf_slice(&out);
    if (out.over) { /* cuts at the end of the last whole word, unless that is far back */
        size_t end = whole.n;
        while (end > whole.n / 2 && whole.p[end - 1] != ' ' && whole.p[end - 1] != '\n')
            end--;
        whole.n = end > whole.n / 2 ? end : whole.n;
    }
    whole = arena_dup(a, slice_trim(whole));
    buf_release(&out);
    return whole;
}

struct slice clean_line(struct arena *a, struct slice text, bool html, size_t max_bytes)
{
    return clean_walk(a, text, html, false, max_bytes);
}

struct slice clean_text(struct arena *a, struct slice text, size_t max_bytes)
{
    return clean_walk(a, text, false, true, max_bytes);
}

/* Reads "3 days ago" by its first number and the word behind it. */
static bool clean_ago(struct slice text, int64_t now, char out[DATE_ROOM])
{
    const struct lang_entries units = lang_entries(lang_any(), LANG_AGO_UNITS);
    size_t at = 0;
    int64_t number = 0;
    if (!slice_ends(text, SLICE("ago")))
        return false;
    while (at < text.n && !ascii_is_digit(text.p[at]))
        at++;
    for (size_t first = at; at < text.n && at < first + 4 && ascii_is_digit(text.p[at]); at++)
        number = number * 10 + (text.p[at] - '0');
    while (at < text.n && text.p[at] == ' ')
        at++;
    struct slice unit = slice_sub(text, at, text.n - at);
    for (size_t i = 0; i < units.n; i++) {
        struct slice name = units.at[i].word;
        if (unit.n >= name.n && slice_eq_nocase(slice_sub(unit, 0, name.n), name)) {
            clock_date(now - number * strtoll(units.at[i].value.p, NULL, 10), out);
            return true;
        }
    }
    return false;
}

/* Reads seconds since 1970, or milliseconds if there are too many digits for seconds. */
static bool clean_unix(struct slice text, char out[DATE_ROOM])
{
    int64_t seconds = 0;
    size_t n = 0;
    while (n < text.n && ascii_is_digit(text.p[n]) && n < 14)
        seconds = seconds * 10 + (text.p[n++] - '0');
    if ((n < text.n && text.p[n] != '.') || n < 9)
        return false;
    if (n >= 12)
        seconds /= 1000;
    clock_date(seconds, out);
    return true;
}

bool clean_date(struct slice text, int64_t now_unix_s, char out[DATE_ROOM])
{
    struct day d;
    out[0] = '\0';
    text = slice_trim(text);
    if (date_parse(text, &d))
        return date_valid(d) && date_print(d, out);
    if (slice_eq_nocase(text, SLICE("yesterday"))) {
        clock_date(now_unix_s - 86400, out);
        return true;
    }
    return clean_unix(text, out) || clean_ago(text, now_unix_s, out);
}
