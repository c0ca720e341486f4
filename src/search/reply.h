/* reply.h - reads the reply of a search service: its hits, or the kind of its failure. Pure functions on memory. */
#ifndef SEARCH_REPLY_H
#define SEARCH_REPLY_H

#include "net/http.h"
#include "search/hit.h"
#include "base/policy.h"
#include "search/preset.h"
#include "search/status.h"

enum {
    REPLY_MAX_BYTES = 4 * 1024 * 1024, /* after decompression */
    REPLY_MAX_NODES = 200000,          /* values and members of JSON; a reply with more is malformed */
    REPLY_MAX_HITS = 100,
    REPLY_TITLE_BYTES = 512,
    REPLY_SNIPPET_BYTES = 2048,
    REPLY_TEXT_BYTES = 512 * 1024,
};

struct search_answer {
    enum search_status status;
    struct slice detail; /* what happened, for people, without a period; may quote the service, never the key. With
                            SEARCH_OK: what is missing */
    struct search_hit *at;
    size_t n;
    unsigned retry_after_ms; /* 0: not said */
};

/* Never fails: a failure is a status. Hits that the policy forbids are left out; policy may be NULL. now_unix_s is for
 * dates like "3 days ago". Secrets (there may be none) are blotted out of the detail. */
struct search_answer reply_read(struct arena *a, const struct preset *p, const struct http_reply *r,
                                const struct policy *policy, const struct slice *secrets, size_t secret_count,
                                int64_t now_unix_s);

#endif
