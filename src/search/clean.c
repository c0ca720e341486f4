/* clean.c - snippets without markup, dates in one form.
 *
 * Services mark the words of the question (<b>, <strong>, <span class="searchmatch">) and escape what they quote. Tags
 * are cut out by their form alone; no document is parsed, since a snippet is none. The result is text for people and for
 * ranking: nobody prints it into HTML unescaped. */
#include "search/clean.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "search/xml.h"

/* Bytes of the tag or comment that starts text; 0 when "<" is just a character. */
static size_t tag_bytes(struct slice text)
{
    if (text.n < 3 || text.p[0] != '<')
        return 0;
    char c = text.p[1] == '/' ? text.p[2] : text.p[1];
    bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    if (!letter && text.p[1] != '!')
        return 0;
    size_t end = slice_find(text, SLICE(">"));
    return end < text.n ? end + 1 : 0;
}

/* A block's end is a gap between words; <b> and its like are not. */
static bool breaks_words(struct slice tag)
{
    static const char *const inner[] = {"b", "strong", "em", "i", "span", "mark", "u", "sub", "sup", "a", "font", "small"};
    size_t start = tag.p[1] == '/' ? 2 : 1, n = 0;
    while (start + n < tag.n && ((tag.p[start + n] | 32) >= 'a' && (tag.p[start + n] | 32) <= 'z'))
        n++;
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++)
        if (slice_eq_nocase(slice_sub(tag, start, n), slice_of(inner[i])))
            return false;
    return true;
}

/* Control characters, and those that are not seen but change how the others are shown. */
static bool unwanted(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x3000;
}

/* The next character of text after markup, 0 bytes at its end. *code ' ' stands for a tag between words, 0 for one
 * within. */
static size_t next_char(struct slice text, bool html, uint32_t *code)
{
    size_t n = html ? tag_bytes(text) : 0;
    if (n > 0) {
        *code = breaks_words(slice_sub(text, 0, n)) ? ' ' : 0;
        return n;
    }
    n = html ? xml_entity(text, code) : 0;
    if (n == 0)
        n = utf8_next(text, code);
    if (n == 0 && text.n > 0) {
        *code = '?';
        n = 1;
    }
    return n;
}

static struct slice clean(struct arena *a, struct slice text, bool html, bool lines, size_t max_bytes)
{
    struct buf out;
    unsigned gap = 0, breaks = 0;
    uint32_t c;
    buf_init(&out, max_bytes);
    for (size_t at = 0, n; at < text.n && !out.over; at += n) {
        char bytes[4];
        n = next_char(slice_sub(text, at, text.n - at), html, &c);
        if (c == 0)
            continue;
        breaks += lines && c == '\n';
        if (is_space(c)) {
            gap = 1;
            continue;
        }
        if (unwanted(c))
            continue;
        if (gap && out.n > 0)
            buf_add(&out, breaks > 1 ? SLICE("\n\n") : breaks ? SLICE("\n") : SLICE(" "));
        gap = breaks = 0;
        buf_add(&out, (struct slice){bytes, utf8_put(bytes, c)});
    }
    struct slice whole = buf_slice(&out);
    if (out.over) { /* back to the end of the last whole word, unless that is far */
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
    return clean(a, text, html, false, max_bytes);
}

struct slice clean_text(struct arena *a, struct slice text, size_t max_bytes)
{
    return clean(a, text, false, true, max_bytes);
}

static bool digits(struct slice text, size_t at, size_t n, int *out)
{
    *out = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= text.n || text.p[i] < '0' || text.p[i] > '9')
            return false;
        *out = *out * 10 + (text.p[i] - '0');
    }
    return true;
}

static bool write_date(int year, int month, int day, char out[11])
{
    static const int longest[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > longest[month - 1] + (month == 2 && leap))
        return false;
    char *p = out;
    for (int div = 1000; div; div /= 10)
        *p++ = (char)('0' + year / div % 10);
    *p++ = '-', *p++ = (char)('0' + month / 10), *p++ = (char)('0' + month % 10);
    *p++ = '-', *p++ = (char)('0' + day / 10), *p++ = (char)('0' + day % 10), *p = '\0';
    return true;
}

static int month_of(struct slice word)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int m = 0; word.n >= 3 && m < 12; m++)
        if (slice_eq_nocase(slice_sub(word, 0, 3), (struct slice){names + 3 * m, 3}))
            return m + 1;
    return 0;
}

static bool ago(const int *number, struct slice unit, int64_t now, char out[11])
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"sec", 1},       {"min", 60},          {"hour", 3600},        {"hr", 3600},
                 {"day", 86400},   {"week", 604800},     {"month", 2629746},    {"year", 31556952}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct slice name = slice_of(units[i].name);
        if (unit.n >= name.n && slice_eq_nocase(slice_sub(unit, 0, name.n), name)) {
            clock_date(now - *number * units[i].seconds, out);
            return true;
        }
    }
    return false;
}

/* "6 May 2024", "May 6, 2024", "Mon, 06 May 2024 …", "3 days ago": the first words decide. */
static bool words_date(struct slice text, int64_t now, char out[11])
{
    int numbers[2] = {0}, month = 0;
    size_t count = 0, words = 0, first_digits = 0;
    struct slice word = {text.p, 0};
    for (size_t i = 0; i < text.n && words < 5; i++) {
        size_t n = 0;
        while (i + n < text.n && (((text.p[i + n] | 32) >= 'a' && (text.p[i + n] | 32) <= 'z') ||
                                  (text.p[i + n] >= '0' && text.p[i + n] <= '9')))
            n++;
        if (n == 0)
            continue;
        word = slice_sub(text, i, n);
        i += n;
        words++;
        size_t length = 0;
        while (length < n && word.p[length] >= '0' && word.p[length] <= '9')
            length++;
        if (length > 0 && length <= 4 && count < 2) {
            (void)digits(word, 0, length, &numbers[count]);
            first_digits = count == 0 ? length : first_digits;
            count++;
        } else if (month == 0 && month_of(word) && !slice_eq_nocase(word, SLICE("month")) &&
                   !slice_eq_nocase(word, SLICE("months"))) {
            month = month_of(word);
        } else if (count == 1 && month == 0 && slice_ends(slice_trim(text), SLICE("ago"))) {
            return ago(numbers, word, now, out);
        }
        if (month && count == 2)
            break;
    }
    return month && count == 2 && first_digits <= 2 && write_date(numbers[1], month, numbers[0], out);
}

static bool number_date(struct slice text, char out[11])
{
    int64_t seconds = 0;
    int y, m, d;
    if (text.n == 8 && digits(text, 0, 4, &y) && digits(text, 4, 2, &m) && digits(text, 6, 2, &d))
        return write_date(y, m, d, out);
    size_t n = 0;
    while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9' && n < 14)
        seconds = seconds * 10 + (text.p[n++] - '0');
    if ((n < text.n && text.p[n] != '.') || n < 9)
        return false;
    if (n >= 12)
        seconds /= 1000;
    clock_date(seconds, out);
    return true;
}

bool clean_date(struct slice text, int64_t now_unix_s, char out[11])
{
    int y, m, d;
    out[0] = '\0';
    text = slice_trim(text);
    if (text.n >= 10 && text.p[4] == '-' && text.p[7] == '-' && digits(text, 0, 4, &y) && digits(text, 5, 2, &m) &&
        digits(text, 8, 2, &d))
        return write_date(y, m, d, out);
    if (slice_eq_nocase(text, SLICE("yesterday"))) {
        clock_date(now_unix_s - 86400, out);
        return true;
    }
    return number_date(text, out) || words_date(text, now_unix_s, out);
}
