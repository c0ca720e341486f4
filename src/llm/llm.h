/* llm.h - a language model behind any OpenAI-compatible chat endpoint: vLLM, Ollama, llama.cpp, LM Studio, OpenAI,
 * Azure, OpenRouter and what resembles them.
 *
 * llm.c opens it; llm_probe.c, llm_form.c, llm_chat.c and llm_tokens.c ask it.
 *
 * A struct llm is one endpoint with one model; a small model for planning is another struct llm. Servers differ, and a
 * struct llm finds out and remembers how: kind of server, model, context, tokenizer, the request fields that it
 * refuses, and how it can be made to keep to a JSON Schema.
 *
 * ERRORS: whatever goes wrong in a call is an outcome: data, not an error.
 *
 * TRUST: the endpoint is the operator's, so its HTTP client has no guard and serves nothing else. Its replies are not
 * trusted: they are bounded, made valid UTF-8 without NUL, and watched for endless repetition. The key goes into
 * requests and nowhere else: not into logs, not into reasons.
 * THREADS: any number of threads may call everything here. One private lock guards what is remembered and is never
 * held while waiting. Callbacks run on the thread that called llm_chat. */
#ifndef LLM_LLM_H
#define LLM_LLM_H

#include "base/arena.h"
#include "base/breaker.h"
#include "base/clock.h"
#include "base/err.h"

/* name, wire name, what it says about the server, worth another try, sentence without its period */
#define LLM_OUTCOMES(X)                                                                                                \
    X(LLM_OK, "ok", BREAKER_WELL, false, "the reply is whole")                                                         \
    X(LLM_DOWN, "down", BREAKER_FAILED, true, "the model's server cannot be reached")                                  \
    X(LLM_AUTH, "auth", BREAKER_KEY, false, "the model's server refuses the key, or its credit is used up")            \
    X(LLM_NOT_FOUND, "not_found", BREAKER_KEY, false, "the model's server has no such model, or no chat at this URL")  \
    X(LLM_LIMITED, "limited", BREAKER_LIMITED, true, "the model's server wants fewer requests")                        \
    X(LLM_SERVER, "server_error", BREAKER_FAILED, true, "the model's server failed")                                   \
    X(LLM_REJECTED, "rejected", BREAKER_WELL, false, "the model's server does not take this request")                  \
    X(LLM_TIMEOUT_FIRST, "timeout_first", BREAKER_FAILED, false, "the model did not begin in time")                    \
    X(LLM_TIMEOUT_IDLE, "timeout_idle", BREAKER_FAILED, false, "the model fell silent in the middle")                  \
    X(LLM_BROKEN, "broken", BREAKER_FAILED, true, "the reply broke off")                                               \
    X(LLM_GARBAGE, "garbage", BREAKER_FAILED, true, "the reply is not one of a chat endpoint")                         \
    X(LLM_EMPTY, "empty", BREAKER_WELL, false, "the model said nothing")                                               \
    X(LLM_REFUSED, "refused", BREAKER_WELL, false, "the model, or a filter before it, refuses to answer")              \
    X(LLM_OVERFLOW, "overflow", BREAKER_WELL, false, "the request does not fit the model's context")                   \
    X(LLM_REPEATED, "repeated", BREAKER_WELL, false, "the model repeated itself without end")                          \
    X(LLM_TOO_LONG, "too_long", BREAKER_WELL, false, "the reply is longer than allowed")                               \
    X(LLM_DEADLINE, "deadline", BREAKER_NOTHING, false, "the time for it was over")                                    \
    X(LLM_CANCELLED, "cancelled", BREAKER_NOTHING, false, "it was called off")

enum llm_outcome {
#define X(name, wire, sign, again, sentence) name,
    LLM_OUTCOMES(X)
#undef X
        LLM_OUTCOME_COUNT
};

const char *llm_outcome_name(enum llm_outcome o); /* "timeout_first", for logs and reports */
const char *llm_outcome_sentence(enum llm_outcome o);

enum llm_kind { LLM_OTHER, LLM_OPENAI, LLM_AZURE, LLM_VLLM, LLM_LLAMA_CPP, LLM_OLLAMA, LLM_LM_STUDIO, LLM_KIND_COUNT };
const char *llm_kind_name(enum llm_kind k); /* "llama.cpp" */

/* How a reply is made to keep to a JSON Schema, strongest first: name, what it is called */
#define LLM_FORMS(X)                                                                                                   \
    X(LLM_FORM_UNKNOWN, "not tried yet")                                                                               \
    X(LLM_FORM_STRICT, "response_format json_schema, strict")                                                          \
    X(LLM_FORM_SCHEMA, "response_format json_schema")                                                                  \
    X(LLM_FORM_STRUCTURED_OUTPUTS, "structured_outputs of vLLM")                                                       \
    X(LLM_FORM_GUIDED_JSON, "guided_json of vLLM")                                                                     \
    X(LLM_FORM_LLAMA_SCHEMA, "json_schema of llama.cpp")                                                               \
    X(LLM_FORM_JSON_OBJECT, "response_format json_object, with the schema in the prompt")                              \
    X(LLM_FORM_PROMPT, "the schema in the prompt alone")

enum llm_form {
#define X(name, sentence) name,
    LLM_FORMS(X)
#undef X
        LLM_FORM_COUNT
};
const char *llm_form_name(enum llm_form f);

enum {
    LLM_CONNECT_MS = 2000,
    LLM_FIRST_TOKEN_MS = 60 * 1000, /* a long prompt on a slow machine is read for a while */
    LLM_IDLE_MS = 20 * 1000,
    LLM_RETRIES = 2,
    LLM_CONTEXT_TOKENS = 8192,        /* when nobody says */
    LLM_OLLAMA_CONTEXT_TOKENS = 4096, /* what Ollama may load a model with, whatever it could */
    LLM_TEXT_BYTES = 1024 * 1024,     /* of a reply */
};

struct llm_options {
    /* With or without /v1, or whole with /chat/completions; Azure's .../openai/deployments/NAME?api-version=... as
     * well. */
    struct slice url;
    struct slice model;   /* empty: the one that the server offers, where that is clear */
    struct slice key;     /* empty: none is sent */
    struct slice headers; /* a JSON object of strings, sent with every request; empty: none */
    struct slice body;    /* a JSON object whose members go into every chat request and win over our own; empty: none */
    unsigned context_tokens;                      /* 0: as the server says */
    unsigned connect_ms, first_token_ms, idle_ms; /* 0: the defaults above */
    int retries;                                  /* before the first token; negative: the default */
    const char *ca_file, *user_agent;             /* NULL or empty: the system's, ours */
    bool thinks_first; /* the template opens the thinking itself: text before </think> is reasoning; learned, too */
    /* Whether the server runs, where somebody starts and watches it: 0 while it does not, else a number that changes
     * with each start. While it is 0 the server is not asked; failures of an earlier start do not count against a later
     * one. NULL: not known. Called on the threads of llm_chat; must return at once. */
    unsigned (*up)(void *ud);
    void *up_ud;
};

struct llm;

/* Asks nothing yet. Strings are copied. ERR_USAGE: URL, headers or body are not understood. */
MUST_USE bool llm_open(const struct llm_options *o, struct llm **out, struct err *e);
void llm_close(struct llm *l); /* after every call has returned. NULL is fine. */

/* What is known of the endpoint. Slices live as long as the llm. */
struct llm_facts {
    struct slice url; /* of the chat endpoint */
    enum llm_kind kind;
    struct slice model; /* empty: not known yet */
    unsigned context_tokens;
    bool context_known; /* configured or said by the server, not a guess */
    bool tokenizer;     /* the server counts tokens when it is asked */
    enum llm_form form;
};

/* Asks once for the kind of server, its context and tokenizer, and for the model where none is configured; later calls
 * return what is remembered. No completion is made. False: *outcome and *reason (in the arena) say why, and it will be
 * asked again; *out is then what is known without it. */
MUST_USE bool llm_probe(struct llm *l, struct arena *a, const struct deadline *d, struct llm_facts *out,
                        enum llm_outcome *outcome, const char **reason);
/* The strongest form that works, found with tiny completions the first time. LLM_FORM_UNKNOWN: it could not be tried.
 */
enum llm_form llm_form(struct llm *l, struct arena *a, const struct deadline *d);
/* What is known now; asks nobody. */
void llm_facts(struct llm *l, struct llm_facts *out);

struct llm_message {
    struct slice role, content; /* "system", "user", "assistant"; valid UTF-8 */
};

struct llm_request {
    const struct llm_message *messages; /* read until the first on_text */
    size_t message_count;
    unsigned max_tokens;               /* 0: the server's own limit */
    const double *temperature, *top_p; /* NULL: the server's */
    const int64_t *seed;
    const struct slice *stops;
    size_t stop_count;
    struct slice reasoning_effort; /* empty: not sent */
    /* A JSON Schema the reply has to keep to, as far as the server can see to that (llm_form). Empty: none. The model
     * sees it only in the forms that put it into the prompt, so say in the messages what is wanted. Validate the reply.
     */
    struct slice schema;
    unsigned first_token_ms; /* 0: as in the options; else the sooner of the two */
    size_t max_text_bytes;   /* 0: LLM_TEXT_BYTES; beyond it LLM_TOO_LONG */
    /* Deltas as they come: valid UTF-8, never empty, no character cut in two. White space before the first of text is
     * dropped. False: enough, ends as LLM_CANCELLED. Both may be NULL. */
    bool (*on_text)(void *ud, struct slice delta);
    bool (*on_reasoning)(void *ud, struct slice delta); /* of reasoning fields and <think> blocks */
    void *ud;
};

enum llm_finish { LLM_FINISH_NONE, LLM_FINISH_STOP, LLM_FINISH_LENGTH, LLM_FINISH_REFUSAL, LLM_FINISH_TOOL };

struct llm_reply {
    enum llm_outcome outcome;
    const char *reason; /* for a person, no period; may quote the server, never the key */
    /* What came, also when it broke off. A refusal's words when it is one. Where thinking turned out to have begun
     * before the reply, text is shorter than what on_text got. */
    struct slice text, reasoning;
    enum llm_finish finish;
    unsigned prompt_tokens, completion_tokens; /* of all calls but form probes */
    bool tokens_known;                         /* said by the server for every call that began; else estimated */
    unsigned calls;                            /* HTTP requests made for it, form probes included */
    unsigned ms, first_token_ms;               /* whole; until the first text or reasoning of the last call, 0: none */
    unsigned retry_after_ms;                   /* when to ask again; 0: not said */
};

/* One chat, to its end. True: LLM_OK, and nothing else. Tries again after failures that may pass, with growing pauses
 * or the server's Retry-After, but only before anything was said and within the deadline. A server that kept failing is
 * left alone for a while: LLM_DOWN at once, with retry_after_ms and no calls; so is one that is not up. Noticed within
 * 300 ms: the cancel flag, the deadline and a callback's false; the connection is then closed, so that the server stops
 * writing. *out lives in the arena. */
bool llm_chat(struct llm *l, struct arena *a, const struct llm_request *r, const struct deadline *d,
              struct llm_reply *out);

#endif
