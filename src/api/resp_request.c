#include "api/resp_request.h"

#include <stdio.h>

#include "api/chat_inner.h"
#include "api/resp_ids.h"
#include "api/stored.h"

enum { ITEMS_MAX_BYTES = 64 * 1024 * 1024, INCLUDE_MAX = 32 };

static bool read_model(const struct fields *body, struct resp_request *out, struct err *e)
{
    struct slice name = {NULL, 0};
    if (!fields_string(body, "model", &name, e))
        return false;
    if (!name.p)
        return err_set_param(e, ERR_MISSING_FIELD, "model", "'model' is required: speed, lite, base or core.");
    out->model = name;
    out->chat.question.tier = tier_find(slice_is(name, "parallel") ? SLICE("base") : name);
    return out->chat.question.tier ||
           err_set_param(e, ERR_MODEL_NOT_FOUND, "model",
                         "There is no model '%.*s' here. The models are speed, lite, base and core; parallel is base.",
                         (int)(name.n < 100 ? name.n : 100), name.p);
}

static void print_member(const char *name, struct slice text, struct buf *out)
{
    buf_printf(out, "\"%s\":", name);
    (void)value_print_string(text, out);
}

static void print_id(const char *prefix, struct buf *out)
{
    char id[RESP_ID_BYTES];
    resp_id(prefix, id);
    print_member("id", slice_of(id), out);
}

/* A message whose content is a string, with its one part. */
static void print_message(struct slice role, struct slice text, struct buf *out)
{
    bool assistant = slice_is(role, "assistant");
    buf_add_char(out, '{');
    print_id("msg", out);
    buf_add(out, SLICE(",\"type\":\"message\",\"status\":\"completed\","));
    print_member("role", role, out);
    buf_printf(out, ",\"content\":[{\"type\":\"%s\",", assistant ? "output_text" : "input_text");
    print_member("text", text, out);
    buf_add(out, assistant ? SLICE(",\"annotations\":[]}]}") : SLICE("}]}"));
}

/* An item as the client wrote it, with an id and a type. */
static void print_item(const struct value *item, const char *prefix, struct buf *out)
{
    const struct value *role = value_member(item, SLICE("role")), *content = value_member(item, SLICE("content"));
    const struct value *id = value_member(item, SLICE("id"));
    if (role && role->kind == VALUE_STRING && content && content->kind == VALUE_STRING) {
        print_message(role->string, content->string, out);
        return;
    }
    buf_add_char(out, '{');
    if (id && id->kind == VALUE_STRING)
        print_member("id", id->string, out);
    else
        print_id(prefix, out);
    if (!value_member(item, SLICE("type")))
        buf_add(out, SLICE(",\"type\":\"message\""));
    for (size_t i = 0; i < item->object.n; i++) {
        const struct value_member *m = &item->object.at[i];
        if (slice_is(m->name, "id"))
            continue;
        buf_add_char(out, ',');
        (void)value_print_string(m->name, out);
        buf_add_char(out, ':');
        (void)value_print(&m->value, out);
    }
    buf_add_char(out, '}');
}

/* What a function of the client's was called with, and what it gave. */
static bool read_call(const struct fields *f, struct resp_request *out, struct err *e)
{
    struct slice id = SLICE("");
    return fields_string(f, "call_id", &id, e) && chat_note_call(f, id, &out->chat, e);
}

static bool read_result(const struct fields *f, struct resp_request *out, struct err *e)
{
    struct slice id = SLICE(""), text;
    if (!fields_string(f, "call_id", &id, e) || !chat_read_content(f, "output", false, &text, e))
        return false;
    chat_add_result(f->arena, (struct slice){NULL, 0}, id, text, &out->chat);
    return true;
}

enum item_kind { ITEM_MESSAGE, ITEM_CALL, ITEM_RESULT, ITEM_OTHER };

static bool read_kind(const struct fields *f, enum item_kind *kind, struct err *e)
{
    struct slice type = {NULL, 0};
    if (!fields_string(f, "type", &type, e))
        return false;
    *kind = !type.p || slice_is(type, "message")                                                  ? ITEM_MESSAGE
            : slice_is(type, "function_call") || slice_is(type, "custom_tool_call")               ? ITEM_CALL
            : slice_is(type, "function_call_output") || slice_is(type, "custom_tool_call_output") ? ITEM_RESULT
                                                                                                  : ITEM_OTHER;
    return true;
}

/* Thoughts, searches and whatever else models put into a history are left out. */
static bool read_item(const struct fields *f, bool asked, struct turn *turn, bool *is_turn, struct resp_request *out,
                      struct buf *items, struct err *e)
{
    enum item_kind kind;
    *is_turn = false;
    if (f->object->kind != VALUE_OBJECT)
        return err_set_param(e, ERR_BAD_VALUE, f->path, "'%s' must be an object.", f->path);
    if (!read_kind(f, &kind, e))
        return false;
    print_item(f->object, kind == ITEM_MESSAGE ? "msg" : kind == ITEM_OTHER ? "item" : "fc", items);
    if (kind == ITEM_MESSAGE)
        return chat_read_message(f, asked, turn, is_turn, &out->chat, e);
    if (kind == ITEM_CALL)
        return read_call(f, out, e);
    return kind != ITEM_RESULT || read_result(f, out, e);
}

/* turns has room for all of them. */
static bool read_list(const struct fields *body, const struct value *input, struct turn *turns, size_t *n,
                      struct resp_request *out, struct buf *items, struct err *e)
{
    size_t last = chat_last_of_user(input), first = *n;
    out->asked = last < input->array.n;
    for (size_t i = 0; i < input->array.n; i++) {
        struct fields f = {body->arena, &input->array.at[i], arena_printf(body->arena, "input[%zu]", i).p};
        bool is_turn = false;
        if (i)
            buf_add_char(items, ',');
        if (!read_item(&f, i == last, &turns[*n], &is_turn, out, items, e))
            return false;
        *n += is_turn;
    }
    if (out->asked || out->chat.previous_interaction.n)
        return true;
    out->asked = true;
    return chat_ask_system("input", turns + first, *n - first, e);
}

static bool read_input(const struct fields *body, struct resp_request *out, struct err *e)
{
    const struct value *input = fields_get(body, "input");
    struct slice instructions = SLICE("");
    struct buf items;
    size_t n = 0;
    if (!fields_string(body, "instructions", &instructions, e))
        return false;
    if (!input)
        return err_set_param(e, ERR_MISSING_FIELD, "input", "'input' is required: a question, or a list of messages.");
    if ((input->kind != VALUE_STRING && input->kind != VALUE_ARRAY) ||
        (input->kind == VALUE_STRING ? !slice_trim(input->string).n : !input->array.n))
        return fields_wrong(body, "input", "a string that is not empty, or an array of at least one item", e);
    struct turn *turns = arena_array(body->arena, struct turn, 1 + (input->kind == VALUE_ARRAY ? input->array.n : 1));
    out->instructed = slice_trim(instructions).n > 0;
    if (out->instructed)
        turns[n++] = (struct turn){ROLE_SYSTEM, instructions};
    buf_init(&items, ITEMS_MAX_BYTES);
    buf_add_char(&items, '[');
    bool ok = true;
    if (input->kind == VALUE_STRING) {
        out->asked = true;
        turns[n++] = (struct turn){ROLE_USER, input->string};
        print_message(SLICE("user"), input->string, &items);
    } else {
        ok = read_list(body, input, turns, &n, out, &items, e);
    }
    buf_add_char(&items, ']');
    ok = ok && (!items.over || err_set_param(e, ERR_INPUT_TOO_LONG, "input", "The input is too long to be kept."));
    if (ok)
        out->items = arena_dup(body->arena, buf_slice(&items));
    buf_release(&items);
    out->chat.question.turns = turns;
    out->chat.question.turn_count = out->own_turns = n;
    return ok;
}

static bool read_search_tool(const struct fields *tool, struct resp_request *out, struct err *e)
{
    bool outside = true;
    if (!fields_bool(tool, "external_web_access", &outside, e))
        return false;
    out->own_only |= !outside;
    return chat_read_filters(tool, &out->chat.question.policy, e);
}

/* The search of the web is done without being asked for; what its tool says of sources counts. */
static bool read_search_tools(const struct fields *body, struct resp_request *out, struct err *e)
{
    const struct value *tools = fields_get(body, "tools");
    if (tools && tools->kind != VALUE_ARRAY)
        return fields_wrong(body, "tools", "an array of tools", e);
    for (size_t i = 0; tools && i < tools->array.n; i++) {
        struct fields f = {body->arena, &tools->array.at[i], arena_printf(body->arena, "tools[%zu]", i).p};
        if (f.object->kind != VALUE_OBJECT)
            return err_set_param(e, ERR_BAD_VALUE, f.path, "'%s' must be an object.", f.path);
        if (chat_is_search_tool(f.object) && !read_search_tool(&f, out, e))
            return false;
    }
    return true;
}

static bool read_form(const struct fields *body, const struct chat_limits *limits, struct resp_request *out,
                      struct err *e)
{
    struct chat_schema format = {NULL, ""}, parameters = {NULL, ""};
    struct fields text;
    bool found;
    if (!fields_object(body, "text", &text, &found, e) ||
        (found && !chat_read_format(&text, "format", &out->chat, &format, e)) ||
        !chat_read_tools(body, &out->chat, &parameters, e))
        return false;
    out->format = found ? fields_get(&text, "format") : NULL;
    return chat_use_form(body->arena, limits, "input", &format, &parameters, &out->chat, e);
}

/* What cannot be had here but would change the answer. */
static bool read_refused(const struct fields *body, struct err *e)
{
    if (fields_get(body, "conversation"))
        return err_set_param(e, ERR_UNSUPPORTED_VALUE, "conversation",
                             "'conversation' is not supported; go on with 'previous_response_id'.");
    if (fields_get(body, "prompt"))
        return err_set_param(e, ERR_UNSUPPORTED_VALUE, "prompt",
                             "Stored prompts are not supported; send 'instructions' and 'input'.");
    return true;
}

static bool read_keeping(const struct fields *body, struct resp_request *out, struct err *e)
{
    struct slice *include;
    size_t n;
    out->chat.keep = true;
    if (!fields_bool(body, "store", &out->chat.keep, e) || !fields_bool(body, "stream", &out->chat.stream, e) ||
        !fields_bool(body, "background", &out->background, e) ||
        !fields_strings(body, "include", INCLUDE_MAX, &include, &n, e) ||
        !stored_metadata_read(body, &out->chat.metadata, e))
        return false;
    out->chat.store = out->chat.keep;
    if (out->background && !out->chat.keep)
        return err_set_param(e, ERR_UNSUPPORTED_VALUE, "background",
                             "'background' needs 'store', since its answer is fetched later.");
    if (out->background && out->chat.stream)
        return err_set_param(e, ERR_UNSUPPORTED_VALUE, "background",
                             "'background' and 'stream' do not go together here; poll GET /v1/responses/{id}.");
    return true;
}

static bool read_effort(const struct fields *body, struct resp_request *out, struct err *e)
{
    struct fields reasoning;
    bool found;
    if (!fields_object(body, "reasoning", &reasoning, &found, e))
        return false;
    out->reasoning = found ? reasoning.object : NULL;
    return !found || fields_string(&reasoning, "effort", &out->chat.question.reasoning_effort, e);
}

bool resp_request_parse(struct arena *a, struct slice text, const struct chat_headers *headers,
                        const struct chat_limits *limits, int64_t today_unix, struct resp_request *out, struct err *e)
{
    struct fields body;
    struct question *q = &out->chat.question;
    *out = (struct resp_request){.asked = false};
    if (!chat_open(a, text, &body, e) || !read_model(&body, out, e) || !read_refused(&body, e) ||
        !fields_string(&body, "previous_response_id", &out->chat.previous_interaction, e) ||
        !read_input(&body, out, e) || !chat_read_policy(&body, today_unix, &out->chat, e) ||
        !read_search_tools(&body, out, e) || !read_form(&body, limits, out, e) ||
        !chat_read_limit(&body, "max_output_tokens", &q->max_tokens, e) || !chat_read_sampling(&body, &out->chat, e) ||
        !read_effort(&body, out, e) || !chat_read_budget(&body, headers, q, e) ||
        !chat_read_basis_depth(&body, headers, q, e) || !read_keeping(&body, out, e))
        return false;
    out->instructions = fields_get(&body, "instructions");
    out->tools = fields_get(&body, "tools");
    out->tool_choice = fields_get(&body, "tool_choice");
    out->user = fields_get(&body, "user");
    out->parallel = fields_get(&body, "parallel_tool_calls");
    return true;
}

bool resp_request_wants_calls(const struct resp_request *r)
{
    return r->chat.previous_interaction.n && r->chat.result_count && r->chat.made_count == 0;
}

void resp_request_add_calls(struct arena *a, struct slice previous, struct resp_request *r)
{
    const struct value *root;
    struct err ignored;
    if (!value_parse(a, previous, &root, NULL, &ignored))
        return;
    const struct value *output = value_member(root, SLICE("output"));
    for (size_t i = 0; output && output->kind == VALUE_ARRAY && i < output->array.n; i++) {
        struct fields f = {a, &output->array.at[i], ""};
        struct slice id = SLICE(""), name = SLICE(""), arguments = SLICE("");
        if (fields_string(&f, "call_id", &id, &ignored) && fields_string(&f, "name", &name, &ignored) &&
            fields_string(&f, "arguments", &arguments, &ignored) && name.n)
            chat_title_result(a, id, name, arguments, &r->chat);
    }
}

bool resp_request_go_on(struct arena *a, struct resp_request *r, struct err *e)
{
    struct question *q = &r->chat.question;
    if (r->asked)
        return true;
    for (size_t i = q->turn_count - r->own_turns; i-- > 0;)
        if (q->turns[i].role == ROLE_USER) {
            struct turn *turns = arena_array(a, struct turn, q->turn_count + 1);
            memcpy(turns, q->turns, q->turn_count * sizeof *turns);
            turns[q->turn_count++] = q->turns[i];
            q->turns = turns;
            r->own_turns++;
            r->asked = true;
            return true;
        }
    return err_set_param(e, ERR_MISSING_FIELD, "input", "'input' has no message of role 'user'.");
}

struct chat_request resp_request_kept(struct arena *a, const struct resp_request *r)
{
    struct chat_request kept = r->chat;
    struct question *q = &kept.question;
    if (!r->instructed)
        return kept;
    size_t at = q->turn_count - r->own_turns;
    struct turn *turns = arena_array(a, struct turn, q->turn_count);
    memcpy(turns, q->turns, at * sizeof *turns);
    memcpy(turns + at, q->turns + at + 1, (q->turn_count - at - 1) * sizeof *turns);
    q->turns = turns;
    q->turn_count--;
    return kept;
}
