/* stated_number.c - adds the numbers of a sentence, with their bounds, ranges and rounding. */
#include "facts/stated_inner.h"
#include "base/ascii.h"

#include <math.h>

#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"
#include "text/marks.h"

/* The bound that the words right before a number state. The longest phrase decides: "no more than", not "more than". */
static enum bound bound_before(struct slice text, size_t start, const struct lang *lang)
{
    static const struct {
        enum bound bound;
        enum lang_list list;
    } hedges[] = {{BOUND_LEAST, LANG_AT_LEAST}, {BOUND_MOST, LANG_AT_MOST}, {BOUND_ABOUT, LANG_ABOUT}};
    struct slice before = slice_trim(slice_sub(text, 0, start));
    enum bound bound = mark_ends(before, MARKS_ABOUT) ? BOUND_ABOUT : BOUND_NONE;
    size_t longest = 0;
    for (size_t h = 0; h < COUNT_OF(hedges); h++) {
        size_t n = listed_before(lang_with(lang, hedges[h].list), hedges[h].list, before);
        if (n > longest) {
            longest = n;
            bound = hedges[h].bound;
        }
    }
    return bound;
}

/* The bytes of a separator at i that more digits follow; 0 if there is none. */
static size_t separator_at(struct slice text, size_t i)
{
    static const char *const wide[] = {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", " "};
    char c = char_at(text, i);
    if ((c == '.' || c == ',') && ascii_is_digit(char_at(text, i + 1)))
        return 1;
    for (size_t w = 0; w < COUNT_OF(wide); w++) {
        size_t n = strlen(wide[w]);
        if (text_has_at(text, i, wide[w]) && ascii_is_digit(char_at(text, i + n)) &&
            ascii_is_digit(char_at(text, i + n + 1)) && ascii_is_digit(char_at(text, i + n + 2)) &&
            !ascii_is_digit(char_at(text, i + n + 3)))
            return n;
    }
    return 0;
}

/* The digits of the first figure as one whole number; 0 if the number is written in words. *end: behind the figure. */
static double figure_digits(struct slice text, size_t *end)
{
    double digits = 0;
    size_t i = 0, gap;
    while (i < text.n && !ascii_is_digit(text.p[i]))
        i++;
    for (; i < text.n; i++) {
        if (ascii_is_digit(text.p[i]))
            digits = digits * 10 + (text.p[i] - '0');
        else if ((gap = separator_at(text, i)) > 0)
            i += gap - 1;
        else
            break;
    }
    *end = i;
    return digits;
}

static double zeros_of(double digits)
{
    double step = 1;
    while (digits > 0 && step < 1e15 && fmod(digits, step * 10) == 0)
        step *= 10;
    return step;
}

/* The second figure of "10-12 km" or "18,000–11,000 BCE". */
static double other_bound(struct arena *a, struct slice text, size_t after, double first, const struct lang *lang)
{
    while (after < text.n && !ascii_is_digit(text.p[after]))
        after++;
    /* A figure starts behind a space or a dash, so the digit of "km2" is no second bound. */
    if (after == 0 || after >= text.n || letter_before(text, after))
        return first;
    struct numbers rest = numbers_read(a, text_from(text, after), lang);
    return rest.n && rest.at[0].start == 0 ? rest.at[0].value : first;
}

static void add_number(struct arena *a, struct stated *s, struct stated_number number)
{
    struct stated_number *slot = arena_push(a, &s->numbers, s->number_count, &s->number_room);
    *slot = number;
    s->number_count++;
}

static struct stated_number number_measure(struct arena *a, struct slice text, struct words words,
                                           const struct number *n, const struct lang *lang)
{
    struct stated_number out = {.low = n->value, .give = n->give, .unit = n->unit, .ordinal = n->ordinal};
    size_t end;
    out.text = slice_sub(text, n->start, n->n);
    out.at = stated_place(words, n->start, n->n);
    out.bound = bound_before(text, n->start, lang);
    double digits = figure_digits(out.text, &end), size = fabs(n->value);
    out.last_digit = digits > 0 && size > 0 ? size / digits : size >= 1000 ? zeros_of(size) : 1;
    out.round = digits > 0 ? out.last_digit * zeros_of(digits) : zeros_of(size);
    double other = n->give > 0 ? n->value : other_bound(a, out.text, end, n->value, lang);
    out.high = fmax(n->value, other);
    out.low = fmin(n->value, other);
    return out;
}

/* Some English texts write "1 024". A space is no separator in English, so it is read as two numbers. This adds the one
 * number as a guess. */
static void add_joined(struct arena *a, struct stated *s, struct slice text, const struct number *left,
                       const struct number *right)
{
    size_t end = left->start + left->n;
    bool beside = right->start == end + 1 && text.p[end] == ' ';
    for (size_t i = left->start; i < end && beside; i++)
        beside = ascii_is_digit(text.p[i]);
    if (!beside || left->n > 3 || left->unit || left->value == 0 || right->value < 0)
        return;
    size_t figure = 0;
    while (ascii_is_digit(char_at(text, right->start + figure)))
        figure++;
    if (figure != 3)
        return;
    struct stated_number joined = s->numbers[s->number_count - 1];
    double whole = left->value * 1000 + right->value;
    joined.low = joined.high = whole;
    joined.last_digit = 1;
    joined.round = zeros_of(whole);
    joined.text = slice_sub(text, left->start, left->n + 1 + right->n);
    joined.at.first = joined.at.first > 0 ? joined.at.first - 1 : 0;
    joined.guess = true;
    add_number(a, s, joined);
}

static bool in_dates(const struct stated *s, const struct number *n)
{
    for (size_t d = 0; d < s->date_count; d++)
        if (s->dates[d].date.month && !s->dates[d].date.year &&
            spans_overlap(n->start, n->n, s->dates[d].date.start, s->dates[d].date.n))
            return true;
    return false;
}

void stated_numbers(struct arena *a, struct arena *scratch, struct stated *s, struct slice text, struct words words,
                    const struct numbers *numbers, const struct dates *dates, const struct lang *lang)
{
    for (size_t i = 0; i < numbers->n; i++) {
        const struct number *n = &numbers->at[i];
        bool dated = false;
        for (size_t d = 0; d < dates->n && !dated; d++)
            dated =
                (n->year || dates->at[d].month) && spans_overlap(n->start, n->n, dates->at[d].start, dates->at[d].n);
        if (dated || in_dates(s, n) || stated_day_of_month(a, scratch, s, text, words, n, lang))
            continue;
        if (n->year && char_at(text, n->start + n->n) == 's')
            continue; /* a decade */
        add_number(a, s, number_measure(a, text, words, n, lang));
        if (i > 0)
            add_joined(a, s, text, &numbers->at[i - 1], n);
    }
}
