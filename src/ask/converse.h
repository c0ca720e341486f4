/* converse.h - turns the last turn of a conversation into a question that can be understood alone.
 *
 * "How tall is it?" becomes "How tall is the Eiffel Tower?". A turn may refer to earlier ones by a pronoun ("its"), as
 * a fragment ("in 1990?", "what about Berlin?") or as half a comparison ("is Hamburg bigger?"); the rules put in what
 * is meant. A turn that names its own subject stays as it is. Earlier user turns are resolved first, in the same way,
 * so that a chain of follow-ups keeps its subject.
 *
 * What a pronoun refers to is found by its kind: "he" is a person, "there" a place. Names in questions and answers are
 * candidates, and so are the titles of the pages that were quoted. Where the caller can look pages up, it tells which
 * names are persons.
 *
 * converse_lead.c takes off what is said before the question, and tells small talk from questions. converse_subject.c
 * finds what a turn was about.
 *
 * DESIGN: rules alone, without a model. The words that the rules need are lists in src/lang. A language without these
 * lists gets the English ones, which then match nothing, so its turns stay as they are. System turns are not read.
 * THREADS: any; pure functions. */
#ifndef ASK_CONVERSE_H
#define ASK_CONVERSE_H

#include "session/question.h"
#include "session/recall.h"

/* How many of the newest user turns are read, and how many bytes of each turn. */
enum { CONVERSE_TURNS = 8, CONVERSE_TURN_BYTES = 4096 };

/* What the pages tell about names and quoted sentences, as in session/recall.h. */
struct converse_pages {
    void *ud;
    struct slice (*title)(void *ud, struct slice sentence);
    enum recalled (*name)(void *ud, struct slice name, struct slice *title);
    struct slice (*mend)(void *ud, struct slice turn, const struct lang *lang); /* as in session/spelling.h */
};

/* Other wordings of the question, for when the pages do not answer the first one. */
enum { CONVERSE_OTHERS = 2 };
struct converse_others {
    struct {
        struct slice text;
        bool doubtful; /* it is much less likely than the question itself */
    } at[CONVERSE_OTHERS];
    size_t n;
};

/* The question, in the arena or a slice of the turn; empty when there is no user turn. *lang: the language of the turn,
 * or of an earlier turn where this one is too short to tell. pages may be NULL: no page is known. */
struct slice converse_question(struct arena *a, const struct question *q, const struct converse_pages *pages,
                               const struct lang **lang, struct converse_others *others);

/* What a question is about, when it is asked alone and has no word with a capital: the longest run of words that is the
 * title of a page, else its noun. pages may be NULL. */
struct slice converse_about(struct arena *a, struct slice question, const struct converse_pages *pages,
                            const struct lang *lang);

/* Whether the last user turn needs no page to answer: it is small talk ("hi", "thanks!"), or a question about the
 * program itself ("who are you?"). *lang: the turn's language, as guessed, or the one whose small talk it is. */
bool converse_is_small_talk(struct arena *a, const struct question *q, const struct lang **lang);

#endif
