/* reply.h - what a service answered: hits, or which kind of failure it was. Pure functions on a reply in memory. */
#ifndef SEARCH_REPLY_H
#define SEARCH_REPLY_H

#include "net/http.h"
#include "search/hit.h"
#include "search/policy.h"
#include "search/preset.h"

/* name, wire name, sentence without its period */
#define SEARCH_STATUSES(X)                                                                                             \
    X(SEARCH_OK, "ok", "there are results")                                                                            \
    X(SEARCH_EMPTY, "empty", "there is no result")                                                                     \
    X(SEARCH_RATE_LIMITED, "rate_limited", "the service wants fewer requests, or the plan is used up")                 \
    X(SEARCH_UNAUTHORIZED, "unauthorized", "the service does not accept the key, or does not allow this")              \
    X(SEARCH_CAPTCHA, "captcha", "the service wants a person to show that they are one")                               \
    X(SEARCH_MALFORMED, "malformed", "the reply is not what the preset describes")                                     \
    X(SEARCH_TIMEOUT, "timeout", "the service was too slow")                                                           \
    X(SEARCH_FAILED, "failed", "the service cannot be reached, or failed")                                             \
    X(SEARCH_SKIPPED, "skipped", "the service was not asked")                                                          \
    X(SEARCH_CANCELLED, "cancelled", "the question was called off")

enum search_status {
#define X(name, wire, sentence) name,
    SEARCH_STATUSES(X)
#undef X
        SEARCH_STATUS_COUNT
};

const char *search_status_name(enum search_status s);
const char *search_status_sentence(enum search_status s);

enum {
    REPLY_MAX_BYTES = 4 * 1024 * 1024, /* after decompression */
    REPLY_MAX_NODES = 200000,          /* of JSON: values and members; more is malformed */
    REPLY_MAX_HITS = 100,
    REPLY_TITLE_BYTES = 512,
    REPLY_SNIPPET_BYTES = 2048,
    REPLY_TEXT_BYTES = 512 * 1024,
};

struct search_answer {
    enum search_status status;
    struct slice detail; /* for a person, without a period: what happened; may quote the service, never the key */
    struct search_hit *at;
    size_t n;
    unsigned retry_after_ms; /* 0: not said */
};

/* Never fails; what is wrong is the status. policy may be NULL. now: for dates like "3 days ago". secrets, which may be
 * empty, are blotted out of the detail. */
struct search_answer reply_read(struct arena *a, const struct preset *p, const struct http_reply *r,
                                const struct search_policy *policy, const struct slice *secrets, size_t secret_count,
                                int64_t now_unix_s);

#endif
