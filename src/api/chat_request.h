/* chat_request.h - the body of POST /chat/completions as native structs.
 *
 * Accepts OpenAI's and Parallel's fields, and the source policy of either, of Perplexity and of OpenAI's web search.
 * Unknown fields are ignored; known ones of a wrong type are refused with their path. No I/O. */
#ifndef API_CHAT_REQUEST_H
#define API_CHAT_REQUEST_H

#include "research/question.h"

struct chat_limits {
    size_t max_input_chars;    /* of all messages and the schema together; code points */
    unsigned max_schema_depth; /* levels of objects and arrays */
};

struct chat_headers { /* empty when not sent */
    struct slice read_timeout; /* x-stainless-read-timeout, seconds */
    struct slice beta;         /* parallel-beta: names of features, with commas between them; unknown ones are ignored */
};

struct chat_request {
    struct question question;
    bool stream, include_usage;
    bool show_reasoning; /* "include_reasoning": what a language model thinks comes as reasoning_content */
    bool keep;                         /* the interaction, for a later request; "store": false says no */
    struct slice previous_interaction; /* its id; empty: none */
    struct slice *warnings;
    size_t warning_count;
};

/* Everything lives in the arena. today_unix: "within the last week" counts from it. */
MUST_USE bool chat_request_parse(struct arena *a, struct slice body, const struct chat_headers *headers,
                                 const struct chat_limits *limits, int64_t today_unix, struct chat_request *out,
                                 struct err *e);

#endif
