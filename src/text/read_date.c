#include "text/read_date.h"

#include "text/read_chars.h"

static const char *const months[12][12] = {
    {"January", "Januar", "enero", "janvier", "gennaio", "janeiro", "januari", "января", "январь", "Jan", NULL},
    {"February", "Februar", "febrero", "février", "febbraio", "fevereiro", "februari", "февраля", "февраль", "Feb",
     NULL},
    {"March", "März", "marzo", "mars", "março", "maart", "марта", "март", "Mar", NULL},
    {"April", "abril", "avril", "aprile", "апреля", "апрель", "Apr", NULL},
    {"May", "Mai", "mayo", "maggio", "maio", "mei", "мая", "май", NULL},
    {"June", "Juni", "junio", "juin", "giugno", "junho", "июня", "июнь", "Jun", NULL},
    {"July", "Juli", "julio", "juillet", "luglio", "julho", "июля", "июль", "Jul", NULL},
    {"August", "agosto", "août", "augustus", "августа", "август", "Aug", NULL},
    {"September", "septiembre", "septembre", "settembre", "setembro", "сентября", "сентябрь", "Sept", "Sep", NULL},
    {"October", "Oktober", "octubre", "octobre", "ottobre", "outubro", "октября", "октябрь", "Oct", NULL},
    {"November", "noviembre", "novembre", "novembro", "ноября", "ноябрь", "Nov", NULL},
    {"December", "Dezember", "diciembre", "décembre", "dicembre", "dezembro", "december", "декабря", "декабрь", "Dec",
     NULL},
};

static size_t digits(struct slice text, size_t i, int *value)
{
    size_t n = 0;
    *value = 0;
    for (; char_is_digit(char_at(text, i + n)) && n < 9; n++)
        *value = *value * 10 + (text.p[i + n] - '0');
    return char_is_digit(char_at(text, i + n)) ? 0 : n;
}

/* The month whose name starts at i; its bytes in *used. */
static int month_at(struct slice text, size_t i, size_t *used)
{
    char first = char_at(text, i);
    for (int m = 0; m < 12; m++)
        for (const char *const *name = months[m]; *name; name++) {
            if (!char_may_match(**name, first))
                continue;
            size_t n = strlen(*name);
            if (i + n > text.n || !slice_eq_nocase(slice_sub(text, i, n), slice_of(*name)))
                continue;
            if (char_at(text, i + n) == '.' && n <= 4)
                n++;
            if (char_is_letter(char_at(text, i + n)))
                continue;
            *used = n;
            return m + 1;
        }
    return 0;
}

static size_t skip(struct slice text, size_t i, const char *const *words)
{
    for (; *words; words++)
        if (text_has_at(text, i, *words))
            return i + strlen(*words);
    return i;
}

static bool year_at(struct slice text, size_t i, int *year, size_t *end)
{
    size_t n = digits(text, i, year);
    *end = i + n;
    bool era = text_has_at(text, i + n, " BC") || text_has_at(text, i + n, " v. Chr");
    return n == 4 && *year >= 1000 && *year < 2200 && !era;
}

static bool real_day(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

/* What may stand between the parts of a written date. */
static const char *const joints[] = {", ", " de ", " del ", " of ", ". ", " ", NULL};

/* "12 April 1961", "12th of April, 1961", "5. März 2024", "5 de marzo de 2024" */
static size_t day_first(struct slice text, size_t i, struct date *d)
{
    size_t n = digits(text, i, &d->day), used, end;
    if (n == 0 || n > 2)
        return 0;
    size_t next = i + n;
    if (text_has_at(text, next, "th") || text_has_at(text, next, "st") || text_has_at(text, next, "nd") ||
        text_has_at(text, next, "rd"))
        next += 2;
    size_t name = skip(text, next, joints);
    d->month = name > next ? month_at(text, name, &used) : 0;
    if (!d->month)
        return 0;
    size_t year = skip(text, name + used, joints);
    return year_at(text, year, &d->year, &end) && real_day(d->year, d->month, d->day) ? end : 0;
}

/* "April 12, 1961", "April 1961" */
static size_t month_first(struct slice text, size_t i, struct date *d)
{
    size_t used, end;
    d->month = month_at(text, i, &used);
    if (!d->month)
        return 0;
    size_t next = skip(text, i + used, joints);
    if (next > i + used && year_at(text, next, &d->year, &end))
        return end;
    size_t n = digits(text, next, &d->day);
    if (n == 0 || n > 2)
        return 0;
    next += n;
    if (text_has_at(text, next, "th") || text_has_at(text, next, "st") || text_has_at(text, next, "nd") ||
        text_has_at(text, next, "rd"))
        next += 2;
    size_t year = skip(text, next, joints);
    return year > next && year_at(text, year, &d->year, &end) && real_day(d->year, d->month, d->day) ? end : 0;
}

static size_t iso_time(struct slice text, size_t i, struct date *d)
{
    int hour, minute;
    if ((char_at(text, i) != 'T' && char_at(text, i) != ' ') || digits(text, i + 1, &hour) != 2 ||
        char_at(text, i + 3) != ':' || digits(text, i + 4, &minute) != 2 || hour > 23 || minute > 59)
        return i;
    d->hour = hour;
    d->minute = minute;
    return i + 6;
}

/* "1961-04-12", "1961/04/12", "1961年4月12日" */
static size_t year_first(struct slice text, size_t i, struct date *d)
{
    size_t end;
    if (!year_at(text, i, &d->year, &end))
        return 0;
    char mark = char_at(text, end);
    if ((mark == '-' || mark == '/') && digits(text, end + 1, &d->month) == 2 && char_at(text, end + 3) == mark &&
        digits(text, end + 4, &d->day) == 2 && real_day(d->year, d->month, d->day))
        return iso_time(text, end + 6, d);
    d->month = d->day = 0;
    if (!text_has_at(text, end, "年"))
        return end;
    size_t n = digits(text, end + 3, &d->month), after = end + 3 + n;
    if (n == 0 || !text_has_at(text, after, "月") || d->month > 12) {
        d->month = 0;
        return end + 3;
    }
    size_t more = digits(text, after + 3, &d->day);
    if (more == 0 || !text_has_at(text, after + 3 + more, "日") || !real_day(d->year, d->month, d->day)) {
        d->day = 0;
        return after + 3;
    }
    return after + 3 + more + 3;
}

/* "12.4.1961" is day first everywhere; "25/4/1961" and "4/25/1961" only where it can be told. */
static size_t all_figures(struct slice text, size_t i, struct date *d)
{
    int first, second;
    size_t n = digits(text, i, &first), end;
    char mark = char_at(text, i + n);
    if (n == 0 || n > 2 || (mark != '.' && mark != '/'))
        return 0;
    size_t m = digits(text, i + n + 1, &second);
    if (m == 0 || m > 2 || char_at(text, i + n + 1 + m) != mark || !year_at(text, i + n + m + 2, &d->year, &end))
        return 0;
    if (mark == '/' && first <= 12 && second <= 12 && first != second)
        return 0;
    bool american = mark == '/' && second > 12;
    d->day = american ? second : first;
    d->month = american ? first : second;
    return real_day(d->year, d->month, d->day) ? end : 0;
}

static size_t read_at(struct slice text, size_t i, struct date *d)
{
    static size_t (*const forms[])(struct slice, size_t, struct date *) = {day_first, month_first, all_figures,
                                                                           year_first};
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        *d = (struct date){.start = i, .hour = -1, .minute = -1};
        size_t end = forms[f](text, i, d);
        if (end && !char_is_digit(char_at(text, end)))
            return end;
    }
    return 0;
}

/* A bare year must not be a figure of something else: "1,961", "$1961", "1961 people" is let through. */
static bool bare_year_stands(struct slice text, const struct date *d, size_t end)
{
    if (d->month)
        return true;
    char before = d->start > 0 ? text.p[d->start - 1] : ' ', after = char_at(text, end);
    bool decade = after == 's' && !char_is_letter(char_at(text, end + 1));
    if (decade || before == ',' || before == '.' || before == '$' || after == '%')
        return false;
    return !((after == ',' || after == '.') && char_is_digit(char_at(text, end + 1)));
}

static size_t next_digit(struct slice text, size_t i)
{
    while (i < text.n && !char_is_digit(text.p[i]))
        i++;
    return i;
}

struct dates dates_read(struct arena *a, struct slice text)
{
    enum { BEFORE_FIGURE_BYTES = 32 }; /* more than a month's name and what joins it to a day or year */
    struct dates out = {NULL, 0};
    size_t room = 0, figure = next_digit(text, 0);
    for (size_t i = 0; i < text.n; i++) {
        if (figure < i)
            figure = next_digit(text, i);
        if (figure == text.n)
            break;
        if (figure - i > BEFORE_FIGURE_BYTES)
            continue;
        bool fresh = i == 0 || (!char_is_digit(text.p[i - 1]) &&
                                (!char_is_letter(text.p[i - 1]) || (unsigned char)text.p[i - 1] >= 0x80));
        /* Continuation bytes are no starts; "é" before "a" is a letter before it. */
        if (!fresh || ((unsigned char)text.p[i] & 0xC0) == 0x80 ||
            (!char_is_digit(text.p[i]) && !char_is_letter(text.p[i])))
            continue;
        struct date d;
        size_t end = read_at(text, i, &d);
        if (end == 0 || !bare_year_stands(text, &d, end))
            continue;
        d.n = end - i;
        *(struct date *)arena_push(a, (void **)&out.at, out.n, &room, sizeof d) = d;
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
