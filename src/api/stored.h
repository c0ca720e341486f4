/* stored.h - stored chat completions on the wire, as OpenAI defines them: objects, lists, messages, metadata. No I/O.
 *
 * ERRORS: what prints appends to out; a full buffer shows in out->over. */
#ifndef API_STORED_H
#define API_STORED_H

#include "api/chat_request.h"
#include "base/buf.h"

enum { METADATA_PAIRS_MAX = 16, METADATA_NAME_CHARS = 64, METADATA_VALUE_CHARS = 512, STORED_PAGE_MAX = 100 };

struct fields;
/* The member "metadata": an object of at most METADATA_PAIRS_MAX strings; NULL when it is absent or null. */
MUST_USE bool stored_metadata_read(const struct fields *body, const struct value **out, struct err *e);
/* The same of the body of an update; *json is its text, "{}" for null. */
MUST_USE bool stored_update_read(struct arena *a, struct slice body, struct slice *json, struct err *e);

/* What is kept: metadata as an object; the messages of the request. */
void stored_metadata_print(const struct value *metadata, struct buf *out);
void stored_messages_keep(const struct question *q, struct buf *out);

/* A stored completion: its reply with its metadata. */
void stored_print(struct slice reply, struct slice metadata, struct buf *out);
/* A list is begun, gets its elements (those of stored_print), and is ended with the first and the last id. */
void stored_list_begin(struct buf *out);
void stored_list_end(struct slice first_id, struct slice last_id, bool more, struct buf *out);
void stored_deleted_print(struct slice id, struct buf *out);

/* A page of the messages that were kept of completion id. after: the id of a message, empty for the first page.
 * ERR_CORRUPT: what was kept cannot be read. */
MUST_USE bool stored_messages_print(struct arena *a, struct slice id, struct slice kept, struct slice after,
                                    size_t limit, bool backwards, struct buf *out, struct err *e);

#endif
