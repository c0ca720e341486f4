#include "base/utf8.h"

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_next(struct slice text, uint32_t *code)
{
    const unsigned char *s = (const unsigned char *)text.p;
    uint32_t c = 0;
    size_t n = 0;
    if (text.n == 0)
        return 0;
    if (s[0] < 0x80) {
        c = s[0], n = 1;
    } else if (s[0] >= 0xC2 && s[0] < 0xE0) {
        if (text.n < 2 || !is_tail(s[1]))
            return 0;
        c = (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F), n = 2;
    } else if (s[0] >= 0xE0 && s[0] < 0xF0) {
        if (text.n < 3 || !is_tail(s[1]) || !is_tail(s[2]))
            return 0;
        c = (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F), n = 3;
        if (c < 0x800 || (c >= 0xD800 && c < 0xE000))
            return 0;
    } else if (s[0] >= 0xF0 && s[0] < 0xF5) {
        if (text.n < 4 || !is_tail(s[1]) || !is_tail(s[2]) || !is_tail(s[3]))
            return 0;
        c = (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 | (uint32_t)(s[2] & 0x3F) << 6 |
            (s[3] & 0x3F);
        n = 4;
        if (c < 0x10000 || c > 0x10FFFF)
            return 0;
    }
    if (n && code)
        *code = c;
    return n;
}

size_t utf8_check(struct slice text)
{
    size_t at = 0;
    while (at < text.n) {
        uint64_t words[4]; /* of ASCII at a time: whole pages are checked */
        if (text.n - at >= sizeof words) {
            memcpy(words, text.p + at, sizeof words);
            if (((words[0] | words[1] | words[2] | words[3]) & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof words;
                continue;
            }
        }
        if ((unsigned char)text.p[at] < 0x80) {
            at++;
            continue;
        }
        size_t n = utf8_next(slice_sub(text, at, text.n - at), NULL);
        if (n == 0)
            return at;
        at += n;
    }
    return text.n;
}

size_t utf8_count(struct slice text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.n; count++) {
        size_t n = utf8_next(slice_sub(text, at, text.n - at), NULL);
        at += n ? n : 1;
    }
    return count;
}

struct slice utf8_head(struct slice text, size_t chars)
{
    size_t at = 0;
    for (size_t i = 0; i < chars && at < text.n; i++) {
        size_t step = utf8_next(slice_sub(text, at, text.n - at), NULL);
        at += step ? step : 1;
    }
    return slice_sub(text, 0, at);
}

struct slice utf8_cut(struct slice text, size_t max_bytes)
{
    if (text.n <= max_bytes)
        return text;
    size_t n = max_bytes;
    while (n > 0 && is_tail((unsigned char)text.p[n]))
        n--;
    return slice_sub(text, 0, n);
}

size_t utf8_put(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

bool utf8_harmless(uint32_t c)
{
    bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
    bool direction =
        c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return !control && !direction;
}

void utf8_scrub(char *text, size_t n)
{
    for (size_t at = 0; at < n;) {
        uint32_t c = 0;
        size_t step = utf8_next((struct slice){text + at, n - at}, &c);
        bool bad = step == 0 || !utf8_harmless(c) || c == '\n' || c == '\t';
        step = step ? step : 1;
        if (bad)
            memset(text + at, '?', step);
        at += step;
    }
}
