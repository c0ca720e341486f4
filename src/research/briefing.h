/* briefing.h - the evidence as a language model gets it: passages of the best pages, numbered by page, fenced as data. */
#ifndef RESEARCH_BRIEFING_H
#define RESEARCH_BRIEFING_H

#include "llm/llm.h"
#include "research/steps.h"

/* Tokens of a model's context that are kept for what it says. */
enum { BRIEFING_REPLY_TOKENS = 1024 };

struct briefing {
    struct view *view;       /* the same passages, cut: what claims are held against */
    struct source **sources; /* by the number that the model sees, from 1 */
    size_t source_count;
    struct slice *texts; /* of the passages */
    size_t text_count;
    struct slice text;  /* the numbered sources as they stand in the prompt */
    struct slice fence; /* a line that no page can know */
};

/* The best passages of the parts from first on, `count` of them, as far as `tokens` go; the least useful are left out.
 * text and fence are made in `prompt`, whose end they may see long before the session's. False only when there is none. */
bool briefing_make(struct session *s, size_t first, size_t count, size_t tokens, struct arena *prompt, struct briefing *out);

/* Tokens left for evidence beside a prompt of this length: the tier's, or less where the model's context is small. */
size_t briefing_room(struct session *s, struct llm *model, struct slice prompt);

/* The messages of a request: the system prompt, earlier turns as far as a quarter of the context goes, the question with
 * its sources. question: a sub-question, or the session's own. *count messages, in the memory of the prompt. */
const struct llm_message *briefing_messages(struct session *s, const struct briefing *b, struct slice system,
                                            struct slice question, struct arena *prompt, size_t *count);

#endif
