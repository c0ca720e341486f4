/* llm_inner.h - what the files of a language model's client share; nobody outside of llm/ includes it.
 *
 *   llm_chat.c                one chat, with its second tries
 *   llm_form.c, llm_probe.c   which form of structured output works; what is at the endpoint
 *   llm_tokens.c              how many tokens a text has
 *   call.c                    one exchange
 *   body.c                    the request of an exchange
 *   chunk.c, speech.c         its reply: an event of the stream; the text and the reasoning that events add up to
 *   llm.c                     what outlives a call
 *
 * A file calls those below it. */
#ifndef LLM_LLM_INNER_H
#define LLM_LLM_INNER_H

#include <pthread.h>

#include "llm/chunk.h"
#include "llm/endpoint.h"
#include "llm/llm.h"
#include "net/http.h"
#include "shape/value.h"

/* Request fields that some server refuses; one that was refused is not sent again. */
enum field {
    FIELD_MAX_TOKENS, /* refused: the next one is sent instead */
    FIELD_MAX_COMPLETION_TOKENS,
    FIELD_TEMPERATURE,
    FIELD_TOP_P,
    FIELD_SEED,
    FIELD_STOP,
    FIELD_REASONING_EFFORT,
    FIELD_STREAM_OPTIONS,
    FIELD_COUNT
};
extern const char *const field_names[FIELD_COUNT];

struct llm {
    struct arena *arena;  /* after llm_open under the lock */
    struct llm_options o; /* defaults filled in; slices are copies */
    struct endpoint at;
    struct http_client *client;
    struct http_header *headers; /* with the key */
    size_t header_count;
    const struct value *extra; /* members of every chat request; NULL: none */
    pthread_mutex_t lock;      /* guards the members below */
    struct llm_facts facts;
    bool probed;
    unsigned left_out; /* bits of fields that the server refused */
    bool thinks_first;
    bool forming; /* a thread is finding out the form */
    struct breaker breaker;
    unsigned start; /* what llm_options.up said when the breaker was last asked: that start it is about */
};

enum breaker_sign outcome_sign(enum llm_outcome o);
bool outcome_again(enum llm_outcome o);
/* A sentence for a person with the server's own words behind it, if they do not hold the key. */
const char *outcome_reason(const struct llm *l, struct arena *a, enum llm_outcome o, struct slice detail);

/* A small request beside the chat, body empty for GET. Its URL is one of the endpoint's own server. */
struct http_reply *llm_ask(struct llm *l, struct arena *a, struct slice url, struct slice body, unsigned timeout_ms,
                           const struct deadline *d);
/* What a reply that is no HTTP_OK says about the server. */
enum llm_outcome outcome_of_reply(const struct http_reply *r, const struct deadline *d);

/* The body of a chat request. *sent gets the bits of the fields that are in it. False: *why. */
MUST_USE bool body_print(struct arena *a, const struct llm *l, struct slice model, const struct llm_request *r,
                         enum llm_form form, unsigned left_out, unsigned *sent, struct buf *out, const char **why);

struct call_result {
    struct llm_reply reply;  /* of this exchange alone */
    bool began;              /* something was said or thought */
    bool unopened;           /* thinking had begun before the reply */
    unsigned blamed;         /* LLM_REJECTED: bits of the field that is blamed; 0: none of ours */
    unsigned context_tokens; /* LLM_OVERFLOW: what would fit, if said */
};
/* One exchange, to its end. No retries, no breaker. */
void call_run(struct llm *l, struct arena *a, struct slice model, const struct llm_request *r, enum llm_form form,
              const struct deadline *d, struct call_result *out);
/* llm_form; *calls grows by the chats it took. */
enum llm_form form_counted(struct llm *l, struct arena *a, const struct deadline *d, unsigned *calls);
/* What a call taught: usage, fields to leave out, context, thinking. */
void llm_learn(struct llm *l, const struct call_result *c);
/* By the server's tokenizer; false when it does not answer as one. */
MUST_USE bool llm_tokens(struct llm *l, struct arena *a, struct slice text, const struct deadline *d, unsigned *tokens);

#endif
