#include "facts/read_number.h"
#include "base/ascii.h"

#include <math.h>
#include <stdlib.h>

#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"
#include "text/marks.h"

enum { DIGITS_MAX = 30 };

/* The bytes of a single space (ASCII, no-break, thin) at i; 0 if there is none. */
static size_t space_at(struct slice text, size_t i)
{
    if (char_at(text, i) == ' ')
        return 1;
    static const char *const wide[] = {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
    for (size_t w = 0; w < COUNT_OF(wide); w++)
        if (slice_starts(text_from(text, i), slice_of(wide[w])))
            return strlen(wide[w]);
    return 0;
}

static bool group_of_three(struct slice text, size_t i)
{
    return ascii_is_digit(char_at(text, i)) && ascii_is_digit(char_at(text, i + 1)) &&
           ascii_is_digit(char_at(text, i + 2)) && !ascii_is_digit(char_at(text, i + 3));
}

/* The bytes of a thousands separator at i that a group of three digits follows; 0 if there is none. */
static size_t thousands_at(struct slice text, size_t i, bool comma)
{
    size_t n = char_at(text, i) == (comma ? '.' : ',') ? 1 : space_at(text, i);
    if (n == 1 && char_at(text, i) == ' ' && !comma)
        return 0;
    return n && group_of_three(text, i + n) ? n : 0;
}

/* Reads the figure that starts at i. Returns its bytes; 0 if it is no number (1.2.3). */
static size_t number_figure(struct slice text, size_t i, bool comma, struct number *out)
{
    char digits[DIGITS_MAX + 2];
    size_t n = 0, start = i, lead = 0;
    bool separated = false;
    for (; ascii_is_digit(char_at(text, i)) && n < DIGITS_MAX; i++, lead++)
        digits[n++] = text.p[i];
    for (size_t gap; lead <= 3 && n + 3 < DIGITS_MAX && (gap = thousands_at(text, i, comma)) > 0;) {
        memcpy(digits + n, text.p + i + gap, 3);
        n += 3;
        i += gap + 3;
        separated = true;
    }
    bool decimals = char_at(text, i) == (comma ? ',' : '.') && ascii_is_digit(char_at(text, i + 1));
    if (decimals) {
        digits[n++] = '.';
        for (i++; ascii_is_digit(char_at(text, i)) && n < DIGITS_MAX; i++)
            digits[n++] = text.p[i];
    }
    bool more = ascii_is_digit(char_at(text, i)) ||
                ((char_at(text, i) == '.' || char_at(text, i) == ':' || char_at(text, i) == ',') &&
                 ascii_is_digit(char_at(text, i + 1)));
    if (more)
        return 0;
    digits[n] = 0;
    out->value = strtod(digits, NULL);
    out->whole = !decimals;
    out->year = !separated && !decimals && lead == 4 && out->value >= 1000 && out->value < 2200;
    return i - start;
}

static double scale_at(struct slice text, const struct lang *lang, size_t *used)
{
    size_t n = 0;
    *used = lang_starts(lang_any(), LANG_SCALE_SIGNS, text);
    if (*used)
        return strtod(lang_entry(lang_any(), LANG_SCALE_SIGNS, slice_sub(text, 0, *used))->value.p, NULL);
    const struct lang_entry *scale = listed_at(lang_or_english(lang), LANG_SCALES, text, &n);
    if (!scale || letter_at(text, n))
        return 0;
    *used = n;
    return strtod(scale->value.p, NULL);
}

double scale_of_word(struct slice word, const struct lang *lang)
{
    size_t used;
    double factor = scale_at(word, lang, &used);
    return used == word.n && word.n > 2 ? factor : 0;
}

/* Applies scale words behind the figure ("3.5 million", "2 hundred thousand"). Returns the new end. */
static size_t read_scale(struct slice text, size_t end, const struct lang *lang, struct number *out)
{
    for (int times = 0; times < 2; times++) {
        size_t gap = space_at(text, end), used;
        double factor = scale_at(text_from(text, end + gap), lang, &used);
        if (factor == 0)
            break;
        out->value = round(out->value * factor * 1e6) / 1e6;
        out->whole = out->year = false;
        end += gap + used;
    }
    return end;
}

static size_t read_unit(struct slice text, size_t end, struct number *out)
{
    size_t gap = space_at(text, end), used;
    if (gap == 0 && char_at(text, end) == '-' && letter_at(text, end + 1))
        gap = 1;
    const struct unit *unit = unit_at(text_from(text, end + gap), &used);
    /* "1990s" is a decade, not a number of seconds. */
    if (!unit || (gap == 0 && used == 1 && text.p[end] == 's'))
        return end;
    if (out->year && gap == 1 && char_at(text, end) == ' ' && unit->dimension == DIM_TIME && used == 1)
        return end;
    out->unit = unit;
    out->year = false;
    return end + gap + used;
}

static size_t read_ordinal(struct slice text, size_t end, const struct lang *lang, struct number *out)
{
    size_t n = lang_starts(lang_with(lang, LANG_ORDINAL_ENDINGS), LANG_ORDINAL_ENDINGS, text_from(text, end));
    if (n == 0 || letter_at(text, end + n))
        return end;
    out->ordinal = true;
    return end + n;
}

/* Where the second figure of "between 10 and 12 km" starts, or 0. */
static size_t after_between(struct slice text, size_t start, size_t end, const struct lang *lang)
{
    struct slice before = slice_sub(text, 0, start);
    size_t n = slice_ends(before, SLICE(" ")) ? listed_before(lang, LANG_BETWEEN, slice_sub(text, 0, start - 1)) : 0;
    const struct lang_entry *between = n ? listed(lang, LANG_BETWEEN, slice_sub(text, start - 1 - n, n)) : NULL;
    if (!between || char_at(text, end) != ' ' || !slice_starts(text_from(text, end + 1), between->value))
        return 0;
    size_t second = end + 1 + between->value.n;
    return char_at(text, second) == ' ' && ascii_is_digit(char_at(text, second + 1)) ? second + 1 : 0;
}

/* Where the second figure of "10-12 km" or "10 to 12 km" starts, or 0. */
static size_t second_bound(struct slice text, size_t start, size_t end, const struct lang *lang)
{
    static const char *const marks[] = {MARK_EN_DASH, "-", MARK_EM_DASH, " " MARK_EN_DASH " "};
    size_t n = lang_starts(lang_with(lang, LANG_RANGE_TO), LANG_RANGE_TO, text_from(text, end));
    for (size_t i = 0; i < COUNT_OF(marks) && n == 0; i++)
        n = text_has_at(text, end, marks[i]) ? strlen(marks[i]) : 0;
    if (n && ascii_is_digit(char_at(text, end + n)))
        return end + n;
    return after_between(text, start, end, lang_with(lang, LANG_BETWEEN));
}

static size_t read_range(struct slice text, size_t end, const struct lang *lang, struct number *out)
{
    size_t second = second_bound(text, out->start, end, lang);
    struct number upper = {0};
    size_t n = second ? number_figure(text, second, lang->decimal_comma, &upper) : 0;
    if (n == 0 || (out->year && upper.year))
        return end;
    double before = upper.value;
    size_t stop = read_scale(text, second + n, lang, &upper);
    stop = read_unit(text, stop, &upper);
    if (before > 0 && upper.value > before)
        out->value *= upper.value / before;
    if (stop > second + n)
        out->year = false;
    out->unit = upper.unit;
    return stop;
}

/* "± 6 m" behind a figure: the figure may have its unit here. */
static size_t read_give(struct slice text, size_t end, const struct lang *lang, struct number *out)
{
    static const char *const signs[] = {"\u00B1", "+/-"};
    size_t at = end + space_at(text, end), sign = 0;
    for (size_t i = 0; i < COUNT_OF(signs) && !sign; i++)
        sign = text_has_at(text, at, signs[i]) ? strlen(signs[i]) : 0;
    at += sign;
    at += space_at(text, at);
    struct number give = {0};
    size_t n = sign ? number_figure(text, at, lang->decimal_comma, &give) : 0;
    if (n == 0)
        return end;
    double before = give.value;
    at = read_scale(text, at + n, lang, &give);
    at = read_unit(text, at, &give);
    if (!out->unit && before > 0)
        out->value *= give.value / before;
    bool share = out->unit && give.unit && give.unit->dimension == DIM_PERCENT && out->unit != give.unit;
    out->unit = out->unit ? out->unit : give.unit;
    out->give = share ? fabs(out->value) * give.value / 100 : give.value;
    out->year = false;
    return at;
}

/* A currency sign or code right before the figure at i. */
static size_t money_before(struct slice text, size_t i, const struct unit **unit)
{
    static const char *const signs[] = {"US$", "$", "\u20AC", "\u00A3", "\u00A5", "\u20B9", "USD", "EUR", "GBP", "CHF"};
    size_t gap = i > 0 && text.p[i - 1] == ' ' ? 1 : 0;
    for (size_t s = 0; s < COUNT_OF(signs); s++) {
        size_t n = strlen(signs[s]), used;
        if (i >= n + gap && slice_ends(slice_sub(text, 0, i - gap), slice_of(signs[s]))) {
            *unit = unit_at(slice_of(signs[s]), &used);
            return n + gap;
        }
    }
    return 0;
}

/* "$3.5m", "$2bn", "$400k": scale letters are read only for amounts of money. */
static size_t read_money_letter(struct slice text, size_t end, struct number *out)
{
    char c = char_at(text, end) | 32;
    double factor = c == 'm' ? 1e6 : c == 'k' ? 1e3 : c == 'b' ? 1e9 : 0;
    if (factor == 0 || letter_at(text, end + 1))
        return end;
    out->value = round(out->value * factor * 1e6) / 1e6;
    out->whole = false;
    return end + 1;
}

static size_t minus_before(struct slice text, size_t i)
{
    static const char *const signs[] = {MARK_MINUS, "-"};
    for (size_t s = 0; s < 2; s++) {
        size_t n = strlen(signs[s]);
        if (i >= n && slice_ends(slice_sub(text, 0, i), slice_of(signs[s])) &&
            (i == n || text.p[i - n - 1] == ' ' || text.p[i - n - 1] == '('))
            return n;
    }
    return 0;
}

static size_t read_at(struct slice text, size_t i, const struct lang *lang, struct number *out)
{
    *out = (struct number){.start = i};
    size_t n = number_figure(text, i, lang->decimal_comma, out);
    if (n == 0)
        return 0;
    size_t end = i + n, minus = minus_before(text, i);
    size_t money = money_before(text, i - minus, &out->unit);
    if (minus)
        out->value = -out->value;
    out->start -= minus + money;
    size_t figure_end = end;
    end = read_ordinal(text, end, lang, out);
    if (out->ordinal)
        return end;
    end = read_scale(text, end, lang, out);
    if (money)
        out->year = false;
    if (money && end == figure_end)
        end = read_money_letter(text, end, out);
    if (!money)
        end = read_unit(text, end, out);
    if (end == figure_end)
        end = read_range(text, end, lang, out);
    end = read_give(text, end, lang, out);
    /* A figure with letters right behind it is part of a word (3D, 747B), except in a decade. */
    bool decade = out->year && char_at(text, end) == 's' && !letter_at(text, end + 1);
    if (end == figure_end && letter_at(text, end) && !decade)
        return 0;
    return end;
}

static bool numeral_at(struct slice text, size_t i, const struct lang *lang, double *value, size_t *used)
{
    size_t n = 0;
    while (ascii_is_letter(char_at(text, i + n)))
        n++;
    *used = n;
    if (n == 0 || letter_at(text, i + n))
        return false;
    const struct lang_entry *numeral = listed(lang, LANG_NUMERALS, slice_sub(text, i, n));
    *value = numeral ? strtod(numeral->value.p, NULL) : 0;
    return numeral;
}

/* "twelve", "twenty-one", "two hundred thousand". "one" is read only before a scale word or a unit, since it is more
 * often a pronoun. */
static size_t read_numeral(struct slice text, size_t i, const struct lang *lang, struct number *out)
{
    double value, units;
    size_t used, more;
    if (!numeral_at(text, i, lang, &value, &used))
        return 0;
    *out = (struct number){.value = value, .start = i, .whole = true};
    size_t end = i + used;
    if (value >= 20 && (char_at(text, end) == '-' || char_at(text, end) == ' ') &&
        numeral_at(text, end + 1, lang, &units, &more) && units > 0 && units < 10) {
        out->value += units;
        end += 1 + more;
    }
    size_t bare = end;
    end = read_scale(text, end, lang, out);
    end = read_unit(text, end, out);
    return value == 1 && end == bare ? 0 : end;
}

struct numbers numbers_read(struct arena *a, struct slice text, const struct lang *lang)
{
    struct numbers out = {NULL, 0};
    size_t room = 0;
    for (size_t i = 0; i < text.n;) {
        struct number next;
        bool fresh = i == 0 || (!letter_before(text, i) && !ascii_is_digit(text.p[i - 1]));
        bool tied = i > 1 && (text.p[i - 1] == '-' || text.p[i - 1] == '_') && letter_before(text, i - 1);
        size_t end = 0;
        if (fresh && !tied)
            end = ascii_is_digit(text.p[i]) ? read_at(text, i, lang, &next) : read_numeral(text, i, lang, &next);
        if (end == 0) {
            bool run = ascii_is_digit(text.p[i]);
            for (i++; run && i < text.n &&
                      (ascii_is_digit(text.p[i]) || text.p[i] == '.' || text.p[i] == ':' || text.p[i] == ',');
                 i++)
                ;
            continue;
        }
        next.n = end - next.start;
        *arena_push(a, &out.at, out.n, &room) = next;
        out.n++;
        i = end;
    }
    return out;
}
