#include "base/date.h"

#include "base/ascii.h"

bool date_valid(struct day d)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;
    return d.year >= 0 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= days[d.month - 1] + (d.month == 2 && leap);
}

/* Years begin in March here, so that the leap day is the last day of a year; 400 of them have always the same length
 * (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
int64_t date_days(struct day d)
{
    int64_t year = d.year - (d.month <= 2), era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The number of a run of figures; only its first nine count, more than any date has. */
static int date_number(struct slice figures)
{
    int n = 0;
    for (size_t i = 0; i < figures.n && i < 9; i++)
        n = n * 10 + (figures.p[i] - '0');
    return n;
}

static struct day date_of_figures(struct slice year, struct slice month, struct slice day)
{
    return (struct day){date_number(year), date_number(month), date_number(day)};
}

bool date_read_figures(struct slice text, struct day *d)
{
    if (text.n < 10)
        return false;
    for (size_t i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? text.p[i] != '-' : !ascii_is_digit(text.p[i]))
            return false;
    *d = date_of_figures(slice_sub(text, 0, 4), slice_sub(text, 5, 2), slice_sub(text, 8, 2));
    return true;
}

bool date_parse_iso(struct slice text, struct day *d)
{
    struct day read;
    if (text.n != 10 || !date_read_figures(text, &read) || !date_valid(read))
        return false;
    *d = read;
    return true;
}

/* A month's name by its first three letters, as RFC 2822 writes it; the whole English name begins with them. */
static int date_month(struct slice word)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; word.n >= 3 && i < 12; i++)
        if (slice_eq_nocase(slice_sub(word, 0, 3), (struct slice){names + 3 * i, 3}))
            return i + 1;
    return 0;
}

/* The next run of figures or of ASCII letters; empty at the end. */
static struct slice date_word(struct slice *rest)
{
    size_t i = 0;
    if (rest->n == 0) /* of no value at all, there is no address to count from */
        return (struct slice){"", 0};
    while (i < rest->n && !ascii_is_digit(rest->p[i]) && !ascii_is_letter(rest->p[i]))
        i++;
    size_t start = i;
    bool figures = i < rest->n && ascii_is_digit(rest->p[i]);
    while (i < rest->n && (figures ? ascii_is_digit(rest->p[i]) : ascii_is_letter(rest->p[i])))
        i++;
    struct slice word = slice_sub(*rest, start, i - start);
    *rest = slice_sub(*rest, i, rest->n - i);
    return word;
}

/* "6 May 2024" and "May 6, 2024" among the first words. */
static bool date_of_words(struct slice rest, struct day *d)
{
    struct slice figures[2] = {{"", 0}, {"", 0}};
    size_t count = 0;
    int month = 0;
    for (int i = 0; i < DATE_WORDS && !(month && count == 2); i++) {
        struct slice word = date_word(&rest);
        if (word.n == 0)
            break;
        if (!ascii_is_digit(word.p[0]))
            month = month ? month : date_month(word);
        else if (word.n <= 4 && count < 2)
            figures[count++] = word;
    }
    if (!month || count < 2 || figures[0].n > 2 || figures[1].n < 4)
        return false;
    *d = (struct day){date_number(figures[1]), month, date_number(figures[0])};
    return true;
}

bool date_parse(struct slice text, struct day *d)
{
    struct slice rest = text, first = date_word(&rest);
    struct day read;
    if (first.n == 8 && ascii_is_digit(first.p[0])) {
        read = date_of_figures(slice_sub(first, 0, 4), slice_sub(first, 4, 2), slice_sub(first, 6, 2));
    } else if (first.n == 4 && ascii_is_digit(first.p[0])) {
        struct slice month = date_word(&rest), day = date_word(&rest);
        if (month.n == 0 || day.n == 0 || !ascii_is_digit(month.p[0]) || !ascii_is_digit(day.p[0]))
            return false;
        read = date_of_figures(first, month, day);
    } else if (!date_of_words(text, &read)) {
        return false;
    }
    if (read.year < 1000 || read.year > 9999 || read.month < 1 || read.month > 12 || read.day < 1 || read.day > 31)
        return false;
    *d = read;
    return true;
}

bool date_print(struct day d, char out[DATE_ROOM])
{
    out[0] = '\0';
    if (d.year < 0 || d.year > 9999 || d.month < 0 || d.month > 99 || d.day < 0 || d.day > 99)
        return false;
    char *p = out;
    for (int div = 1000; div; div /= 10)
        *p++ = (char)('0' + d.year / div % 10);
    *p++ = '-', *p++ = (char)('0' + d.month / 10), *p++ = (char)('0' + d.month % 10);
    *p++ = '-', *p++ = (char)('0' + d.day / 10), *p++ = (char)('0' + d.day % 10), *p = '\0';
    return true;
}
