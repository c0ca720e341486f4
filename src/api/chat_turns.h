/* chat_turns.h - a conversation as it is kept between requests: a JSON array of {"role", "content"}. */
#ifndef API_CHAT_TURNS_H
#define API_CHAT_TURNS_H

#include "api/chat_request.h"
#include "base/buf.h"

/* The question's turns and the answer; the oldest are left out beyond max_chars. Returns how many were printed. */
size_t chat_turns_print(const struct question *q, struct slice answer, size_t max_chars, struct buf *out);
/* Puts the kept turns before those of q. ERR_CORRUPT: they cannot be read. */
MUST_USE bool chat_turns_go_on(struct arena *a, struct slice kept, struct question *q, struct err *e);

#endif
