/* converse_inner.h - what the files of converse share; private to converse*.c.
 *
 *   converse.c          goes through the turns, and decides how each one refers to those before
 *   converse_subject.c  takes a turn apart, and finds what it was about
 *   converse_lead.c     takes off what is said before the question, and tells small talk
 *   converse_zh.c       both for Chinese, which has neither spaces nor capitals */
#ifndef ASK_CONVERSE_INNER_H
#define ASK_CONVERSE_INNER_H

#include "ask/converse.h"
#include "lang/lang.h"
#include "text/words.h"

enum subject { SUBJECT_NONE, SUBJECT_THING, SUBJECT_PERSON, SUBJECT_PLACE };

struct said {
    struct slice question, answer; /* the question as it was resolved; the answer may be empty */
    const struct lang *lang;
    struct slice subject; /* what the turn's pronoun referred to, or what was added to it; empty: nothing */
    enum subject kind;    /* of the subject */
    struct slice item;    /* what its ordinal stood for; empty: it had none */
    size_t list;          /* with an item: the turn whose answer has the list */
    bool paired;          /* the question before, asked about something else: "and Hamburg?" */
};

struct history {
    struct said at[CONVERSE_TURNS]; /* oldest first */
    size_t n;
    const struct converse_pages *pages; /* NULL: no page is known */
    struct slice back;                  /* the earlier subject that this turn comes back to; empty: none */
};

struct span { /* a name, a title or a quotation */
    struct slice text;
    size_t first, count; /* in words */
};

struct spans {
    struct span *at;
    size_t n;
};

/* The words and names of a question. */
struct wording {
    struct slice text;
    const struct lang *lang;
    const struct lang *table; /* the language whose lists are asked: converse_lang() */
    struct words words;
    struct spans names;
};

/* The language itself where it has the lists for conversations; else Chinese for languages without spaces, and English
 * for all others. */
const struct lang *converse_lang(const struct lang *lang);

struct wording wording_of(struct arena *a, struct slice text, const struct lang *lang);
/* Whether word i says what the question is about: it is no stop word, question word or word of request. */
bool wording_telling(const struct wording *p, size_t i);
struct slice wording_words(const struct wording *p, size_t first, size_t end); /* text of the words first to end - 1 */
/* Finds a noun after a definite article, with the words that describe it: "longest glacier" of "the longest glacier of
 * the Skarn range". *linked: a name belongs to it, as here. False when there is none. */
bool wording_noun(const struct wording *p, size_t *first, size_t *end, bool *linked);

/* What a pronoun of this kind refers to; empty when the conversation has nothing. */
struct slice subject_of(struct arena *a, const struct history *h, enum subject kind);
/* Whether the last question has a noun with an article of this list (LANG_MASCULINE, LANG_FEMININE), so that a pronoun
 * of the same list may refer to it. */
bool subject_agrees(struct arena *a, const struct history *h, enum lang_list gender);
enum { SUBJECT_LAST = 1000 };
/* Name or list item number `number` (from 0) of the last answer that has so many; SUBJECT_LAST: its last one. of_two:
 * "the former" and "the latter", which may also mean the names of a question. *list: the turn that has it. Empty: none.
 */
struct slice subject_at(struct arena *a, const struct history *h, size_t number, bool of_two, size_t *list);
/* The title of the page that answered the last question, where `text` has not all of its words; else empty. */
struct slice subject_not_in(struct arena *a, const struct history *h, struct slice text);
/* The part of the last question that is the title of the page that answered it; empty: there is none. */
struct slice subject_title(struct arena *a, const struct history *h);
/* Whether the last question asked for a person. */
bool subject_asked_who(struct arena *a, const struct history *h);
/* Whether a page's title is this name. */
bool subject_has_page(const struct history *h, struct slice name);

/* Takes off what is said before a question: small talk, doubts, talk about the conversation, and phrases such as "can
 * you tell me". *back: the earlier subject that the turn comes back to. Empty when all is small talk. */
struct slice lead_off(struct arena *a, struct slice text, const struct lang *lang, struct slice *back);
/* Whether the text is small talk, or a question about the program itself; see converse_is_small_talk(). */
bool lead_is_small_talk(struct arena *a, struct slice ask, const struct lang **lang);
/* The longest phrase of the list that the words from `at` on begin with, in words; 0: none. */
size_t lead_phrase(struct words words, size_t at, size_t end, const struct lang *lang, enum lang_list phrases);

/* Resolves a Chinese turn, given without its small talk. h has at least one turn. */
struct slice zh_resolve(struct arena *a, const struct history *h, struct slice ask);
struct slice zh_without_small_talk(struct slice ask);
/* The text without the punctuation at its end. */
struct slice zh_without_marks(struct slice text);

#endif
