/* read_date.h - the dates that a sentence states.
 *
 * "12 April 1961", "April 12, 1961", "April 1961", "1961", "1961-04-12", "12.4.1961", "4/25/1961" (only where one of
 * the two can be no month), "1961年4月12日"; names of months in the languages of the month table. Years 1000 to 2199;
 * years before Christ are not read. */
#ifndef TEXT_READ_DATE_H
#define TEXT_READ_DATE_H

#include "base/arena.h"

struct date {
    int year, month, day; /* month and day 0: not said */
    int hour, minute;     /* of ISO forms; -1: not said */
    size_t start, n;      /* bytes of the text */
};

struct dates {
    struct date *at;
    size_t n;
};

struct dates dates_read(struct arena *a, struct slice text);
/* "1961-04-12", "1961-04" or "1961". */
struct slice date_iso(struct arena *a, const struct date *d);

#endif
