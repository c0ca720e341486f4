#include "api/chat_reply.h"

#include <stdio.h>

#include "api/answer_json.h"
#include "api/errors.h"
#include "api/json_out.h"
#include "base/random.h"
#include "shape/value.h"

enum { ID_CHARS = 24 };

static const char fingerprint[] = "footnote-" FOOTNOTE_VERSION;

static void make_frame(struct chat_head *h);

void chat_head_init(struct chat_head *h, const struct chat_request *r, int64_t now_unix)
{
    char name[ID_CHARS + 1];
    *h = (struct chat_head){.model = r->question.tier->name,
                            .created = now_unix,
                            .include_usage = r->include_usage,
                            .call = r->call,
                            .call_name = r->call_name};
    random_name(name, ID_CHARS);
    snprintf(h->id, sizeof h->id, "chatcmpl-%s", name);
    random_name(name, ID_CHARS);
    snprintf(h->call_id, sizeof h->call_id, "call_%s", name);
    random_name(name, ID_CHARS);
    snprintf(h->interaction, sizeof h->interaction, "int_%s", name);
    make_frame(h);
}

/* They have places in a message's content, which a call does not have. */
static json_t *annotations_json(const struct chat_head *h, const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->annotation_count && !h->call; i++) {
        const struct annotation *n = &answer->annotations[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:{s:o, s:o, s:I, s:I}}", "type", "url_citation", "url_citation", "url",
                                        answer_json_link(n->source->url), "title", json_text(n->source->title),
                                        "start_index", (json_int_t)n->start, "end_index", (json_int_t)n->end));
    }
    return list;
}

static json_t *usage_json(const struct answer *answer)
{
    return json_pack("{s:I, s:I, s:I}", "prompt_tokens", (json_int_t)answer->prompt_tokens, "completion_tokens",
                     (json_int_t)answer->completion_tokens, "total_tokens",
                     (json_int_t)(answer->prompt_tokens + answer->completion_tokens));
}

static const char *finish_name(const struct chat_head *h, const struct answer *answer)
{
    static const char *const names[] = {
        [CHAT_CALL_NONE] = "stop", [CHAT_CALL_TOOL] = "tool_calls", [CHAT_CALL_FUNCTION] = "function_call"};
    return answer->finish == FINISH_LENGTH ? "length" : names[h->call];
}

static void add_extras(json_t *reply, const struct chat_head *h, const struct chat_request *r,
                       const struct answer *answer)
{
    json_object_set_new(reply, "interaction_id", h->interaction[0] ? json_string(h->interaction) : json_null());
    answer_json_extras(reply, answer, r->warnings, r->warning_count);
}

static json_t *head_json(const struct chat_head *h, const char *object, json_t *choices)
{
    return json_pack("{s:s, s:s, s:I, s:s, s:s, s:o}", "id", h->id, "object", object, "created", (json_int_t)h->created,
                     "model", h->model, "system_fingerprint", fingerprint, "choices", choices);
}

/* Whether the call is whole, the beginning of a streamed one, or a piece of its arguments. */
enum call_part { CALL_WHOLE, CALL_FIRST, CALL_PIECE };

/* Adds the call to a message or a delta. Clients join the arguments of all pieces; they take id and name once. */
static void add_call(const struct chat_head *h, json_t *to, struct slice arguments, enum call_part part)
{
    json_t *function = json_object();
    if (part != CALL_PIECE)
        json_object_set_new(function, "name", json_text(h->call_name));
    json_object_set_new(function, "arguments", json_text(arguments));
    if (h->call == CHAT_CALL_FUNCTION) {
        json_object_set_new(to, "function_call", function);
        return;
    }
    json_t *call = json_object();
    if (part != CALL_WHOLE)
        json_object_set_new(call, "index", json_integer(0));
    if (part != CALL_PIECE) {
        json_object_set_new(call, "id", json_string(h->call_id));
        json_object_set_new(call, "type", json_string("function"));
    }
    json_object_set_new(call, "function", function);
    json_object_set_new(to, "tool_calls", json_pack("[o]", call));
}

void chat_reply_print(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                      struct slice reasoning, struct buf *out)
{
    json_t *content = h->call ? json_null() : json_text(answer->text);
    json_t *message = json_pack("{s:s, s:o, s:n, s:o}", "role", "assistant", "content", content, "refusal",
                                "annotations", annotations_json(h, answer));
    if (h->call)
        add_call(h, message, answer->text, CALL_WHOLE);
    if (reasoning.n)
        json_object_set_new(message, "reasoning_content", json_text(reasoning));
    json_t *choices = json_pack("[{s:i, s:o, s:s, s:n}]", "index", 0, "message", message, "finish_reason",
                                finish_name(h, answer), "logprobs");
    json_t *reply = head_json(h, "chat.completion", choices);
    json_object_set_new(reply, "usage", usage_json(answer));
    add_extras(reply, h, r, answer);
    json_out(reply, out);
}

static json_t *chunk_json(const struct chat_head *h, json_t *delta, const char *finish)
{
    json_t *choices =
        json_pack("[{s:i, s:o, s:s?, s:n}]", "index", 0, "delta", delta, "finish_reason", finish, "logprobs");
    json_t *chunk = head_json(h, "chat.completion.chunk", choices);
    if (h->include_usage)
        json_object_set_new(chunk, "usage", json_null());
    return chunk;
}

static void chat_event(json_t *tree, struct buf *out)
{
    buf_add(out, SLICE("data: "));
    json_out(tree, out);
    buf_add(out, SLICE("\n\n"));
}

void chat_chunk_role(const struct chat_head *h, struct buf *out)
{
    json_t *content = h->call ? json_null() : json_string("");
    json_t *delta = json_pack("{s:s, s:o, s:n}", "role", "assistant", "content", content, "refusal");
    if (h->call)
        add_call(h, delta, SLICE(""), CALL_FIRST);
    chat_event(chunk_json(h, delta, NULL), out);
}

static json_t *text_chunk(const struct chat_head *h, struct slice text)
{
    json_t *delta = json_object();
    if (h->call)
        add_call(h, delta, text, CALL_PIECE);
    else
        json_object_set_new(delta, "content", json_text(text));
    return chunk_json(h, delta, NULL);
}

/* A stream has hundreds of chunks that differ in a word, so everything else is printed once. */
static void make_frame(struct chat_head *h)
{
    struct slice text = h->call ? SLICE("\"arguments\":") : SLICE("\"content\":");
    struct buf out;
    buf_init(&out, CHAT_FRAME_BYTES);
    chat_event(text_chunk(h, SLICE("")), &out);
    size_t at = slice_find(buf_slice(&out), text) + text.n;
    if (!out.over && at + 2 < out.n) {
        memcpy(h->frame, out.p, at);
        memcpy(h->frame + at, out.p + at + 2, out.n - at - 2); /* without the empty text */
        h->frame_before = at;
        h->frame_bytes = out.n - 2;
    }
    buf_release(&out);
}

void chat_chunk_text(const struct chat_head *h, struct slice delta, struct buf *out)
{
    if (h->frame_bytes == 0) {
        chat_event(text_chunk(h, delta), out);
        return;
    }
    buf_add(out, (struct slice){h->frame, h->frame_before});
    value_print_string(delta, out);
    buf_add(out, (struct slice){h->frame + h->frame_before, h->frame_bytes - h->frame_before});
}

void chat_chunk_reasoning(const struct chat_head *h, struct slice delta, struct buf *out)
{
    chat_event(chunk_json(h, json_pack("{s:o}", "reasoning_content", json_text(delta)), NULL), out);
}

void chat_chunks_end(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                     const char *request_id, struct buf *out)
{
    if (answer->annotation_count && !h->call)
        chat_event(chunk_json(h, json_pack("{s:o}", "annotations", annotations_json(h, answer)), NULL), out);
    json_t *last = chunk_json(h, json_object(), finish_name(h, answer));
    add_extras(last, h, r, answer);
    chat_event(last, out);
    if (h->include_usage) {
        json_t *usage = head_json(h, "chat.completion.chunk", json_array());
        json_object_set_new(usage, "usage", usage_json(answer));
        chat_event(usage, out);
    }
    buf_add(out, SLICE("data: [DONE]\n\n"));
    if (out->over) {
        struct err e;
        err_set(&e, ERR_INTERNAL, "The end of the reply has more than %zu bytes.", out->max_bytes);
        buf_reset(out);
        chat_chunks_fail(&e, request_id, out);
    }
}

void chat_chunks_fail(const struct err *e, const char *request_id, struct buf *out)
{
    buf_add(out, SLICE("data: "));
    api_error_print(e, API_ERROR_CHAT, request_id, out);
    buf_add(out, SLICE("\n\ndata: [DONE]\n\n"));
}
