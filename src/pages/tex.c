/* tex.c - see tex.h. One pass over the text with recursion for groups; a group that becomes a figure above or below, a
 * part of a fraction or a root is written behind the rest first and then taken back. */
#include "pages/tex.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum { TEX_DEPTH_MAX = 30 };

struct tex {
    struct slice in;
    size_t at;
    struct buf out;
    struct arena *a;
};

static const struct tex_sign {
    const char *name, *text;
} tex_signs[] = {
#define SIGN(name, text) {name, text},
#define FORM(plain, raised, lowered)
#include "pages/tex.def"
};

/* Characters that have a form above the line or below it. */
static const struct tex_form {
    const char *plain, *raised, *lowered;
} tex_forms[] = {
#define SIGN(name, text)
#define FORM(plain, raised, lowered) {plain, raised, lowered},
#include "pages/tex.def"
};

static bool tex_put_form(struct buf *out, struct slice text, bool raised)
{
    for (size_t i = 0; i < text.n;) {
        struct slice rest = slice_sub(text, i, text.n - i);
        size_t k = 0;
        while (k < COUNT_OF(tex_forms) && !slice_starts(rest, slice_of(tex_forms[k].plain)))
            k++;
        if (k == COUNT_OF(tex_forms))
            return false;
        buf_add(out, slice_of(raised ? tex_forms[k].raised : tex_forms[k].lowered));
        i += strlen(tex_forms[k].plain);
    }
    return true;
}

static void tex_put_moved(struct buf *out, struct slice text, bool raised)
{
    size_t before = out->n;
    text = slice_trim(text);
    if (text.n == 0)
        return;
    if (raised && (slice_is(text, "\u2032") || slice_is(text, "\u00B0") || slice_is(text, "\u2218"))) {
        buf_add(out, slice_is(text, "\u2032") ? SLICE("\u2032") : SLICE("\u00B0"));
        return;
    }
    if (tex_put_form(out, text, raised))
        return;
    out->n = before;
    bool word = true;
    for (size_t i = 0; i < text.n; i++)
        word = word && (ascii_is_letter(text.p[i]) || ascii_is_digit(text.p[i]) || (unsigned char)text.p[i] >= 0x80);
    buf_printf(out, word ? "%c%.*s" : "%c(%.*s)", raised ? '^' : '_', SLICE_ARGS(text));
}

void tex_put_raised(struct buf *out, struct slice text)
{
    tex_put_moved(out, text, true);
}

void tex_put_lowered(struct buf *out, struct slice text)
{
    tex_put_moved(out, text, false);
}

void tex_put_atoms(struct buf *out, struct slice text)
{
    bool atom = false; /* the last character can have a count */
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (atom && ascii_is_digit((unsigned char)c)) {
            tex_put_lowered(out, slice_sub(text, i, 1));
            continue;
        }
        if (c == '-' && i + 1 < text.n && text.p[i + 1] == '>')
            buf_add(out, SLICE("\u2192")), i++;
        else if (!char_in(c, "{}_"))
            buf_add_char(out, c);
        atom = ascii_is_letter((unsigned char)c) || char_in(c, ")]");
    }
}

static void tex_run(struct tex *t, int depth);
static void tex_one(struct tex *t, int depth);

static void tex_blanks(struct tex *t)
{
    while (t->at < t->in.n && ascii_is_space(t->in.p[t->at]))
        t->at++;
}

/* The next group or character, in the arena. */
static struct slice tex_operand(struct tex *t, int depth)
{
    size_t before = t->out.n;
    tex_blanks(t);
    if (t->at < t->in.n && t->in.p[t->at] != '}')
        tex_one(t, depth + 1);
    struct slice text = arena_dup(t->a, slice_trim(slice_sub(buf_slice(&t->out), before, t->out.n - before)));
    t->out.n = before;
    return text;
}

/* What [..] holds; "" when there is none. */
static struct slice tex_option(struct tex *t)
{
    tex_blanks(t);
    if (t->at == t->in.n || t->in.p[t->at] != '[')
        return (struct slice){"", 0};
    struct slice rest = slice_sub(t->in, t->at + 1, t->in.n - t->at - 1);
    size_t n = slice_find(slice_sub(rest, 0, rest.n < 40 ? rest.n : 40), SLICE("]"));
    if (n == rest.n || n == 40)
        return (struct slice){"", 0};
    t->at += n + 2;
    return slice_sub(rest, 0, n);
}

/* A sum needs brackets where it becomes an operand. */
static void tex_put_operand(struct tex *t, struct slice text, bool product)
{
    bool sum = false;
    for (size_t i = 1; i < text.n; i++)
        sum = sum || char_in(text.p[i], "+-/=") || (product && text.p[i] == ' ');
    bool bracket = text.n > 1 && text.p[0] == '(' && slice_find(text, SLICE(")")) == text.n - 1;
    buf_printf(&t->out, sum && !bracket ? "(%.*s)" : "%.*s", SLICE_ARGS(text));
}

static bool tex_named(struct slice name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (slice_is(name, names[i]))
            return true;
    return false;
}

static bool tex_structure(struct tex *t, struct slice name, int depth)
{
    static const char *const fractions[] = {"frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac"};
    static const char *const binomials[] = {"binom", "dbinom", "tbinom"};
    if (tex_named(name, fractions, COUNT_OF(fractions))) {
        struct slice over = tex_operand(t, depth), under = tex_operand(t, depth);
        tex_put_operand(t, over, true);
        buf_add_char(&t->out, '/');
        tex_put_operand(t, under, true);
        if (t->at < t->in.n && (ascii_is_letter(t->in.p[t->at]) || char_in(t->in.p[t->at], "\\(")))
            buf_add_char(&t->out, ' '); /* "1/2 mv" */
    } else if (tex_named(name, binomials, COUNT_OF(binomials))) {
        struct slice over = tex_operand(t, depth), under = tex_operand(t, depth);
        buf_printf(&t->out, "C(%.*s, %.*s)", SLICE_ARGS(over), SLICE_ARGS(under));
    } else if (slice_is(name, "sqrt")) {
        struct slice degree = tex_option(t), under = tex_operand(t, depth);
        if (degree.n)
            (void)tex_put_form(&t->out, degree, true);
        buf_add(&t->out, SLICE("\u221A"));
        tex_put_operand(t, under, true);
    } else if (slice_is(name, "begin") || slice_is(name, "end")) {
        struct slice kind = tex_operand(t, depth);
        tex_blanks(t);
        if (slice_is(kind, "array") && slice_is(name, "begin"))
            (void)tex_operand(t, depth);
        bool matrix = slice_find(kind, SLICE("matrix")) < kind.n;
        buf_add(&t->out, !matrix ? SLICE(" ") : slice_is(name, "begin") ? SLICE("(") : SLICE(")"));
    } else if (slice_is(name, "overset") || slice_is(name, "underset") || slice_is(name, "stackrel")) {
        struct slice mark = tex_operand(t, depth), base = tex_operand(t, depth);
        buf_add(&t->out, base);
        tex_put_moved(&t->out, mark, !slice_is(name, "underset"));
    } else if (slice_is(name, "color") || slice_is(name, "label") || slice_is(name, "tag")) {
        (void)tex_operand(t, depth);
    } else {
        return false;
    }
    return true;
}

/* at is behind the backslash. */
static void tex_command(struct tex *t, int depth)
{
    size_t start = t->at;
    while (t->at < t->in.n && ascii_is_letter(t->in.p[t->at]))
        t->at++;
    struct slice name = slice_sub(t->in, start, t->at - start);
    if (name.n == 0) {
        char c = t->at < t->in.n ? t->in.p[t->at++] : ' ';
        if (c == '\\')
            buf_add(&t->out, SLICE("; "));
        else if (c == '|')
            buf_add(&t->out, SLICE("\u2016"));
        else if (c != '!')
            buf_add_char(&t->out, char_in(c, ",;:> \t\n") ? ' ' : c);
        return;
    }
    if (tex_structure(t, name, depth))
        return;
    for (size_t i = 0; i < COUNT_OF(tex_signs); i++) {
        if (!slice_is(name, tex_signs[i].name))
            continue;
        buf_add(&t->out, slice_of(tex_signs[i].text));
        bool nothing = tex_signs[i].text[0] == '\0';
        if ((slice_is(name, "left") || slice_is(name, "right")) && t->at < t->in.n && t->in.p[t->at] == '.')
            t->at++;
        while (nothing && t->at < t->in.n && t->in.p[t->at] == ' ')
            t->at++;
        return;
    }
    /* sin, log, lim: their names are how they are printed. */
    if (t->out.n && (ascii_is_letter(t->out.p[t->out.n - 1]) || ascii_is_digit(t->out.p[t->out.n - 1])))
        buf_add_char(&t->out, ' ');
    buf_add(&t->out, name);
    if (t->at < t->in.n && char_in(t->in.p[t->at], "{\\"))
        buf_add_char(&t->out, ' ');
}

/* One character, command or group. */
static void tex_one(struct tex *t, int depth)
{
    char c = t->in.p[t->at++];
    if (c == '\\') {
        if (depth < TEX_DEPTH_MAX)
            tex_command(t, depth);
    } else if (c == '{') {
        if (depth < TEX_DEPTH_MAX)
            tex_run(t, depth + 1);
    } else if (c == '^' || c == '_') {
        tex_put_moved(&t->out, depth < TEX_DEPTH_MAX ? tex_operand(t, depth) : (struct slice){"", 0}, c == '^');
    } else if (c == '&') {
        buf_add(&t->out, SLICE(" "));
    } else if (c == '\'') {
        buf_add(&t->out, SLICE("\u2032"));
    } else if (c == '~' || ascii_is_space(c)) {
        buf_add_char(&t->out, ' ');
    } else if (c != '}') {
        buf_add_char(&t->out, c);
    }
}

/* Up to the end of the group. */
static void tex_run(struct tex *t, int depth)
{
    while (t->at < t->in.n && t->in.p[t->at] != '}')
        tex_one(t, depth);
    t->at += t->at < t->in.n;
}

struct slice tex_plain(struct arena *a, struct slice tex)
{
    struct tex t = {.in = tex, .a = a};
    struct arena_text text = {.arena = a};
    buf_init(&t.out, 8 * tex.n + 64);
    while (t.at < tex.n)
        tex_run(&t, 0);
    struct slice all = slice_trim(buf_slice(&t.out));
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i] != ' ' || all.p[i - 1] != ' ')
            arena_text_add(&text, slice_sub(all, i, 1));
    buf_release(&t.out);
    return arena_text_slice(&text);
}
