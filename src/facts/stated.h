/* stated.h - reads the numbers, dates, names and negations of a sentence, and compares values of two sentences.
 *
 * The readers of facts/ find the values. This module adds what a comparison needs: how coarsely a number is written,
 * whether it is a bound or a range, and which words a value is made of. stated_negation.c finds negated words,
 * stated_compare.c compares values, stated_place.c measures how far apart two values are.
 *
 * OWNERSHIP: everything is in the arena of the call. THREADS: any. */
#ifndef FACTS_STATED_H
#define FACTS_STATED_H

#include "facts/read_date.h"
#include "facts/read_name.h"
#include "facts/read_number.h"

enum bound {
    BOUND_NONE,
    BOUND_ABOUT, /* "about 300" */
    BOUND_LEAST, /* "more than 300" */
    BOUND_MOST   /* "up to 300" */
};

struct place_in { /* the words that a value is made of: indexes into the sentence's words, both inclusive */
    size_t first, last;
};

struct stated_number {
    double low, high;  /* equal unless it is a range */
    double last_digit; /* the value of 1 in the last written digit: 0.1 million for "3.5 million" */
    double round;      /* the value of 1 in the last digit that is not zero: 100 for "300" */
    double give;       /* "± 6": how far it may be off; 0: the text does not say */
    const struct unit *unit;
    struct slice text;
    struct place_in at;
    enum bound bound;
    bool ordinal;
    bool guess; /* "1 024" in English is listed as two numbers, and as this one */
};

struct stated_date {
    struct date date; /* year is 0 if not stated ("on 3 March") */
    bool decade;      /* "1990s" */
    struct slice text;
    struct place_in at;
};

struct stated {
    struct stated_number *numbers;
    size_t number_count, number_room;
    struct stated_date *dates; /* also bare years, unless they count or measure something */
    size_t date_count, date_room;
    struct names names;
    bool *negated;       /* by word: close to "not", "never", "without", … */
    bool *in_value;      /* by word: part of a number or date */
    size_t negations;    /* how many words like "not" and "never" there are */
    size_t *negation_at; /* for each of them the index of the word behind it; may be words.n */
    size_t negation_room;
};

struct stated *stated_read(struct arena *a, struct slice text, struct words words, const struct lang *lang);

/* Whether `other` states what `claim` states: equal within the rounding of the coarser one, after conversion of units.
 * A range agrees with every number in it. "More than 300" agrees with numbers from 300 to one and a half times as much,
 * "up to 300" with those from half as much to 300. */
bool number_agrees(const struct stated_number *claim, const struct stated_number *other);
/* Whether both can be true of one thing: one agrees with the other, or their ranges touch, or their units measure
 * different things. */
bool numbers_compatible(const struct stated_number *one, const struct stated_number *other);
/* Whether both measure, or count, the same kind of thing. */
bool numbers_alike(const struct stated_number *one, const struct stated_number *other);
/* Whether year, month and day are equal, as far as both state them. Both must state a year, or a month. */
bool dates_agree(const struct stated_date *one, const struct stated_date *other);
/* Whether a bare year and a number without unit are written alike: "in 1500", "1500 people". */
bool date_agrees_with_number(const struct stated_date *date, const struct stated_number *number);

/* How many words are between two places; 0 if they touch. A comma or the like in between counts as three words. */
size_t places_apart(struct slice text, struct words words, struct place_in one, struct place_in other);

/* Whether the sentence has a negation. Only words of its own language count: "no" denies in English and means "in the"
 * in Portuguese. "Not only" denies nothing. */
bool stated_denies(struct slice text, struct words words, const struct lang *lang);

#endif
