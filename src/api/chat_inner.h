/* chat_inner.h - readers for the members of a chat request. Private to api/.
 *
 * chat_messages.c reads the messages, chat_text.c the prompt that older clients send instead, chat_results.c what tools
 * gave, chat_policy.c which sources may be used, chat_tools.c whether the reply is to call a tool, chat_format.c,
 * chat_prompt.c and chat_keys.c the wanted form of the answer. False: *e names the field (e->param). */
#ifndef API_CHAT_INNER_H
#define API_CHAT_INNER_H

#include "api/chat_request.h"
#include "api/fields.h"

enum {
    CHAT_TOOLS_MOST = 128,  /* as OpenAI has it */
    CHAT_DOMAINS_MOST = 200 /* Parallel's limit for include and exclude together */
};

/* chat_messages.c */
bool chat_read_messages(const struct fields *body, struct chat_request *out, struct err *e);
/* chat_text.c: the prompt of the older Completions, and what else they have that Chat has not */
bool chat_read_prompt(const struct fields *body, struct chat_request *out, struct err *e);
/* chat_results.c: the calls of an assistant's turn, and a tool's result, whose text was read already. */
bool chat_note_calls(const struct fields *message, struct chat_request *out, struct err *e);
bool chat_note_result(const struct fields *message, struct slice text, struct chat_request *out, struct err *e);
/* Whether a tool of this name was called since the user's last turn, and has given a result. */
bool chat_was_called(const struct chat_request *r, struct slice name);
/* chat_policy.c: source_policy, Perplexity's search_… filters, web_search_options */
bool chat_read_policy(const struct fields *body, int64_t today_unix, struct chat_request *out, struct err *e);
/* The parent's member source_policy alone, as Parallel's other paths have it. */
bool chat_read_source_policy(const struct fields *parent, struct policy *out, struct err *e);
/* A JSON Schema in a request; value NULL: there is none. */
struct chat_schema {
    const struct value *value;
    const char *path;
};
/* chat_tools.c: tools and tool_choice, functions and function_call. *schema: the parameters of the tool that the reply
 * has to call; unchanged when it calls none. */
bool chat_read_tools(const struct fields *body, struct chat_request *out, struct chat_schema *schema, struct err *e);
/* chat_format.c: response_format. Finds the schema in it, if it has one, and does not read that yet. */
bool chat_read_format(const struct fields *body, struct chat_request *out, struct chat_schema *schema, struct err *e);
/* The answer is to be a document of this schema. */
bool chat_use_schema(struct arena *a, const struct chat_schema *schema, const struct chat_limits *limits,
                     struct chat_request *out, struct err *e);
/* chat_prompt.c: the answer is to be a document of the schema that the prompt has, if it has one that can be used. The
 * turn is then without it. */
void chat_prompt_schema(struct arena *a, const struct chat_limits *limits, struct chat_request *out);
/* The last object of the text that fits, and where it stands; those inside of others are not looked at. */
bool chat_prompt_find(struct arena *a, struct slice text, bool (*fits)(const struct value *v),
                      const struct value **found_value, size_t *start, size_t *end);
/* Takes what stands from start to end out of turn i, with the lines about JSON; leaves the user's turn when nothing
 * else is there. */
void chat_prompt_take(struct arena *a, struct question *q, size_t i, size_t start, size_t end);
/* chat_keys.c: the same for a prompt that has no schema, but an example of the answer, or names of its keys, where
 * response_format is json_object. */
void chat_prompt_keys(struct arena *a, const struct chat_limits *limits, struct chat_request *out);
void chat_warn(struct arena *a, struct chat_request *r, struct slice warning);

#endif
