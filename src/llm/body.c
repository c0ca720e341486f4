/* body.c - the JSON of a chat request. Members that the operator configured win over ours; fields that the server has
 * refused are left out. */
#include "llm/llm_inner.h"

const char *const field_names[FIELD_COUNT] = {
    [FIELD_MAX_TOKENS] = "max_tokens",
    [FIELD_MAX_COMPLETION_TOKENS] = "max_completion_tokens",
    [FIELD_TEMPERATURE] = "temperature",
    [FIELD_TOP_P] = "top_p",
    [FIELD_SEED] = "seed",
    [FIELD_STOP] = "stop",
    [FIELD_REASONING_EFFORT] = "reasoning_effort",
    [FIELD_STREAM_OPTIONS] = "stream_options",
};

static const char schema_wish[] =
    "Reply with JSON alone, without a code fence and without words around it. It must be valid against "
    "this JSON Schema:\n";

struct printer {
    const struct value *extra;
    unsigned left_out, sent;
    struct buf *out;
};

/* Prints "name": unless the operator's body has that member. */
static bool body_begin(struct printer *p, const char *name)
{
    if (p->extra && value_member(p->extra, slice_of(name)))
        return false;
    return buf_printf(p->out, "%s\"%s\":", p->out->n > 1 ? "," : "", name);
}

static bool begin_field(struct printer *p, enum field f)
{
    if ((p->left_out & 1u << f) || !body_begin(p, field_names[f]))
        return false;
    p->sent |= 1u << f;
    return true;
}

static void print_message(struct buf *out, struct slice role, struct slice content, struct slice more)
{
    struct buf whole;
    buf_printf(out, "%s{\"role\":", out->p[out->n - 1] == '[' ? "" : ",");
    value_print_string(role, out);
    buf_add(out, SLICE(",\"content\":"));
    buf_init(&whole, content.n + more.n + 2);
    buf_add(&whole, content);
    if (content.n && more.n)
        buf_add(&whole, SLICE("\n\n"));
    buf_add(&whole, more);
    value_print_string(buf_slice(&whole), out);
    buf_release(&whole);
    buf_add_char(out, '}');
}

/* wish: a text to add to the system message. */
static void print_messages(struct printer *p, const struct llm_request *r, struct slice wish)
{
    bool has_system =
        r->message_count > 0 && (slice_is(r->messages[0].role, "system") || slice_is(r->messages[0].role, "developer"));
    if (!body_begin(p, "messages"))
        return;
    buf_add_char(p->out, '[');
    if (wish.n && !has_system)
        print_message(p->out, SLICE("system"), wish, SLICE(""));
    for (size_t i = 0; i < r->message_count; i++)
        print_message(p->out, r->messages[i].role, r->messages[i].content, i == 0 && has_system ? wish : SLICE(""));
    buf_add_char(p->out, ']');
}

static void print_limits(struct printer *p, const struct llm_request *r)
{
    enum field most = p->left_out & 1u << FIELD_MAX_TOKENS ? FIELD_MAX_COMPLETION_TOKENS : FIELD_MAX_TOKENS;
    if (r->max_tokens && begin_field(p, most))
        buf_printf(p->out, "%u", r->max_tokens);
    if (r->temperature && begin_field(p, FIELD_TEMPERATURE))
        value_print_real(*r->temperature, p->out);
    if (r->top_p && begin_field(p, FIELD_TOP_P))
        value_print_real(*r->top_p, p->out);
    if (r->seed && begin_field(p, FIELD_SEED))
        buf_printf(p->out, "%lld", (long long)*r->seed);
    if (r->reasoning_effort.n && begin_field(p, FIELD_REASONING_EFFORT))
        value_print_string(r->reasoning_effort, p->out);
    if (r->stop_count && begin_field(p, FIELD_STOP)) {
        buf_add_char(p->out, '[');
        for (size_t i = 0; i < r->stop_count; i++) {
            if (i)
                buf_add_char(p->out, ',');
            value_print_string(r->stops[i], p->out);
        }
        buf_add_char(p->out, ']');
    }
}

static void print_form(struct printer *p, enum llm_form form, const struct value *schema)
{
    switch (form) {
    case LLM_FORM_STRICT:
    case LLM_FORM_SCHEMA:
        if (!body_begin(p, "response_format"))
            return;
        buf_printf(p->out, "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"reply\",%s\"schema\":",
                   form == LLM_FORM_STRICT ? "\"strict\":true," : "");
        value_print(schema, p->out);
        buf_add(p->out, SLICE("}}"));
        return;
    case LLM_FORM_STRUCTURED_OUTPUTS:
        if (!body_begin(p, "structured_outputs"))
            return;
        buf_add(p->out, SLICE("{\"json\":"));
        value_print(schema, p->out);
        buf_add_char(p->out, '}');
        return;
    case LLM_FORM_GUIDED_JSON:
    case LLM_FORM_LLAMA_SCHEMA:
        if (body_begin(p, form == LLM_FORM_GUIDED_JSON ? "guided_json" : "json_schema"))
            value_print(schema, p->out);
        return;
    case LLM_FORM_JSON_OBJECT:
        if (body_begin(p, "response_format"))
            buf_add(p->out, SLICE("{\"type\":\"json_object\"}"));
        return;
    case LLM_FORM_UNKNOWN:
    case LLM_FORM_PROMPT:
    case LLM_FORM_COUNT:
        return;
    }
}

bool body_print(struct arena *a, const struct llm *l, struct slice model, const struct llm_request *r,
                enum llm_form form, unsigned left_out, unsigned *sent, struct buf *out, const char **why)
{
    struct printer p = {.extra = l->extra, .left_out = left_out, .out = out};
    const struct value *schema = NULL;
    struct slice wish = SLICE("");
    struct err e;
    if (r->schema.n && !value_parse(a, r->schema, &schema, NULL, &e)) {
        *why = "the schema is no JSON";
        return false;
    }
    if (schema && form >= LLM_FORM_JSON_OBJECT)
        wish = arena_printf(a, "%s%.*s", schema_wish, SLICE_ARGS(r->schema));
    buf_add_char(out, '{');
    if (model.n && body_begin(&p, "model"))
        value_print_string(model, out);
    print_messages(&p, r, wish);
    print_limits(&p, r);
    if (body_begin(&p, "stream"))
        buf_add(out, SLICE("true"));
    if (begin_field(&p, FIELD_STREAM_OPTIONS))
        buf_add(out, SLICE("{\"include_usage\":true}"));
    if (schema)
        print_form(&p, form, schema);
    for (size_t i = 0; l->extra && i < l->extra->object.n; i++) {
        buf_add(out, out->n > 1 ? SLICE(",") : SLICE(""));
        value_print_string(l->extra->object.at[i].name, out);
        buf_add_char(out, ':');
        value_print(&l->extra->object.at[i].value, out);
    }
    buf_add_char(out, '}');
    *sent = p.sent;
    *why = "the request is larger than can be sent";
    return !out->over;
}
