#include "api/stored.h"
#include "api/chat_request.h"

#include "api/chat_inner.h"
#include "api/chat_marks.h"
#include "base/ascii.h"
#include "base/json_nodes.h"
#include "base/utf8.h"

/* JSON values of a request. A conversation of 12,000 parts has 60,000; a thread needs 15 MB while it parses this many.
 */
enum { CHAT_NODES_MAX = 80000 };

static bool read_model(const struct fields *body, struct question *q, struct err *e)
{
    struct slice name = {NULL, 0};
    if (!fields_string(body, "model", &name, e))
        return false;
    if (!name.p)
        return err_set_param(e, ERR_MISSING_FIELD, "model", "'model' is required: speed, lite, base or core.");
    q->tier = tier_find(name);
    if (!q->tier)
        return err_set_param(e, ERR_MODEL_NOT_FOUND, "model",
                             "There is no model '%.*s' here. The models are speed, lite, base and core.",
                             (int)(name.n < 100 ? name.n : 100), name.p);
    return true;
}

/* -1, and more than any answer has, is what clients send for "no limit". */
bool chat_read_limit(const struct fields *body, const char *name, size_t *limit, struct err *e)
{
    int64_t tokens = 1;
    const struct value *v = fields_get(body, name);
    if (!v)
        return true;
    if ((v->kind == VALUE_INT && v->integer == -1) || (v->kind == VALUE_REAL && v->real == -1) ||
        (v->kind == VALUE_INT && v->integer > CHAT_TOKENS_MOST) ||
        (v->kind == VALUE_REAL && v->real > CHAT_TOKENS_MOST && value_is_integer(v))) {
        *limit = 0;
        return true;
    }
    if (!fields_integer(body, name, 1, CHAT_TOKENS_MOST, &tokens, e))
        return false;
    *limit = (size_t)tokens;
    return true;
}

static bool read_tokens(const struct fields *body, struct question *q, struct err *e)
{
    return chat_read_limit(body, "max_tokens", &q->max_tokens, e) &&
           chat_read_limit(body, "max_completion_tokens", &q->max_tokens, e);
}

/* Empty ones end nothing. Of more than OpenAI allows the first ones count. */
static bool read_stops(const struct fields *body, struct chat_request *out, struct err *e)
{
    struct question *q = &out->question;
    const struct value *stop = fields_get(body, "stop");
    if (!stop)
        return true;
    const struct value *at = stop->kind == VALUE_ARRAY ? stop->array.at : stop;
    size_t n = stop->kind == VALUE_ARRAY ? stop->array.n : 1, left_out = 0;
    for (size_t i = 0; i < n; i++) {
        if (at[i].kind != VALUE_STRING)
            return fields_wrong(body, stop->kind == VALUE_ARRAY ? arena_printf(body->arena, "stop[%zu]", i).p : "stop",
                                stop->kind == VALUE_ARRAY ? "a string" : "a string or an array of strings", e);
        if (!at[i].string.n)
            continue;
        if (q->stop_count < QUESTION_MAX_STOPS)
            q->stops[q->stop_count++] = at[i].string;
        else
            left_out++;
    }
    if (left_out)
        chat_warn(body->arena, out,
                  arena_printf(body->arena, "Of 'stop' the first %d texts are used; %zu more were left out.",
                               QUESTION_MAX_STOPS, left_out));
    return true;
}

/* Texts that are quoted have no probabilities of their words. */
static void warn_of_logprobs(const struct fields *body, struct chat_request *out)
{
    const struct value *v = fields_get(body, "logprobs");
    if (v && !(v->kind == VALUE_BOOL && !v->boolean))
        chat_warn(body->arena, out,
                  SLICE("'logprobs' was ignored: answers have no probabilities of single tokens. "
                        "'probabilities' has one for each field."));
}

static const double *given_number(struct arena *a, const struct fields *body, const char *name, double number)
{
    double *out = arena_array(a, double, 1);
    const struct value *v = fields_get(body, name);
    *out = number;
    return v && v->kind != VALUE_NULL ? out : NULL;
}

/* Only a language model uses these. They are checked in any case, so that a client sees its mistake. */
bool chat_read_sampling(const struct fields *body, struct chat_request *out, struct err *e)
{
    struct question *q = &out->question;
    double temperature = 0, top_p = 0;
    int64_t *seed = arena_array(body->arena, int64_t, 1), n = 1;
    struct slice user;
    struct fields object;
    bool found;
    if (!fields_integer(body, "n", INT32_MIN, INT32_MAX, &n, e))
        return false;
    if (n != 1)
        return err_set_param(e, ERR_UNSUPPORTED_VALUE, "n", "'n' must be 1: every question has one answer here.");
    if (!fields_number(body, "temperature", 0, 2, &temperature, e) || !fields_number(body, "top_p", 0, 1, &top_p, e) ||
        !fields_integer(body, "seed", INT64_MIN, INT64_MAX, seed, e) ||
        !fields_string(body, "reasoning_effort", &q->reasoning_effort, e) ||
        !fields_bool(body, "include_reasoning", &out->show_reasoning, e) || !fields_string(body, "user", &user, e) ||
        !fields_object(body, "metadata", &object, &found, e))
        return false;
    q->temperature = given_number(body->arena, body, "temperature", temperature);
    q->top_p = given_number(body->arena, body, "top_p", top_p);
    const struct value *v = fields_get(body, "seed");
    q->seed = v && v->kind != VALUE_NULL ? seed : NULL;
    return true;
}

static bool read_stream(const struct fields *body, struct chat_request *out, struct err *e)
{
    struct fields options;
    bool found;
    if (!fields_bool(body, "stream", &out->stream, e) || !fields_object(body, "stream_options", &options, &found, e))
        return false;
    return !found || fields_bool(&options, "include_usage", &out->include_usage, e);
}

static double seconds_of(struct slice text)
{
    double number = 0, scale = 1;
    bool point = false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!ascii_is_digit(text.p[i]) || number > CHAT_SECONDS_MOST)
            return 0;
        number = number * 10 + (text.p[i] - '0');
        scale *= point ? 10 : 1;
    }
    return number / scale;
}

/* A client that gives up after its own timeout gets the best answer a little before. */
bool chat_read_budget(const struct fields *body, const struct chat_headers *headers, struct question *q, struct err *e)
{
    enum { MARGIN_MS = 500 };
    double seconds = 0;
    if (!fields_number(body, "max_seconds", 0.1, CHAT_SECONDS_MOST, &seconds, e) ||
        !fields_integer(body, "max_searches", 1, CHAT_SEARCHES_MOST, &q->max_searches, e) ||
        !fields_integer(body, "max_pages", 1, CHAT_PAGES_MOST, &q->max_pages, e))
        return false;
    q->max_ms = (int64_t)(seconds * 1000);
    int64_t client_ms = (int64_t)(seconds_of(headers->read_timeout) * 1000);
    client_ms = client_ms > 2 * MARGIN_MS ? client_ms - MARGIN_MS : client_ms / 2;
    if (client_ms > 0 && (q->max_ms == 0 || client_ms < q->max_ms))
        q->max_ms = client_ms;
    return true;
}

static bool read_interaction(const struct fields *body, struct chat_request *out, struct err *e)
{
    out->keep = true;
    if (!fields_string(body, "previous_interaction_id", &out->previous_interaction, e) ||
        !fields_bool(body, "store", &out->keep, e))
        return false;
    out->store = out->keep && fields_get(body, "store") && out->form == CHAT_FORM_MESSAGES;
    return !out->store || stored_metadata_read(body, &out->metadata, e);
}

static bool check_length(const struct chat_schema *schema, const struct chat_limits *limits, const char *input,
                         const struct question *q, struct err *e)
{
    size_t chars = 0;
    for (size_t i = 0; i < q->turn_count; i++)
        chars += utf8_count(q->turns[i].text);
    for (size_t i = 0; i < q->known_count; i++)
        chars += utf8_count(q->known_pages[i].text);
    if (schema->value) {
        struct buf printed;
        buf_init(&printed, limits->max_input_chars * 4);
        bool fits = value_print(schema->value, &printed);
        chars = fits ? chars + utf8_count(buf_slice(&printed)) : limits->max_input_chars + 1;
        buf_release(&printed);
    }
    if (chars > limits->max_input_chars)
        return err_set_param(e, ERR_INPUT_TOO_LONG, input,
                             "The %s and the schema have more than %zu characters together.", input,
                             limits->max_input_chars);
    return true;
}

bool chat_use_form(struct arena *a, const struct chat_limits *limits, const char *input,
                   const struct chat_schema *format, const struct chat_schema *parameters, struct chat_request *out,
                   struct err *e)
{
    const struct chat_schema *schema = out->call ? parameters : format;
    if (!check_length(schema, limits, input, &out->question, e))
        return false;
    if (schema->value)
        return chat_use_schema(a, schema, limits, out, e);
    if (!chat_marks_schema(a, limits, out))
        chat_prompt_schema(a, limits, out);
    if (out->question.output == OUTPUT_JSON_OBJECT)
        chat_prompt_keys(a, limits, out);
    return true;
}

static bool read_form(const struct fields *body, const struct chat_limits *limits, struct chat_request *out,
                      struct err *e)
{
    struct chat_schema format = {NULL, ""}, parameters = {NULL, ""};
    return chat_read_format(body, "response_format", out, &format, e) &&
           (out->form != CHAT_FORM_MESSAGES || chat_read_tools(body, out, &parameters, e)) &&
           chat_use_form(body->arena, limits, "messages", &format, &parameters, out, e);
}

static bool chat_lists(struct slice header, struct slice feature)
{
    while (header.n) {
        size_t comma = slice_find(header, SLICE(","));
        if (slice_eq(slice_trim(slice_sub(header, 0, comma)), feature))
            return true;
        header = comma < header.n ? slice_sub(header, comma + 1, header.n - comma - 1) : SLICE("");
    }
    return false;
}

/* Parallel's header asks for elements; the field, which is footnote's own, is the stronger of the two. */
bool chat_read_basis_depth(const struct fields *body, const struct chat_headers *headers, struct question *q,
                           struct err *e)
{
    static const char *const names[] = {[BASIS_FIELD] = "field", [BASIS_ELEMENT] = "element", [BASIS_LEAF] = "leaf"};
    struct slice depth = {NULL, 0};
    q->basis_depth = chat_lists(headers->beta, SLICE("field-basis-2025-11-25")) ? BASIS_ELEMENT : BASIS_FIELD;
    if (!fields_string(body, "basis_depth", &depth, e))
        return false;
    if (!depth.p)
        return true;
    for (int i = BASIS_FIELD; i <= BASIS_LEAF; i++)
        if (slice_is(depth, names[i])) {
            q->basis_depth = (enum basis_depth)i;
            return true;
        }
    return fields_wrong(body, "basis_depth", "one of 'field', 'element', 'leaf'", e);
}

bool chat_open(struct arena *a, struct slice text, struct fields *body, struct err *e)
{
    const struct value *root;
    if (slice_starts(text, SLICE("\xEF\xBB\xBF"))) /* a byte order mark, which some clients' encoders write */
        text = slice_sub(text, 3, text.n - 3);
    if (!json_nodes_fit(text, CHAT_NODES_MAX, e) || !value_parse(a, text, &root, NULL, e))
        return false;
    *body = (struct fields){a, root, ""};
    return root->kind == VALUE_OBJECT || err_set(e, ERR_BAD_VALUE, "The request body must be a JSON object.");
}

static bool read_all(struct arena *a, struct slice text, enum chat_form form, const struct chat_headers *headers,
                     const struct chat_limits *limits, int64_t today_unix, struct chat_request *out, struct err *e)
{
    struct fields body;
    *out = (struct chat_request){.form = form};
    if (!chat_open(a, text, &body, e))
        return false;
    struct question *q = &out->question;
    if (!read_model(&body, q, e) ||
        !(form == CHAT_FORM_TEXT ? chat_read_prompt(&body, out, e) : chat_read_messages(&body, out, e)) ||
        !read_stream(&body, out, e) || !read_form(&body, limits, out, e) || !read_tokens(&body, q, e) ||
        !read_stops(&body, out, e) || !chat_read_sampling(&body, out, e) ||
        !chat_read_policy(&body, today_unix, out, e) || !chat_read_budget(&body, headers, q, e) ||
        !chat_read_basis_depth(&body, headers, q, e) || !read_interaction(&body, out, e))
        return false;
    warn_of_logprobs(&body, out);
    return true;
}

bool chat_request_parse(struct arena *a, struct slice text, const struct chat_headers *headers,
                        const struct chat_limits *limits, int64_t today_unix, struct chat_request *out, struct err *e)
{
    return read_all(a, text, CHAT_FORM_MESSAGES, headers, limits, today_unix, out, e);
}

bool chat_request_parse_text(struct arena *a, struct slice text, const struct chat_headers *headers,
                             const struct chat_limits *limits, int64_t today_unix, struct chat_request *out,
                             struct err *e)
{
    return read_all(a, text, CHAT_FORM_TEXT, headers, limits, today_unix, out, e);
}
