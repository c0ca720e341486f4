/* compose.h - an answer's text being put together: pieces, marks [n], limits; then sent piece by piece.
 *
 * Everything is composed before the first piece is sent: quoting takes milliseconds, and so a stop sequence can cut
 * across pieces without taking anything back. */
#ifndef RESEARCH_COMPOSE_H
#define RESEARCH_COMPOSE_H

#include "research/answer.h"
#include "research/question.h"
#include "research/sink.h"

enum { ANSWER_MAX_BYTES = 256 * 1024 };

struct compose;

struct compose *compose_new(struct arena *a, struct evidence *ev);
/* From now on pieces go to the sink as they come, and cannot be limited any more. */
void compose_stream(struct compose *c, const struct sink *sink);
size_t compose_bytes(const struct compose *c); /* of the text so far */
/* False: the sink said that nobody listens. */
bool compose_heard(const struct compose *c);
/* Text as a piece of its own. */
void compose_text(struct compose *c, struct slice text);
/* The text as it is shown: each run of white space as one space, none at its ends, and without the page's own reference
 * marks ([12]), which would be taken for ours; in the arena. */
struct slice compose_flat(struct arena *a, struct slice text);
/* A sentence from a page, flattened. */
void compose_quote(struct compose *c, struct slice sentence);
/* The mark [n] of a source, annotated, as a piece of its own. */
void compose_mark(struct compose *c, struct source *source);
/* Annotates what the next piece says, when its source is known without a mark (JSON). */
void compose_cited_text(struct compose *c, struct slice text, struct source *source);
/* Cuts at the first stop sequence and at max_tokens (at a word's end). */
void compose_limit(struct compose *c, const struct question *q);
/* Sends the pieces that were not sent and hands text, annotations and finish to the answer. False: nobody listens. */
MUST_USE bool compose_send(struct compose *c, const struct sink *sink, struct answer *out);

/* What a text costs in tokens, as an estimate for `usage`: four bytes each, or one character outside of ASCII
 * letters' scripts - the usual rule of thumb for byte-pair vocabularies. */
size_t tokens_estimate(struct slice text);

#endif
