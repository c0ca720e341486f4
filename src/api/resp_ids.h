/* resp_ids.h - names of what the Responses API has: "resp_...", "msg_...". Private to api/. */
#ifndef API_RESP_IDS_H
#define API_RESP_IDS_H

#include <stdio.h>

#include "base/random.h"

enum { RESP_ID_BYTES = 40, RESP_ID_CHARS = 24 };

/* prefix: at most 8 bytes. */
static inline void resp_id(const char *prefix, char out[RESP_ID_BYTES])
{
    char name[RESP_ID_CHARS + 1];
    random_name(name, RESP_ID_CHARS);
    snprintf(out, RESP_ID_BYTES, "%.8s_%s", prefix, name);
}

#endif
