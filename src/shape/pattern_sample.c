/* A text for a regular expression.
 *
 * Identifiers, postcodes, part numbers: schemas with a pattern mostly spell out a simple text, and a required string
 * without evidence still needs one that matches. This reads the pattern once and writes the least text that each part
 * asks for. It keeps no promise: look-around is skipped over, a backreference gives up, and the caller checks the
 * result with the real matcher. */
#include "base/buf.h"
#include "base/utf8.h"
#include "shape/pattern.h"

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

static char peek(const struct sampler *s)
{
    return s->at < s->pattern.n ? s->pattern.p[s->at] : '\0';
}

static bool skip(struct sampler *s, const char *text)
{
    struct slice rest = slice_sub(s->pattern, s->at, s->pattern.n - s->at);
    if (!slice_starts(rest, slice_of(text)))
        return false;
    s->at += strlen(text);
    return true;
}

static void write(struct sampler *s, uint32_t code)
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
    bool braces = skip(s, "{");
    for (size_t i = 0; (braces || i < digits) && s->at < s->pattern.n && i < 7; i++, s->at++) {
        const char *set = "0123456789abcdef0123456789ABCDEF", *found = peek(s) ? strchr(set, peek(s)) : NULL;
        if (!found)
            break;
        code = code * 16 + (uint32_t)((found - set) % 16);
    }
    if (braces)
        s->lost |= !skip(s, "}");
    /* a lone half of a surrogate pair is no character */
    s->lost |= code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
    return s->lost ? 'a' : code;
}

/* After a backslash: a character for what it stands for; 0 for what has no width. */
static uint32_t escape(struct sampler *s)
{
    uint32_t c = next_code(s);
    switch (c) {
    case 'd':
        return '0';
    case 'w':
    case 'D':
    case 'S':
        return 'a';
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
        while (more_left(s) && !skip(s, "}"))
            s->at++;
        return c == 'p' ? 'A' : '-';
    default:
        s->lost |= (c >= '0' && c <= '9') || c == 'k' || c == 'c';
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
    if (skip(s, "\\")) {
        char kind = peek(s);
        set = kind && strchr("dDwWsSpP", kind);
        low = escape(s);
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
    if (!set && peek(s) == '-' && s->at + 1 < s->pattern.n && s->pattern.p[s->at + 1] != ']') {
        s->at++;
        high = skip(s, "\\") ? escape(s) : next_code(s);
    }
    add_range(r, low, high);
}

static void sample_class(struct sampler *s)
{
    static const char plain[] = "a0A-_ .,/:;@#\"'";
    struct ranges r = {.n = 0};
    bool negated = skip(s, "^");
    while (more_left(s) && !skip(s, "]"))
        read_member(s, &r);
    if (!negated) {
        s->lost |= r.n == 0;
        write(s, r.n ? r.at[0].low : 'a');
        return;
    }
    for (const char *c = plain; *c; c++) {
        bool excluded = false;
        for (size_t i = 0; i < r.n; i++)
            excluded |= (uint32_t)*c >= r.at[i].low && (uint32_t)*c <= r.at[i].high;
        if (!excluded) {
            write(s, (uint32_t)*c);
            return;
        }
    }
    s->lost = true;
}

static void sample_alternatives(struct sampler *s);

static void sample_group(struct sampler *s)
{
    size_t before = s->out.n;
    bool no_width = skip(s, "?=") || skip(s, "?!") || skip(s, "?<=") || skip(s, "?<!");
    if (!no_width && !skip(s, "?:") && skip(s, "?<"))
        while (more_left(s) && !skip(s, ">"))
            s->at++;
    if (++s->depth > MAX_GROUPS)
        s->lost = true;
    else
        sample_alternatives(s);
    s->depth--;
    s->lost |= !skip(s, ")");
    if (no_width)
        forget_after(s, before);
}

static void sample_atom(struct sampler *s)
{
    if (skip(s, "(")) {
        sample_group(s);
    } else if (skip(s, "[")) {
        sample_class(s);
    } else if (skip(s, ".")) {
        write(s, 'a');
    } else if (skip(s, "\\")) {
        uint32_t c = escape(s);
        if (c)
            write(s, c);
    } else if (!skip(s, "^") && !skip(s, "$")) {
        write(s, next_code(s));
    }
}

static size_t read_count(struct sampler *s)
{
    size_t count = 0;
    for (; peek(s) >= '0' && peek(s) <= '9'; s->at++)
        count = count < MAX_SAMPLE_BYTES ? count * 10 + (size_t)(peek(s) - '0') : count;
    return count;
}

/* How often the atom is wanted. */
static size_t read_quantifier(struct sampler *s)
{
    size_t least = 1, most = 1;
    if (skip(s, "*")) {
        least = 0, most = SIZE_MAX;
    } else if (skip(s, "+")) {
        most = SIZE_MAX;
    } else if (skip(s, "?")) {
        least = 0;
    } else if (skip(s, "{")) {
        least = most = read_count(s);
        if (skip(s, ","))
            most = peek(s) == '}' ? SIZE_MAX : read_count(s);
        s->lost |= !skip(s, "}");
    } else {
        return 1;
    }
    skip(s, "?"); /* lazy or not is the same here */
    return least + s->more < most ? least + s->more : most;
}

static void sample_sequence(struct sampler *s)
{
    while (more_left(s) && peek(s) != '|' && peek(s) != ')') {
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
    for (unsigned i = 0; more_left(s) && skip(s, "|"); i++) {
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
