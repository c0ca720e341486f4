#include "api/chat_reply.h"

#include <math.h>
#include <stdio.h>

#include "api/errors.h"
#include "api/json_out.h"
#include "base/random.h"
#include "base/utf8.h"
#include "shape/value.h"

/* Enough of a passage to recognise it in a list of results. */
enum { SNIPPET_BYTES = 300, ID_CHARS = 24 };

static const char fingerprint[] = "footnote-" FOOTNOTE_VERSION;

static void make_frame(struct chat_head *h);

void chat_head_init(struct chat_head *h, const struct chat_request *r, int64_t now_unix)
{
    char name[ID_CHARS + 1];
    *h = (struct chat_head){
        .model = r->question.tier->name, .created = now_unix, .include_usage = r->include_usage};
    random_name(name, ID_CHARS);
    snprintf(h->id, sizeof h->id, "chatcmpl-%s", name);
    random_name(name, ID_CHARS);
    snprintf(h->interaction, sizeof h->interaction, "int_%s", name);
    make_frame(h);
}

static json_t *annotations_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->annotation_count; i++) {
        const struct annotation *n = &answer->annotations[i];
        json_array_append_new(list, json_pack("{s:s, s:{s:o, s:o, s:I, s:I}}", "type", "url_citation", "url_citation",
                                              "url", json_text(n->source->url), "title", json_text(n->source->title),
                                              "start_index", (json_int_t)n->start, "end_index", (json_int_t)n->end));
    }
    return list;
}

static json_t *citation_json(const struct citation *c)
{
    json_t *excerpts = json_array(), *offsets = json_array();
    for (size_t i = 0; i < c->excerpt_count; i++) {
        json_array_append_new(excerpts, json_text(c->excerpts[i]));
        json_array_append_new(offsets, json_integer((json_int_t)c->offsets[i]));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "title", json_text(c->source->title), "url",
                     json_text(c->source->url), "excerpts", excerpts, "excerpt_offsets", offsets, "page_sha256",
                     json_text(c->source->sha256));
}

static json_t *basis_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->basis_count; i++) {
        const struct basis *b = &answer->basis[i];
        json_t *citations = json_array();
        for (size_t j = 0; j < b->citation_count; j++)
            json_array_append_new(citations, citation_json(&b->citations[j]));
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s?}", "field", json_text(b->field), "citations",
                                              citations, "reasoning", json_text(b->reasoning), "confidence",
                                              confidence_name(b->confidence)));
    }
    return list;
}

/* The numbers behind the levels, to thresholds of the client's own. Four decimals: the estimate is not finer. */
static json_t *probabilities_json(const struct answer *answer)
{
    json_t *object = json_object();
    for (size_t i = 0; i < answer->basis_count; i++) {
        const struct basis *b = &answer->basis[i];
        json_object_setn_new(object, b->field.p, b->field.n,
                             b->confidence == CONFIDENCE_NONE ? json_null() : json_real(round(b->probability * 1e4) / 1e4));
    }
    return object;
}

static json_t *citations_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->cited_count; i++)
        json_array_append_new(list, json_text(answer->cited[i]->url));
    return list;
}

static json_t *result_json(const struct source *s)
{
    json_t *date = s->date.n ? json_text(s->date) : json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "title", json_text(s->title), "url", json_text(s->url), "date", date,
                     "snippet", json_text(utf8_cut(s->snippet, SNIPPET_BYTES)));
}

/* The cited pages first, so that search_results[n - 1] is [n], as Perplexity's clients expect. */
static json_t *results_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->cited_count; i++)
        json_array_append_new(list, result_json(answer->cited[i]));
    for (size_t i = 0; i < answer->evidence->source_count; i++)
        if (answer->evidence->sources[i]->number == 0)
            json_array_append_new(list, result_json(answer->evidence->sources[i]));
    return list;
}

static json_t *warnings_json(const struct chat_request *r, const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->warning_count; i++)
        json_array_append_new(list, json_text(r->warnings[i]));
    for (size_t i = 0; i < answer->warning_count; i++)
        json_array_append_new(list, json_text(answer->warnings[i]));
    return list;
}

static json_t *report_json(const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->report_count; i++) {
        const struct report *p = &answer->reports[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I}", "provider", p->provider, "status", p->status,
                                              "results", (json_int_t)p->results, "ms", (json_int_t)p->ms));
    }
    return list;
}

static json_t *usage_json(const struct answer *answer)
{
    return json_pack("{s:I, s:I, s:I}", "prompt_tokens", (json_int_t)answer->prompt_tokens, "completion_tokens",
                     (json_int_t)answer->completion_tokens, "total_tokens",
                     (json_int_t)(answer->prompt_tokens + answer->completion_tokens));
}

static const char *finish_name(const struct answer *answer)
{
    return answer->finish == FINISH_LENGTH ? "length" : "stop";
}

/* The members that are not OpenAI's; all at the top level, where every client ignores what it does not know. */
static void add_extras(json_t *reply, const struct chat_head *h, const struct chat_request *r,
                       const struct answer *answer)
{
    json_object_set_new(reply, "basis", basis_json(answer));
    json_object_set_new(reply, "probabilities", probabilities_json(answer));
    json_object_set_new(reply, "interaction_id", json_string(h->interaction));
    json_object_set_new(reply, "citations", citations_json(answer));
    json_object_set_new(reply, "search_results", results_json(answer));
    json_object_set_new(reply, "warnings", warnings_json(r, answer));
    json_object_set_new(reply, "search_report", report_json(answer));
}

static json_t *head_json(const struct chat_head *h, const char *object, json_t *choices)
{
    return json_pack("{s:s, s:s, s:I, s:s, s:s, s:o}", "id", h->id, "object", object, "created", (json_int_t)h->created,
                     "model", h->model, "system_fingerprint", fingerprint, "choices", choices);
}

void chat_reply_print(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                      struct slice reasoning, struct buf *out)
{
    json_t *message = json_pack("{s:s, s:o, s:n, s:o}", "role", "assistant", "content", json_text(answer->text),
                                "refusal", "annotations", annotations_json(answer));
    if (reasoning.n)
        json_object_set_new(message, "reasoning_content", json_text(reasoning));
    json_t *choices = json_pack("[{s:i, s:o, s:s, s:n}]", "index", 0, "message", message, "finish_reason",
                                finish_name(answer), "logprobs");
    json_t *reply = head_json(h, "chat.completion", choices);
    json_object_set_new(reply, "usage", usage_json(answer));
    add_extras(reply, h, r, answer);
    json_out(reply, out);
}

static json_t *chunk_json(const struct chat_head *h, json_t *delta, const char *finish)
{
    json_t *choices = json_pack("[{s:i, s:o, s:s?, s:n}]", "index", 0, "delta", delta, "finish_reason", finish,
                                "logprobs");
    json_t *chunk = head_json(h, "chat.completion.chunk", choices);
    if (h->include_usage)
        json_object_set_new(chunk, "usage", json_null());
    return chunk;
}

static void event(json_t *tree, struct buf *out)
{
    buf_add(out, SLICE("data: "));
    json_out(tree, out);
    buf_add(out, SLICE("\n\n"));
}

void chat_chunk_role(const struct chat_head *h, struct buf *out)
{
    event(chunk_json(h, json_pack("{s:s, s:s, s:n}", "role", "assistant", "content", "", "refusal"), NULL), out);
}

/* A stream is hundreds of chunks that differ in a word: all else is printed once. */
static void make_frame(struct chat_head *h)
{
    static const char text[] = "\"content\":";
    struct buf out;
    buf_init(&out, CHAT_FRAME_BYTES);
    event(chunk_json(h, json_pack("{s:s}", "content", ""), NULL), &out);
    size_t at = slice_find(buf_slice(&out), slice_of(text)) + sizeof text - 1;
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
        event(chunk_json(h, json_pack("{s:o}", "content", json_text(delta)), NULL), out);
        return;
    }
    buf_add(out, (struct slice){h->frame, h->frame_before});
    value_print_string(delta, out);
    buf_add(out, (struct slice){h->frame + h->frame_before, h->frame_bytes - h->frame_before});
}

void chat_chunk_reasoning(const struct chat_head *h, struct slice delta, struct buf *out)
{
    event(chunk_json(h, json_pack("{s:o}", "reasoning_content", json_text(delta)), NULL), out);
}

void chat_chunks_end(const struct chat_head *h, const struct chat_request *r, const struct answer *answer,
                     struct buf *out)
{
    if (answer->annotation_count)
        event(chunk_json(h, json_pack("{s:o}", "annotations", annotations_json(answer)), NULL), out);
    json_t *last = chunk_json(h, json_object(), finish_name(answer));
    add_extras(last, h, r, answer);
    event(last, out);
    if (h->include_usage) {
        json_t *usage = head_json(h, "chat.completion.chunk", json_array());
        json_object_set_new(usage, "usage", usage_json(answer));
        event(usage, out);
    }
    buf_add(out, SLICE("data: [DONE]\n\n"));
}

void chat_chunks_fail(const struct err *e, const char *request_id, struct buf *out)
{
    buf_add(out, SLICE("data: "));
    api_error_print(e, request_id, out);
    buf_add(out, SLICE("\n\ndata: [DONE]\n\n"));
}
