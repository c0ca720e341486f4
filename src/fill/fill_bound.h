/* fill_bound.h - values that are bound to a thing by a relation and a type; private to the fill*.c files.
 *
 *   fill_bound.c    decides which places are read this way
 *   fill_want.c     a field as a relation and a type
 *   fill_ground.c   the sentences about a thing; how near a value is to its relation
 *   fill_span.c     text: names, places by level, what the thing is
 *   fill_kind.c     what the thing is, offices, colours, months
 *   fill_title.c    names of the thing itself
 *   fill_figure.c, fill_number.c   numbers in the unit that is asked for, years, dates, ranks
 *   fill_several.c  lists
 *   fill_row.c      rows: "Founded | 2 March 1994"
 *   fill_sure.c     the probability that a value is right
 *
 * Where a request names a thing whose page is at hand, a field is a relation ("founded") and a type of value (a year).
 * fill_want.c reads both off the field. fill_ground.c reads the sentences of the thing's page, once. Then the values of
 * the type in those sentences are weighed by how near the words of the relation are, and on which side; the best one is
 * taken, or none. Sentences of other pages count only where they name the thing.
 *
 * DESIGN: the nearest capitalised word was wrong in one of four fields. A type throws out most of the rivals, and the
 * words that a relation is stated with stand before its value in English, without a comma or another value of the same
 * type between them. All weights were set by hand on requests over encyclopedia pages.
 * OWNERSHIP: everything lives in the session's arena. */
#ifndef FILL_FILL_BOUND_H
#define FILL_FILL_BOUND_H

#include "facts/read_lead.h"
#include "facts/read_name.h"
#include "fill/fill_inner.h"

enum want { /* types finer than enum field_kind */
            WANT_NONE,
            WANT_COUNTRY,
            WANT_NATIONALITY,
            WANT_STATE,
            WANT_CITY,
            WANT_CONTINENT,
            WANT_OCCUPATION,
            WANT_GENRE, /* what comes before the noun that says what it is: "horror" of "horror film" */
            WANT_KIND,  /* what the thing is */
            WANT_FULL,  /* its names */
            WANT_NAME,
            WANT_OFFICIAL,
            WANT_ORIGINAL,
            WANT_OTHER,
            WANT_SHORT,
            WANT_COMMON, /* the name that most people use */
            WANT_GIVEN,  /* parts of a person's name */
            WANT_MIDDLE,
            WANT_SURNAME,
            WANT_PERSON,
            WANT_MONTH,
            WANT_COLOUR,
            WANT_OFFICE,
            WANT_SPORT,
            WANT_SENTENCE
};

/* Which value of a range or a pair the field asks for. */
enum range_end { RANGE_ANY, RANGE_START, RANGE_END };

enum { CUE_GROUPS_MAX = 24, CUES_MAX = 96 };

/* A word that the field's relation may be stated with. Words of one group say the same. */
struct cue {
    struct slice stem;
    unsigned group;
    bool own; /* the field has it; else it is a synonym */
};

/* A field as a relation and a type. */
struct ask {
    const struct place *place;
    enum want want;
    enum range_end range;
    enum field_kind kind; /* by the name alone */
    struct words name;    /* the words of the name */
    bool person, year, ordinal, work;
    bool pair;             /* a list of what the thing connects */
    bool author;           /* it asks for who made a work, which "a novel by" says as well */
    bool agent;            /* a person or an organisation that did it */
    struct slice leads;    /* prepositions that lead to the value, with blanks between; empty: none is known */
    struct slice nouns[2]; /* stems of the noun for the value, of the name and of the description: "county" */
    bool list;             /* an element of a list is wanted */
    struct cue cues[CUES_MAX];
    size_t cue_count;
    double weights[CUE_GROUPS_MAX]; /* of groups; those of the name come first */
    unsigned by_name, groups;       /* how many groups the name has, and all */
    unsigned about;         /* the group of the list element that the field's object describes, plus 1; 0: none */
    unsigned outer, outers; /* the first group of the object around the field, and how many it has */
    bool related;           /* some group says more than the type and the thing's own name */
};

/* A sentence that is about the thing, with what all fields read off it. */
struct ground {
    const struct sentence *sentence;
    struct slice text; /* the sentence's; a copy where it has spaces that do not break */
    struct words words;
    const struct lang *lang;
    struct names names;
    struct lead lead;
    double *at;         /* by word: how far it is from the first one, small words and marks weighed */
    size_t *commas;     /* by word: marks before it */
    bool own;           /* of the thing's page, not of another one that names it */
    size_t order;       /* among the sentences of that page: 0 is its first */
    bool opens;         /* it is the first sentence of the page's text */
    struct words label; /* of a row: the words of its label, which may be on the line before; none: it is no row */
    const struct sentence *label_line; /* the line with the label, where it is another one; else NULL */
    size_t value;                      /* of a row: the first word of its value */
};

struct grounds {
    struct ground *at;
    size_t n;
    size_t most;              /* while they are read */
    struct slice title;       /* of the thing's page, without a bracket */
    struct words title_words; /* of the whole title, and of its other names */
};

/* Words first..last of a ground that may be the value. */
struct candidate {
    const struct ground *ground;
    size_t first, last;
    struct slice text;
    double bonus;
    double score; /* bound_weigh: relation and bonus */
    double relation;
    double around; /* how near words of the object around the field are */
    size_t by;     /* the word "by" before those that say who it is: "by the American singer A"; 0: none */
    bool led;      /* a preposition of ask->leads is before it */
    bool exact;    /* a number: it is in the unit that the field asks for */
    bool sure;     /* it needs no word of a relation */
    size_t tag;    /* the caller's */
};

struct candidates {
    struct candidate *at;
    size_t n, room;
};

/* fill_want.c */
struct ask ask_read(struct fill *f, const struct place *p, const struct grounds *g);

/* fill_ground.c. The sentences about the thing that the place is of: the element that it describes where that has a
 * page, else what the request names. n is 0 where no page of it is at hand. */
const struct grounds *grounds_of(struct fill *f, const struct place *p);
/* Whether they are of the page whose title the text is. */
bool grounds_are_of(struct fill *f, const struct grounds *g, struct slice text);
void candidate_add(struct fill *f, struct candidates *c, struct candidate one);
/* Sets relation and score of each candidate. Candidates between a value and a word of its relation stand in its way,
 * so all of the type have to be there. */
void bound_weigh(struct fill *f, const struct ask *ask, struct candidates *c);
const struct candidate *bound_best(const struct candidates *c);
/* Whether the word before word i, or before the determiners there, is one of ask->leads. */
bool bound_led(const struct ask *ask, const struct ground *g, size_t i);
/* The groups that word i states, as bits. */
uint32_t cue_bits(const struct ask *ask, struct slice stem);
/* Whether word i is the noun for the value. */
bool ask_is_noun(const struct ask *ask, const struct ground *g, size_t i);
/* The entry of the list that starts at word i and ends where a word ends; *count: its words. NULL: none. */
const struct lang_entry *ground_entry(const struct ground *g, enum lang_list list, size_t i, size_t *count);
bool ground_has(const struct ground *g, size_t i, enum lang_list list);
struct slice ground_span(const struct ground *g, size_t first, size_t last);
/* The first word that begins at this byte of its text or behind it; words.n: there is none. */
size_t ground_word(const struct ground *g, const char *at);
/* The text between words i and i + 1. */
struct slice ground_gap(const struct ground *g, size_t i);
/* Whether all words are of the thing's own names. */
bool grounds_names_self(const struct grounds *g, const struct ground *at, size_t first, size_t last);
/* Takes a value that candidate c states. */
bool bound_take(struct fill *f, const struct ask *ask, const struct candidate *c, struct value value,
                struct found *out);

/* Where the value of a row begins in its text: behind " | ", or behind ": " of a short line. 0: the text is
 * no row, or one of several columns. */
size_t ground_row_at(struct slice text);
/* Whether the text is a short line that may be the label of the next one, as in "Born", "4 May 1951". */
bool ground_is_label(struct slice text, struct words words);
/* How much of the field the label of a row says, 0 to 1; 0 where it says more than the field. */
double ground_row_match(const struct ask *ask, const struct ground *g);
/* fill_row.c. Whether there is a row whose label is the field's. */
bool row_there(const struct ask *ask, const struct grounds *gs);
/* Takes the whole value of the row whose label is the field's. */
bool row_text(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* The elements of that value; none: there is no such row. */
void row_list(struct fill *f, const struct ask *ask, const struct grounds *gs, struct candidates *out);

/* fill_sure.c. The probability that a value with this score is right. */
double bound_sure(const struct ask *ask, double score);
/* fill_number.c. The number as the field wants it, in its unit and scale. counted: the field's word follows it, so it
 * may have another unit or none. False: it measures something else, or is no whole number. *gain: how well it fits. */
bool number_fits(const struct fill *f, const struct field *field, const struct number *n, bool counted, bool integer,
                 struct value *out, double *gain);
/* fill_span.c, fill_figure.c. Each reads a value of its type; false: none is stated. */
bool bound_number(struct fill *f, const struct ask *ask, const struct grounds *g, bool integer, struct found *out);
bool bound_date(struct fill *f, const struct ask *ask, const struct grounds *g, struct found *out);
/* fill_title.c. Takes a text that is stated by its place in the sentence, with the score `sure`. */
bool title_take(struct fill *f, const struct ask *ask, const struct ground *g, struct slice text, double sure,
                struct found *out);
/* The same for names of the thing itself. */
bool title_name(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
bool title_part(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
bool title_common(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* fill_several.c. The elements of a list; none: nothing is stated. */
void bound_list(struct fill *f, const struct ask *ask, const struct grounds *g, struct candidates *out);
/* The country that a name or an adjective of it says; empty: none. */
struct slice country_of(const struct ground *g, size_t i, size_t *count);
/* Whether its words first.. are a part of another name: "Gulf of Guinea", "Guinea Highlands". */
bool country_within(const struct ground *g, size_t first, size_t count);
/* All spans of a ground that may be values of the asked type. */
void span_candidates(struct fill *f, const struct ask *ask, const struct grounds *gs, const struct ground *g,
                     struct candidates *out);

/* The same with the best of them taken, if its score is good enough. */
bool span_any(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* Takes the best candidate from this score on, of the thing's own page where that has one. */
bool span_take_best(struct fill *f, const struct ask *ask, struct candidates *c, double from, struct found *out);
/* Countries, nationalities and continents: closed lists. */
bool span_listed(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* Cities and states, by their place in "in Bentonville, Arkansas" and by the words before them. */
bool span_places(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* What is before the field's noun and counted: "silver-zinc" for a battery type. */
bool span_modifiers(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
bool span_capital(const struct ground *g, size_t i);
/* Whether word i is small, no number and no small word of grammar. */
bool span_small_noun(const struct ground *g, size_t i);
/* Whether the text between words i and i + 1 is this. */
bool span_gap_is(const struct ground *g, size_t i, const char *what);
/* Whether words first..last are an adjective of a nation and nothing else. */
bool span_is_demonym(const struct ground *g, size_t first, size_t last);
/* The end of a title that begins with the name: capitalised words with a few small ones between. */
size_t span_title_end(const struct ground *g, size_t last);
/* Whether the word is the field's noun in the same form: "states" is no state. */
bool span_noun_exact(const struct ask *ask, const struct ground *g, size_t i);

/* fill_kind.c. What the thing is, by the sentences that define it. */
bool kind_is(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* What stands before the field's own noun: "in the petroleum industry", "in the Art Deco style". */
bool kind_headed(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
bool kind_month(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* "served as Chancellor of Germany", "as the commander of the mission", "was Queen of France" */
bool kind_office(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
bool kind_sport(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);
/* Words for colours, and those that are joined to them: "silvery-white". */
bool kind_colour(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out);

/* fill_bound.c. Fills a leaf of one type. *mine: the place is of a thing that is at hand, and its type is one that is
 * read this way; then what was not found is not stated. */
bool fill_bound(struct fill *f, const struct place *p, unsigned type, bool *mine, struct found *out);

#endif
