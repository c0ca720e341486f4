/* wikitext_inner.h - what the files of the wikitext reader share: wikitext.c (the first pass: links, tags),
 * wikitext_template.c (what a template prints), wikitext_values.c and wikitext_dates.c (its numbers, units, dates),
 * wikitext_spans.c (where things begin and end), wikitext_lines.c (the second pass: lines, lists, tables).
 *
 * DESIGN: the first pass turns spans into flat text in which lines still begin as they did; a few control characters,
 * which no wikitext has, tell the second pass what it could not see any more. */
#ifndef PAGES_WIKITEXT_INNER_H
#define PAGES_WIKITEXT_INNER_H

#include "base/arena.h"
#include "base/buf.h"
#include "pages/markup.h"

enum { WIKI_DEPTH_MAX = 40, WIKI_ELEMENTS = 24, WIKI_TAG_BYTES_MAX = 2000 };

enum wiki_mark {
    WIKI_HOLE = 1,  /* something was left out here */
    WIKI_LINE = 2,  /* begins a line that is kept for itself: a row of a box, a line of code */
    WIKI_PLAIN = 3, /* what follows is text, whatever it looks like at the start of a line */
    WIKI_BAR = 4    /* a "|" that is text and parts no cells */
};

/* "{{" and "[[" with their ends. */
struct wiki_span {
    size_t begin, end; /* end: behind it; 0: never closed */
};

struct wiki_spans {
    struct wiki_span *at; /* in the order of begin */
    size_t n;
};

struct wiki {
    struct arena *a;
    struct slice in; /* all of the markup, without comments; every slice of markup points into it */
    struct slice lang;
    struct wiki_spans spans;
    struct buf out;
    /* Writes what markup prints to out; a parameter is markup again. */
    void (*put)(struct wiki *w, struct slice markup, int depth);
    struct wiki_stretch {
        size_t from, to;
    } without[WIKI_ELEMENTS]; /* where the end of an element was looked for in vain */
};

/* --- elements --- */

enum wiki_element {
    WIKI_DROPPED = 1, /* its content is no text */
    WIKI_REFERENCE = 2,
    WIKI_LITERAL = 4, /* its content is text as it is */
    WIKI_CODE = 8,
    WIKI_FORMULA = 16,
    WIKI_CHEMICAL = 32,
    WIKI_POEM = 64,
    WIKI_ANY = 127,
    WIKI_RAW = WIKI_LITERAL | WIKI_CODE | WIKI_FORMULA | WIKI_CHEMICAL /* brackets and bars in it are no syntax */
};

struct wiki_named_element {
    const char *name;
    enum wiki_element kind;
};

/* An element that the tag at the start of markup begins. */
struct wiki_found {
    const struct wiki_named_element *element;
    struct markup_mark tag;
    struct slice content;
    size_t n; /* bytes of all */
};

/* One parameter of a template or link. */
struct wiki_arg {
    struct slice key; /* empty: positional */
    struct slice raw; /* markup, trimmed */
    struct slice text;
    unsigned position; /* from 1; 0: it has a name */
    bool read;         /* text is set */
};

struct wiki_call {
    struct wiki *w;
    struct slice name;
    struct wiki_arg *args;
    size_t n;
    int depth;
    bool block; /* it has its lines for itself */
};

/* --- wikitext_spans.c --- */
void wiki_find_spans(struct wiki *w);
/* The end of what begins at `begin`; 0 when it has none. */
size_t wiki_span_end(const struct wiki *w, size_t begin);
/* The element at the start of markup. False when there is none of these kinds, or it has no end. */
bool wiki_element_at(struct wiki *w, struct slice markup, unsigned kinds, struct wiki_found *f);
/* Cuts markup at the bars that are in no template, link or element; the pieces are in the arena. */
size_t wiki_split(struct wiki *w, struct slice markup, struct slice **pieces);
/* Where the "=" of a named parameter is; markup.n: none. */
size_t wiki_equals(struct wiki *w, struct slice markup);
/* What the markup prints, in the arena, trimmed. Markup is a slice of w->in. */
struct slice wiki_text(struct wiki *w, struct slice markup, int depth);
/* What the parameter prints. Read once: nested templates cost their length at each level and no more. */
struct slice wiki_read(struct wiki_call *c, struct wiki_arg *arg);
/* The text of a positional parameter (from 1), or of the first named one of "a,b" that is not empty. "" when absent. */
struct slice wiki_at(struct wiki_call *c, unsigned position);
struct slice wiki_named(struct wiki_call *c, const char *names);

/* --- wikitext_template.c --- */
/* inside: between "{{" and "}}"; behind: where the text goes on. */
void wiki_put_template(struct wiki *w, struct slice inside, size_t behind, int depth);

/* --- wikitext_values.c: each writes its text, or nothing when its parameters are not as expected --- */
void wiki_make_bar(struct wiki_call *c);
void wiki_make_number(struct wiki_call *c);
void wiki_make_convert(struct wiki_call *c);
void wiki_make_val(struct wiki_call *c);
void wiki_make_fraction(struct wiki_call *c);
void wiki_make_raised(struct wiki_call *c);
void wiki_make_lowered(struct wiki_call *c);
void wiki_make_raised_and_lowered(struct wiki_call *c);
void wiki_make_power_of_ten(struct wiki_call *c);
void wiki_make_chemical(struct wiki_call *c);
void wiki_make_tex(struct wiki_call *c);
void wiki_make_ordinal(struct wiki_call *c);
void wiki_make_coordinates(struct wiki_call *c);
void wiki_make_height(struct wiki_call *c);
void wiki_make_duration(struct wiki_call *c);
void wiki_make_percentage(struct wiki_call *c);
void wiki_make_condition(struct wiki_call *c);
void wiki_make_equal(struct wiki_call *c);
void wiki_make_tagged(struct wiki_call *c);
void wiki_make_upper(struct wiki_call *c);
void wiki_make_lower(struct wiki_call *c);
void wiki_make_upper_first(struct wiki_call *c);

/* --- wikitext_dates.c --- */
void wiki_make_date(struct wiki_call *c);
void wiki_make_death(struct wiki_call *c);
void wiki_make_as_of(struct wiki_call *c);
void wiki_make_age_between(struct wiki_call *c);

/* --- wikitext_lines.c --- */
/* The lines of flat text as paragraphs, lists and rows; in the arena. */
struct slice wiki_lines(struct arena *a, struct slice flat);
/* The lines as one line, without the marks of lists; between: ", ". In the arena. */
struct slice wiki_one_line(struct arena *a, struct slice flat, const char *between);

#endif
