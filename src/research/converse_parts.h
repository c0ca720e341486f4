/* converse_parts.h - what the files of converse share, private to them.
 *
 *   converse.c          the chain of turns, and what kind of follow-up a turn is
 *   converse_subject.c  what an earlier turn was about
 *   converse_zh.c       the same without spaces and capitals
 *   converse_words.c    the words of each language */
#ifndef RESEARCH_CONVERSE_PARTS_H
#define RESEARCH_CONVERSE_PARTS_H

#include "research/converse.h"
#include "research/converse_words.h"
#include "text/words.h"

struct said {
    struct slice question, answer; /* the question stands alone; the answer may be empty */
    const struct lang *lang;
};

struct history {
    struct said at[CONVERSE_TURNS]; /* oldest first */
    size_t n;
};

struct span { /* a name, a title or what stands in quotation marks */
    struct slice text;
    size_t first, count; /* words */
};

struct spans {
    struct span *at;
    size_t n;
};

/* A question taken apart. */
struct parts {
    struct slice text;
    const struct lang *lang;
    const struct converse_words *table;
    struct words words;
    struct spans names;
};

struct parts parts_of(struct arena *a, struct slice text, const struct lang *lang);
/* Whether word i tells what the question is about: no stop word, no question word, no request. */
bool parts_telling(const struct parts *p, size_t i);
struct slice parts_words(const struct parts *p, size_t first, size_t end); /* from first on, before end */
/* Words of a noun and what describes it, behind a definite article: "the longest glacier". *linked: a name belongs to it
 * ("of the Skarn range"). False when there is none. */
bool parts_noun(const struct parts *p, size_t *first, size_t *end, bool *linked);

enum subject { SUBJECT_THING, SUBJECT_PERSON, SUBJECT_PLACE };

/* What a pronoun of that kind stands for; empty when the conversation has nothing. */
struct slice subject_of(struct arena *a, const struct history *h, enum subject kind);
/* Whether the last question has a noun with an article of this list: what agrees with a pronoun of the same list. */
bool subject_agrees(struct arena *a, const struct history *h, const char *gender);
/* The number-th name or list item (from 0) of the last answer; the last question's own names when there are `former` and
 * `latter` to choose from. Empty: none. */
struct slice subject_at(struct arena *a, const struct history *h, size_t number, bool of_two);

/* ask without small talk; h has at least one turn. */
struct slice zh_resolve(struct arena *a, const struct history *h, struct slice ask);
struct slice zh_without_small_talk(struct slice ask);

#endif
