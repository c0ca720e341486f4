/* resp_request.h - the body of POST /v1/responses as native structs.
 *
 * OpenAI's Responses API asks the same as Chat in other words: `input` and `instructions` are the messages, `text` is
 * the form of the answer, a tool web_search has the source policy. What is read here becomes a struct chat_request, so
 * that everything behind it is the same. Members that mean nothing here are ignored. No I/O.
 *
 * OWNERSHIP: everything lives in the arena. */
#ifndef API_RESP_REQUEST_H
#define API_RESP_REQUEST_H

#include "api/chat_request.h"

struct resp_request {
    struct chat_request chat; /* keep: "store" is not false; previous_interaction: previous_response_id */
    struct slice model;       /* as the client calls it; "parallel" is base */
    bool background;          /* the client polls for the answer */
    bool own_only;            /* "external_web_access": false: no search service and no page of the web is asked */
    bool asked;               /* the input has a question; else that of the previous response is meant */
    bool instructed;          /* the first of the request's own turns is `instructions` */
    size_t own_turns;         /* the last turns of the question, which this request has */
    struct slice items;       /* the input as a JSON array of items, each with an id */
    /* As the client wrote them, for the reply; NULL: absent. */
    const struct value *instructions, *format, *tools, *tool_choice, *reasoning, *user, *parallel;
};

MUST_USE bool resp_request_parse(struct arena *a, struct slice body, const struct chat_headers *headers,
                                 const struct chat_limits *limits, int64_t today_unix, struct resp_request *out,
                                 struct err *e);
/* Whether it has results of functions whose calls it does not have: the previous response has them. */
bool resp_request_wants_calls(const struct resp_request *r);
/* Titles those results by the calls in the previous response's JSON, as far as it has them. */
void resp_request_add_calls(struct arena *a, struct slice previous, struct resp_request *r);
/* Once the turns of the previous response are before the request's own (http/conversation.h): asks its question again
 * where the request has none, as after the result of a function. ERR_MISSING_FIELD: there is none at all. */
MUST_USE bool resp_request_go_on(struct arena *a, struct resp_request *r, struct err *e);
/* The request without its instructions, which count for this response alone: as it is kept for a later one. */
struct chat_request resp_request_kept(struct arena *a, const struct resp_request *r);

#endif
