/* resp_reply.h - prints an answer as a Response of OpenAI's Responses API, whole or as the events of a stream.
 *
 * The output of a response has an item web_search_call for each round of searching, with what was asked and which pages
 * were found, and then one message, or one function_call where the client forced it. Everything that OpenAI does not
 * have (basis, warnings, ...) is at the top level, as in Chat.
 *
 * DESIGN: the order of the events is the one that openai's two ways of reading a stream both take: created,
 * in_progress; each search from added to done; the message with its deltas; all annotations; completed. Each event has
 * the next sequence number.
 * ERRORS: each function appends to out; a full buffer shows in out->over, except at the end of a stream, which then
 * becomes a failure. */
#ifndef API_RESP_REPLY_H
#define API_RESP_REPLY_H

#include "api/resp_ids.h"
#include "api/resp_request.h"
#include "base/buf.h"
#include "session/answer.h"
#include "session/sink.h"

enum resp_status { RESP_QUEUED, RESP_IN_PROGRESS, RESP_COMPLETED, RESP_INCOMPLETE, RESP_FAILED, RESP_CANCELLED };
const char *resp_status_name(enum resp_status status); /* "in_progress" */

struct resp_search { /* a round of searching */
    char id[RESP_ID_BYTES];
    const struct slice *queries, *urls;
    size_t query_count, url_count;
};

struct resp_reply { /* what is the same in every event, and what has been done so far */
    struct arena *arena;
    const struct resp_request *request;
    char id[RESP_ID_BYTES], message_id[RESP_ID_BYTES], call_id[RESP_ID_BYTES];
    bool kept; /* it can be read and gone on from later */
    int64_t created_unix;
    struct resp_search *searches;
    size_t search_count, search_room;
    bool searching; /* the last one has not ended */
    bool writing;   /* of a stream: the message, or the call, has begun */
    uint64_t next;  /* sequence number of the next event */
};

/* request must outlive it; what is noted lives in the arena. */
void resp_reply_init(struct resp_reply *r, struct arena *a, const struct resp_request *request, int64_t now_unix);
/* What the session says of its searches, for a reply that is no stream. */
void resp_reply_headway(struct resp_reply *r, const struct headway *h);

/* The response as an object: before there is an answer; with it; when it failed (e: RESP_FAILED only). */
void resp_reply_print_early(const struct resp_reply *r, enum resp_status status, const struct err *e, struct buf *out);
void resp_reply_print(const struct resp_reply *r, const struct answer *answer, int64_t now_unix, struct buf *out);
/* Of an answer that has come. */
enum resp_status resp_reply_status(const struct answer *answer);

/* Server-sent events. */
void resp_stream_begin(struct resp_reply *r, struct buf *out);
void resp_stream_headway(struct resp_reply *r, const struct headway *h, struct buf *out);
void resp_stream_text(struct resp_reply *r, struct slice delta, struct buf *out);
/* Each of these two ends a stream and begins with an empty out. When the end is more than out may hold, it is what
 * resp_stream_fail prints. */
void resp_stream_end(struct resp_reply *r, const struct answer *answer, int64_t now_unix, struct buf *out);
void resp_stream_fail(struct resp_reply *r, const struct err *e, struct buf *out);

/* A kept response as it is once it was cancelled. *background: whether it may be. ERR_CORRUPT. */
MUST_USE bool resp_cancelled_print(struct arena *a, struct slice kept, bool *background, struct buf *out,
                                   struct err *e);
/* Of a kept response: {"id", "object", "deleted"}. */
void resp_deleted_print(struct slice id, struct buf *out);
/* A page of kept items (struct resp_request, items). after: the id of an item, empty for the first page. ERR_CORRUPT:
 * they cannot be read. */
MUST_USE bool resp_items_print(struct arena *a, struct slice items, struct slice after, size_t limit, bool backwards,
                               struct buf *out, struct err *e);

#endif
