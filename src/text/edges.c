#include "text/edges.h"

#include "base/utf8.h"

bool edge_is_space(uint32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0xFEFF;
}

size_t edge_back(struct slice text, size_t at, uint32_t *c)
{
    *c = 0;
    if (at == 0)
        return 0;
    size_t from = at - 1;
    while (from > 0 && at - from < 4 && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from--;
    if (utf8_next(slice_sub(text, from, at - from), c) != at - from)
        *c = '?', from = at - 1;
    return from;
}

uint32_t edge_first(struct slice text)
{
    uint32_t c = 0;
    utf8_next(text, &c);
    return c;
}

struct slice edge_trim(struct slice s)
{
    uint32_t c;
    for (size_t n; s.n && (n = utf8_next(s, &c)) && edge_is_space(c);)
        s = slice_sub(s, n, s.n - n);
    for (size_t from = edge_back(s, s.n, &c); s.n && edge_is_space(c); from = edge_back(s, s.n, &c))
        s.n = from;
    return s;
}
