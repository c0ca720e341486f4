/* chat_peek.h - what the queue has to know of a request's body before anybody parses it. */
#ifndef API_CHAT_PEEK_H
#define API_CHAT_PEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct chat_peek {
    bool dear;      /* its model may take minutes (base, core), or none could be read */
    bool later;     /* "background" is true: the answer is not waited for */
    bool quick;     /* its "mode" is a quick one of a search: turbo or fast */
    int64_t max_ms; /* "max_seconds"; 0: not given */
};

/* Reads four members of the object at the top in one walk over the bytes, without memory. Of members with one name the
 * last counts, as for chat_request_parse. A body that is no JSON gives something harmless: it is refused later. */
struct chat_peek chat_peek(struct slice body);

#endif
