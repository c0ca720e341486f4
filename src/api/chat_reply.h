/* chat_reply.h - prints an answer as a ChatCompletion, whole or as chunks of a stream.
 *
 * DESIGN: the order of the chunks is the one that real clients expect. The first delta has the role; one delta has all
 * annotations; the last chunk has finish_reason and every extra, without content; usage has a chunk of its own when it
 * was asked for.
 * The older Completions (CHAT_FORM_TEXT) have neither roles nor annotations nor reasoning: those chunks are empty.
 * A call of a tool has the answer's texts as its arguments. Its first delta names it, with the role.
 * ERRORS: each function appends to out; a full buffer shows in out->over, except at the end of a
 * stream. */
#ifndef API_CHAT_REPLY_H
#define API_CHAT_REPLY_H

#include "api/chat_request.h"
#include "base/buf.h"
#include "session/answer.h"

enum { CHAT_ID_BYTES = 40, CHAT_FRAME_BYTES = 512, CHAT_FAIL_BYTES = 16 * 1024 };

struct chat_head {                   /* the same in every chunk */
    char id[CHAT_ID_BYTES];          /* "chatcmpl-…"; in the older form "cmpl-…" */
    char interaction[CHAT_ID_BYTES]; /* "int_…"; "": it could not be kept */
    char call_id[CHAT_ID_BYTES];     /* "call_…" */
    enum chat_form form;
    enum chat_call call; /* what the texts of the answer are: content, or arguments of call_name */
    struct slice call_name;
    const char *model;
    int64_t created;                  /* Unix seconds */
    bool include_usage;               /* then every chunk says "usage": null, and one more has the counts */
    char frame[CHAT_FRAME_BYTES];     /* a chunk of text as it is printed, but for the text */
    size_t frame_before, frame_bytes; /* bytes of it before the text, and in all; 0 in all: there is no frame */
};

void chat_head_init(struct chat_head *h, const struct chat_request *r, int64_t now_unix);

/* The reply to a request without stream. reasoning: of the model, where the request asked for it; else empty. */
void chat_reply_print(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                      struct slice reasoning, struct buf *out);

/* Server-sent events, each "data: {...}\n\n". */
void chat_chunk_role(const struct chat_head *h, struct buf *out);
void chat_chunk_text(const struct chat_head *h, struct slice delta, struct buf *out);
void chat_chunk_reasoning(const struct chat_head *h, struct slice delta, struct buf *out);
/* The last two end a stream. Each begins with an empty out, of CHAT_FAIL_BYTES at least, and always leaves [DONE] at
 * its end: a client waits for it. Annotations (if any), finish with the extras, usage (if asked for), [DONE]; when this
 * is more than out may hold, what chat_chunks_fail prints instead. */
void chat_chunks_end(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                     const char *request_id, struct buf *out);
/* A failure after the stream began: the error object, [DONE]. */
void chat_chunks_fail(const struct err *e, const char *request_id, struct buf *out);

#endif
