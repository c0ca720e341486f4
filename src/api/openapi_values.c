#include "api/openapi_values.h"

#include "api/chat_inner.h"
#include "api/find_request.h"
#include "api/monitor_request.h"
#include "api/processors.h"
#include "api/stored.h"
#include "api/task_request.h"
#include "session/answer.h"
#include "session/question.h"
#include "session/tiers.h"

enum { TEXT_BYTES = 16 * 1024 };

static const struct {
    const char *name;
    int64_t value;
} constants[] = {
    {"chat_tokens_most", CHAT_TOKENS_MOST},
    {"chat_seconds_most", CHAT_SECONDS_MOST},
    {"chat_searches_most", CHAT_SEARCHES_MOST},
    {"chat_pages_most", CHAT_PAGES_MOST},
    {"stops_most", QUESTION_MAX_STOPS},
    {"tools_most", CHAT_TOOLS_MOST},
    {"domains_most", CHAT_DOMAINS_MOST},
    {"metadata_pairs_most", METADATA_PAIRS_MAX},
    {"metadata_name_chars", METADATA_NAME_CHARS},
    {"metadata_value_chars", METADATA_VALUE_CHARS},
    {"stored_page_most", STORED_PAGE_MAX},
    {"find_urls_most", FIND_REQUEST_URLS},
    {"find_queries_most", FIND_QUERIES_MOST},
    {"find_results_usual", FIND_RESULTS_USUAL},
    {"find_results_most", FIND_RESULTS_MOST},
    {"find_page_chars_usual", FIND_PAGE_CHARS_USUAL},
    {"find_page_chars_least", FIND_PAGE_CHARS_LEAST},
    {"find_chars_usual", FIND_CHARS_USUAL},
    {"find_chars_least", FIND_CHARS_LEAST},
    {"find_chars_most", FIND_CHARS_MOST},
    {"find_seconds_most", FIND_SECONDS_MOST},
    {"find_session_chars", FIND_SESSION_CHARS},
    {"task_group_runs", TASK_GROUP_RUNS},
    {"task_metadata_most", TASK_METADATA_MOST},
    {"task_metadata_name", TASK_METADATA_NAME},
    {"task_metadata_chars", TASK_METADATA_CHARS},
    {"task_mcp_servers", TASK_MCP_SERVERS},
    {"task_memory_chars", TASK_MEMORY_CHARS},
    {"monitor_hook_bytes", MONITOR_HOOK_BYTES},
};

static json_t *value_models(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tier_count; i++)
        json_array_append_new(list, json_string(tier_at(i)->name));
    return list;
}

static json_t *value_processors(void)
{
    json_t *list = json_array();
    for (size_t i = 0; processor_name(i); i++)
        json_array_append_new(list, json_string(processor_name(i)));
    return list;
}

static json_t *value_modes(void)
{
    json_t *list = json_array();
    for (size_t i = 0; find_request_modes[i]; i++)
        json_array_append_new(list, json_string(find_request_modes[i]));
    json_array_append_new(list, json_null());
    return list;
}

static json_t *value_statuses(void)
{
    json_t *list = json_array();
#define X(name, wire, sentence) json_array_append_new(list, json_string(wire));
    SEARCH_STATUSES(X)
#undef X
    return list;
}

/* Each text once, in the order of the table. */
static json_t *value_of_errors(const char *(*text)(enum err_code))
{
    json_t *list = json_array();
    for (int code = ERR_OK + 1; code < ERR_COUNT; code++) {
        bool there = code == ERR_USAGE || code == ERR_CANCELLED; /* no client gets these */
        for (size_t i = 0; i < json_array_size(list) && !there; i++)
            there = strcmp(json_string_value(json_array_get(list, i)), text((enum err_code)code)) == 0;
        if (!there)
            json_array_append_new(list, json_string(text((enum err_code)code)));
    }
    return list;
}

json_t *openapi_value(const struct openapi_server *s, struct slice name)
{
    if (slice_is(name, "models"))
        return value_models();
    if (slice_is(name, "processors"))
        return value_processors();
    if (slice_is(name, "search_modes"))
        return value_modes();
    if (slice_is(name, "search_statuses"))
        return value_statuses();
    if (slice_is(name, "error_codes"))
        return value_of_errors(err_wire_code);
    if (slice_is(name, "error_types"))
        return value_of_errors(err_type);
    for (size_t i = 0; i < COUNT_OF(constants); i++)
        if (slice_is(name, constants[i].name))
            return json_integer((json_int_t)constants[i].value);
    for (size_t i = 0; i < s->number_count; i++)
        if (slice_is(name, s->numbers[i].name))
            return json_integer((json_int_t)s->numbers[i].value);
    return NULL;
}

/* "{models}" tells what each is for; another name is printed. */
static void value_tell(const struct openapi_server *s, struct slice name, struct buf *out, struct buf *mistakes)
{
    for (size_t i = 0; slice_is(name, "models") && i < tier_count; i++)
        buf_printf(out, "%s%s: %s", i ? "\n" : "", tier_at(i)->name, tier_at(i)->description);
    if (slice_is(name, "models"))
        return;
    json_t *value = openapi_value(s, name);
    if (!json_is_integer(value))
        buf_printf(mistakes, "a description names {%.*s}, which is no number\n", SLICE_ARGS(name));
    buf_printf(out, "%lld", (long long)json_integer_value(value));
    json_decref(value);
}

static json_t *value_text(const struct openapi_server *s, struct slice text, struct buf *mistakes)
{
    struct buf out;
    buf_init(&out, TEXT_BYTES);
    while (text.n) {
        size_t open = slice_find(text, SLICE("{")), close = slice_find(text, SLICE("}"));
        buf_add(&out, slice_sub(text, 0, open));
        if (open >= text.n || close >= text.n || close < open)
            break;
        value_tell(s, slice_sub(text, open + 1, close - open - 1), &out, mistakes);
        text = slice_sub(text, close + 1, text.n - close - 1);
    }
    json_t *filled = json_stringn(out.p ? out.p : "", out.n);
    buf_release(&out);
    return filled;
}

/* What a string stands for; NULL: for itself. */
static json_t *value_filled(const struct openapi_server *s, const char *key, const json_t *v, struct buf *mistakes)
{
    struct slice text = {json_string_value(v), json_string_length(v)};
    if (slice_starts(text, SLICE("@"))) {
        json_t *value = openapi_value(s, slice_sub(text, 1, text.n - 1));
        if (!value)
            buf_printf(mistakes, "there is no value %.*s\n", SLICE_ARGS(text));
        return value;
    }
    bool told = key && (strcmp(key, "description") == 0 || strcmp(key, "about") == 0 || strcmp(key, "summary") == 0);
    return told && slice_find(text, SLICE("{")) < text.n ? value_text(s, text, mistakes) : NULL;
}

void openapi_values_fill(const struct openapi_server *s, json_t *tree, struct buf *mistakes)
{
    const char *key;
    json_t *v, *filled;
    size_t i;
    json_object_foreach(tree, key, v)
    {
        if (!json_is_string(v))
            openapi_values_fill(s, v, mistakes);
        else if ((filled = value_filled(s, key, v, mistakes)) != NULL)
            json_object_set_new(tree, key, filled);
    }
    json_array_foreach(tree, i, v)
    {
        if (!json_is_string(v))
            openapi_values_fill(s, v, mistakes);
        else if ((filled = value_filled(s, NULL, v, mistakes)) != NULL)
            json_array_set_new(tree, i, filled);
    }
}
