#include "api/resp_reply.h"

#include "api/answer_json.h"
#include "api/json_out.h"
#include "shape/value.h"

const char *resp_status_name(enum resp_status status)
{
    static const char *const names[] = {
        [RESP_QUEUED] = "queued",         [RESP_IN_PROGRESS] = "in_progress", [RESP_COMPLETED] = "completed",
        [RESP_INCOMPLETE] = "incomplete", [RESP_FAILED] = "failed",           [RESP_CANCELLED] = "cancelled"};
    return names[status];
}

enum resp_status resp_reply_status(const struct answer *answer)
{
    return answer->finish == FINISH_LENGTH ? RESP_INCOMPLETE : RESP_COMPLETED;
}

void resp_reply_init(struct resp_reply *r, struct arena *a, const struct resp_request *request, int64_t now_unix)
{
    *r = (struct resp_reply){
        .arena = a, .request = request, .kept = request->chat.keep, .created_unix = now_unix, .search_count = 0};
    resp_id("resp", r->id);
    resp_id(request->chat.call ? "fc" : "msg", r->message_id);
    resp_id("call", r->call_id);
}

static const struct slice *reply_texts(struct arena *a, const struct slice *texts, size_t n)
{
    struct slice *out = arena_array(a, struct slice, n);
    for (size_t i = 0; i < n; i++)
        out[i] = arena_dup(a, texts[i]);
    return out;
}

/* The pages that no earlier search has found. */
static void end_search(struct resp_reply *r, const struct headway *h)
{
    struct resp_search *s = &r->searches[r->search_count - 1];
    struct slice *urls = arena_array(r->arena, struct slice, h->url_count);
    for (size_t i = 0; i < h->url_count; i++) {
        bool known = false;
        for (size_t k = 0; k + 1 < r->search_count; k++)
            for (size_t u = 0; u < r->searches[k].url_count; u++)
                known |= slice_eq(r->searches[k].urls[u], h->urls[i]);
        if (!known)
            urls[s->url_count++] = arena_dup(r->arena, h->urls[i]);
    }
    s->urls = urls;
    r->searching = false;
}

static void begin_search(struct resp_reply *r, const struct headway *h)
{
    struct resp_search *s = arena_push(r->arena, &r->searches, r->search_count, &r->search_room);
    r->search_count++;
    resp_id("ws", s->id);
    s->queries = reply_texts(r->arena, h->queries, h->query_count);
    s->query_count = h->query_count;
    r->searching = true;
}

void resp_reply_headway(struct resp_reply *r, const struct headway *h)
{
    if (r->searching)
        end_search(r, h);
    if (h->step == HEADWAY_SEARCH)
        begin_search(r, h);
}

static json_t *search_json(const struct resp_search *s, bool ended)
{
    json_t *queries = json_array(), *sources = json_array();
    for (size_t i = 0; i < s->query_count; i++)
        json_array_append_new(queries, json_text(s->queries[i]));
    for (size_t i = 0; i < s->url_count; i++)
        json_array_append_new(sources, json_pack("{s:s, s:o}", "type", "url", "url", answer_json_link(s->urls[i])));
    return json_pack("{s:s, s:s, s:s, s:{s:s, s:o, s:o, s:o}}", "type", "web_search_call", "id", s->id, "status",
                     ended ? "completed" : "in_progress", "action", "type", "search", "query",
                     json_text(s->query_count ? s->queries[0] : SLICE("")), "queries", queries, "sources", sources);
}

static json_t *annotation_json(const struct annotation *n)
{
    return json_pack("{s:s, s:o, s:o, s:I, s:I}", "type", "url_citation", "url", answer_json_link(n->source->url),
                     "title", json_text(n->source->title), "start_index", (json_int_t)n->start, "end_index",
                     (json_int_t)n->end);
}

static json_t *part_json(struct slice text, const struct answer *answer)
{
    json_t *annotations = json_array();
    for (size_t i = 0; answer && i < answer->annotation_count; i++)
        json_array_append_new(annotations, annotation_json(&answer->annotations[i]));
    return json_pack("{s:s, s:o, s:o, s:[]}", "type", "output_text", "text", json_text(text), "annotations",
                     annotations, "logprobs");
}

/* The message, or the call. answer NULL: it has just begun. */
static json_t *last_item(const struct resp_reply *r, const struct answer *answer)
{
    const struct chat_request *chat = &r->request->chat;
    const char *status = !answer ? "in_progress" : resp_status_name(resp_reply_status(answer));
    if (chat->call)
        return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "type", "function_call", "id", r->message_id, "status",
                         status, "call_id", r->call_id, "name", json_text(chat->call_name), "arguments",
                         json_text(answer ? answer->text : SLICE("")));
    json_t *content = json_array();
    if (answer)
        json_array_append_new(content, part_json(answer->text, answer));
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "type", "message", "id", r->message_id, "status", status, "role",
                     "assistant", "content", content);
}

static json_t *output_json(const struct resp_reply *r, const struct answer *answer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->search_count; i++)
        json_array_append_new(list, search_json(&r->searches[i], answer || !r->searching || i + 1 < r->search_count));
    if (answer)
        json_array_append_new(list, last_item(r, answer));
    return list;
}

static void set_value(json_t *to, const char *name, const struct value *v, json_t *otherwise)
{
    json_t *own = v ? json_of_value(v) : NULL;
    if (own && otherwise)
        json_decref(otherwise);
    json_object_set_new(to, name, own ? own : otherwise);
}

static json_t *real_or_null(const double *number)
{
    return number ? json_real(*number) : json_null();
}

/* The members that say what was asked for. */
static void add_request(json_t *to, const struct resp_reply *r)
{
    const struct resp_request *q = r->request;
    const struct question *question = &q->chat.question;
    struct slice previous = q->chat.previous_interaction;
    set_value(to, "instructions", q->instructions, json_null());
    json_object_set_new(to, "max_output_tokens",
                        question->max_tokens ? json_integer((json_int_t)question->max_tokens) : json_null());
    set_value(to, "metadata", q->chat.metadata, json_object());
    set_value(to, "parallel_tool_calls", q->parallel, json_true());
    json_object_set_new(to, "previous_response_id", previous.n ? json_text(previous) : json_null());
    set_value(to, "reasoning", q->reasoning, json_pack("{s:n, s:n}", "effort", "summary"));
    json_object_set_new(to, "store", json_boolean(r->kept));
    json_object_set_new(to, "temperature", real_or_null(question->temperature));
    json_t *text = json_object();
    set_value(text, "format", q->format, json_pack("{s:s}", "type", "text"));
    json_object_set_new(to, "text", text);
    set_value(to, "tool_choice", q->tool_choice, json_string("auto"));
    set_value(to, "tools", q->tools, json_array());
    json_object_set_new(to, "top_p", real_or_null(question->top_p));
    json_object_set_new(to, "truncation", json_string("disabled"));
    set_value(to, "user", q->user, json_null());
}

static json_t *usage_json(const struct answer *answer)
{
    return json_pack("{s:I, s:{s:i, s:i}, s:I, s:{s:i}, s:I}", "input_tokens", (json_int_t)answer->prompt_tokens,
                     "input_tokens_details", "cached_tokens", 0, "cache_write_tokens", 0, "output_tokens",
                     (json_int_t)answer->completion_tokens, "output_tokens_details", "reasoning_tokens", 0,
                     "total_tokens", (json_int_t)(answer->prompt_tokens + answer->completion_tokens));
}

/* OpenAI has few codes for a response that failed. */
static json_t *error_json(const struct err *e)
{
    const char *code = err_status(e->code) == 429 ? "rate_limit_exceeded" : "server_error";
    return json_pack("{s:s, s:s}", "code", code, "message", e->message);
}

static json_t *response_json(const struct resp_reply *r, enum resp_status status, const struct answer *answer,
                             const struct err *e, int64_t ended_unix)
{
    json_t *why = status == RESP_INCOMPLETE ? json_pack("{s:s}", "reason", "max_output_tokens") : json_null();
    json_t *to = json_pack("{s:s, s:s, s:I, s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "id", r->id, "object", "response",
                           "created_at", (json_int_t)r->created_unix, "status", resp_status_name(status), "background",
                           (int)r->request->background, "completed_at",
                           ended_unix ? json_integer((json_int_t)ended_unix) : json_null(), "error",
                           e ? error_json(e) : json_null(), "incomplete_details", why, "model",
                           json_text(r->request->model), "output", output_json(r, answer));
    if (!to)
        return NULL;
    add_request(to, r);
    json_object_set_new(to, "usage", answer ? usage_json(answer) : json_null());
    if (!answer)
        return to;
    json_object_set_new(to, "interaction_id", r->kept ? json_string(r->id) : json_null());
    answer_json_extras(to, answer, r->request->chat.warnings, r->request->chat.warning_count);
    return to;
}

void resp_reply_print_early(const struct resp_reply *r, enum resp_status status, const struct err *e, struct buf *out)
{
    json_out(response_json(r, status, NULL, e, 0), out);
}

void resp_reply_print(const struct resp_reply *r, const struct answer *answer, int64_t now_unix, struct buf *out)
{
    json_out(response_json(r, resp_reply_status(answer), answer, NULL, now_unix), out);
}

/* Every event has its type in its data too, and the next number. */
static void stream_event(struct resp_reply *r, const char *type, json_t *rest, struct buf *out)
{
    json_t *event = json_pack("{s:s, s:I}", "type", type, "sequence_number", (json_int_t)r->next++);
    if (!event || !rest || json_object_update(event, rest) != 0)
        out->over = true;
    json_decref(rest);
    buf_printf(out, "event: %s\ndata: ", type);
    json_out(event, out);
    buf_add(out, SLICE("\n\n"));
}

static void response_event(struct resp_reply *r, const char *type, json_t *response, struct buf *out)
{
    stream_event(r, type, json_pack("{s:o}", "response", response), out);
}

void resp_stream_begin(struct resp_reply *r, struct buf *out)
{
    response_event(r, "response.created", response_json(r, RESP_IN_PROGRESS, NULL, NULL, 0), out);
    response_event(r, "response.in_progress", response_json(r, RESP_IN_PROGRESS, NULL, NULL, 0), out);
}

static void item_event(struct resp_reply *r, const char *type, size_t at, json_t *item, struct buf *out)
{
    stream_event(r, type, json_pack("{s:I, s:o}", "output_index", (json_int_t)at, "item", item), out);
}

static void search_event(struct resp_reply *r, const char *type, struct buf *out)
{
    size_t at = r->search_count - 1;
    stream_event(r, type, json_pack("{s:I, s:s}", "output_index", (json_int_t)at, "item_id", r->searches[at].id), out);
}

void resp_stream_headway(struct resp_reply *r, const struct headway *h, struct buf *out)
{
    if (r->searching) {
        end_search(r, h);
        search_event(r, "response.web_search_call.completed", out);
        item_event(r, "response.output_item.done", r->search_count - 1,
                   search_json(&r->searches[r->search_count - 1], true), out);
    }
    if (h->step != HEADWAY_SEARCH)
        return;
    begin_search(r, h);
    item_event(r, "response.output_item.added", r->search_count - 1,
               search_json(&r->searches[r->search_count - 1], false), out);
    search_event(r, "response.web_search_call.in_progress", out);
    search_event(r, "response.web_search_call.searching", out);
}

/* The members that say which part of which item an event is about, with one more. */
static json_t *at_part(const struct resp_reply *r, const char *name, json_t *value)
{
    json_t *at = json_pack("{s:s, s:I}", "item_id", r->message_id, "output_index", (json_int_t)r->search_count);
    if (at && !r->request->chat.call)
        json_object_set_new(at, "content_index", json_integer(0));
    if (at)
        json_object_set_new(at, name, value);
    else
        json_decref(value);
    return at;
}

static void begin_writing(struct resp_reply *r, struct buf *out)
{
    if (r->writing)
        return;
    r->writing = true;
    item_event(r, "response.output_item.added", r->search_count, last_item(r, NULL), out);
    if (!r->request->chat.call)
        stream_event(r, "response.content_part.added", at_part(r, "part", part_json(SLICE(""), NULL)), out);
}

/* A stream has hundreds of these: they are printed without a tree. */
void resp_stream_text(struct resp_reply *r, struct slice delta, struct buf *out)
{
    bool call = r->request->chat.call;
    const char *type = call ? "response.function_call_arguments.delta" : "response.output_text.delta";
    begin_writing(r, out);
    buf_printf(out,
               "event: %s\ndata: {\"type\":\"%s\",\"sequence_number\":%llu,\"item_id\":\"%s\",\"output_index\":%zu,",
               type, type, (unsigned long long)r->next++, r->message_id, r->search_count);
    buf_add(out, call ? SLICE("\"delta\":") : SLICE("\"content_index\":0,\"logprobs\":[],\"delta\":"));
    (void)value_print_string(delta, out);
    buf_add(out, SLICE("}\n\n"));
}

static void end_call(struct resp_reply *r, const struct answer *answer, struct buf *out)
{
    json_t *done = at_part(r, "arguments", json_text(answer->text));
    if (done)
        json_object_set_new(done, "name", json_text(r->request->chat.call_name));
    stream_event(r, "response.function_call_arguments.done", done, out);
}

static void end_message(struct resp_reply *r, const struct answer *answer, struct buf *out)
{
    for (size_t i = 0; i < answer->annotation_count; i++) {
        json_t *event = at_part(r, "annotation", annotation_json(&answer->annotations[i]));
        if (event)
            json_object_set_new(event, "annotation_index", json_integer((json_int_t)i));
        stream_event(r, "response.output_text.annotation.added", event, out);
    }
    json_t *done = at_part(r, "text", json_text(answer->text));
    if (done)
        json_object_set_new(done, "logprobs", json_array());
    stream_event(r, "response.output_text.done", done, out);
    stream_event(r, "response.content_part.done", at_part(r, "part", part_json(answer->text, answer)), out);
}

void resp_stream_end(struct resp_reply *r, const struct answer *answer, int64_t now_unix, struct buf *out)
{
    enum resp_status status = resp_reply_status(answer);
    begin_writing(r, out);
    if (r->request->chat.call)
        end_call(r, answer, out);
    else
        end_message(r, answer, out);
    item_event(r, "response.output_item.done", r->search_count, last_item(r, answer), out);
    response_event(r, status == RESP_COMPLETED ? "response.completed" : "response.incomplete",
                   response_json(r, status, answer, NULL, now_unix), out);
    if (out->over) {
        struct err e;
        err_set(&e, ERR_INTERNAL, "The end of the reply has more than %zu bytes.", out->max_bytes);
        buf_reset(out);
        resp_stream_fail(r, &e, out);
    }
}

void resp_stream_fail(struct resp_reply *r, const struct err *e, struct buf *out)
{
    response_event(r, "response.failed", response_json(r, RESP_FAILED, NULL, e, 0), out);
}

bool resp_cancelled_print(struct arena *a, struct slice kept, bool *background, struct buf *out, struct err *e)
{
    const struct value *root;
    if (!value_parse(a, kept, &root, NULL, e) || root->kind != VALUE_OBJECT)
        return err_set(e, ERR_CORRUPT, "The kept response cannot be read.");
    const struct value *later = value_member(root, SLICE("background"));
    *background = later && later->kind == VALUE_BOOL && later->boolean;
    json_t *tree = json_of_value(root);
    if (tree)
        json_object_set_new(tree, "status", json_string(resp_status_name(RESP_CANCELLED)));
    json_out(tree, out);
    return !out->over || err_set(e, ERR_INTERNAL, NULL);
}

void resp_deleted_print(struct slice id, struct buf *out)
{
    json_out(json_pack("{s:o, s:s, s:b}", "id", json_text(id), "object", "response", "deleted", 1), out);
}

static struct slice item_id(const struct value *list, size_t at)
{
    const struct value *id = value_member(&list->array.at[at], SLICE("id"));
    return id && id->kind == VALUE_STRING ? id->string : SLICE("");
}

bool resp_items_print(struct arena *a, struct slice items, struct slice after, size_t limit, bool backwards,
                      struct buf *out, struct err *e)
{
    const struct value *list;
    if (!value_parse(a, items, &list, NULL, e) || list->kind != VALUE_ARRAY)
        return err_set(e, ERR_CORRUPT, "The kept input cannot be read.");
    size_t n = list->array.n, begin = 0, printed = 0;
    struct slice first = SLICE(""), last = SLICE("");
    for (size_t i = 0; after.n && i < n; i++)
        if (slice_eq(after, item_id(list, backwards ? n - 1 - i : i)))
            begin = i + 1;
    buf_add(out, SLICE("{\"object\":\"list\",\"data\":["));
    for (size_t i = begin; i < n && printed < limit; i++, printed++) {
        size_t at = backwards ? n - 1 - i : i;
        last = item_id(list, at);
        first = printed ? first : last;
        if (printed)
            buf_add_char(out, ',');
        (void)value_print(&list->array.at[at], out);
    }
    buf_add(out, SLICE("],\"first_id\":"));
    (void)value_print_string(first, out);
    buf_add(out, SLICE(",\"last_id\":"));
    (void)value_print_string(last, out);
    buf_printf(out, ",\"has_more\":%s}", begin + printed < n ? "true" : "false");
    return true;
}
