/* recall.h - what our own pages tell about a conversation: the page that an earlier answer was quoted from, whether a
 * name is a person's, and which page has another name than the one that people use.
 *
 * A client that sends the whole conversation sends the words of earlier answers, not their citations. A quoted sentence
 * is enough to find its page again. So both ways of going on, with messages and with an id, get the same titles.
 *
 * Failures of the index are no errors here: then nothing is known.
 * OWNERSHIP: results live in the session's workings. THREADS: the session's own. */
#ifndef SESSION_RECALL_H
#define SESSION_RECALL_H

#include "session/session.h"

/* The title of the page that has the sentence, byte for byte; empty: no page that is known has it. */
struct slice recall_title(struct session *s, struct slice sentence);

/* What a page is about, as its introduction tells. */
enum recalled { RECALLED_NOTHING /* there is no page of this title */, RECALLED_THING, RECALLED_PERSON };

/* The page whose title is the name, apart from what a title has in brackets. A last name alone is the title's when no
 * page has the whole title. *title: the page's whole title. */
enum recalled recall_name(struct session *s, struct slice name, struct slice *title);

/* The question with other names of pages replaced by their titles: "who wrote 1984" asks about Nineteen Eighty-Four.
 * Names are acronyms, numbers that are no years, several words with capitals, and titles without their accents; a name
 * that is a title itself stays.
 * *heard: what was read as what, as a sentence; empty, and the same slice returned, when there is no such name. */
struct slice recall_titles(struct session *s, struct slice text, struct slice *heard);

#endif
