/* compose.h - puts an answer's text together: pieces of text, marks [n] with their annotations, limits.
 *
 * There are two ways. Quotes and checked drafts are composed whole, limited, and then sent by compose_send; this way a
 * stop sequence can cut across pieces and nothing has to be taken back. A model's text that goes out while it is
 * written uses compose_stream: each piece is sent at once, and the model's server applies the limits.
 *
 * OWNERSHIP: lives in the arena that it was made with.
 * ERRORS: from the piece on that passes ANSWER_MAX_BYTES, text is dropped. When the sink says that nobody listens,
 * nothing more is sent. THREADS: one. */
#ifndef SESSION_COMPOSE_H
#define SESSION_COMPOSE_H

#include "session/answer.h"
#include "session/question.h"
#include "session/sink.h"

enum { ANSWER_MAX_BYTES = 256 * 1024 };

struct compose;

struct compose *compose_new(struct arena *a, struct evidence *ev);
/* Sends every later piece to the sink as it comes; compose_limit is of no use after that. */
void compose_stream(struct compose *c, const struct sink *sink);
/* Makes later text harmless Markdown (text/markdown_guard.h), for text of a language model. */
void compose_harmless(struct compose *c);
/* Adds what compose_harmless holds back. A text of a model has ended, and its length counts. */
void compose_settle(struct compose *c);
/* Later marks are left out; sources get their numbers all the same. */
void compose_without_marks(struct compose *c);
size_t compose_bytes(const struct compose *c); /* length of the text so far */
/* False: the sink said that nobody listens. */
bool compose_heard(const struct compose *c);
/* Adds text as one piece. Empty text adds nothing. */
void compose_text(struct compose *c, struct slice text);
/* A copy in the arena as answers show it: each run of white space is one space, there is none at the ends, and the
 * page's own reference marks ("[12]") are gone, since readers would take them for ours. */
struct slice compose_flat(struct arena *a, struct slice text);
/* Adds a sentence of a page, flattened by compose_flat. */
void compose_quote(struct compose *c, struct slice sentence);
/* Adds the mark [n] of a source as one piece, with its annotation. Numbers the source if it has no number yet. */
void compose_mark(struct compose *c, struct source *source);
/* Adds text as one piece and annotates all of it with a source, without a mark. For JSON, which has no place for one.
 */
void compose_cited_text(struct compose *c, struct slice text, struct source *source);
/* Cuts before the first stop sequence, and after a word so that the text has at most max_tokens (estimated)
 * tokens. Annotations of what was cut are dropped. */
void compose_limit(struct compose *c, const struct question *q);
/* Sends the pieces that were not sent yet, and hands text, annotations and finish to the answer. False: nobody
 * listens. */
MUST_USE bool compose_send(struct compose *c, const struct sink *sink, struct answer *out);

#endif
