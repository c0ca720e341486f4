/* briefing.h - the evidence as a language model reads it.
 *
 * The best passages are grouped and numbered by page, so that the model can cite "[2]". They stand between fence lines
 * with a random name, which no page can know and therefore no page can forge. */
#ifndef SESSION_BRIEFING_H
#define SESSION_BRIEFING_H

#include "llm/llm.h"
#include "session/session.h"

/* Tokens of a model's context that are kept free for its reply; a quarter of the context where that is less. */
enum { BRIEFING_REPLY_TOKENS = 1024 };

struct briefing {
    struct view *view;       /* the same passages, cut into sentences; claims are checked against it */
    struct source **sources; /* sources[0] is [1] for the model */
    size_t source_count;
    struct slice *texts; /* the passages, best first */
    size_t text_count;
    struct slice text;  /* the numbered sources as the prompt has them */
    struct slice fence; /* the start of each fence line: "-----" and 16 random characters */
};

/* Collects passages of `count` parts, beginning with part number `first`, until `tokens` (estimated) are used up. The
 * parts take turns, each with its next best passage. out->text and out->fence live in `prompt`, which the caller may
 * free before the session ends; the rest lives in the session's arena. False: there is no passage. */
bool briefing_make(struct session *s, size_t first, size_t count, size_t tokens, struct arena *prompt,
                   struct briefing *out);

/* Tokens for evidence beside this system prompt: the tier's, or less where the model's context is small. */
size_t briefing_room(struct session *s, struct llm *model, struct slice prompt);

/* The messages of a request: the system prompt, the newest earlier turns up to 1,000 tokens, and the question with its
 * sources. question: a sub-question, or the session's own. Returns *count messages, which live in `prompt`. */
const struct llm_message *briefing_messages(struct session *s, const struct briefing *b, struct slice system,
                                            struct slice question, struct arena *prompt, size_t *count);

#endif
