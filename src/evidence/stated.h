/* stated.h - what a sentence states besides its words: numbers, dates, names, and which of its words are negated.
 *
 * The readers of text/ find them; here they get what comparing needs: how coarsely a number is written, whether it is a
 * bound or a range, where each stands among the words. Everything lives in the arena of the call; any thread. */
#ifndef EVIDENCE_STATED_H
#define EVIDENCE_STATED_H

#include "text/read_date.h"
#include "text/read_name.h"
#include "text/read_number.h"

enum bound {
    BOUND_NONE,
    BOUND_ABOUT, /* "about 300" */
    BOUND_LEAST, /* "more than 300" */
    BOUND_MOST   /* "up to 300" */
};

struct place_in { /* words of the sentence that a value is made of, last one inclusive */
    size_t first, last;
};

struct stated_number {
    double low, high;  /* the same unless it is a range */
    double last_digit; /* what 1 in the last written digit is worth: 0.1 million for "3.5 million" */
    double round;      /* the same for the last digit that is no zero: 100 for "300" */
    const struct unit *unit;
    struct slice text;
    struct place_in at;
    enum bound bound;
    bool ordinal;
    bool guess; /* "1 024" in English: read as one number as well as two */
};

struct stated_date {
    struct date date;
    bool decade; /* "1990s" */
    /* date.year 0: not said ("on 3 March") */
    struct slice text;
    struct place_in at;
};

struct stated {
    struct stated_number *numbers;
    size_t number_count, number_room;
    struct stated_date *dates; /* bare years as well, unless they count or measure something */
    size_t date_count, date_room;
    struct names names;
    bool *negated;       /* by word: near behind "not", "never", "without", … */
    bool *in_value;      /* by word: part of a number or date */
    size_t negations;    /* how many "not", "never", … there are */
    size_t *negation_at; /* for each: the word behind it; may be words.n */
    size_t negation_room;
};

struct stated *stated_read(struct arena *a, struct slice text, struct words words, const struct lang *lang);

/* Whether `other` says what `claim` says: the same within the rounding of the coarser one, units converted; a claim
 * that is a bound or a range holds what is in it. */
bool number_agrees(const struct stated_number *claim, const struct stated_number *other);
/* Whether both can be true of one thing: one agrees with the other, or their ranges touch. Also true when their units
 * measure different things. */
bool numbers_compatible(const struct stated_number *one, const struct stated_number *other);
/* Whether both measure, or count, the same kind of thing. */
bool numbers_alike(const struct stated_number *one, const struct stated_number *other);
/* Year, month and day as far as both say them. */
bool dates_agree(const struct stated_date *one, const struct stated_date *other);
/* A bare year and a number without unit are written alike: "1500 people", "in 1500". */
bool date_agrees_with_number(const struct stated_date *date, const struct stated_number *number);

/* The same stem but for its ending, in languages whose endings stemmers miss. Five letters at least are the same. */
bool stems_alike(struct slice one, struct slice other);
/* Words between two places; 0 when they touch. A comma or the like in between counts as three. */
size_t places_apart(struct slice text, struct words words, struct place_in one, struct place_in other);

#endif
