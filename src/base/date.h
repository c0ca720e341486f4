/* date.h - days of the Gregorian calendar, and the forms in which machines write them.
 *
 * Protocols, feeds, metadata and options write dates in few forms: ISO 8601 (RFC 3339), RFC 2822 and the English
 * "May 6, 2024". They are read here. Dates in the sentences of people, in many languages, are read by facts/read_date.
 *
 * A form is not a calendar: "2019-02-31" is written rightly and no day. Callers that must not have such a day ask
 * date_valid(). Pure functions, any thread. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/slice.h"

enum { DATE_ROOM = 11 }; /* bytes of "2024-05-06" and its NUL */

struct day {
    int year, month, day; /* month and day from 1 */
};

/* Whether the calendar has this day. Any year from 0 to 9999 (RFC 3339, appendix C: leap years as since 1582). */
bool date_valid(struct day d);
/* Days from 1970-01-01 to d, which is valid; negative before. */
int64_t date_days(struct day d);

/* The figures of "2024-05-06" at the start of text, whatever follows. False for any other form; *d is then untouched.
 * Month and day may be any two figures. */
bool date_read_figures(struct slice text, struct day *d);
/* True when text is "2024-05-06" and nothing else, and a day of the calendar. */
bool date_parse_iso(struct slice text, struct day *d);

/* The date that text begins with, in one of the forms above; *d is untouched when there is none.
 *
 * "2024-05-06" and "2024/5/6" with anything behind, "20240506", "Mon, 06 May 2024 10:00:00 GMT", "6th of May 2024",
 * "May 6, 2024". Of words and figures the first DATE_WORDS count, and the first two figures must be day and year in
 * this order: in "10:30, 6 May 2024" neither is taken. Year 1000 to 9999, month 1 to 12, day 1 to 31. */
enum { DATE_WORDS = 6 };
bool date_parse(struct slice text, struct day *d);

/* "2024-05-06" and a NUL. False, and "", when a number does not fit its figures. */
bool date_print(struct day d, char out[DATE_ROOM]);

#endif
