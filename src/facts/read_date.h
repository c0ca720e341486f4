/* read_date.h - finds the dates in a text.
 *
 * It reads "12 April 1961", "April 12, 1961", "April 1961", "1961", "1961-04-12", "12.4.1961", "4/25/1961" (if only one
 * of the two can be a month) and "1961年4月12日". Names of months are known in every language of lang/ (LANG_MONTHS).
 * Years are 1000 to 2199. Years before Christ are not read.
 *
 * DESIGN: some names of months are also ordinary words: "It may 2010", "They march 5 miles", "The Mars 2020 rover". In
 * languages that capitalise months (struct lang) a word in small letters is a month only beside a day, after a
 * preposition, or with no word before it. A capitalised word is no month there if the months of its own language are
 * small ("mars"). In other languages both cases are months. */
#ifndef FACTS_READ_DATE_H
#define FACTS_READ_DATE_H

#include "base/arena.h"
#include "lang/lang.h"

struct date {
    int year, month, day; /* month and day are 0 if not stated */
    int hour, minute;     /* only read from ISO forms; -1 if not stated */
    size_t start, n;      /* position in the text, in bytes */
};

struct dates {
    struct date *at;
    size_t n;
};

/* The dates in the order of the text, without overlaps. lang: the text's language. */
struct dates dates_read(struct arena *a, struct slice text, const struct lang *lang);
/* "1961-04-12", "1961-04" or "1961", as far as the date goes. */
struct slice date_iso(struct arena *a, const struct date *d);

#endif
