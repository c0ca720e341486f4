/* fill.h - structured output from evidence alone, private to the fill*.c files.
 *
 * A schema is walked from its root; each property is a place. Places that ask about the world (content) are filled with
 * values read off ranked sentences; places that ask about the answer itself (its sources, a quote, the confidence) are
 * filled afterwards from what the content beside them was read off. Nothing is written that no sentence states: a place
 * without support gets null, or the valid value that says least.
 *
 *   fill.c         the whole document: built, checked, printed, claimed
 *   fill_tree.c    objects, unions, recursion, what stands where nothing was found
 *   fill_array.c   arrays
 *   fill_name.c    what a property's name and description ask for
 *   fill_pick.c    the sentences for one place, best first
 *   fill_number.c, fill_string.c, fill_choice.c   one value of each type from those sentences
 *   fill_meta.c    citations, reasoning, confidence, quotes
 *   read_*.c       numbers, dates, names and lists in a text
 *
 * Probabilities: that the sentence is about the place (fill_pick), times how directly the value was read off it: */
#ifndef RESEARCH_FILL_H
#define RESEARCH_FILL_H

#include "research/read_number.h"
#include "research/steps.h"

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
    unsigned depth;
    bool source_like; /* in an object that describes a source */
};

struct found {
    struct value value;
    bool possible;  /* there is a valid value at all */
    bool supported; /* it, or a part of it, was read off sentences */
    double probability;
    const struct sentence **support;
    size_t support_count, support_room;
    struct slice read; /* the bytes that state a number or a date */
    struct slice note;
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
    size_t ranked;           /* places ranked so far */
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
/* Members of an enum that a sentence mentions, in the enum's order: *out has room for all. */
size_t enum_mentions(struct fill *f, const struct shape *shape, const struct sentence *s, const struct value **out);

/* fill_meta.c: about the answer; `content` is what was filled beside it. */
bool fill_meta(struct fill *f, const struct place *p, const struct found *content, struct found *out);

/* fill_tree.c and fill_array.c. False only when the session has to fail. */
MUST_USE bool fill_place(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                         struct err *e);
MUST_USE bool fill_array(struct fill *f, const struct place *p, struct found *out, struct err *e);
struct place place_of(struct fill *f, const struct place *parent, struct slice name, const struct shape *schema);
void found_support(struct fill *f, struct found *out, const struct sentence *s);
void found_merge(struct fill *f, struct found *into, const struct found *from);
/* The valid value that says least: null, "unknown", or by shape_safest; possible false when there is none. */
void found_nothing(struct fill *f, const struct shape *schema, struct found *out);
bool place_accepts(const struct place *p, const struct value *v);
struct value value_text(struct slice text);

#endif
