/* wishes.h - reads what the system prompt, and the last turn of the user, want of the answer's form.
 *
 * Only wishes that quoted answers can obey are understood: length, lists, and no marks. */
#ifndef ASK_WISHES_H
#define ASK_WISHES_H

#include "session/session.h"

/* Understands English and German phrases in the system prompt, and what phrasing_without_style() finds in the user's
 * last turn: "in one sentence", "at most 30 words", "be brief", "bullet points". Sets `unmet` when the prompt says
 * anything else, apart from greetings such as "You are a helpful assistant." */
struct wishes wishes_read(struct arena *a, const struct question *q);

#endif
