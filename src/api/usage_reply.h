/* usage_reply.h - what keys used, as JSON. */
#ifndef API_USAGE_REPLY_H
#define API_USAGE_REPLY_H

#include <stdint.h>

#include "base/buf.h"

struct usage_line {
    const char *date; /* YYYY-MM-DD */
    struct slice key; /* its name; empty: requests without a key, null in JSON */
    const uint64_t *counts;
};

struct usage_quota {
    int64_t per_day; /* 0: no limit, null in JSON */
    uint64_t used;
    int64_t resets_unix;
};

/* {"object": "list", "data": [{"date", "key", counts by their names}, ...], "quota": {...}}. quota: NULL for none. */
void usage_reply_print(const char *const *names, size_t name_count, const struct usage_line *lines, size_t line_count,
                       const struct usage_quota *quota, struct buf *out);

#endif
