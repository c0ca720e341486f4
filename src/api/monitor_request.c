/* monitor_request.c - see monitor_request.h. */
#include "api/monitor_request.h"

#include "api/chat_inner.h"
#include "base/ascii.h"
#include "base/json_nodes.h"
#include "base/utf8.h"

enum { MONITOR_NODES_MAX = 20000, KEPT_BYTES = 4 * 1024 * 1024, HOUR_S = 3600, DAYS_MOST = 30 };

const char *const monitor_tells_names[3] = {"monitor.event.detected", "monitor.execution.completed",
                                            "monitor.execution.failed"};

/* "6h", "1d", "2w": from an hour to thirty days. */
static bool monitor_read_frequency(const struct fields *f, struct monitor_request *out, struct err *e)
{
    struct slice text = {NULL, 0};
    int64_t n = 0, hours;
    if (!fields_string(f, "frequency", &text, e))
        return false;
    if (!text.p)
        return true;
    for (size_t i = 0; i + 1 < text.n && text.n <= 4; i++)
        n = ascii_is_digit(text.p[i]) ? n * 10 + (text.p[i] - '0') : 10000;
    char unit = text.n >= 2 ? text.p[text.n - 1] : ' ';
    hours = n * (unit == 'h' ? 1 : unit == 'd' ? 24 : unit == 'w' ? 7 * 24 : 0);
    if (hours < 1 || hours > DAYS_MOST * 24)
        return fields_wrong(f, "frequency", "a number and h, d or w, from '1h' to '30d'", e);
    out->frequency = text;
    out->every_s = hours * HOUR_S;
    return true;
}

static bool monitor_read_processor(const struct fields *f, struct monitor_request *out, struct err *e)
{
    struct slice name = out->processor;
    if (!fields_string(f, "processor", &name, e))
        return false;
    if (!slice_is(name, "lite") && !slice_is(name, "base"))
        return fields_wrong(f, "processor", "lite or base", e);
    out->processor = name;
    return true;
}

static bool monitor_read_metadata(const struct fields *f, struct monitor_request *out, struct err *e)
{
    struct fields object;
    struct buf printed;
    bool found;
    if (!fields_object(f, "metadata", &object, &found, e))
        return false;
    if (!found)
        return true;
    const struct value *v = object.object;
    bool ok = v->object.n <= TASK_METADATA_MOST;
    for (size_t i = 0; ok && i < v->object.n; i++)
        ok = v->object.at[i].value.kind == VALUE_STRING && utf8_count(v->object.at[i].name) <= TASK_METADATA_NAME &&
             utf8_count(v->object.at[i].value.string) <= TASK_METADATA_CHARS;
    if (!ok)
        return fields_wrong(f, "metadata",
                            "an object of at most 50 texts of at most 512 characters under names of at most 16", e);
    buf_init(&printed, KEPT_BYTES);
    (void)value_print(v, &printed);
    out->metadata = arena_dup(f->arena, buf_slice(&printed));
    buf_release(&printed);
    return true;
}

static bool monitor_read_hook(const struct fields *f, struct monitor_request *out, struct err *e)
{
    struct fields hook;
    struct slice url = {NULL, 0}, *types = NULL;
    size_t n = 0;
    bool found;
    const struct value *given = value_member(f->object, SLICE("webhook"));
    if (given && given->kind == VALUE_NULL)
        out->hook = SLICE("");
    if (!fields_object(f, "webhook", &hook, &found, e))
        return false;
    if (!found)
        return true;
    if (!fields_string(&hook, "url", &url, e) || !fields_strings(&hook, "event_types", 10, &types, &n, e))
        return false;
    if (url.n > MONITOR_HOOK_BYTES || !(slice_starts(url, SLICE("https://")) || slice_starts(url, SLICE("http://"))))
        return fields_wrong(&hook, "url", "an address that begins with https:// or http://", e);
    out->hook = url;
    out->tells = n ? 0 : MONITOR_TELLS_EVENT | MONITOR_TELLS_COMPLETED | MONITOR_TELLS_FAILED;
    for (size_t i = 0; i < n; i++) {
        unsigned before = out->tells;
        for (unsigned k = 0; k < COUNT_OF(monitor_tells_names); k++)
            if (slice_is(types[i], monitor_tells_names[k]))
                out->tells |= 1u << k;
        if (out->tells == before)
            return fields_wrong(&hook, arena_printf(f->arena, "event_types[%zu]", i).p,
                                "monitor.event.detected, monitor.execution.completed or monitor.execution.failed, once",
                                e);
    }
    return true;
}

struct monitor_member {
    const char *name;
    const struct value *value; /* NULL: left out */
};

static struct slice monitor_object(struct arena *a, const struct monitor_member *members, size_t n, struct err *e)
{
    struct buf text;
    bool first = true;
    buf_init(&text, KEPT_BYTES);
    buf_add_char(&text, '{');
    for (size_t i = 0; i < n; i++) {
        if (!members[i].value)
            continue;
        buf_printf(&text, "%s\"%s\":", first ? "" : ",", members[i].name);
        (void)value_print(members[i].value, &text);
        first = false;
    }
    buf_add_char(&text, '}');
    struct slice out = text.over ? SLICE("") : arena_dup(a, buf_slice(&text));
    if (text.over)
        err_set(e, ERR_TOO_LARGE, NULL);
    buf_release(&text);
    return out;
}

/* What is asked each time. schema: {"type": "json", ...}; NULL: a text. */
static bool monitor_make_run(struct arena *a, const struct value *input, const struct value *spec,
                             const struct value *policy, struct monitor_request *out, struct err *e)
{
    const struct value processor = {.kind = VALUE_STRING, .string = out->processor};
    const struct monitor_member members[] = {
        {"input", input}, {"processor", &processor}, {"task_spec", spec}, {"source_policy", policy}};
    out->run = monitor_object(a, members, COUNT_OF(members), e);
    return out->run.n > 0;
}

static const struct value *monitor_spec(struct arena *a, const struct value *schema)
{
    struct value *text = arena_array(a, struct value, 3);
    struct value_member *m = arena_array(a, struct value_member, 2);
    text[0] = (struct value){.kind = VALUE_STRING, .string = SLICE("text")};
    m[0] = (struct value_member){SLICE("type"), text[0]};
    text[1] = (struct value){.kind = VALUE_OBJECT, .object = {m, 1}};
    m[1] = (struct value_member){SLICE("output_schema"), schema ? *schema : text[1]};
    text[2] = (struct value){.kind = VALUE_OBJECT, .object = {m + 1, 1}};
    return &text[2];
}

/* old: the settings as they are, or NULL for a new monitor; given: what the client sends. */
static bool monitor_read_stream(const struct fields *given, const struct value *old, const struct chat_limits *limits,
                                struct monitor_request *out, struct err *e)
{
    struct slice query = {NULL, 0};
    struct fields advanced;
    struct policy policy = {.include_count = 0};
    bool found;
    if (!fields_string(given, "query", &query, e) || !fields_object(given, "advanced_settings", &advanced, &found, e) ||
        (found && !chat_read_source_policy(&advanced, &policy, e)) ||
        (!old && !fields_bool(given, "include_backfill", &out->backfill, e)))
        return false;
    if ((query.p || !old) && slice_trim(query).n == 0)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(given, "query"), "'%s' is required: what to watch for.",
                             fields_path(given, "query"));
    if (utf8_count(query) > limits->max_input_chars)
        return err_set_param(e, ERR_INPUT_TOO_LONG, fields_path(given, "query"), "'%s' has more than %zu characters.",
                             fields_path(given, "query"), limits->max_input_chars);
    const struct fields *first = old ? &(struct fields){given->arena, old, given->path} : given;
    const struct value *text = query.p ? fields_get(given, "query") : fields_get(first, "query"),
                       *schema = fields_get(first, "output_schema"),
                       *settings = found ? advanced.object : fields_get(first, "advanced_settings");
    if (schema && schema->kind != VALUE_OBJECT)
        return fields_wrong(first, "output_schema", "an object with type json and a json_schema", e);
    const struct monitor_member members[] = {{"query", text},
                                             {"output_schema", schema},
                                             {"include_backfill", fields_get(first, "include_backfill")},
                                             {"advanced_settings", settings}};
    out->settings = monitor_object(given->arena, members, COUNT_OF(members), e);
    return out->settings.n > 0 &&
           monitor_make_run(given->arena, text, monitor_spec(given->arena, schema),
                            settings ? value_member(settings, SLICE("source_policy")) : NULL, out, e);
}

static bool monitor_open(struct arena *a, struct slice body, struct fields *out, struct err *e)
{
    const struct value *root;
    if (!json_nodes_fit(body, MONITOR_NODES_MAX, e) || !value_parse(a, body, &root, NULL, e))
        return false;
    *out = (struct fields){a, root, ""};
    return root->kind == VALUE_OBJECT || err_set(e, ERR_BAD_VALUE, "The request body must be a JSON object.");
}

static bool monitor_read_type(const struct fields *f, struct slice *type, struct err *e)
{
    *type = SLICE("");
    return fields_string(f, "type", type, e) &&
           (type->n == 0 || slice_is(*type, "event_stream") || slice_is(*type, "snapshot") ||
            fields_wrong(f, "type", "event_stream or snapshot", e));
}

/* What would be asked has to be a request that can be asked. */
static bool monitor_check(struct arena *a, const struct chat_limits *limits, const struct monitor_request *r,
                          struct err *e)
{
    struct task_request t;
    return task_request_parse(a, r->run, limits, &t, e);
}

bool monitor_request_parse(struct arena *a, struct slice body, const struct chat_limits *limits,
                           struct monitor_request *out, struct err *e)
{
    struct fields f, settings;
    struct slice type;
    bool found;
    *out = (struct monitor_request){.processor = SLICE("lite"), .metadata = SLICE(""), .hook = SLICE("")};
    if (!monitor_open(a, body, &f, e) || !monitor_read_type(&f, &type, e) || !monitor_read_frequency(&f, out, e) ||
        !monitor_read_processor(&f, out, e) || !monitor_read_metadata(&f, out, e) || !monitor_read_hook(&f, out, e) ||
        !fields_object(&f, "settings", &settings, &found, e))
        return false;
    const char *missing = type.n == 0 ? "type" : !out->frequency.p ? "frequency" : !found ? "settings" : NULL;
    if (missing)
        return err_set_param(e, ERR_MISSING_FIELD, missing, "'%s' is required.", missing);
    out->snapshot = slice_is(type, "snapshot");
    if (!out->snapshot)
        return monitor_read_stream(&settings, NULL, limits, out, e) && monitor_check(a, limits, out, e);
    if (!fields_string(&settings, "task_run_id", &out->run_id, e))
        return false;
    return out->run_id.n > 0 || err_set_param(e, ERR_MISSING_FIELD, "settings.task_run_id",
                                              "'settings.task_run_id' is required: a run that was completed.");
}

bool monitor_use_run(struct arena *a, struct slice kept, struct monitor_request *out, struct err *e)
{
    const struct value *run;
    struct buf text;
    if (!value_parse(a, kept, &run, NULL, e))
        return false;
    const struct value *input = value_member(run, SLICE("input")), *spec = value_member(run, SLICE("task_spec"));
    const struct value *schema = spec ? value_member(spec, SLICE("output_schema")) : NULL;
    const struct value *json = schema ? value_member(schema, SLICE("json_schema")) : NULL;
    struct value id = {.kind = VALUE_STRING, .string = out->run_id}, query = {.kind = VALUE_STRING};
    buf_init(&text, KEPT_BYTES);
    if (input && input->kind != VALUE_STRING)
        (void)value_print(input, &text);
    query.string = input && input->kind == VALUE_STRING ? input->string : arena_dup(a, buf_slice(&text));
    buf_release(&text);
    const struct monitor_member members[] = {
        {"task_run_id", &id}, {"query", &query}, {"output_schema", json ? schema : NULL}};
    out->settings = monitor_object(a, members, COUNT_OF(members), e);
    return out->settings.n > 0 && monitor_make_run(a, input, spec, value_member(run, SLICE("source_policy")), out, e);
}

/* null where null means nothing. */
static bool monitor_has_no_null(const struct fields *f, struct err *e)
{
    static const char *const names[] = {"frequency", "processor", "type", "settings"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct value *v = value_member(f->object, slice_of(names[i]));
        if (v && v->kind == VALUE_NULL)
            return fields_wrong(f, names[i], "left out, or not null", e);
    }
    return true;
}

bool monitor_update_parse(struct arena *a, struct slice body, const struct chat_limits *limits,
                          struct monitor_request *out, struct err *e)
{
    struct fields f, settings;
    struct slice type;
    bool found;
    const struct value *old, *run;
    if (!monitor_open(a, slice_trim(body).n ? body : SLICE("{}"), &f, e) || !monitor_has_no_null(&f, e) ||
        !monitor_read_type(&f, &type, e) || !monitor_read_frequency(&f, out, e) ||
        !monitor_read_processor(&f, out, e) || !monitor_read_metadata(&f, out, e) || !monitor_read_hook(&f, out, e) ||
        !fields_object(&f, "settings", &settings, &found, e))
        return false;
    if (type.n && slice_is(type, "snapshot") != out->snapshot)
        return fields_wrong(&f, "type", "the type of the monitor", e);
    if (found && (out->snapshot || !slice_is(type, "event_stream")))
        return fields_wrong(&f, "type", "event_stream where settings are given, and so must be the monitor", e);
    if (out->snapshot) {
        return value_parse(a, out->run, &run, NULL, e) &&
               monitor_make_run(a, value_member(run, SLICE("input")), value_member(run, SLICE("task_spec")),
                                value_member(run, SLICE("source_policy")), out, e);
    }
    static const struct value none = {.kind = VALUE_OBJECT};
    const struct fields given = found ? settings : (struct fields){a, &none, "settings"};
    return value_parse(a, out->settings, &old, NULL, e) && monitor_read_stream(&given, old, limits, out, e) &&
           monitor_check(a, limits, out, e);
}
