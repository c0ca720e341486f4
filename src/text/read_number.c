#include "text/read_number.h"

#include <math.h>
#include <stdlib.h>

#include "text/read_chars.h"

enum { DIGITS_MAX = 30 };

static const struct scale {
    const char *lang; /* NULL: every language */
    const char *word;
    double factor;
} scales[] = {
    {"en", "hundred", 1e2},   {"en", "thousand", 1e3},   {"en", "million", 1e6},    {"en", "billion", 1e9},
    {"en", "trillion", 1e12}, {"en", "bn", 1e9},         {"en", "thousands", 1e3},  {"en", "millions", 1e6},
    {"en", "billions", 1e9},  {"en", "trillions", 1e12}, {"de", "Tausend", 1e3},    {"de", "Million", 1e6},
    {"de", "Millionen", 1e6}, {"de", "Mio.", 1e6},       {"de", "Milliarde", 1e9},  {"de", "Milliarden", 1e9},
    {"de", "Mrd.", 1e9},      {"de", "Billionen", 1e12}, {"fr", "mille", 1e3},      {"fr", "million", 1e6},
    {"fr", "millions", 1e6},  {"fr", "milliard", 1e9},   {"fr", "milliards", 1e9},  {"es", "mil millones", 1e9},
    {"es", "mil", 1e3},       {"es", "millón", 1e6},     {"es", "millones", 1e6},   {"it", "mila", 1e3},
    {"it", "milione", 1e6},   {"it", "milioni", 1e6},    {"it", "miliardi", 1e9},   {"pt", "mil", 1e3},
    {"pt", "milhão", 1e6},    {"pt", "milhões", 1e6},    {"pt", "bilhões", 1e9},    {"nl", "duizend", 1e3},
    {"nl", "miljoen", 1e6},   {"nl", "miljard", 1e9},    {"ru", "тысяч", 1e3},      {"ru", "тысячи", 1e3},
    {"ru", "тыс.", 1e3},      {"ru", "миллион", 1e6},    {"ru", "миллиона", 1e6},   {"ru", "миллионов", 1e6},
    {"ru", "млн", 1e6},       {"ru", "миллиарда", 1e9},  {"ru", "миллиардов", 1e9}, {"ru", "млрд", 1e9},
    {NULL, "万", 1e4},        {NULL, "萬", 1e4},         {NULL, "亿", 1e8},         {NULL, "億", 1e8},
};

static const struct {
    const char *word;
    double value;
} numerals[] = {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
                {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
                {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
                {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
                {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
                {"seventy", 70}, {"eighty", 80},  {"ninety", 90}};

/* Bytes of one space (ASCII, no-break, thin) at i; 0 when there is none. */
static size_t space_at(struct slice text, size_t i)
{
    if (char_at(text, i) == ' ')
        return 1;
    static const char *const wide[] = {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
    for (size_t w = 0; w < sizeof wide / sizeof wide[0]; w++)
        if (slice_starts(text_from(text, i), slice_of(wide[w])))
            return strlen(wide[w]);
    return 0;
}

static bool comma_decimals(const struct lang *lang)
{
    static const char *const codes[] = {"de", "es", "fr", "it", "pt", "nl", "ru", "sv", "da", "no", "fi", "pl", "cs"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (slice_is(slice_of(lang->code), codes[i]))
            return true;
    return false;
}

static bool group_of_three(struct slice text, size_t i)
{
    return char_is_digit(char_at(text, i)) && char_is_digit(char_at(text, i + 1)) &&
           char_is_digit(char_at(text, i + 2)) && !char_is_digit(char_at(text, i + 3));
}

/* Bytes of a thousands separator at i with its group of three after it; 0 when there is none. */
static size_t thousands_at(struct slice text, size_t i, bool comma)
{
    size_t n = char_at(text, i) == (comma ? '.' : ',') ? 1 : space_at(text, i);
    if (n == 1 && char_at(text, i) == ' ' && !comma)
        return 0;
    return n && group_of_three(text, i + n) ? n : 0;
}

/* The figure that starts at i: its digits without separators. Returns its bytes, 0 when it is no number (1.2.3). */
static size_t figure(struct slice text, size_t i, bool comma, struct number *out)
{
    char digits[DIGITS_MAX + 2];
    size_t n = 0, start = i, lead = 0;
    bool separated = false;
    for (; char_is_digit(char_at(text, i)) && n < DIGITS_MAX; i++, lead++)
        digits[n++] = text.p[i];
    for (size_t gap; lead <= 3 && n + 3 < DIGITS_MAX && (gap = thousands_at(text, i, comma)) > 0;) {
        memcpy(digits + n, text.p + i + gap, 3);
        n += 3;
        i += gap + 3;
        separated = true;
    }
    bool decimals = char_at(text, i) == (comma ? ',' : '.') && char_is_digit(char_at(text, i + 1));
    if (decimals) {
        digits[n++] = '.';
        for (i++; char_is_digit(char_at(text, i)) && n < DIGITS_MAX; i++)
            digits[n++] = text.p[i];
    }
    bool more = char_is_digit(char_at(text, i)) ||
                ((char_at(text, i) == '.' || char_at(text, i) == ':' || char_at(text, i) == ',') &&
                 char_is_digit(char_at(text, i + 1)));
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
    double factor = 0;
    *used = 0;
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        if (!char_may_match(*scales[i].word, char_at(text, 0)))
            continue;
        struct slice word = slice_of(scales[i].word);
        bool spoken = !scales[i].lang || slice_is(slice_of(lang->code), scales[i].lang) ||
                      (slice_is(slice_of(lang->code), "und") && slice_is(slice_of(scales[i].lang), "en"));
        if (spoken && word.n > *used && word.n <= text.n && slice_eq_nocase(slice_sub(text, 0, word.n), word) &&
            (!scales[i].lang || !char_is_letter(char_at(text, word.n)))) {
            *used = word.n;
            factor = scales[i].factor;
        }
    }
    return factor;
}

double scale_of_word(struct slice word, const struct lang *lang)
{
    size_t used;
    double factor = scale_at(word, lang, &used);
    return used == word.n && word.n > 2 ? factor : 0;
}

/* Applies the scale words after the figure ("3.5 million", "2 hundred thousand"). Returns the new end. */
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
    if (gap == 0 && char_at(text, end) == '-' && char_is_letter(char_at(text, end + 1)))
        gap = 1;
    const struct unit *unit = unit_at(text_from(text, end + gap), &used);
    /* "1990s" is a decade, and a lone letter at the figure is no unit except for metres, grams and litres. */
    if (!unit || (gap == 0 && used == 1 && text.p[end] == 's'))
        return end;
    if (out->year && gap == 1 && char_at(text, end) == ' ' && unit->dimension == DIM_TIME && used == 1)
        return end;
    out->unit = unit;
    out->year = false;
    return end + gap + used;
}

static size_t read_ordinal(struct slice text, size_t end, struct number *out)
{
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (slice_starts(text_from(text, end), slice_of(endings[i])) && !char_is_letter(char_at(text, end + 2))) {
            out->ordinal = true;
            return end + 2;
        }
    return end;
}

/* "10-12 km", "between 10 and 12 km": where the second figure starts, or 0. */
static size_t second_bound(struct slice text, size_t start, size_t end)
{
    static const char *const marks[] = {"–", "-", "—", " – ", " to ", " bis ", " à ", " a ", " до "};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (slice_starts(text_from(text, end), slice_of(marks[i])) &&
            char_is_digit(char_at(text, end + strlen(marks[i]))))
            return end + strlen(marks[i]);
    struct slice before = slice_sub(text, 0, start);
    bool between = slice_ends(before, SLICE("between ")) || slice_ends(before, SLICE("Between "));
    return between && text_has_at(text, end, " and ") && char_is_digit(char_at(text, end + 5)) ? end + 5 : 0;
}

static size_t read_range(struct slice text, size_t end, const struct lang *lang, struct number *out)
{
    size_t second = second_bound(text, out->start, end);
    struct number upper = {0};
    size_t n = second ? figure(text, second, comma_decimals(lang), &upper) : 0;
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

/* A currency sign or code right before the figure at i. */
static size_t money_before(struct slice text, size_t i, const struct unit **unit)
{
    static const char *const signs[] = {"US$", "$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF"};
    size_t gap = i > 0 && text.p[i - 1] == ' ' ? 1 : 0;
    for (size_t s = 0; s < sizeof signs / sizeof signs[0]; s++) {
        size_t n = strlen(signs[s]), used;
        if (i >= n + gap && slice_ends(slice_sub(text, 0, i - gap), slice_of(signs[s]))) {
            *unit = unit_at(slice_of(signs[s]), &used);
            return n + gap;
        }
    }
    return 0;
}

/* "$3.5m", "$2bn", "$400k": scale letters count only after a currency. */
static size_t read_money_letter(struct slice text, size_t end, struct number *out)
{
    char c = char_at(text, end) | 32;
    double factor = c == 'm' ? 1e6 : c == 'k' ? 1e3 : c == 'b' ? 1e9 : 0;
    if (factor == 0 || char_is_letter(char_at(text, end + 1)))
        return end;
    out->value = round(out->value * factor * 1e6) / 1e6;
    out->whole = false;
    return end + 1;
}

static size_t minus_before(struct slice text, size_t i)
{
    static const char *const signs[] = {"−", "-"};
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
    size_t n = figure(text, i, comma_decimals(lang), out);
    if (n == 0)
        return 0;
    size_t end = i + n, minus = minus_before(text, i);
    size_t money = money_before(text, i - minus, &out->unit);
    if (minus)
        out->value = -out->value;
    out->start -= minus + money;
    size_t figure_end = end;
    end = read_ordinal(text, end, out);
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
    /* Letters at once after it: part of a word (3D, 747B), unless a decade. */
    bool decade = out->year && char_at(text, end) == 's' && !char_is_letter(char_at(text, end + 1));
    if (end == figure_end && char_is_letter(char_at(text, end)) && (unsigned char)text.p[end] < 0xE3 && !decade)
        return 0;
    return end;
}

static bool numeral_at(struct slice text, size_t i, double *value, size_t *used)
{
    size_t n = 0;
    while (char_is_letter(char_at(text, i + n)))
        n++;
    *used = n;
    char first = char_at(text, i);
    for (size_t w = 0; w < sizeof numerals / sizeof numerals[0]; w++)
        if (char_may_match(*numerals[w].word, first) && slice_eq_nocase(slice_sub(text, i, n), slice_of(numerals[w].word))) {
            *value = numerals[w].value;
            return true;
        }
    return false;
}

/* English numerals: "twelve", "twenty-one", "two hundred thousand". "one" counts only before a scale or a unit: it is
 * a pronoun more often. */
static size_t read_numeral(struct slice text, size_t i, const struct lang *lang, struct number *out)
{
    double value, units;
    size_t used, more;
    if (!slice_is(slice_of(lang->code), "en") || !numeral_at(text, i, &value, &used))
        return 0;
    *out = (struct number){.value = value, .start = i, .whole = true};
    size_t end = i + used;
    if (value >= 20 && (char_at(text, end) == '-' || char_at(text, end) == ' ') &&
        numeral_at(text, end + 1, &units, &more) && units > 0 && units < 10) {
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
        bool fresh = i == 0 || (!char_is_letter(text.p[i - 1]) && !char_is_digit(text.p[i - 1]));
        /* CJK text has no spaces: a figure may follow a character at once. */
        fresh = fresh || (i > 0 && (unsigned char)text.p[i - 1] >= 0x80 && char_is_digit(text.p[i]));
        bool tied = i > 0 && (text.p[i - 1] == '-' || text.p[i - 1] == '_') && i > 1 && char_is_letter(text.p[i - 2]);
        size_t end = 0;
        if (fresh && !tied)
            end = char_is_digit(text.p[i]) ? read_at(text, i, lang, &next) : read_numeral(text, i, lang, &next);
        if (end == 0) {
            bool run = char_is_digit(text.p[i]);
            for (i++; run && i < text.n &&
                      (char_is_digit(text.p[i]) || text.p[i] == '.' || text.p[i] == ':' || text.p[i] == ',');
                 i++)
                ;
            continue;
        }
        next.n = end - next.start;
        *(struct number *)arena_push(a, (void **)&out.at, out.n, &room, sizeof next) = next;
        out.n++;
        i = end;
    }
    return out;
}
