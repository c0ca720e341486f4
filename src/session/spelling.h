/* spelling.h - reads words that are written wrongly as words of our own pages: "popluation" as "population".
 *
 * Only a word that no page has is read as another one, and only where one or two letters differ. In a word that may be
 * a name, only swapped and doubled letters are mended. Words that look like stop words ("teh", "whats") become those.
 *
 * Short forms of names are read, too, by spelling_longer().
 *
 * Failures of the index are no errors here: then nothing is changed.
 * OWNERSHIP: results are in the session's arena. THREADS: the session's own. */
#ifndef SESSION_SPELLING_H
#define SESSION_SPELLING_H

#include "session/session.h"

/* The text with such words replaced; the same slice when there are none. Adds to s->heard what was read as what. */
struct slice spelling_mend(struct session *s, struct slice text, const struct lang *lang);

/* The text with one short name written out ("postgres": "PostgreSQL"), where few passages have the short one and many
 * the long one; the same slice when there is none. *heard: what was read as what. It is a guess: ask both. */
struct slice spelling_longer(struct session *s, struct slice text, const struct lang *lang, struct slice *heard);

#endif
