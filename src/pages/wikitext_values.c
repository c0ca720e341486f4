/* wikitext_values.c - numbers, measures, formulas and parser functions as the page prints them.
 *
 * convert prints the value that the page was given, never the one that the wiki computes from it: its rounding is not
 * ours to guess. A function that cannot read its parameters writes nothing; the caller then prints them as they are. */
#include "pages/wikitext_inner.h"

#include "base/ascii.h"
#include "pages/tex.h"

#include <math.h>

static struct slice value_of(struct wiki_call *c, unsigned position)
{
    return wiki_at(c, position);
}

static bool value_is_number(struct slice text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.n; i++) {
        digits += ascii_is_digit((unsigned char)text.p[i]);
        if (!ascii_is_digit((unsigned char)text.p[i]) && !char_in(text.p[i], ".,+-/ ") && (text.p[i] | 32) != 'e' &&
            (unsigned char)text.p[i] < 0x80)
            return false;
    }
    return digits > 0;
}

/* --- figures ---------------------------------------------------------------------------------------------------- */

static const struct value_groups {
    const char *between, *point, *languages;
} value_groups[] = {
#define UNIT(code, sign)
#define RANGE(word, between)
#define GROUPS(between, point, languages) {between, point, languages},
#include "pages/wikitext_values.def"
};

static const struct value_unit {
    const char *code, *sign;
} value_units[] = {
#define RANGE(word, between)
#define GROUPS(between, point, languages)
#define UNIT(code, sign) {code, sign},
#include "pages/wikitext_values.def"
};

static const struct value_range {
    const char *word, *between;
} value_ranges[] = {
#define UNIT(code, sign)
#define GROUPS(between, point, languages)
#define RANGE(word, between) {word, between},
#include "pages/wikitext_values.def"
};

static struct value_groups value_groups_of(struct slice lang)
{
    if (lang.n > 2)
        lang.n = 2;
    for (size_t i = 0; i < COUNT_OF(value_groups) && lang.n == 2; i++)
        if (slice_find(slice_of(value_groups[i].languages), lang) < strlen(value_groups[i].languages))
            return value_groups[i];
    return (struct value_groups){",", ".", ""};
}

/* "1234567.5" as the wiki's language writes it; anything but bare figures is as it was. */
static void value_put_number(struct wiki *w, struct slice text)
{
    size_t plus = slice_find(text, SLICE("+")), sign = text.n && char_in(text.p[0], "+-"), whole = sign;
    if (plus > 0 && plus < text.n && slice_find(text, SLICE("/")) < text.n) { /* "8+1/2" */
        buf_printf(&w->out, "%.*s %.*s", (int)plus, text.p, (int)(text.n - plus - 1), text.p + plus + 1);
        return;
    }
    while (whole < text.n && ascii_is_digit((unsigned char)text.p[whole]))
        whole++;
    size_t end = whole + (whole < text.n && text.p[whole] == '.');
    while (end < text.n && ascii_is_digit((unsigned char)text.p[end]))
        end++;
    if (end < text.n || whole == sign || text.p[text.n - 1] == '.') {
        buf_add(&w->out, text);
        return;
    }
    struct value_groups groups = value_groups_of(w->lang);
    for (size_t i = 0; i < whole; i++) {
        if (i > sign && (whole - i) % 3 == 0)
            buf_add(&w->out, slice_of(groups.between));
        buf_add_char(&w->out, text.p[i]);
    }
    if (whole < text.n)
        buf_printf(&w->out, "%s%.*s", groups.point, (int)(text.n - whole - 1), text.p + whole + 1);
}

static void value_put_unit(struct wiki *w, struct slice code)
{
    for (size_t i = 0; i < COUNT_OF(value_units); i++) {
        if (slice_is(code, value_units[i].code)) {
            buf_add(&w->out, slice_of(value_units[i].sign));
            return;
        }
    }
    bool power = code.n > 1 && char_in(code.p[code.n - 1], "23") && ascii_is_letter((unsigned char)code.p[code.n - 2]);
    buf_add(&w->out, slice_sub(code, 0, code.n - power));
    if (power)
        tex_put_raised(&w->out, slice_sub(code, code.n - 1, 1));
}

void wiki_make_bar(struct wiki_call *c)
{
    buf_add(&c->w->out, slice_is(c->name, "!!")   ? SLICE("||")
                        : slice_is(c->name, "!-") ? SLICE("|-")
                        : slice_is(c->name, "(!") ? SLICE("{|")
                        : slice_is(c->name, "!)") ? SLICE("|}")
                                                  : SLICE("|"));
}

void wiki_make_number(struct wiki_call *c)
{
    struct slice text = value_of(c, 1), flag = value_of(c, 2);
    if (slice_is(flag, "R") || slice_is(flag, "NOSEP"))
        buf_add(&c->w->out, text);
    else
        value_put_number(c->w, text);
}

/* --- measures --------------------------------------------------------------------------------------------------- */

/* What convert prints between two values; NULL: the word is a unit. */
static const char *value_between(struct slice word)
{
    for (size_t i = 0; i < COUNT_OF(value_ranges); i++)
        if (slice_is(word, value_ranges[i].word))
            return value_ranges[i].between;
    return NULL;
}

void wiki_make_convert(struct wiki_call *c)
{
    struct buf *out = &c->w->out;
    struct slice value = value_of(c, 1);
    if (value.n == 0 || value_of(c, 2).n == 0)
        return;
    value_put_number(c->w, value);
    for (unsigned i = 2; i < c->n + 1; i++) {
        struct slice word = value_of(c, i), next = value_of(c, i + 1);
        const char *between = value_between(word);
        if (between) {
            buf_add(out, slice_of(between));
            value_put_number(c->w, next);
            i++;
            continue;
        }
        if (!slice_is(word, "\u00B0"))
            buf_add_char(out, ' ');
        value_put_unit(c->w, word);
        struct slice after = value_of(c, i + 2);
        if (!value_is_number(next) || after.n == 0 || value_is_number(after))
            return;
        buf_add_char(out, ' '); /* "6|ft|2|in" */
        value_put_number(c->w, next);
        i++;
    }
}

void wiki_make_val(struct wiki_call *c)
{
    struct buf *out = &c->w->out;
    struct slice value = value_of(c, 1), plus = value_of(c, 2), minus = value_of(c, 3);
    struct slice power = wiki_named(c, "e"), unit = wiki_named(c, "u,ul,unit"), per = wiki_named(c, "up,upl");
    size_t e = 0;
    if (value.n == 0)
        return;
    if (plus.n && plus.p[0] == '+')
        plus = slice_sub(plus, 1, plus.n - 1);
    if (minus.n && minus.p[0] == '-')
        minus = slice_sub(minus, 1, minus.n - 1);
    while (e < value.n && (value.p[e] | 32) != 'e')
        e++;
    if (e < value.n && power.n == 0) {
        power = slice_sub(value, e + 1, value.n - e - 1);
        value.n = e;
    }
    bool bracket = plus.n && (power.n || unit.n) && minus.n == 0 && power.n;
    buf_printf(out, "%.*s%s", SLICE_ARGS(wiki_named(c, "p")), bracket ? "(" : "");
    value_put_number(c->w, value);
    if (plus.n && minus.n)
        buf_printf(out, " +%.*s \u2212%.*s", SLICE_ARGS(plus), SLICE_ARGS(minus));
    else if (plus.n)
        buf_printf(out, "\u00B1%.*s", SLICE_ARGS(plus));
    buf_add(out, bracket ? SLICE(")") : SLICE(""));
    if (power.n) {
        buf_add(out, SLICE("\u00D710"));
        tex_put_raised(out, power);
    }
    buf_add(out, wiki_named(c, "s"));
    if (unit.n) {
        if (!char_in(unit.p[0], "%\xC2"))
            buf_add_char(out, ' ');
        value_put_unit(c->w, unit);
    }
    if (per.n) {
        buf_add(out, unit.n ? SLICE("/") : SLICE(" per "));
        value_put_unit(c->w, per);
    }
}

/* {{frac|2}} is 1/2, {{frac|1|2}} too, {{frac|3|1|2}} is 3 1/2. */
void wiki_make_fraction(struct wiki_call *c)
{
    struct slice a = value_of(c, 1), b = value_of(c, 2), d = value_of(c, 3);
    if (d.n)
        buf_printf(&c->w->out, "%.*s %.*s/%.*s", SLICE_ARGS(a), SLICE_ARGS(b), SLICE_ARGS(d));
    else if (b.n)
        buf_printf(&c->w->out, "%.*s/%.*s", SLICE_ARGS(a), SLICE_ARGS(b));
    else if (a.n)
        buf_printf(&c->w->out, "1/%.*s", SLICE_ARGS(a));
}

void wiki_make_raised(struct wiki_call *c)
{
    tex_put_raised(&c->w->out, value_of(c, 1));
}

void wiki_make_lowered(struct wiki_call *c)
{
    tex_put_lowered(&c->w->out, value_of(c, 1));
}

void wiki_make_raised_and_lowered(struct wiki_call *c)
{
    tex_put_raised(&c->w->out, wiki_named(c, "p,1"));
    tex_put_lowered(&c->w->out, wiki_named(c, "b,2"));
}

void wiki_make_power_of_ten(struct wiki_call *c)
{
    struct slice power = value_of(c, 1);
    if (power.n == 0)
        return;
    buf_add(&c->w->out, slice_is(c->name, "10^") ? SLICE("10") : SLICE("\u00D710"));
    tex_put_raised(&c->w->out, power);
}

/* A part that ends in a sign is the charge: SO, 4, 2-. */
void wiki_make_chemical(struct wiki_call *c)
{
    struct arena_text atoms = {.arena = c->w->a};
    for (size_t i = 0; i < c->n; i++) {
        struct slice part = c->args[i].position ? wiki_at(c, c->args[i].position) : (struct slice){"", 0};
        bool charge = i > 0 && part.n > 0 && part.n < 4 && char_in(part.p[part.n - 1], "+-");
        if (!charge) {
            arena_text_add(&atoms, part);
            continue;
        }
        tex_put_atoms(&c->w->out, arena_text_slice(&atoms));
        tex_put_raised(&c->w->out, part);
        atoms = (struct arena_text){.arena = c->w->a};
    }
    tex_put_atoms(&c->w->out, arena_text_slice(&atoms));
}

void wiki_make_tex(struct wiki_call *c)
{
    struct arena_text raw = {.arena = c->w->a};
    for (size_t i = 0; i < c->n; i++)
        if (c->args[i].position)
            arena_text_add(&raw, c->args[i].raw);
    buf_add(&c->w->out, tex_plain(c->w->a, arena_text_slice(&raw)));
}

void wiki_make_ordinal(struct wiki_call *c)
{
    struct slice text = value_of(c, 1);
    if (text.n == 0 || !ascii_is_digit((unsigned char)text.p[text.n - 1]))
        return;
    char last = text.p[text.n - 1], ten = text.n > 1 ? text.p[text.n - 2] : '0';
    const char *ending = ten == '1' ? "th" : last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th";
    buf_printf(&c->w->out, "%.*s%s", SLICE_ARGS(text), ending);
}

void wiki_make_coordinates(struct wiki_call *c)
{
    static const char *const signs[] = {"\u00B0", "\u2032", "\u2033"};
    struct buf *out = &c->w->out;
    size_t before = out->n, figures = 0, letters = 0, kept = out->n;
    if (slice_is(wiki_named(c, "display"), "title")) {
        buf_add_char(out, WIKI_HOLE);
        return;
    }
    for (unsigned i = 1; i <= c->n && letters < 2; i++) {
        struct slice text = value_of(c, i);
        if (text.n == 1 && char_in(text.p[0], "NSEWO")) {
            buf_add(out, text);
            letters++;
            figures = 0;
            kept = out->n;
        } else if (value_is_number(text) && figures < COUNT_OF(signs)) {
            if (figures == 0 && letters)
                buf_add_char(out, ' ');
            buf_printf(out, "%.*s%s", SLICE_ARGS(text), signs[figures++]);
        } else {
            break;
        }
    }
    out->n = letters == 2 ? kept : before;
    struct slice north = value_of(c, 1), east = value_of(c, 2);
    if (letters != 2 && value_is_number(north) && value_is_number(east))
        buf_printf(out, "%.*s, %.*s", SLICE_ARGS(north), SLICE_ARGS(east));
}

void wiki_make_height(struct wiki_call *c)
{
    static const char *const units[] = {"m", "cm", "ft", "in"};
    struct buf *out = &c->w->out;
    size_t before = out->n;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct slice text = wiki_named(c, units[i]);
        if (text.n)
            buf_printf(out, "%s%.*s %s", out->n > before ? " " : "", SLICE_ARGS(text), units[i]);
    }
}

void wiki_make_duration(struct wiki_call *c)
{
    struct slice h = wiki_named(c, "h,1"), m = wiki_named(c, "m,2"), s = wiki_named(c, "s,3");
    if (c->n == 0 || (m.n == 0 && s.n == 0 && !value_is_number(h)))
        return;
    if (h.n)
        buf_printf(&c->w->out, "%.*s:", SLICE_ARGS(h));
    buf_printf(&c->w->out, "%s%.*s:%s%.*s", h.n && m.n < 2 ? "0" : "", SLICE_ARGS(m), s.n < 2 ? "0" : "",
               SLICE_ARGS(s));
    if (s.n == 0)
        buf_add_char(&c->w->out, '0');
}

void wiki_make_percentage(struct wiki_call *c)
{
    struct slice part = value_of(c, 1), whole = value_of(c, 2), places = value_of(c, 3);
    if (!value_is_number(part))
        return;
    double all =
        whole.n && value_is_number(whole) ? strtod(arena_printf(c->w->a, "%.*s", SLICE_ARGS(whole)).p, NULL) : 0;
    double of = strtod(arena_printf(c->w->a, "%.*s", SLICE_ARGS(part)).p, NULL);
    if (!isfinite(all) || !isfinite(of) || fabs(of) > 1e15 || all <= 1e-9)
        buf_printf(&c->w->out, "%.*s%%", SLICE_ARGS(part));
    else
        buf_printf(&c->w->out, "%.*f%%",
                   places.n == 1 && ascii_is_digit((unsigned char)places.p[0]) ? places.p[0] - '0' : 0, 100 * of / all);
}

/* --- parser functions ------------------------------------------------------------------------------------------- */

void wiki_make_condition(struct wiki_call *c)
{
    struct slice text = value_of(c, value_of(c, 1).n ? 2 : 3);
    buf_add(&c->w->out, text);
    if (text.n == 0)
        buf_add_char(&c->w->out, WIKI_HOLE);
}

void wiki_make_equal(struct wiki_call *c)
{
    struct slice text = value_of(c, slice_eq(value_of(c, 1), value_of(c, 2)) ? 3 : 4);
    buf_add(&c->w->out, text);
    if (text.n == 0)
        buf_add_char(&c->w->out, WIKI_HOLE);
}

/* {{#tag:ref|...}}: a reference unless the element holds text. */
void wiki_make_tagged(struct wiki_call *c)
{
    static const char *const text[] = {"nowiki", "poem", "blockquote", "small", "sub", "sup", "span", "div", "math"};
    struct slice name = value_of(c, 1);
    for (size_t i = 0; i < COUNT_OF(text); i++)
        if (slice_eq_nocase(name, slice_of(text[i])))
            buf_add(&c->w->out, value_of(c, 2));
    buf_add_char(&c->w->out, WIKI_HOLE);
}

static void value_put_case(struct wiki_call *c, size_t n, bool upper)
{
    struct slice text = value_of(c, 1);
    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        bool other = i < n && (upper ? ascii_is_lower((unsigned char)ch) : ascii_is_upper((unsigned char)ch));
        buf_add_char(&c->w->out, other ? (char)(ch ^ 32) : ch);
    }
}

void wiki_make_upper(struct wiki_call *c)
{
    value_put_case(c, SIZE_MAX, true);
}

void wiki_make_lower(struct wiki_call *c)
{
    value_put_case(c, SIZE_MAX, false);
}

void wiki_make_upper_first(struct wiki_call *c)
{
    value_put_case(c, 1, true);
}
