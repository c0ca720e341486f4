/* pattern_sample.c - a text for a regular expression.
 *
 * Patterns in schemas mostly describe a simple text: an identifier, a postcode, a part number. A required string
 * without evidence still needs a text that matches. This file reads the pattern once and writes the shortest text for
 * each part. It promises nothing: look-around is skipped, a backreference gives up, and the caller checks the result
 * with pattern.h. */
#include "shape/pattern_sample.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/utf8.h"

enum { MAX_SAMPLE_BYTES = 20000, MAX_GROUPS = 60, MAX_RANGES = 64 };

struct sampler {
    struct slice pattern;
    size_t at;
    unsigned choice, more, depth;
    bool lost; /* something was not understood */
    struct buf out;
};

struct ranges {
    struct {
        uint32_t low, high;
    } at[MAX_RANGES];
    size_t n;
};

static bool more_left(const struct sampler *s)
{
    return s->at < s->pattern.n && !s->lost && !s->out.over;
}

static char sample_peek(const struct sampler *s)
{
    return s->at < s->pattern.n ? s->pattern.p[s->at] : '\0';
}

static bool sample_skip(struct sampler *s, const char *text)
{
    struct slice rest = slice_sub(s->pattern, s->at, s->pattern.n - s->at);
    if (!slice_starts(rest, slice_of(text)))
        return false;
    s->at += strlen(text);
    return true;
}

static void sample_write(struct sampler *s, uint32_t code)
{
    char bytes[4];
    buf_add(&s->out, (struct slice){bytes, utf8_put(bytes, code)});
}

/* Back to what was there at n bytes. */
static void forget_after(struct sampler *s, size_t n)
{
    if (s->out.n > n) {
        s->out.n = n;
        s->out.p[n] = '\0';
    }
}

static uint32_t next_code(struct sampler *s)
{
    uint32_t code = 0;
    size_t n = utf8_next(slice_sub(s->pattern, s->at, s->pattern.n - s->at), &code);
    s->at += n ? n : 1;
    return code;
}

static uint32_t hex_code(struct sampler *s, size_t digits)
{
    uint32_t code = 0;
    bool braces = sample_skip(s, "{");
    for (size_t i = 0; (braces || i < digits) && s->at < s->pattern.n && i < 7; i++, s->at++) {
        const char *set = "0123456789abcdef0123456789ABCDEF",
                   *found = sample_peek(s) ? strchr(set, sample_peek(s)) : NULL;
        if (!found)
            break;
        code = code * 16 + (uint32_t)((found - set) % 16);
    }
    if (braces)
        s->lost |= !sample_skip(s, "}");
    /* a lone half of a surrogate pair is no character */
    s->lost |= code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
    return s->lost ? 'a' : code;
}

/* A character that matches the escape after a backslash; 0 for one without width. */
static uint32_t sample_escape(struct sampler *s)
{
    uint32_t c = next_code(s);
    switch (c) {
    case 'd':
        return '0';
    case 'w':
    case 'D':
    case 'S':
        return 'x';
    case 'W':
        return '-';
    case 's':
        return ' ';
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 'b':
    case 'B':
        return 0;
    case 'x':
        return hex_code(s, 2);
    case 'u':
        return hex_code(s, 4);
    case 'p':
    case 'P':
        while (more_left(s) && !sample_skip(s, "}"))
            s->at++;
        return c == 'p' ? 'A' : '-';
    default:
        s->lost |= ascii_is_digit(c) || c == 'k' || c == 'c';
        return c;
    }
}

static void add_range(struct ranges *r, uint32_t low, uint32_t high)
{
    if (r->n < MAX_RANGES) {
        r->at[r->n].low = low;
        r->at[r->n++].high = high;
    }
}

/* One member of a class, or a range of two. */
static void read_member(struct sampler *s, struct ranges *r)
{
    bool set = false;
    uint32_t low;
    if (sample_skip(s, "\\")) {
        char kind = sample_peek(s);
        set = kind && strchr("dDwWsSpP", kind);
        low = sample_escape(s);
        if (kind == 'd' || kind == 'w')
            add_range(r, '0', '9');
        if (kind == 'w') {
            add_range(r, 'a', 'z');
            add_range(r, 'A', 'Z');
        }
    } else {
        low = next_code(s);
    }
    uint32_t high = low;
    if (!set && sample_peek(s) == '-' && s->at + 1 < s->pattern.n && s->pattern.p[s->at + 1] != ']') {
        s->at++;
        high = sample_skip(s, "\\") ? sample_escape(s) : next_code(s);
    }
    add_range(r, low, high);
}

/* An X, which people write where a letter is not known: "XXX" is no currency and no airport. */
static uint32_t sample_of_range(uint32_t low, uint32_t high)
{
    if (low <= 'X' && 'X' <= high)
        return 'X';
    return low <= 'x' && 'x' <= high ? 'x' : low;
}

static void sample_class(struct sampler *s)
{
    static const char plain[] = "x0X-_ .,/:;@#\"'";
    struct ranges r = {.n = 0};
    bool negated = sample_skip(s, "^");
    while (more_left(s) && !sample_skip(s, "]"))
        read_member(s, &r);
    if (!negated) {
        s->lost |= r.n == 0;
        sample_write(s, r.n ? sample_of_range(r.at[0].low, r.at[0].high) : 'x');
        return;
    }
    for (const char *c = plain; *c; c++) {
        bool excluded = false;
        for (size_t i = 0; i < r.n; i++)
            excluded |= (uint32_t)*c >= r.at[i].low && (uint32_t)*c <= r.at[i].high;
        if (!excluded) {
            sample_write(s, (uint32_t)*c);
            return;
        }
    }
    s->lost = true;
}

static void sample_alternatives(struct sampler *s);

/* "?i)" and "?i:" behind the bracket: case and the like. True: that is the whole group. */
static bool sample_flags(struct sampler *s)
{
    size_t at = s->at + 1;
    while (at < s->pattern.n && (ascii_is_letter(s->pattern.p[at]) || s->pattern.p[at] == '-'))
        at++;
    if (sample_peek(s) != '?' || at == s->at + 1 || at >= s->pattern.n || !char_in(s->pattern.p[at], "):"))
        return false;
    bool whole = s->pattern.p[at] == ')';
    s->at = at + 1;
    return whole;
}

static void sample_group(struct sampler *s)
{
    size_t before = s->out.n;
    if (sample_flags(s))
        return;
    bool no_width = sample_skip(s, "?=") || sample_skip(s, "?!") || sample_skip(s, "?<=") || sample_skip(s, "?<!");
    if (!no_width && !sample_skip(s, "?:") && sample_skip(s, "?<"))
        while (more_left(s) && !sample_skip(s, ">"))
            s->at++;
    if (++s->depth > MAX_GROUPS)
        s->lost = true;
    else
        sample_alternatives(s);
    s->depth--;
    s->lost |= !sample_skip(s, ")");
    if (no_width)
        forget_after(s, before);
}

static void sample_atom(struct sampler *s)
{
    if (sample_skip(s, "(")) {
        sample_group(s);
    } else if (sample_skip(s, "[")) {
        sample_class(s);
    } else if (sample_skip(s, ".")) {
        sample_write(s, 'x');
    } else if (sample_skip(s, "\\")) {
        uint32_t c = sample_escape(s);
        if (c)
            sample_write(s, c);
    } else if (!sample_skip(s, "^") && !sample_skip(s, "$")) {
        sample_write(s, next_code(s));
    }
}

static size_t read_count(struct sampler *s)
{
    size_t count = 0;
    for (; ascii_is_digit(sample_peek(s)); s->at++)
        count = count < MAX_SAMPLE_BYTES ? count * 10 + (size_t)(sample_peek(s) - '0') : count;
    return count;
}

/* How often the atom is wanted. */
static size_t read_quantifier(struct sampler *s)
{
    size_t least = 1, most = 1;
    if (sample_skip(s, "*")) {
        least = 0, most = SIZE_MAX;
    } else if (sample_skip(s, "+")) {
        most = SIZE_MAX;
    } else if (sample_skip(s, "?")) {
        least = 0;
    } else if (sample_skip(s, "{")) {
        least = most = read_count(s);
        if (sample_skip(s, ","))
            most = sample_peek(s) == '}' ? SIZE_MAX : read_count(s);
        s->lost |= !sample_skip(s, "}");
    } else {
        return 1;
    }
    sample_skip(s, "?"); /* lazy or not is the same here */
    return least + s->more < most ? least + s->more : most;
}

static void sample_sequence(struct sampler *s)
{
    while (more_left(s) && sample_peek(s) != '|' && sample_peek(s) != ')') {
        size_t before = s->out.n;
        sample_atom(s);
        size_t written = s->out.n - before, times = read_quantifier(s);
        if (times == 0)
            forget_after(s, before);
        for (size_t i = 1; i < times && written && !s->out.over; i++) {
            /* a copy first: buf_add may move the memory that it reads */
            char piece[256];
            s->lost |= written > sizeof piece;
            if (s->lost)
                return;
            memcpy(piece, s->out.p + before, written);
            buf_add(&s->out, (struct slice){piece, written});
        }
    }
}

static void sample_alternatives(struct sampler *s)
{
    size_t before = s->out.n;
    sample_sequence(s);
    for (unsigned i = 0; more_left(s) && sample_skip(s, "|"); i++) {
        size_t kept = s->out.n;
        if (i < s->choice) {
            forget_after(s, before);
            sample_sequence(s);
        } else {
            sample_sequence(s);
            forget_after(s, kept);
        }
    }
}

bool pattern_sample(struct arena *a, struct slice ecma, unsigned choice, unsigned more, struct slice *out)
{
    struct sampler s = {.pattern = ecma, .choice = choice, .more = more};
    buf_init(&s.out, MAX_SAMPLE_BYTES);
    sample_alternatives(&s);
    bool ok = !s.lost && !s.out.over && s.at == ecma.n;
    if (ok)
        *out = arena_dup(a, buf_slice(&s.out));
    buf_release(&s.out);
    return ok;
}
