/* chat_request.h - the body of POST /chat/completions, and of the older /completions, as native structs.
 *
 * It accepts the fields of OpenAI and Parallel, and the source policies of both, of Perplexity and of OpenAI's web
 * search. Unknown fields are ignored. Known fields of a wrong type are refused with their path. No I/O. */
#ifndef API_CHAT_REQUEST_H
#define API_CHAT_REQUEST_H

#include "session/question.h"

/* Of numbers that clients send: more than any budget will spend. */
enum { CHAT_TOKENS_MOST = 1000000, CHAT_SECONDS_MOST = 3600, CHAT_SEARCHES_MOST = 1000, CHAT_PAGES_MOST = 10000 };

struct chat_limits {
    size_t max_input_chars;    /* of all messages and the schema together; code points */
    unsigned max_schema_depth; /* levels of objects and arrays */
};

struct chat_headers {          /* empty when not sent */
    struct slice read_timeout; /* x-stainless-read-timeout, seconds */
    struct slice beta; /* parallel-beta: names of features, with commas between them; unknown ones are ignored */
};

/* What a reply is: a message, or the arguments of a call that the client forces, in one of OpenAI's two forms. */
enum chat_call { CHAT_CALL_NONE, CHAT_CALL_TOOL, CHAT_CALL_FUNCTION };

struct chat_made { /* a call of a tool that an earlier turn of the assistant has made */
    struct slice name, id, arguments;
    bool answered;
};

/* Chat has messages; the older Completions have a prompt, and their reply has a text in place of a message. */
enum chat_form { CHAT_FORM_MESSAGES, CHAT_FORM_TEXT };

struct chat_request {
    struct question question;
    enum chat_form form;
    enum chat_call call;    /* then the question asks for a document of the tool's parameters */
    struct slice call_name; /* of the tool */
    struct chat_made *made; /* since the user's last turn */
    size_t made_count;
    struct page_copy *results; /* of tools, the newest first; they are the question's known_pages */
    size_t result_count, unnamed_count;
    bool marked; /* a document is asked for, but the reply is a text of its fields (chat_marks.h) */
    bool stream, include_usage;
    bool show_reasoning;          /* "include_reasoning": what a language model thinks comes as reasoning_content */
    bool keep;                    /* the interaction, for a later request; "store": false says no */
    bool store;                   /* "store": true: the completion is kept, to be listed and read */
    const struct value *metadata; /* of a stored one; NULL: none */
    struct slice previous_interaction; /* its id; empty: none */
    struct slice *warnings;
    size_t warning_count;
};

/* Everything lives in the arena. today_unix: the day from which "within the last week" counts back. */
MUST_USE bool chat_request_parse(struct arena *a, struct slice body, const struct chat_headers *headers,
                                 const struct chat_limits *limits, int64_t today_unix, struct chat_request *out,
                                 struct err *e);
/* The same of the older form: a prompt, and no tools. Such completions are not stored. */
MUST_USE bool chat_request_parse_text(struct arena *a, struct slice body, const struct chat_headers *headers,
                                      const struct chat_limits *limits, int64_t today_unix, struct chat_request *out,
                                      struct err *e);

#endif
