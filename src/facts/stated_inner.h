/* stated_inner.h - what the files of stated.h share. Private to stated*.c.
 *
 *   stated.c            calls the readers in their order: dates, numbers, negations
 *   stated_number.c     reads numbers with their bounds, ranges and rounding
 *   stated_date.c       reads dates, bare years, decades, days without a year
 *   stated_negation.c   finds negated words
 *   stated_compare.c    compares two values
 *   stated_place.c      finds a value's place among the words
 *
 * Each reader adds its findings to the statement, in the arena. `text` and `words` are the sentence's. */
#ifndef FACTS_STATED_INNER_H
#define FACTS_STATED_INNER_H

#include "facts/stated.h"

static inline bool spans_overlap(size_t start, size_t n, size_t other, size_t m)
{
    return start < other + m && other < start + n;
}

/* The words that cover the n bytes from start on. words must not be empty. */
struct place_in stated_place(struct words words, size_t start, size_t n);
/* Whether a comma, a bracket or the like is between two neighbouring words. */
bool stated_breaks(struct slice text, const struct word *left, const struct word *right);

void stated_dates(struct arena *a, struct stated *s, struct slice text, struct words words,
                  const struct numbers *numbers, const struct dates *dates);
/* Reads a number beside a month as a date without a year. False if no month is beside it. */
bool stated_day_of_month(struct arena *a, struct arena *scratch, struct stated *s, struct slice text,
                         struct words words, const struct number *n, const struct lang *lang);
/* Must run after stated_dates(), since the figures of dates are not numbers. */
void stated_numbers(struct arena *a, struct arena *scratch, struct stated *s, struct slice text, struct words words,
                    const struct numbers *numbers, const struct dates *dates, const struct lang *lang);
void stated_negations(struct arena *a, struct stated *s, struct slice text, struct words words,
                      const struct lang *lang);

#endif
