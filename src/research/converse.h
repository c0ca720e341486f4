/* converse.h - the last turn of a conversation as a question that stands alone.
 *
 * Rules only, no model: what the last user turn leans on - a pronoun ("its"), a fragment ("in 1990?", "what about Berlin?"), a
 * comparison with nothing ("is Hamburg bigger?") - is put in its place from the earlier turns; a turn that names its own
 * matter stays as it is. Earlier user turns are resolved in the same way first, so that a chain of follow-ups keeps its
 * subject. Words and their roles are a table of languages (converse_words.c); others get the English rules, which then
 * match nothing. Turns of role system are never looked at. Pure; any thread. */
#ifndef RESEARCH_CONVERSE_H
#define RESEARCH_CONVERSE_H

#include "research/question.h"

/* The newest user turns that are looked at, and bytes of each turn. */
enum { CONVERSE_TURNS = 8, CONVERSE_TURN_BYTES = 4096 };

/* In the arena, or the turn itself. *lang: of the turn; of an earlier one where it is too short to tell. */
struct slice converse_question(struct arena *a, const struct question *q, const struct lang **lang);

#endif
