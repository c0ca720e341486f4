/* converse_words.h - which words of a language lean on what was said, and which begin a fragment. Private to converse*.c.
 *
 * Lists of case-folded words, or of phrases with '|' between them, each with a blank (or bar) at both ends.
 * Chinese has rules of its own (converse_zh.c). */
#ifndef RESEARCH_CONVERSE_WORDS_H
#define RESEARCH_CONVERSE_WORDS_H

#include "text/lang.h"

struct converse_words {
    const char *code;
    const char *persons;        /* he, her: stand for a person */
    const char *things;         /* it, they */
    const char *owners;         /* of both: possessive */
    const char *places;         /* there */
    const char *demonstratives; /* that (city) */
    const char *classes;        /* city, company: say nothing that the name does not */
    const char *who, *where, *which; /* what an earlier question asked for */
    const char *asks;           /* words that begin a whole question or request */
    const char *bare;           /* question words that can stand alone: why? */
    const char *leads;          /* phrases: begin a fragment: what about */
    const char *joins;          /* and, but: may stand before anything */
    const char *tails;          /* too, then: say nothing at the end of a fragment */
    const char *small;          /* thanks, hello */
    const char *more;           /* tell me more */
    const char *articles;       /* the definite one */
    const char *links;          /* of, from: between a noun and the name it belongs to */
    const char *comparatives;   /* bigger */
    const char *than;
    const char *in;             /* before a place that takes the place of "there" */
    const char *ordinals;       /* first second third …, in order; the last two: former, latter */
    const char *idle;           /* phrases in which a pronoun stands for nothing: is it true */
    const char *defines;        /* phrases: what is a */
    const char *lives;          /* born, studied: what only a person does */
    const char *masculine, *feminine; /* where things have a gender: pronouns and the articles that agree with them */
    bool prodrop;               /* a verb may stand without its subject */
    bool nouns_capital;         /* a capital letter does not make a name */
};

/* The English row for languages that have none. */
const struct converse_words *converse_words_of(const struct lang *lang);
/* Whether a list with blanks has the folded word. */
bool converse_lists(const char *list, struct slice word);

#endif
