/* coerce.c - the values that a scalar of the wrong type may mean.
 *
 * Only readings that a person would accept without asking are made. Separators and a unit are taken off a number, but
 * "10-12", "5 or 6" and "1.234" for an integer are not read; a date needs its day, and 3/4/1961 could be two days. The
 * caller checks each candidate against the whole shape, so a guess can be useless but never invalid. */
#include "shape/coerce.h"

#include <math.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "lang/lang.h"

enum { MAX_NUMBER_TEXT = 100, MAX_CUT_BACK = 40 };

struct offers {
    struct arena *arena;
    struct value *out;
    size_t n;
};

static void coerce_offer(struct offers *o, struct value v)
{
    if (o->n < COERCE_MAX)
        o->out[o->n++] = v;
}

static void offer_text(struct offers *o, struct slice text)
{
    coerce_offer(o, (struct value){.kind = VALUE_STRING, .string = text});
}

static char coerce_at(struct slice text, size_t i)
{
    return i < text.n ? text.p[i] : 0;
}

static struct slice coerce_from(struct slice text, size_t i)
{
    return i < text.n ? slice_sub(text, i, text.n - i) : (struct slice){"", 0};
}

/* A separator of thousands at i with exactly three digits behind it: its bytes. */
static size_t group_at(struct slice text, size_t i)
{
    static const char *const separators[] = {",", "'", " ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "_"};
    for (size_t k = 0; k < COUNT_OF(separators); k++) {
        size_t n = strlen(separators[k]);
        if (slice_starts(coerce_from(text, i), slice_of(separators[k])) && ascii_is_digit(coerce_at(text, i + n)) &&
            ascii_is_digit(coerce_at(text, i + n + 1)) && ascii_is_digit(coerce_at(text, i + n + 2)) &&
            !ascii_is_digit(coerce_at(text, i + n + 3)))
            return n;
    }
    return 0;
}

/* 1e6 for " million", 1 for a unit or nothing, 0 when what follows the number makes it unclear. */
static double scale_of(struct slice tail)
{
    const struct lang_entries scales = lang_entries(lang_find(SLICE("en")), LANG_SCALES);
    struct slice longest = {"", 0};
    double scale = 1;
    tail = slice_trim(tail);
    for (size_t i = 0; i < tail.n; i++)
        if (ascii_is_digit(tail.p[i]))
            return 0;
    for (size_t i = 0; i < scales.n; i++) {
        struct slice word = scales.at[i].word;
        if (word.n > longest.n && tail.n >= word.n && slice_eq_nocase(slice_sub(tail, 0, word.n), word)) {
            longest = word;
            scale = strtod(scales.at[i].value.p, NULL);
        }
    }
    return scale;
}

/* "1,024", "-3.5 km", "$ 2.5 million", "12%" */
static bool read_number(struct slice text, struct value *out)
{
    char plain[MAX_NUMBER_TEXT];
    size_t n = 0, i = 0;
    bool real = false;
    if (text.n >= MAX_NUMBER_TEXT)
        return false;
    while (i < text.n && !ascii_is_digit(text.p[i]) &&
           !(coerce_at(text, i) == '.' && ascii_is_digit(coerce_at(text, i + 1)))) {
        if (text.p[i] == '-' || slice_starts(coerce_from(text, i), SLICE("\u2212"))) {
            if (n)
                return false;
            plain[n++] = '-';
        }
        i++;
    }
    if (i > 8) /* words before it: an answer in prose */
        return false;
    size_t digits = n, groups = 0;
    bool grouped = false;
    while (ascii_is_digit(coerce_at(text, i)) || (groups = group_at(text, i)) > 0) {
        size_t skip = ascii_is_digit(text.p[i]) ? 0 : groups;
        if (skip && !grouped && n - digits > 3)
            return false;
        grouped = grouped || skip;
        i += skip;
        plain[n++] = text.p[i++];
    }
    if (coerce_at(text, i) == '.' && ascii_is_digit(coerce_at(text, i + 1))) {
        real = true;
        plain[n++] = text.p[i++];
        while (ascii_is_digit(coerce_at(text, i)))
            plain[n++] = text.p[i++];
    }
    if ((coerce_at(text, i) == 'e' || coerce_at(text, i) == 'E') &&
        (ascii_is_digit(coerce_at(text, i + 1)) || ascii_is_digit(coerce_at(text, i + 2)))) {
        real = true;
        plain[n++] = text.p[i++];
        while (ascii_is_digit(coerce_at(text, i)) || coerce_at(text, i) == '-' || coerce_at(text, i) == '+')
            plain[n++] = text.p[i++];
    }
    double scale = scale_of(coerce_from(text, i));
    if (n == digits || scale == 0)
        return false;
    plain[n] = '\0';
    double number = strtod(plain, NULL) * scale;
    if (!isfinite(number))
        return false;
    bool whole = (!real || scale > 1) && number == trunc(number) && fabs(number) < 9e15;
    *out = whole ? (struct value){.kind = VALUE_INT, .integer = (int64_t)number}
                 : (struct value){.kind = VALUE_REAL, .real = number};
    return true;
}

/* Whether a text of a draft is in a list, ASCII letters in either case. */
static bool draft_says(struct slice text, enum lang_list list)
{
    char small[32]; /* more than the longest of these lists */
    for (size_t i = 0; i < text.n && i < sizeof small; i++)
        small[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] | 32) : text.p[i];
    return text.n <= sizeof small && lang_has(lang_find(SLICE("en")), list, (struct slice){small, text.n});
}

static unsigned month_of(struct slice word)
{
    const struct lang_entries months = lang_entries(lang_find(SLICE("en")), LANG_MONTHS);
    for (size_t i = 0; word.n >= 3 && i < months.n; i++)
        if (word.n <= months.at[i].word.n && slice_eq_nocase(word, slice_sub(months.at[i].word, 0, word.n)))
            return (unsigned)strtoul(months.at[i].value.p, NULL, 10);
    return 0;
}

/* Up to three runs of digits or letters; false when there are more or fewer. */
static bool three_words(struct slice text, struct slice words[3])
{
    size_t n = 0;
    for (size_t i = 0; i < text.n;) {
        size_t start = i;
        bool digits = ascii_is_digit(text.p[i]);
        while (i < text.n && (digits ? ascii_is_digit(text.p[i]) : (text.p[i] | 32) >= 'a' && (text.p[i] | 32) <= 'z'))
            i++;
        if (i == start) {
            i++;
            continue;
        }
        struct slice word = slice_sub(text, start, i - start);
        bool ordinal = n > 0 && !digits && word.n == 2 && ascii_is_digit(words[n - 1].p[0]) && start > 0 &&
                       ascii_is_digit(text.p[start - 1]);
        if (ordinal || slice_eq_nocase(word, SLICE("of")))
            continue;
        if (n == 3)
            return false;
        words[n++] = word;
    }
    return n == 3;
}

static unsigned number_of(struct slice word)
{
    unsigned number = 0;
    for (size_t i = 0; i < word.n; i++)
        number = ascii_is_digit(word.p[i]) && word.n <= 4 ? number * 10 + (unsigned)(word.p[i] - '0') : 0;
    return number;
}

/* The day that a text names, as ISO. */
static void offer_date(struct offers *o, struct slice text)
{
    struct slice w[3];
    unsigned year = 0, month = 0, day = 0;
    if (text.n > 10 && (text.p[10] == 'T' || text.p[10] == ' ') && text.p[4] == '-')
        offer_text(o, slice_sub(text, 0, 10));
    if (text.n > 40 || !three_words(text, w))
        return;
    unsigned first = number_of(w[0]), second = number_of(w[1]), third = number_of(w[2]);
    if (w[0].n == 4 && first) { /* 1961/4/12, 1961 April 12 */
        year = first;
        month = second ? second : month_of(w[1]);
        day = third;
    } else if (w[2].n == 4 && third) {
        year = third;
        bool month_first = month_of(w[0]) || (second > 12 && first <= 12);
        bool day_first =
            month_of(w[1]) || (first > 12 && second <= 12) || memchr(text.p, '.', text.n) != NULL || first == second;
        if (month_first) {
            month = month_of(w[0]) ? month_of(w[0]) : first;
            day = second;
        } else if (day_first) {
            month = month_of(w[1]) ? month_of(w[1]) : second;
            day = first;
        }
    }
    if (year && month && day)
        offer_text(o, arena_printf(o->arena, "%04u-%02u-%02u", year, month, day));
}

static void offer_time(struct offers *o, struct slice text)
{
    if (text.n < 16 || text.n > 40)
        return;
    struct slice t = arena_printf(o->arena, "%.10sT%.*s", text.p, SLICE_ARGS(coerce_from(text, 11)));
    offer_text(o, t);
    offer_text(o, arena_printf(o->arena, "%.*sZ", SLICE_ARGS(t)));
    if (t.n == 16)
        offer_text(o, arena_printf(o->arena, "%.*s:00Z", SLICE_ARGS(t)));
}

static void offer_format(struct offers *o, enum shape_format format, struct slice text)
{
    switch (format) {
    case FORMAT_DATE:
        offer_date(o, text);
        break;
    case FORMAT_DATE_TIME:
        offer_time(o, text);
        break;
    case FORMAT_URI:
    case FORMAT_URI_REFERENCE:
        if (slice_starts(text, SLICE("www.")))
            offer_text(o, arena_printf(o->arena, "https://%.*s", SLICE_ARGS(text)));
        break;
    case FORMAT_EMAIL:
        if (slice_starts(text, SLICE("mailto:")))
            offer_text(o, coerce_from(text, 7));
        break;
    default:
        break;
    }
}

/* At most `most` characters, at a word's end where one is near. */
static struct slice coerce_clip(struct slice text, size_t most)
{
    size_t n = 0, bytes, kept = 0;
    for (; n < text.n && kept < most; n += bytes ? bytes : 1, kept++)
        bytes = utf8_next(coerce_from(text, n), NULL);
    size_t end = n;
    while (end > 0 && n - end < MAX_CUT_BACK && coerce_at(text, end) != ' ')
        end--;
    return slice_trim(slice_sub(text, 0, n < text.n && coerce_at(text, end) == ' ' ? end : n));
}

static void offer_strings(struct offers *o, const struct shape *leaf, struct slice text)
{
    struct slice trimmed = slice_trim(text), bare = trimmed;
    while (bare.n && char_in(bare.p[bare.n - 1], ".\"'"))
        bare.n--;
    while (bare.n && char_in(bare.p[0], "\"'"))
        bare = coerce_from(bare, 1);
    for (size_t i = 0; i < leaf->value_count; i++) {
        const struct value *v = &leaf->one_of_values[i];
        if (v->kind == VALUE_STRING && slice_eq_nocase(slice_trim(v->string), bare))
            coerce_offer(o, *v);
    }
    if (leaf->value_count || !(leaf->types & SHAPE_STRING))
        return;
    if (trimmed.n < text.n)
        offer_text(o, trimmed);
    offer_format(o, leaf->format, bare);
    if (leaf->max_length < trimmed.n && leaf->format == FORMAT_NONE && !leaf->pattern.n)
        offer_text(o, coerce_clip(trimmed, leaf->max_length));
}

static void coerce_string(struct offers *o, const struct shape *leaf, struct slice text)
{
    struct slice word = slice_trim(text);
    struct value number;
    offer_strings(o, leaf, text);
    if ((leaf->types & (SHAPE_INTEGER | SHAPE_NUMBER)) && read_number(word, &number))
        coerce_offer(o, number);
    if ((leaf->types & SHAPE_BOOLEAN) && (draft_says(word, LANG_DRAFT_YES) || draft_says(word, LANG_DRAFT_NO)))
        coerce_offer(o, (struct value){.kind = VALUE_BOOL, .boolean = draft_says(word, LANG_DRAFT_YES)});
    if ((leaf->types & SHAPE_NULL) && (word.n == 0 || draft_says(word, LANG_DRAFT_NOTHING)))
        coerce_offer(o, (struct value){.kind = VALUE_NULL});
}

static struct slice print_number(struct arena *a, const struct value *v)
{
    struct buf text;
    buf_init(&text, 64);
    value_print(v, &text);
    struct slice out = arena_dup(a, buf_slice(&text));
    buf_release(&text);
    return out;
}

size_t coerce_scalar(struct arena *a, const struct shape *leaf, const struct value *v, struct value out[COERCE_MAX])
{
    struct offers o = {a, out, 0};
    switch (v->kind) {
    case VALUE_STRING:
        coerce_string(&o, leaf, v->string);
        break;
    case VALUE_INT:
    case VALUE_REAL:
        if (leaf->types & SHAPE_STRING)
            offer_text(&o, print_number(a, v));
        if ((leaf->types & SHAPE_BOOLEAN) && v->kind == VALUE_INT && (v->integer == 0 || v->integer == 1))
            coerce_offer(&o, (struct value){.kind = VALUE_BOOL, .boolean = v->integer == 1});
        break;
    case VALUE_BOOL:
        if (leaf->types & SHAPE_STRING) {
            offer_text(&o, v->boolean ? SLICE("true") : SLICE("false"));
            offer_text(&o, v->boolean ? SLICE("yes") : SLICE("no"));
        }
        break;
    default:
        break;
    }
    return o.n;
}
