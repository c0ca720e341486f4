/* fill.h - structured output from evidence alone, private to the fill*.c files.
 *
 * A schema is walked from its root; each property is a place. Places that ask about the world (content) are filled with
 * values read off ranked sentences; places that ask about the answer itself (its sources, a quote, the confidence) are
 * filled afterwards from what the content beside them was read off. Nothing is written that no sentence states: a place
 * without support gets null, or the valid value that says least.
 *
 *   fill.c         the whole document: built, checked, printed, claimed
 *   fill_budget.c  what all that may cost, and what stands where nothing was found
 *   fill_tree.c    objects, unions, recursion
 *   fill_array.c   arrays
 *   fill_name.c    what a property's name and description ask for
 *   fill_pick.c    the sentences for one place, best first
 *   fill_number.c, fill_string.c, fill_choice.c   one value of each type from those sentences
 *   fill_given.c   what a language model wrote for a place
 *   fill_doubt.c   what other pages have for it
 *   fill_meta.c    citations, reasoning, confidence, quotes
 *   read_*.c       numbers, dates, names and lists in a text
 *
 * Probabilities: that the sentence is about the place (fill_pick), times how directly the value was read off it: */
#ifndef RESEARCH_FILL_H
#define RESEARCH_FILL_H

#include "text/read_number.h"
#include "research/steps.h"
#include "shape/check.h"

/* Estimates, not measurements: their order is what matters until enough fields with known values exist to fit them. */
#define FILL_SENTENCE 1.0    /* quoted whole */
#define FILL_EXACT 0.95      /* a full date; a number with the unit that was asked for */
#define FILL_TYPED 0.85      /* a year; the only enum member that is mentioned; a plain number */
#define FILL_LISTED 0.80     /* an element of an enumeration */
#define FILL_NAMED 0.75      /* a name of the expected kind beside the words that ask for it */
#define FILL_JUDGED 0.60     /* true or false by the words of a sentence; one of several enum members */
#define FILL_NEARBY 0.40     /* the nearest name, while no word of the field is in the sentence */
#define FILL_UNCONFIRMED 0.7 /* factor: a number or date in a sentence that has no word of the field */

/* Under this probability a place stays empty: what is found is about something else. */
#define FILL_FROM 0.20

/* What one document may cost (fill_budget.c): steps of about a microsecond, steps of checks (shape/check.h), and time in
 * the matcher of patterns. A document of 100 fields takes some 20,000 steps and 5,000 checks. */
enum { FILL_STEPS = 120 * 1000, FILL_CHECKS = 1000 * 1000, FILL_PATTERN_US = 50 * 1000 };
/* Prices: a place met and its name read, a place's sentences ranked, a hundred members of an enum looked at. */
enum { STEPS_A_PLACE = 40, STEPS_A_RANKING = 250, STEPS_A_HUNDRED_MEMBERS = 10 };

/* Most entries of the basis for nested values (BASIS_LEAF). */
enum { LEAVES_MAX = 500 };

enum field_role {
    FIELD_CONTENT,
    FIELD_ANSWER,
    FIELD_CITATIONS, /* from here on about the answer, not the world */
    FIELD_REASONING,
    FIELD_CONFIDENCE,
    FIELD_URL,
    FIELD_TITLE,
    FIELD_DATE,
    FIELD_SITE,
    FIELD_QUOTE
};

enum field_kind {
    KIND_ANY,
    KIND_PERSON,
    KIND_PLACE,
    KIND_NAME, /* a name or a short noun phrase */
    KIND_DATE,
    KIND_YEAR,
    KIND_NUMBER, /* also as text: the number with its unit */
    KIND_ORDINAL,
    KIND_SENTENCE, /* a description: whole sentences */
    KIND_FACTS     /* several of them */
};

struct field_word { /* a word that asks for the field; synonyms share a group */
    struct slice stem;
    size_t group;
};

/* What a property's name and description ask for. */
struct field {
    enum field_role role;
    enum field_kind kind;
    struct slice text; /* name and description as words, for the query */
    struct field_word *words;
    size_t word_count, group_count; /* no groups: the name says nothing ("value"), words are the question's */
    struct field_word *hints;       /* telling words of the description, each its own group */
    size_t hint_count;
    const struct unit *unit; /* NULL: none is asked for */
    double scale;            /* in millions: 1e6; 1 otherwise */
    bool measured;           /* dimension is known, by the unit or by a word ("height") */
    enum dimension dimension;
    bool label; /* what the object is called: its element's own name */
    bool birth, death;
};

struct place {
    const struct place *parent; /* NULL: the root */
    struct slice name;          /* property; empty for elements of arrays */
    const struct shape *schema; /* as it was given */
    const struct shape *shape;  /* the same with $ref merged in */
    struct field field;
    struct slice about; /* the list element that this object is about; else empty */
    const struct value *given; /* what a language model wrote here; NULL: nothing */
    unsigned depth;
    bool source_like; /* in an object that describes a source */
};

struct found_part;

struct found {
    struct value value;
    bool possible;  /* there is a valid value at all */
    bool supported; /* it, or a part of it, was read off sentences */
    bool given;     /* a language model wrote it */
    double probability;
    const struct sentence **support;
    size_t support_count, support_room;
    struct slice read; /* the bytes that state a number or a date */
    struct slice note;
    const struct found_part *parts; /* members of an object, those left out too; elements of an array. May be none. */
    size_t part_count;
};

struct found_part {
    struct slice name; /* of a member; empty for an element */
    struct found found;
    bool settled; /* of a member: it went out, or is left out for good */
};

/* The places of an object's properties and what they are filled with, both in the schema's order. */
struct members {
    struct place *places;
    struct found_part *parts;
    size_t n;
};

struct enum_words {
    const struct value *of; /* the enum's first member */
    const struct lang *lang;
    const struct words *words; /* of each member; none for what is no text */
};

struct fill {
    struct session *session;
    struct arena *arena;
    struct slice query;
    struct need ask;
    struct ranking ask_ranking;
    double *subject; /* for each sentence of the view: how much of what the question names it is about, 0 to 1 */
    bool named;      /* the question names things (capitals) */
    const struct unit *unit; /* that the question asks for ("how many miles"); NULL: none */
    bool lone;               /* a single place asks about the world: the question asks for it, whatever its name */
    struct aligner *aligner;       /* NULL: no model wrote anything */
    struct enum_words enum_words; /* of the enum that was looked at last */
    size_t ranked;           /* places ranked so far */
    size_t steps;            /* left to spend; fill_budget.c */
    struct check_budget checks;
    size_t leaves_left;
    bool spent; /* something is used up: no place is looked into any more */
};

struct pick {
    const struct sentence *sentence;
    double score;   /* to compare within one place */
    double covered; /* share of the field's words that it has, 0 to 1 */
    double subject; /* share of what the question names */
};

struct picks {
    struct pick *at; /* best first; none when nothing is about the place */
    size_t n;
    double probability;
};

/* The same stem, or one that begins alike: "discoveri" and "discov" are forms of one word. */
bool stem_is_form(struct slice stem, struct slice other);
/* fill_name.c */
struct field field_read(struct arena *a, const struct place *p, const struct lang *lang);
bool field_has(const struct field *f, struct slice stem);
/* Words between the byte offset and the nearest word of the field; FIELD_FAR when it has none there. */
enum { FIELD_FAR = 12 };
size_t field_distance(const struct field *f, const struct sentence *s, size_t start, size_t n);
struct slice name_as_words(struct arena *a, struct slice name);
bool word_listed(struct slice word, const char *const *list);

/* fill_budget.c */
void fill_open_budget(struct fill *f);
/* False: the steps are used up, time is up, or nobody waits any more. What is begun is then ended, not filled. */
bool fill_spend(struct fill *f, size_t steps);
/* shape_check out of the budget; once that is used up nothing fits. */
bool fill_accepts(struct fill *f, const struct shape *schema, const struct value *v);
bool place_accepts(struct fill *f, const struct place *p, const struct value *v);
/* The valid value that says least: null, "unknown", or by safest_within; possible false when there is none. */
void found_nothing(struct fill *f, const struct shape *schema, struct found *out);

/* fill_pick.c */
MUST_USE bool fill_prepare(struct fill *f, struct session *s, struct err *e);
MUST_USE bool fill_pick(struct fill *f, const struct place *p, struct picks *out, struct err *e);

/* One value of a type; true when one was read. They leave *out untouched otherwise. */
bool fill_number(struct fill *f, const struct place *p, const struct picks *picks, bool integer, struct found *out);
bool fill_date(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
/* Whether a sentence gives birth and death in brackets, which needs no word for them. */
bool has_life_span(struct arena *a, const struct sentence *s);
bool fill_year(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
bool fill_string(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
bool fill_boolean(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
bool fill_enum(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
bool fill_answer(struct fill *f, const struct place *p, struct found *out);
/* The short name or phrase that the field asks for in one sentence; empty: none. *score is to be added to the pick's.
 */
struct slice string_span(struct fill *f, const struct field *field, const struct sentence *s, double *directness,
                         double *score);
/* Members of an enum that a sentence mentions, in the enum's order, the first ones where there are very many: *out has
 * room for ENUM_MENTIONS_MAX. */
enum { ENUM_MENTIONS_MAX = 64 };
size_t enum_mentions(struct fill *f, const struct shape *shape, const struct sentence *s, const struct value **out);

/* fill_doubt.c: holds a number or date that was read off against what the same reader finds in other pages. For tiers that
 * check. */
typedef bool (*fill_reader)(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
void fill_doubt(struct fill *f, const struct place *p, const struct picks *picks, fill_reader read, struct found *out);

/* fill_given.c: a scalar as text, strings without quotes. */
struct slice scalar_text(struct fill *f, const struct value *v);
/* The place's given scalar, when there is one that may stand; sets out->given. False only when the session has
 * to fail. */
MUST_USE bool fill_given(struct fill *f, const struct place *p, struct found *out, struct err *e);

/* fill_meta.c: about the answer; `content` is what was filled beside it. */
bool fill_meta(struct fill *f, const struct place *p, const struct found *content, struct found *out);

/* fill_tree.c and fill_array.c. False only when the session has to fail. */
MUST_USE bool fill_place(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                         struct err *e);
MUST_USE bool fill_array(struct fill *f, const struct place *p, struct found *out, struct err *e);
/* The places of an object's properties. p lives as long as they do. */
void fill_places(struct fill *f, const struct place *p, struct members *out);
/* Fills those that are not settled: what asks about the world first, then what is about that. `outer`: what stands around
 * the object, for when nothing in it is found; may be NULL. */
MUST_USE bool fill_members(struct fill *f, struct members *m, const struct found *outer, struct err *e);
/* Whether the object has no such member: nothing was found, and nothing that the schema fixes or that is true of nothing. */
bool is_left_out(const struct shape_property *property, const struct found *found);
/* The object of the members that are there: required, found, or empty. */
void join_members(struct fill *f, const struct place *p, const struct members *m, struct found *out);
struct place place_of(struct fill *f, const struct place *parent, struct slice name, const struct shape *schema);
void found_support(struct fill *f, struct found *out, const struct sentence *s);
void found_merge(struct fill *f, struct found *into, const struct found *from);
struct value value_text(struct slice text);

#endif
