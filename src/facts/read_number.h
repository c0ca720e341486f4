/* read_number.h - finds the numbers in a text, with their scale words and units.
 *
 * It reads figures with separators ("1,024", in German "1.024"), decimals, scale words ("3.5 million", "2 Milliarden"),
 * numerals ("twenty-one"; languages with LANG_NUMERALS), percentages, currencies, and units with their dimension. For a
 * range ("10-12 km") it returns the first bound with the unit of the second; for "10,935 ± 6 m" the value before the
 * sign. It does not read parts of words (H2O),
 * version numbers and clock times. Units are in read_unit.c. */
#ifndef FACTS_READ_NUMBER_H
#define FACTS_READ_NUMBER_H

#include "base/arena.h"
#include "lang/lang.h"

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
    double factor, offset; /* value * factor + offset is in the dimension's base unit; for money factor is the
                            * currency's number, and nothing is converted */
};

struct number {
    double value;            /* with scale words applied */
    const struct unit *unit; /* NULL: a plain count */
    size_t start, n;         /* position in the text in bytes, with scale word and unit */
    double give;             /* "± 6": how far it may be off, in the same unit; 0: the text does not say */
    bool year;               /* four digits without separator, unit or scale, 1000 to 2199 */
    bool ordinal;            /* "19th" */
    bool whole;              /* written without decimals and without a scale word */
};

struct numbers {
    struct number *at;
    size_t n;
};

/* The numbers in the order of the text, without overlaps. lang: the text's language. */
struct numbers numbers_read(struct arena *a, struct slice text, const struct lang *lang);

/* A dimension by its name in small letters ("length"), as the lists of lang/ write it. DIM_NONE if unknown. */
enum dimension dimension_named(struct slice name);
/* The unit with the longest name that starts text and ends where a word ends. *used: its bytes. NULL: none. */
const struct unit *unit_at(struct slice text, size_t *used);
/* A unit by one word of a field's name ("km", "pct", "usd"). NULL: none. */
const struct unit *unit_of_word(struct slice word);
/* "millions" gives 1e6; 0 if the word is no scale word of the language. */
double scale_of_word(struct slice word, const struct lang *lang);
/* Converts value, and rounds it to six digits if the units differ. False if the dimensions or the currencies differ. */
MUST_USE bool unit_convert(double value, const struct unit *from, const struct unit *to, double *out);

#endif
