/* page_date.c - the date formats of pages and feeds, turned into YYYY-MM-DD. */
#include "text/page.h"

static int month_of(struct slice word)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (word.n < 3)
        return 0;
    for (int i = 0; i < 12; i++)
        if (slice_eq_nocase(slice_sub(word, 0, 3), (struct slice){names + i * 3, 3}))
            return i + 1;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct slice print(struct arena *a, long year, long month, long day)
{
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return (struct slice){"", 0};
    return arena_printf(a, "%04ld-%02ld-%02ld", year, month, day);
}

/* The next run of digits or letters. */
static struct slice next(struct slice *rest)
{
    size_t i = 0;
    while (i < rest->n && !is_digit(rest->p[i]) && !((rest->p[i] | 32) >= 'a' && (rest->p[i] | 32) <= 'z'))
        i++;
    size_t start = i;
    bool digits = i < rest->n && is_digit(rest->p[i]);
    while (i < rest->n && (digits ? is_digit(rest->p[i]) : (rest->p[i] | 32) >= 'a' && (rest->p[i] | 32) <= 'z'))
        i++;
    struct slice word = slice_sub(*rest, start, i - start);
    *rest = slice_sub(*rest, i, rest->n - i);
    return word;
}

static long number(struct slice word)
{
    long n = 0;
    for (size_t i = 0; i < word.n && i < 9; i++)
        n = n * 10 + (word.p[i] - '0');
    return n;
}

struct slice page_date(struct arena *a, struct slice text)
{
    if (text.n == 0)
        return (struct slice){"", 0};
    struct slice rest = slice_trim(text), word = next(&rest);
    long year = 0, month = 0, day = 0;
    if (word.n == 8 && is_digit(word.p[0])) /* 20191118 */
        return print(a, number(slice_sub(word, 0, 4)), number(slice_sub(word, 4, 2)), number(slice_sub(word, 6, 2)));
    if (word.n == 4 && is_digit(word.p[0])) { /* 2019-11-18, 2019/11/18 */
        year = number(word);
        month = number(next(&rest));
        return print(a, year, month, number(next(&rest)));
    }
    for (int i = 0; i < 6 && word.n && !(year && month && day); i++, word = next(&rest)) {
        if (is_digit(word.p[0]) && word.n == 4)
            year = number(word);
        else if (is_digit(word.p[0]) && word.n <= 2 && day == 0)
            day = number(word);
        else if (!is_digit(word.p[0]) && month == 0)
            month = month_of(word);
    }
    return print(a, year, month, day);
}
