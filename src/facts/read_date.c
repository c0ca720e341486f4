#include "facts/read_date.h"
#include "base/ascii.h"

#include <stdlib.h>

#include "base/date.h"
#include "facts/read_chars.h"
#include "text/letters.h"
#include "text/listed.h"

static size_t date_digits(struct slice text, size_t i, int *value)
{
    size_t n = 0;
    *value = 0;
    for (; ascii_is_digit(char_at(text, i + n)) && n < 9; n++)
        *value = *value * 10 + (text.p[i + n] - '0');
    return ascii_is_digit(char_at(text, i + n)) ? 0 : n;
}

/* The month whose name starts at i. *used: its bytes. *name: as the files of lang/ write it. */
static int month_at(struct slice text, size_t i, size_t *used, struct slice *name)
{
    const struct lang_entry *month = listed_at(lang_any(), LANG_MONTHS, text_from(text, i), used);
    if (!month)
        return 0;
    *name = month->word;
    if (char_at(text, i + *used) == '.' && *used <= 4)
        ++*used;
    return letter_at(text, i + *used) ? 0 : (int)strtol(month->value.p, NULL, 10);
}

/* The word right before byte i, with only a space between, or empty. */
static struct slice date_word_before(struct slice text, size_t i)
{
    size_t end = i > 0 && text.p[i - 1] == ' ' ? i - 1 : 0, start = end;
    while (start > 0 && (letter_before(text, start) || ((unsigned char)text.p[start - 1] & 0xC0) == 0x80))
        start--;
    return slice_sub(text, start, end - start);
}

/* Whether any language that has this name of a month capitalises it. */
static bool date_month_has_capital(struct slice name)
{
    for (size_t i = 0; lang_at(i); i++)
        if (lang_at(i)->months_capital && lang_has(lang_at(i), LANG_MONTHS, name))
            return true;
    return false;
}

/* Whether a word that is spelled like a month, with no day beside it, really is one. read_date.h has the rule: "It may
 * 2010" and "The Mars 2020 rover" have no month. */
static bool date_month_stands(struct slice text, size_t i, struct slice name, const struct lang *lang)
{
    if (!lang->months_capital)
        return true;
    if (starts_capital(text_from(text, i)))
        return date_month_has_capital(name);
    struct slice before = date_word_before(text, i);
    bool figure = i > 1 && text.p[i - 1] == ' ' && ascii_is_digit(text.p[i - 2]);
    return before.n ? listed(lang, LANG_PLACE_PREPOSITIONS, before) != NULL : !figure;
}

/* Skips what may be between the parts of a written date. */
static size_t skip_joint(struct slice text, size_t i)
{
    static const char *const marks[] = {", ", ". ", " "};
    size_t n = lang_starts(lang_any(), LANG_DATE_JOINTS, text_from(text, i));
    for (size_t m = 0; m < COUNT_OF(marks) && n == 0; m++)
        n = text_has_at(text, i, marks[m]) ? strlen(marks[m]) : 0;
    return i + n;
}

static size_t skip_ordinal_ending(struct slice text, size_t i)
{
    return i + lang_starts(lang_any(), LANG_ORDINAL_ENDINGS, text_from(text, i));
}

static bool year_at(struct slice text, size_t i, int *year, size_t *end)
{
    size_t n = date_digits(text, i, year), used;
    *end = i + n;
    bool era = listed_at(lang_any(), LANG_BEFORE_CHRIST, text_from(text, i + n), &used);
    return n == 4 && *year >= 1000 && *year < 2200 && !era;
}

static bool real_day(const struct date *d)
{
    return date_valid((struct day){d->year, d->month, d->day});
}

/* "12 April 1961", "12th of April, 1961", "5. März 2024", "5 de marzo de 2024" */
static size_t day_first(struct slice text, size_t i, struct date *d)
{
    struct slice spelled;
    size_t n = date_digits(text, i, &d->day), used, end;
    if (n == 0 || n > 2)
        return 0;
    size_t next = skip_ordinal_ending(text, i + n), name = skip_joint(text, next);
    d->month = name > next ? month_at(text, name, &used, &spelled) : 0;
    if (!d->month)
        return 0;
    size_t year = skip_joint(text, name + used);
    return year_at(text, year, &d->year, &end) && real_day(d) ? end : 0;
}

/* "April 12, 1961", "April 1961" */
static size_t month_first(struct slice text, size_t i, const struct lang *lang, struct date *d)
{
    struct slice spelled;
    size_t used, end;
    d->month = month_at(text, i, &used, &spelled);
    if (!d->month)
        return 0;
    bool small = lang->months_capital && !starts_capital(text_from(text, i));
    size_t next = skip_joint(text, i + used);
    if (next > i + used && year_at(text, next, &d->year, &end)) /* "In may, 2010 people came" */
        return date_month_stands(text, i, spelled, lang) && !(small && char_at(text, i + used) == ',') ? end : 0;
    if (!small && !date_month_stands(text, i, spelled, lang)) /* "Mars 2, 1971" */
        return 0;
    size_t n = date_digits(text, next, &d->day);
    if (n == 0 || n > 2)
        return 0;
    next = skip_ordinal_ending(text, next + n);
    size_t year = skip_joint(text, next);
    return year > next && year_at(text, year, &d->year, &end) && real_day(d) ? end : 0;
}

static size_t iso_time(struct slice text, size_t i, struct date *d)
{
    int hour, minute;
    if ((char_at(text, i) != 'T' && char_at(text, i) != ' ') || date_digits(text, i + 1, &hour) != 2 ||
        char_at(text, i + 3) != ':' || date_digits(text, i + 4, &minute) != 2 || hour > 23 || minute > 59)
        return i;
    d->hour = hour;
    d->minute = minute;
    return i + 6;
}

/* The position behind a sign like the one in "1961年"; 0 if there is none at i. */
static size_t sign_at(struct slice text, size_t i, enum lang_list list)
{
    size_t n = lang_starts(lang_any(), list, text_from(text, i));
    return n ? i + n : 0;
}

/* "1961-04-12", "1961/04/12", "1961年4月12日" */
static size_t year_first(struct slice text, size_t i, struct date *d)
{
    size_t end;
    if (!year_at(text, i, &d->year, &end))
        return 0;
    char mark = char_at(text, end);
    if ((mark == '-' || mark == '/') && date_digits(text, end + 1, &d->month) == 2 && char_at(text, end + 3) == mark &&
        date_digits(text, end + 4, &d->day) == 2 && real_day(d))
        return iso_time(text, end + 6, d);
    d->month = d->day = 0;
    size_t year = sign_at(text, end, LANG_YEAR_SIGNS);
    if (!year)
        return end;
    size_t n = date_digits(text, year, &d->month), month = n ? sign_at(text, year + n, LANG_MONTH_SIGNS) : 0;
    if (!month || d->month > 12) {
        d->month = 0;
        return year;
    }
    size_t more = date_digits(text, month, &d->day), day = more ? sign_at(text, month + more, LANG_DAY_SIGNS) : 0;
    if (!day || !real_day(d)) {
        d->day = 0;
        return month;
    }
    return day;
}

/* "12.4.1961" has the day first everywhere. "25/4/1961" and "4/25/1961" are read, since one number can be no month;
 * "4/5/1961" is not. */
static size_t all_figures(struct slice text, size_t i, struct date *d)
{
    int first, second;
    size_t n = date_digits(text, i, &first), end;
    char mark = char_at(text, i + n);
    if (n == 0 || n > 2 || (mark != '.' && mark != '/'))
        return 0;
    size_t m = date_digits(text, i + n + 1, &second);
    if (m == 0 || m > 2 || char_at(text, i + n + 1 + m) != mark || !year_at(text, i + n + m + 2, &d->year, &end))
        return 0;
    if (mark == '/' && first <= 12 && second <= 12 && first != second)
        return 0;
    bool american = mark == '/' && second > 12;
    d->day = american ? second : first;
    d->month = american ? first : second;
    return real_day(d) ? end : 0;
}

static size_t read_at(struct slice text, size_t i, const struct lang *lang, struct date *d)
{
    for (int form = 0; form < 4; form++) {
        *d = (struct date){.start = i, .hour = -1, .minute = -1};
        size_t end = form == 0   ? day_first(text, i, d)
                     : form == 1 ? month_first(text, i, lang, d)
                     : form == 2 ? all_figures(text, i, d)
                                 : year_first(text, i, d);
        if (end && !ascii_is_digit(char_at(text, end)))
            return end;
    }
    return 0;
}

/* Whether the figures are not part of something else, as in "1,961" and "$1961". "1961 people" passes. */
static bool bare_year_stands(struct slice text, const struct date *d, size_t end)
{
    if (d->month)
        return true;
    char before = d->start > 0 ? text.p[d->start - 1] : ' ', after = char_at(text, end);
    bool decade = after == 's' && !letter_at(text, end + 1);
    if (decade || before == ',' || before == '.' || before == '$' || after == '%')
        return false;
    return !((after == ',' || after == '.') && ascii_is_digit(char_at(text, end + 1)));
}

static size_t next_digit(struct slice text, size_t i)
{
    while (i < text.n && !ascii_is_digit(text.p[i]))
        i++;
    return i;
}

struct dates dates_read(struct arena *a, struct slice text, const struct lang *lang)
{
    enum { BEFORE_FIGURE_BYTES = 32 }; /* longer than any name of a month with its joint to a day or year */
    struct dates out = {NULL, 0};
    size_t room = 0, figure = next_digit(text, 0);
    for (size_t i = 0; i < text.n; i++) {
        if (figure < i)
            figure = next_digit(text, i);
        if (figure == text.n)
            break;
        if (figure - i > BEFORE_FIGURE_BYTES)
            continue;
        /* Skips the later bytes of a character. */
        bool starts = ascii_is_digit(text.p[i]) || letter_at(text, i);
        if (!starts || (i > 0 && (ascii_is_digit(text.p[i - 1]) || letter_before(text, i))))
            continue;
        struct date d;
        size_t end = read_at(text, i, lang, &d);
        if (end == 0 || !bare_year_stands(text, &d, end))
            continue;
        d.n = end - i;
        *arena_push(a, &out.at, out.n, &room) = d;
        out.n++;
        i = end - 1;
    }
    return out;
}

struct slice date_iso(struct arena *a, const struct date *d)
{
    if (d->day)
        return arena_printf(a, "%04d-%02d-%02d", d->year, d->month, d->day);
    return d->month ? arena_printf(a, "%04d-%02d", d->year, d->month) : arena_printf(a, "%04d", d->year);
}
