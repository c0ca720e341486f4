/* status.h - the outcomes of asking a search service or another source of evidence, with their names. They are sorted
 * from best to worst. */
#ifndef SEARCH_STATUS_H
#define SEARCH_STATUS_H

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

#endif
