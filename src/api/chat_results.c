/* chat_results.c - what tools of the client's gave earlier in the conversation: pages that the answer may quote.
 *
 * A result has no address, so it gets one of its own, urn:tool:NAME:ID, and the tool's name as its title. JSON, which
 * most tools give, becomes a sentence for each object, as sentences are what is quoted. What the tool was
 * called with is in the title too: "21 degrees" does not say of which place. */
#include "api/chat_inner.h"
#include "base/ascii.h"
#include "base/harmless.h"
#include "base/utf8.h"

/* Results of a conversation that are read, the newest first; their texts are bounded by the request's length. Levels
 * and values of JSON beyond these are left out. */
enum { MAX_RESULTS = 32, MAX_CALLS = 128, MAX_LEVELS = 8, MAX_VALUES = 2000, URN_BYTES = 100, TITLE_BYTES = 120 };

struct printing {
    struct arena *arena;
    struct buf out;
    size_t values;
};

static void print_inner(struct printing *p, struct slice name, const struct value *v, unsigned level);

static void print_plain(struct printing *p, struct slice name, const struct value *v, bool first)
{
    if (!first)
        buf_add(&p->out, SLICE(", "));
    if (name.n) {
        buf_add(&p->out, name);
        buf_add(&p->out, SLICE(": "));
    }
    if (v->kind == VALUE_STRING)
        buf_add(&p->out, v->string);
    else
        value_print(v, &p->out);
}

static bool is_plain(const struct value *v)
{
    return v->kind != VALUE_OBJECT && v->kind != VALUE_ARRAY;
}

/* The values that an object or array has itself, as one sentence after the name of the whole; what contains others, as
 * sentences of its own. */
static void print_value(struct printing *p, struct slice name, const struct value *v, unsigned level)
{
    const bool object = v->kind == VALUE_OBJECT;
    const size_t n = object ? v->object.n : v->array.n;
    size_t printed = 0;
    for (size_t i = 0; i < n && p->values < MAX_VALUES; i++) {
        const struct value *at = object ? &v->object.at[i].value : &v->array.at[i];
        if (!is_plain(at) || at->kind == VALUE_NULL)
            continue;
        if (printed == 0 && name.n) {
            buf_add(&p->out, name);
            buf_add(&p->out, SLICE(": "));
        }
        print_plain(p, object ? v->object.at[i].name : SLICE(""), at, printed++ == 0);
        p->values++;
    }
    if (printed)
        buf_add(&p->out, SLICE(".\n"));
    for (size_t i = 0; i < n && p->values < MAX_VALUES; i++) {
        const struct value *at = object ? &v->object.at[i].value : &v->array.at[i];
        if (!is_plain(at))
            print_inner(p, object ? v->object.at[i].name : name, at, level);
    }
}

static void print_inner(struct printing *p, struct slice name, const struct value *v, unsigned level)
{
    if (level < MAX_LEVELS)
        print_value(p, name, v, level + 1);
}

/* The text as it is, unless it is a JSON object or array. */
static struct slice result_text(struct arena *a, struct slice text)
{
    const struct value *v;
    struct err ignored;
    struct slice trimmed = slice_trim(text);
    if (!trimmed.n || !char_in(trimmed.p[0], "{[") || !value_parse(a, trimmed, &v, NULL, &ignored))
        return text;
    struct printing p = {.arena = a};
    buf_init(&p.out, 8 * text.n + 1024); /* a name comes again with each element of its array */
    print_value(&p, SLICE(""), v, 0);
    struct slice out = arena_dup(a, buf_slice(&p.out));
    buf_release(&p.out);
    return out;
}

/* Letters, digits and "-._" stay; everything else is "-". */
static struct slice urn_part(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, URN_BYTES + 1);
    size_t n = text.n < URN_BYTES ? text.n : URN_BYTES;
    for (size_t i = 0; i < n; i++) {
        char c = text.p[i];
        out[i] = ascii_is_letter(c) || ascii_is_digit(c) || char_in(c, "-._") ? c : '-';
    }
    return (struct slice){out, n};
}

/* The newest call that the result belongs to; NULL: there is none. */
static struct chat_made *call_of(const struct chat_request *out, struct slice id, struct slice name)
{
    for (size_t i = out->made_count; i-- > 0;)
        if (id.n ? slice_eq(out->made[i].id, id) : slice_eq(out->made[i].name, name))
            return &out->made[i];
    return NULL;
}

/* The plain values of a call's arguments, as "Paris, celsius". */
static struct slice call_values(struct arena *a, struct slice arguments)
{
    const struct value *v;
    struct err ignored;
    struct slice out = SLICE("");
    if (!value_parse(a, arguments, &v, NULL, &ignored) || v->kind != VALUE_OBJECT)
        return out;
    for (size_t i = 0; i < v->object.n && out.n < TITLE_BYTES; i++) {
        const struct value *at = &v->object.at[i].value;
        if (at->kind == VALUE_STRING)
            out = arena_printf(a, "%.*s%s%.*s", SLICE_ARGS(out), out.n ? ", " : "", SLICE_ARGS(at->string));
    }
    return utf8_cut(out, TITLE_BYTES);
}

bool chat_note_call(const struct fields *call, struct slice id, struct chat_request *out, struct err *e)
{
    struct slice name = {NULL, 0}, arguments = SLICE("");
    if (!fields_string(call, "name", &name, e) || !fields_string(call, "arguments", &arguments, e))
        return false;
    if (!out->made)
        out->made = arena_array(call->arena, struct chat_made, MAX_CALLS);
    if (name.n && out->made_count < MAX_CALLS)
        out->made[out->made_count++] = (struct chat_made){name, id, arguments, false};
    return true;
}

bool chat_note_calls(const struct fields *message, struct chat_request *out, struct err *e)
{
    const struct value *calls = fields_get(message, "tool_calls");
    struct fields function;
    bool found;
    if (!fields_object(message, "function_call", &function, &found, e) ||
        (found && !chat_note_call(&function, SLICE(""), out, e)))
        return false;
    if (!calls)
        return true;
    if (calls->kind != VALUE_ARRAY)
        return fields_wrong(message, "tool_calls", "an array of calls", e);
    for (size_t i = 0; i < calls->array.n; i++) {
        const char *path = arena_printf(message->arena, "%s.tool_calls[%zu]", message->path, i).p;
        struct fields call = {message->arena, &calls->array.at[i], path};
        struct slice id = SLICE("");
        if (call.object->kind != VALUE_OBJECT)
            return err_set_param(e, ERR_BAD_VALUE, path, "'%s' must be an object.", path);
        if (!fields_string(&call, "id", &id, e) || !fields_object(&call, "function", &function, &found, e) ||
            (found && !chat_note_call(&function, id, out, e)))
            return false;
    }
    return true;
}

static struct slice result_urn(struct arena *a, struct slice name, struct slice id)
{
    struct slice part = urn_part(a, name), last = urn_part(a, id);
    return arena_printf(a, "urn:tool:%.*s:%.*s", SLICE_ARGS(part), SLICE_ARGS(last));
}

static struct slice result_title(struct arena *a, struct slice name, struct slice values)
{
    if (values.n)
        name = arena_printf(a, "%.*s (%.*s)", SLICE_ARGS(name), SLICE_ARGS(values));
    return harmless_text(a, name);
}

void chat_title_result(struct arena *a, struct slice id, struct slice name, struct slice arguments,
                       struct chat_request *out)
{
    struct slice unknown = result_urn(a, SLICE("tool"), id);
    for (size_t i = 0; i < out->result_count; i++)
        if (slice_eq(out->results[i].url, unknown)) {
            out->results[i].url = result_urn(a, name, id);
            out->results[i].title = result_title(a, name, call_values(a, arguments));
        }
}

void chat_add_result(struct arena *a, struct slice name, struct slice id, struct slice text, struct chat_request *out)
{
    struct chat_made *call = call_of(out, id, name);
    struct slice read = result_text(a, text), values = call ? call_values(a, call->arguments) : SLICE("");
    if (call)
        call->answered = true;
    if (!name.n)
        name = call ? call->name : SLICE("tool");
    if (!slice_trim(read).n)
        return;
    if (!id.n)
        id = arena_printf(a, "%zu", ++out->unnamed_count);
    if (!out->results)
        out->results = arena_array(a, struct page_copy, MAX_RESULTS);
    size_t kept = out->result_count < MAX_RESULTS ? out->result_count : MAX_RESULTS - 1;
    memmove(out->results + 1, out->results, kept * sizeof *out->results); /* the newest first */
    out->results[0] = (struct page_copy){
        .url = result_urn(a, name, id), .title = result_title(a, name, values), .text = harmless_text(a, read)};
    out->result_count = kept + 1;
    out->question.known_pages = out->results;
    out->question.known_count = out->result_count;
}

bool chat_note_result(const struct fields *message, struct slice text, struct chat_request *out, struct err *e)
{
    struct slice name = {NULL, 0}, id = SLICE("");
    if (!fields_string(message, "name", &name, e) || !fields_string(message, "tool_call_id", &id, e))
        return false;
    chat_add_result(message->arena, name, id, text, out);
    return true;
}

bool chat_was_called(const struct chat_request *r, struct slice name)
{
    for (size_t i = 0; i < r->made_count; i++)
        if (r->made[i].answered && slice_eq(r->made[i].name, name))
            return true;
    return false;
}
