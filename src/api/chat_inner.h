/* chat_inner.h - readers for the members of a chat request. Private to api/.
 *
 * chat_request.c reads the body and what has no file of its own; resp_request.c, for the Responses API, uses the same
 * readers. chat_messages.c reads the messages, chat_text.c the prompt that older clients send instead, chat_results.c
 * what tools gave, chat_policy.c which sources may be used, chat_tools.c whether the reply is to call a tool,
 * chat_format.c, chat_prompt.c and chat_keys.c the wanted form of the answer. False: *e names the field (e->param). */
#ifndef API_CHAT_INNER_H
#define API_CHAT_INNER_H

#include "api/chat_request.h"
#include "api/fields.h"

enum {
    CHAT_TOOLS_MOST = 128,  /* as OpenAI has it */
    CHAT_DOMAINS_MOST = 200 /* Parallel's limit for include and exclude together */
};

/* chat_text.c: the prompt of the older Completions, and what else they have that Chat has not */
bool chat_read_prompt(const struct fields *body, struct chat_request *out, struct err *e);
/* chat_request.c. chat_open: the body's object; a byte order mark before it is left out. */
bool chat_open(struct arena *a, struct slice text, struct fields *body, struct err *e);
/* A number of tokens, or -1 and more than any answer has, which mean no limit. */
bool chat_read_limit(const struct fields *body, const char *name, size_t *limit, struct err *e);
bool chat_read_sampling(const struct fields *body, struct chat_request *out, struct err *e);
bool chat_read_budget(const struct fields *body, const struct chat_headers *headers, struct question *q, struct err *e);
bool chat_read_basis_depth(const struct fields *body, const struct chat_headers *headers, struct question *q,
                           struct err *e);
/* chat_messages.c */
bool chat_read_messages(const struct fields *body, struct chat_request *out, struct err *e);
/* The place of the user's last message; n when there is none. */
size_t chat_last_of_user(const struct value *messages);
/* One message. asked: it is the question, so that what cannot be read is an error. *is_turn: it has a text to keep. */
bool chat_read_message(const struct fields *f, bool asked, struct turn *turn, bool *is_turn, struct chat_request *out,
                       struct err *e);
/* A member that is a string or an array of parts with text. */
bool chat_read_content(const struct fields *f, const char *name, bool asked, struct slice *text, struct err *e);
/* Prompts that consist of instructions alone ask what their last one says. name: of the list, for the error. */
bool chat_ask_system(const char *name, struct turn *turns, size_t n, struct err *e);
/* chat_results.c: the calls of an assistant's turn, and a tool's result, whose text was read already. */
bool chat_note_calls(const struct fields *message, struct chat_request *out, struct err *e);
bool chat_note_result(const struct fields *message, struct slice text, struct chat_request *out, struct err *e);
/* A call whose id was read already; a result whose members were. */
bool chat_note_call(const struct fields *call, struct slice id, struct chat_request *out, struct err *e);
void chat_add_result(struct arena *a, struct slice name, struct slice id, struct slice text, struct chat_request *out);
/* Names the call of a result whose call was not known when it was added. */
void chat_title_result(struct arena *a, struct slice id, struct slice name, struct slice arguments,
                       struct chat_request *out);
/* Whether a tool of this name was called since the user's last turn, and has given a result. */
bool chat_was_called(const struct chat_request *r, struct slice name);
/* chat_policy.c: source_policy, Perplexity's search_… filters, web_search_options */
bool chat_read_policy(const struct fields *body, int64_t today_unix, struct chat_request *out, struct err *e);
/* The parent's member source_policy alone, as Parallel's other paths have it. */
bool chat_read_source_policy(const struct fields *parent, struct policy *out, struct err *e);
/* The filters of a web search tool, beside what the policy has. */
bool chat_read_filters(const struct fields *tool, struct policy *policy, struct err *e);
/* A JSON Schema in a request; value NULL: there is none. */
struct chat_schema {
    const struct value *value;
    const char *path;
};
/* chat_tools.c: tools and tool_choice, functions and function_call. *schema: the parameters of the tool that the reply
 * has to call; unchanged when it calls none. */
bool chat_read_tools(const struct fields *body, struct chat_request *out, struct chat_schema *schema, struct err *e);
/* A tool that is the search of the web, under one of its names. */
bool chat_is_search_tool(const struct value *tool);
/* chat_format.c: the member `name`, response_format in Chat. Finds the schema in it, if it has one, and does not read
 * that yet. */
bool chat_read_format(const struct fields *body, const char *name, struct chat_request *out, struct chat_schema *schema,
                      struct err *e);
/* chat_request.c: the form of the answer. A call that is forced is stronger than the format, which is for a message's
 * content. input: what the conversation is called, for errors. */
bool chat_use_form(struct arena *a, const struct chat_limits *limits, const char *input,
                   const struct chat_schema *format, const struct chat_schema *parameters, struct chat_request *out,
                   struct err *e);
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
