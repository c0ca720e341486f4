/* fill_inner.h - how a schema is filled from evidence; private to the fill*.c files.
 *
 * The schema is walked from its root. Each property, and each element of an array, is a place. First come places that
 * ask about the world (content): fill_pick finds the sentences for a place, and a reader for its type takes a value off
 * them. Then come places that ask about the answer itself (its sources, a quote, the confidence). They are filled from
 * the sentences that the content beside them was read off.
 *
 *   fill.c         plans, fills and sends the whole document
 *   fill_model.c   lets a language model write it first
 *   fill_place.c   makes places
 *   fill_name.c    what a property's name and description ask for
 *   fill_subject.c what the request is about, and which sentences are
 *   fill_pick.c    the sentences for one place, best first
 *   fill_number.c, fill_string.c, fill_choice.c   read one value of each type off those sentences
 *   fill_array.c   arrays
 *   fill_tree.c    objects, unions, references
 *   fill_given.c   compares a model's value with the evidence
 *   fill_doubt.c   compares a value with other pages
 *   fill_meta.c    citations, reasoning, confidence, quotes
 *   fill_found.c   adds up what was found for a place
 *   fill_print.c   makes the document valid and prints it
 *   fill_claim.c   the claims that it makes
 *   fill_budget.c  bounds the work, and fills places for which nothing was found
 *
 * Numbers, dates, names and lists in a text are read by facts/read_*.h.
 *
 * DESIGN: a value's probability is the probability that its sentence is about the place (fill_pick), times how directly
 * the value was read off it (FILL_ below). Only the ranker and the confidence model inside the first factor were fitted
 * to data (training/train.py), and that on answers to questions, not on fields. All numbers of fill/ were set by hand:
 * those below, the thresholds in fill_pick.c and fill_subject.c, GIVEN_ in fill_given.c, and the weights of the
 * readers. Unit tests and sets of schemas with known values check what they lead to.
 * OWNERSHIP: everything lives in the session's arena.
 * ERRORS: functions return false only when the whole session has to fail, unless they say otherwise. */
#ifndef FILL_FILL_INNER_H
#define FILL_FILL_INNER_H

#include "facts/read_number.h"
#include "fill/fill.h"
#include "shape/check.h"

/* Set by hand, see above. */
#define FILL_SENTENCE 1.0    /* quoted whole */
#define FILL_EXACT 0.95      /* a full date; a number with the unit that was asked for */
#define FILL_TYPED 0.85      /* a year; the only enum member that is mentioned; a plain number */
#define FILL_LISTED 0.80     /* an element of an enumeration */
#define FILL_NAMED 0.75      /* a name of the expected kind, near the words that ask for it */
#define FILL_JUDGED 0.60     /* true or false by the words of a sentence; one of several enum members */
#define FILL_NEARBY 0.40     /* the nearest name, in a sentence without a word of the field */
#define FILL_UNCONFIRMED 0.7 /* factor: a number or date in a sentence that has no word of the field */

/* Sentences below this probability are taken to be about something else; the place stays empty. Set by hand. */
#define FILL_FROM 0.20

/* Ceilings of the work on one document (fill_budget.c): steps of about a microsecond, steps of checks (shape/check.h),
 * and time in the matcher of patterns. A document of 100 fields takes some 20,000 steps and 5,000 checks. */
enum { FILL_STEPS = 120 * 1000, FILL_CHECKS = 1000 * 1000, FILL_PATTERN_US = 50 * 1000 };
/* Prices in steps: visiting a place and reading its name, ranking its sentences, looking at 100 members of an enum. */
enum { STEPS_A_PLACE = 40, STEPS_A_RANKING = 250, STEPS_A_HUNDRED_MEMBERS = 10 };

/* The most entries that the basis gets for nested values (BASIS_LEAF). */
enum { LEAVES_MAX = 500 };

enum field_role {
    FIELD_CONTENT,
    FIELD_ANSWER,
    FIELD_CITATIONS, /* from here on: about the answer, not the world */
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
    KIND_NUMBER, /* as text: the number with its unit */
    KIND_ORDINAL,
    KIND_SENTENCE, /* a description: whole sentences */
    KIND_FACTS     /* several of them */
};

struct field_word { /* a word that asks for the field. Synonyms share a group */
    struct slice stem;
    size_t group;
};

/* What a property's name and description ask for. */
struct field {
    enum field_role role;
    enum field_kind kind;
    struct slice text; /* name and description as words, for the query */
    struct field_word *words;
    size_t word_count, group_count; /* no groups: the name says nothing ("value"), so words are the question's */
    struct field_word *hints;       /* telling words of the description, each in a group of its own */
    size_t hint_count;
    const struct unit *unit; /* NULL: none is asked for */
    double scale;            /* 1e6 where the field asks for millions; else 1 */
    bool measured;           /* the dimension is known, by the unit or by a word ("height") */
    enum dimension dimension;
    bool label; /* it asks for the name of the list element that its object describes */
    bool birth, death;
};

struct place {
    const struct place *parent; /* NULL: the root */
    struct slice name;          /* property; empty for elements of arrays */
    const struct shape *schema; /* as the client wrote it */
    const struct shape *shape;  /* the same, with what $ref refers to merged in */
    struct field field;
    struct slice about;        /* the list element that its object describes; else empty */
    const struct value *given; /* what a language model wrote here; NULL: nothing */
    unsigned depth;
    bool source_like; /* its object describes a source */
};

struct found_child;

struct found {
    struct value value;
    bool possible;  /* there is a valid value at all */
    bool supported; /* it, or something inside it, was read off sentences */
    bool given;     /* a language model wrote it */
    double probability;
    const struct sentence **support;
    size_t support_count, support_room;
    struct slice read; /* the bytes that state a number or a date */
    struct slice note;
    const struct found_child
        *children; /* members of an object, with those left out; elements of an array; may be none */
    size_t child_count;
};

struct found_child {
    struct slice name; /* of a member; empty for an element */
    struct found found;
    bool settled; /* of a member: it was sent, or is left out for good */
};

/* The places of an object's properties and what was found for them, both in the schema's order. */
struct members {
    struct place *places;
    struct found_child *children;
    size_t n;
};

struct enum_words {
    const struct value *of; /* the enum's first member */
    const struct lang *lang;
    const struct words *words; /* of each member; none for members that are no text */
};

struct fill {
    struct session *session;
    struct arena *arena;
    struct slice query;
    struct need ask;
    struct ranking ask_ranking;
    double *subject;  /* by sentence of the view: the share of what the question names that it is about, 0 to 1 */
    bool named;       /* the question names something (has words with capitals, or numbers) */
    bool terse;       /* the question is one word, as "Peru" */
    bool by_title;    /* the question has the title of a page at hand, so that page is about what is asked */
    bool *asked;      /* by passage rank: it is of such a page */
    size_t *asked_at; /* by passage rank: the word of the question that the title begins at */
    struct ground_page *ground_pages; /* fill_ground.c: what was read of each thing's page */
    const struct unit *unit;          /* the unit that the question asks for ("how many miles"); NULL: none */
    bool lone;               /* only one place asks about the world, so the question asks for it, whatever its name */
    struct aligner *aligner; /* NULL: no model wrote anything */
    struct cite_urls *urls;  /* of the evidence; NULL: not needed yet */
    struct enum_words enum_words; /* of the last enum */
    size_t ranked;                /* places ranked so far */
    size_t steps;                 /* left; see fill_budget.c */
    struct check_budget checks;
    bool spent; /* a budget is used up: the remaining places are not filled */
};

/* The document that is being filled. */
struct document {
    struct place root;
    struct members members; /* filled one by one; none when the whole document is one place */
    struct found all;
    bool bare;                /* the schema names no properties, so the members are our own */
    struct compose *composed; /* what was sent already; NULL: fill_member was not called */
    size_t settled, sent;     /* how many of the first members are settled, and were sent */
};

struct pick {
    const struct sentence *sentence;
    double score;   /* comparable within one place only */
    double covered; /* share of the field's words in it, 0 to 1 */
    double subject; /* share of what the question names that it is about, 0 to 1 */
};

struct picks {
    struct pick *at; /* best first; none when no sentence is about the place */
    size_t n;
    double probability; /* that the first one is about the place */
};

/* fill_name.c. Reads the name and description of a place. */
struct field field_read(struct arena *a, const struct place *p);
/* Whether the stem is one of the field's words. */
bool field_has(const struct field *f, struct slice stem);
/* How many words of a sentence are between its bytes start to start + n and the nearest word of the field or
 * of its description, in any form; FIELD_FAR when that is farther or there is none. */
enum { FIELD_FAR = 12 };
size_t field_distance(const struct field *f, struct words words, size_t start, size_t n);
/* "populationMillions" as "population millions", "hqCity" as "headquarters city". */
struct slice name_as_words(struct arena *a, struct slice name);

/* fill_place.c. parent NULL: the root. */
struct place place_of(struct fill *f, const struct place *parent, struct slice name, const struct shape *schema);
/* The schema with its $ref merged in: its own keywords go before those of the schema that it refers to. */
const struct shape *place_shape(struct arena *a, const struct shape *schema);

/* fill_found.c. Adds a sentence to the support, once. */
void found_support(struct fill *f, struct found *out, const struct sentence *s);
/* Adds the support and the note of another value to `into`. */
void found_merge(struct fill *f, struct found *into, const struct found *from);
struct value value_text(struct slice text);

/* fill_place.c. Whether the schema is {"type": "object"} without properties, which says as little as no schema. */
bool schema_says_nothing(const struct shape *s);

/* fill_print.c. Makes the document valid and short enough. Members that were not sent yet are replaced by the value
 * that says least, one after the other; if that is not enough, the whole document is. */
MUST_USE bool document_repair(struct fill *f, struct document *d, struct err *e);
/* What was found for member number i of the document's value; nothing where the schema alone made the value. */
struct found document_member(const struct document *d, size_t i);
bool document_has_members(const struct document *d);
/* Prints one member. before: how many were printed before it. */
void document_print_member(struct compose *c, size_t before, struct slice name, const struct found *found);
/* Prints the rest of the document, one piece per member. Call document_repair first. */
void document_print(struct compose *c, const struct document *d);

/* fill_claim.c. Adds a claim for each field to the session, and warnings about the schema. */
void document_claim(struct fill *f, const struct document *d);
/* A scalar as text; strings have no quotes. */
struct slice scalar_text(struct fill *f, const struct value *v);

/* fill_budget.c. Sets the budgets of a new document. */
void fill_open_budget(struct fill *f);
/* Takes steps off the budget. False: the steps are used up, time is up, or nobody waits any more; the caller then ends
 * what it has begun and fills nothing more. */
bool fill_spend(struct fill *f, size_t steps);
/* Whether v fits the schema. The check is paid from the budget; when that is used up, nothing fits. */
bool fill_accepts(struct fill *f, const struct shape *schema, const struct value *v);
bool place_accepts(struct fill *f, const struct place *p, const struct value *v);
/* The valid value that says least: null, "unknown", or what safest_within makes. out->possible is false when there is
 * none. */
void found_nothing(struct fill *f, const struct shape *schema, struct found *out);

/* The words of a sentence. All sentences of a filling are of the session's view. */
static inline struct words fill_words(const struct fill *f, const struct sentence *s)
{
    const struct view *view = f->session->view;
    return view_line(f->arena, view, view_line_of(view, s)).words;
}

/* fill_subject.c. Whether the term is a name or a number. */
bool subject_names(const struct need_term *t);
/* Fills f->subject, f->by_title, f->asked and f->asked_at from the view and the question. */
void subject_find(struct fill *f);

/* fill_pick.c. Ranks the sentences by the question alone; before the first fill_pick. */
MUST_USE bool fill_prepare(struct fill *f, struct session *s, struct err *e);
/* The sentences for a place; none when no sentence is about it, or the budget is used up. */
MUST_USE bool fill_pick(struct fill *f, const struct place *p, struct picks *out, struct err *e);

/* The readers: each reads one value of its type off the sentences. True when one was read; else *out is untouched. */
bool fill_number(struct fill *f, const struct place *p, const struct picks *picks, bool integer, struct found *out);
bool fill_date(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
/* Whether a sentence gives the dates of birth and death in brackets, where no word says so. */
bool has_life_span(struct arena *a, const struct sentence *s);
bool fill_string(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
bool fill_boolean(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
bool fill_enum(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
bool fill_answer(struct fill *f, const struct place *p, struct found *out);
/* The name or short phrase of a sentence that the field asks for; empty: none. *score is to be added to the pick's. */
struct slice string_span(struct fill *f, const struct field *field, const struct sentence *s, double *directness,
                         double *score);
/* Finds the members of an enum that a sentence mentions and does not deny ("wings" in "no wings"), in the enum's order.
 * Returns how many. *out has room for ENUM_MENTIONS_MAX; further ones are left out. */
enum { ENUM_MENTIONS_MAX = 64 };
size_t enum_states(struct fill *f, const struct shape *shape, const struct sentence *s, const struct value **out);

/* fill_doubt.c. Compares a number or date with what the same reader finds in other pages, and adjusts the probability.
 * Does nothing for tiers that do not check. */
typedef bool (*fill_reader)(struct fill *f, const struct place *p, const struct picks *picks, struct found *out);
void fill_doubt(struct fill *f, const struct place *p, const struct picks *picks, fill_reader read, struct found *out);

/* fill_given.c. Whether a model's text has a link of Markdown or an address that is no source's, or where the schema
 * asks for an address ("format": "uri") is none. cite/cite_url.h says when two addresses are the same; a host name
 * alone is no address. */
bool given_invents_address(struct fill *f, const struct shape *shape, struct slice text);
/* Takes the model's scalar for the place, unless the evidence contradicts it or it invents an address; sets
 * out->given. */
MUST_USE bool fill_given(struct fill *f, const struct place *p, struct found *out, struct err *e);

/* fill_meta.c. Fills a place about the answer; content: what was found beside it. True when it was filled. */
bool fill_meta(struct fill *f, const struct place *p, const struct found *content, struct found *out);

/* fill_tree.c and fill_array.c. Fill a place of any type. content: what was found beside it, for places about the
 * answer; may be NULL. */
typedef bool place_filler(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                          struct err *e);
MUST_USE bool fill_place(struct fill *f, const struct place *p, const struct found *content, struct found *out,
                         struct err *e);
/* fill: the function that fills one element, fill_place. */
MUST_USE bool fill_array(struct fill *f, const struct place *p, place_filler *fill, struct found *out, struct err *e);
/* Makes the places of an object's properties. They point to p. */
void fill_places(struct fill *f, const struct place *p, struct members *out);
/* Fills the members that are not settled, content first. outer: what was found around the object, which members about
 * the answer use when nothing inside is found; may be NULL. */
MUST_USE bool fill_members(struct fill *f, struct members *m, const struct found *outer, struct err *e);
/* Whether an optional member is left out of the object: it has no valid value, or one that was only made up to be
 * valid. A value that was found, a model's, one with a note, and an empty one stay. */
bool is_left_out(const struct shape_property *property, const struct found *found);
/* Makes the object of the members that are not left out. */
void join_members(struct fill *f, const struct place *p, const struct members *m, struct found *out);

#endif
