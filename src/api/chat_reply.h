/* chat_reply.h - an answer as a ChatCompletion, whole or as chunks of a stream.
 *
 * The rules behind the order of the chunks are those of real clients: the role once, in the first delta; all
 * annotations in one delta; finish_reason on a last chunk without content, which also carries every extra; usage in a
 * chunk of its own when it was asked for. Each function appends to out; a full buffer shows in out->over. */
#ifndef API_CHAT_REPLY_H
#define API_CHAT_REPLY_H

#include "api/chat_request.h"
#include "base/buf.h"
#include "research/answer.h"

enum { CHAT_ID_BYTES = 40, CHAT_FRAME_BYTES = 512 };

struct chat_head { /* the same in every chunk */
    char id[CHAT_ID_BYTES];          /* "chatcmpl-…" */
    char interaction[CHAT_ID_BYTES]; /* "int_…" */
    const char *model;
    int64_t created; /* Unix seconds */
    bool include_usage; /* then every chunk says "usage": null, and one more has the counts */
    char frame[CHAT_FRAME_BYTES]; /* a chunk of text as it is printed, but for the text */
    size_t frame_before, frame_bytes; /* what of it stands before the text; 0 bytes: it was not made */
};

void chat_head_init(struct chat_head *h, const struct chat_request *r, int64_t now_unix);

/* The reply to a request without stream. reasoning: what a model thought, where it was asked for; empty: none. */
void chat_reply_print(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                      struct slice reasoning, struct buf *out);

/* Server-sent events, each "data: {...}\n\n". */
void chat_chunk_role(const struct chat_head *h, struct buf *out);
void chat_chunk_text(const struct chat_head *h, struct slice delta, struct buf *out);
void chat_chunk_reasoning(const struct chat_head *h, struct slice delta, struct buf *out);
/* Annotations (if any), finish with the extras, usage (if asked for), [DONE]. */
void chat_chunks_end(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                     struct buf *out);
/* A failure after the stream began: the error object, [DONE]. */
void chat_chunks_fail(const struct err *e, const char *request_id, struct buf *out);

/* {"object": "list", "data": [...]}, and one of its members. */
void models_print(struct buf *out);
void model_print(const struct tier *tier, struct buf *out);

#endif
