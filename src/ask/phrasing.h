/* phrasing.h - takes a question apart from how it is put.
 *
 * "Summarize photosynthesis in one sentence, please" asks about photosynthesis; the rest says how the answer shall be
 * written. "What does DNA stand for?" asks what DNA is. No page has the words of such phrases, so they are no search
 * terms. The phrases are lists of words in src/lang (STYLE, REWRITES).
 * THREADS: any; pure functions. Results are slices of the text or in the arena. */
#ifndef ASK_PHRASING_H
#define ASK_PHRASING_H

#include "base/arena.h"
#include "lang/lang.h"

/* The text without phrases of style at its start and end; those go to *style, separated by blanks. A text that has
 * nothing else stays whole. */
struct slice phrasing_without_style(struct arena *a, struct slice text, const struct lang *lang, struct slice *style);

/* The question in plain words. *overview: nothing particular is asked about the thing ("tell me about it"). */
struct slice phrasing_plain(struct arena *a, struct slice text, const struct lang *lang, bool *overview);

#endif
