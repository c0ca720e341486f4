/* read_number.h - the numbers that a sentence states, with what they count: scale words and units read off.
 *
 * Figures with separators ("1,024", in German "1.024"), decimals, scale words ("3.5 million", "2 Milliarden"),
 * English numerals ("twenty-one"), percents, currencies, and units with their dimension. Of a range ("10-12 km") the
 * first bound is given, with the unit of the second. Not read: parts of words (H2O), versions, clock times. */
#ifndef TEXT_READ_NUMBER_H
#define TEXT_READ_NUMBER_H

#include "base/arena.h"
#include "text/lang.h"

enum dimension {
    DIM_NONE, /* a plain count */
    DIM_LENGTH,
    DIM_AREA,
    DIM_VOLUME,
    DIM_MASS,
    DIM_TIME,
    DIM_SPEED,
    DIM_TEMPERATURE,
    DIM_POWER,
    DIM_ENERGY,
    DIM_BYTES,
    DIM_FREQUENCY,
    DIM_PERCENT,
    DIM_MONEY
};

struct unit {
    const char *name;
    enum dimension dimension;
    double factor, offset; /* in the dimension's base unit: value * factor + offset; for money the currency's number */
};

struct number {
    double value;            /* scale words applied */
    const struct unit *unit; /* NULL: a plain count */
    size_t start, n;         /* bytes of the text, scale word and unit included */
    bool year;               /* four digits without separator, unit or scale, 1000 to 2199 */
    bool ordinal;            /* "19th" */
    bool whole;              /* no decimals were written and no scale word was needed */
};

struct numbers {
    struct number *at;
    size_t n;
};

struct numbers numbers_read(struct arena *a, struct slice text, const struct lang *lang);

/* The longest unit name that starts text and ends at a word's end; *used gets its bytes. NULL: none. */
const struct unit *unit_at(struct slice text, size_t *used);
/* A unit by one word of a field's name ("km", "pct", "usd"). NULL: none. */
const struct unit *unit_of_word(struct slice word);
/* "millions" gives 1e6; 0 when the word is no scale in that language. */
double scale_of_word(struct slice word, const struct lang *lang);
/* value in another unit, rounded to six digits when it was not the same one; false when the dimensions differ. */
MUST_USE bool unit_convert(double value, const struct unit *from, const struct unit *to, double *out);

#endif
