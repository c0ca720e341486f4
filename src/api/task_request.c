/* task_request.c - see task_request.h. */
#include "api/task_request.h"

#include "api/chat_inner.h"
#include "base/ascii.h"
#include "base/json_nodes.h"
#include "base/utf8.h"

enum {
    TASK_NODES_MAX = 200000,
    HOOK_BYTES = 2048,
    SERVER_NAME_BYTES = 64 /* quoted in a warning */
};

static const char WARN_SPEC[] = "spec_validation_warning", WARN_INPUT[] = "input_validation_warning",
                  WARN_OTHER[] = "warning";

const char task_auto_schema[] = "{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"string\",\"description\":"
                                "\"The answer to the task.\"}},\"required\":[\"answer\"],"
                                "\"additionalProperties\":false}";

/* What a run is made of, in the order in which it is kept. */
static const char *const known[] = {"input",
                                    "processor",
                                    "task_spec",
                                    "metadata",
                                    "source_policy",
                                    "advanced_settings",
                                    "previous_interaction_id",
                                    "mcp_servers",
                                    "enable_events",
                                    "webhook",
                                    "memory_scope_key"};

void task_warn(struct arena *a, struct task_request *r, const char *type, struct slice message)
{
    *arena_push(a, &r->warnings, r->warning_count, &r->warning_room) = (struct task_warning){type, message};
    r->warning_count++;
}

static bool task_read_processor(const struct fields *f, struct task_request *out, struct err *e)
{
    struct slice name = {NULL, 0};
    if (!fields_string(f, "processor", &name, e))
        return false;
    const char *path = fields_path(f, "processor");
    if (!name.p)
        return err_set_param(e, ERR_MISSING_FIELD, path, "'%s' is required: %s.", path, processor_names);
    out->processor = processor_find(name);
    if (!out->processor)
        return err_set_param(e, ERR_FORBIDDEN_MODEL, path, "There is no processor '%.*s' here. There are %s.",
                             (int)(name.n < 60 ? name.n : 60), name.p, processor_names);
    out->question.tier = processor_tier(out->processor);
    out->traced = out->processor->traced;
    return fields_bool(f, "enable_events", &out->traced, e);
}

/* "company name: Example" a line; what has parts of its own is printed as JSON. */
static struct slice task_text_of(struct arena *a, const struct value *input, size_t max_bytes)
{
    struct buf line;
    struct arena_text text = {.arena = a};
    buf_init(&line, max_bytes);
    for (size_t i = 0; i < input->object.n; i++) {
        const struct value_member *m = &input->object.at[i];
        char *name = arena_alloc(a, m->name.n + 1);
        for (size_t k = 0; k < m->name.n; k++)
            name[k] = m->name.p[k] == '_' ? ' ' : m->name.p[k];
        buf_reset(&line);
        struct slice said =
            m->value.kind == VALUE_STRING ? m->value.string : (value_print(&m->value, &line), buf_slice(&line));
        arena_text_printf(&text, "%s%.*s: %.*s", i ? "\n" : "", (int)m->name.n, name, SLICE_ARGS(said));
    }
    buf_release(&line);
    return arena_text_slice(&text);
}

static bool task_read_input(const struct fields *f, const struct chat_limits *limits, struct task_request *out,
                            struct err *e)
{
    const struct value *input = fields_get(f, "input");
    const char *path = fields_path(f, "input");
    struct slice text = {NULL, 0};
    if (!input)
        return err_set_param(e, ERR_MISSING_FIELD, path, "'%s' is required: a text or a JSON object.", path);
    if (input->kind == VALUE_STRING)
        text = input->string;
    else if (input->kind == VALUE_OBJECT)
        text = task_text_of(f->arena, input, limits->max_input_chars * 4);
    else
        return fields_wrong(f, "input", "a text or a JSON object", e);
    if (slice_trim(text).n == 0)
        return fields_wrong(f, "input", "a text or a JSON object that is not empty", e);
    if (utf8_count(text) > limits->max_input_chars)
        return err_set_param(e, ERR_INPUT_TOO_LONG, path, "'%s' has more than %zu characters.", path,
                             limits->max_input_chars);
    struct turn *turns = arena_array(f->arena, struct turn, 2); /* room for one that says how to answer */
    turns[0] = (struct turn){ROLE_USER, text};
    out->question.turns = turns;
    out->question.turn_count = 1;
    return true;
}

static void task_use_text(struct arena *a, struct slice description, struct task_request *out)
{
    out->output = TASK_TEXT;
    if (slice_trim(description).n == 0)
        return;
    struct turn *turns = arena_array(a, struct turn, 2);
    turns[1] = out->question.turns[0];
    turns[0] = (struct turn){ROLE_SYSTEM, description};
    out->question.turns = turns;
    out->question.turn_count = 2;
}

/* A schema that cannot be used is told as a warning now, and as the run's error later. */
static void task_use_schema(struct arena *a, const struct value *v, const char *path, const struct chat_limits *limits,
                            struct task_request *out)
{
    struct chat_request chat = {.question = out->question};
    const struct value *type = value_member(v, SLICE("type"));
    bool object = v->kind == VALUE_OBJECT && (!type || type->kind != VALUE_STRING || slice_is(type->string, "object"));
    out->output = TASK_JSON;
    out->unusable = !(object || err_set_param(&out->why, ERR_BAD_VALUE, path,
                                              "'%s' must be a JSON Schema whose type is object.", path)) ||
                    !chat_use_schema(a, &(struct chat_schema){v, path}, limits, &chat, &out->why);
    if (out->unusable)
        task_warn(a, out, WARN_SPEC, arena_printf(a, "The run will fail. %s", out->why.message));
    else
        out->question = chat.question;
    out->question.basis_depth = BASIS_ELEMENT;
}

static bool task_use_auto(struct arena *a, const struct chat_limits *limits, struct task_request *out, struct err *e)
{
    const struct value *schema;
    if (!value_parse(a, slice_of(task_auto_schema), &schema, NULL, e))
        return false;
    task_use_schema(a, schema, "task_spec.output_schema", limits, out);
    out->output = TASK_AUTO;
    return true;
}

/* Checks the form of a schema: a text, or an object that says its type. *json: of a JSON one. */
static bool task_schema_form(const struct fields *spec, const char *name, bool automatic, struct slice *type,
                             struct slice *description, const struct value **json, struct err *e)
{
    const struct value *v = fields_get(spec, name);
    struct fields f;
    bool found;
    *type = *description = SLICE("");
    *json = NULL;
    if (!v)
        return true;
    if (v->kind == VALUE_STRING) {
        *type = SLICE("text");
        *description = v->string;
        return true;
    }
    if (v->kind != VALUE_OBJECT)
        return fields_wrong(spec, name, "a text, or an object with a type", e);
    if (!fields_object(spec, name, &f, &found, e) || !fields_string(&f, "type", type, e) ||
        !fields_string(&f, "description", description, e))
        return false;
    *json = fields_get(&f, "json_schema");
    if (type->n == 0 && *json)
        *type = SLICE("json");
    if (slice_is(*type, "json") && !*json)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(&f, "json_schema"), "'%s' is required.",
                             fields_path(&f, "json_schema"));
    if (!slice_is(*type, "json") && !slice_is(*type, "text") && !(automatic && slice_is(*type, "auto")))
        return fields_wrong(&f, "type", automatic ? "json, text or auto" : "json or text", e);
    return true;
}

static bool task_read_spec(const struct fields *f, const struct chat_limits *limits, struct task_request *out,
                           struct err *e)
{
    struct fields spec;
    struct slice type, description, input_type, input_description;
    const struct value *json, *unused;
    bool found;
    if (!fields_object(f, "task_spec", &spec, &found, e))
        return false;
    if (!found)
        return task_use_auto(f->arena, limits, out, e);
    if (!task_schema_form(&spec, "input_schema", false, &input_type, &input_description, &unused, e) ||
        !task_schema_form(&spec, "output_schema", true, &type, &description, &json, e))
        return false;
    if (type.n == 0 || slice_is(type, "auto"))
        return task_use_auto(f->arena, limits, out, e);
    if (slice_is(type, "text"))
        task_use_text(f->arena, description, out);
    else
        task_use_schema(f->arena, json, fields_path(&spec, "output_schema.json_schema"), limits, out);
    struct buf printed;
    buf_init(&printed, limits->max_input_chars * 4);
    bool fits = value_print(spec.object, &printed) && utf8_count(buf_slice(&printed)) <= limits->max_input_chars;
    buf_release(&printed);
    return fits || err_set_param(e, ERR_INPUT_TOO_LONG, spec.path, "'%s' has more than %zu characters.", spec.path,
                                 limits->max_input_chars);
}

static bool task_read_metadata(const struct fields *f, struct slice *out, struct err *e)
{
    struct fields object;
    struct buf printed;
    bool found;
    *out = SLICE("");
    if (!fields_object(f, "metadata", &object, &found, e))
        return false;
    if (!found)
        return true;
    const struct value *v = object.object;
    bool ok = v->object.n <= TASK_METADATA_MOST;
    for (size_t i = 0; ok && i < v->object.n; i++) {
        const struct value_member *m = &v->object.at[i];
        bool text = m->value.kind == VALUE_STRING && utf8_count(m->value.string) <= TASK_METADATA_CHARS;
        ok = utf8_count(m->name) <= TASK_METADATA_NAME &&
             (text || m->value.kind == VALUE_BOOL || m->value.kind == VALUE_INT || m->value.kind == VALUE_REAL);
    }
    if (!ok)
        return fields_wrong(f, "metadata",
                            "an object of at most 50 texts of at most 512 characters, numbers, true or false, under "
                            "names of at most 16 characters",
                            e);
    buf_init(&printed, TASK_METADATA_MOST * (TASK_METADATA_NAME + TASK_METADATA_CHARS + 8) * 6);
    (void)value_print(v, &printed);
    *out = arena_dup(f->arena, buf_slice(&printed));
    buf_release(&printed);
    return true;
}

static bool task_read_hook(const struct fields *f, struct task_request *out, struct err *e)
{
    struct fields hook;
    struct slice url = {NULL, 0}, *types = NULL;
    size_t n = 0;
    bool found, wanted;
    if (!fields_object(f, "webhook", &hook, &found, e))
        return false;
    if (!found)
        return true;
    if (!fields_string(&hook, "url", &url, e) || !fields_strings(&hook, "event_types", 10, &types, &n, e))
        return false;
    if (!url.p)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(&hook, "url"), "'%s' is required.",
                             fields_path(&hook, "url"));
    wanted = n == 0;
    for (size_t i = 0; i < n; i++)
        wanted |= slice_is(types[i], "task_run.status");
    bool address = url.n <= HOOK_BYTES && (slice_starts(url, SLICE("https://")) || slice_starts(url, SLICE("http://")));
    if (!address)
        task_warn(f->arena, out, WARN_INPUT,
                  SLICE("The webhook's url is no address that begins with https:// or http://; nothing will be sent."));
    if (address && wanted)
        out->hook = url;
    return true;
}

/* What is taken and has no effect here. */
static bool task_read_unused(const struct fields *f, struct task_request *out, struct err *e)
{
    struct slice memory = {NULL, 0};
    struct fields settings;
    bool found;
    const struct value *mcp = fields_get(f, "mcp_servers");
    if (mcp && (mcp->kind != VALUE_ARRAY || mcp->array.n > TASK_MCP_SERVERS))
        return fields_wrong(f, "mcp_servers", "an array of at most 10 servers", e);
    for (size_t i = 0; mcp && i < mcp->array.n; i++) {
        const struct value *name = value_member(&mcp->array.at[i], SLICE("name"));
        if (!name || name->kind != VALUE_STRING)
            return fields_wrong(f, arena_printf(f->arena, "mcp_servers[%zu].name", i).p, "a text", e);
        task_warn(f->arena, out, WARN_OTHER,
                  arena_printf(f->arena, "The MCP server '%.*s' was not asked: runs here call no tools.",
                               (int)utf8_cut(name->string, SERVER_NAME_BYTES).n, name->string.p));
    }
    if (!fields_string(f, "memory_scope_key", &memory, e))
        return false;
    for (size_t i = 0; i < memory.n; i++)
        if (memory.n > TASK_MEMORY_CHARS ||
            !(ascii_is_digit(memory.p[i]) || ascii_is_letter(memory.p[i]) || char_in(memory.p[i], "_-")))
            return fields_wrong(f, "memory_scope_key", "1 to 128 letters, digits, '_' and '-'", e);
    if (memory.n)
        task_warn(f->arena, out, WARN_OTHER, SLICE("'memory_scope_key' was ignored: there is no memory here."));
    if (!fields_object(f, "advanced_settings", &settings, &found, e))
        return false;
    if (found && fields_get(&settings, "location"))
        task_warn(f->arena, out, WARN_OTHER,
                  SLICE("'advanced_settings.location' was ignored: the search services that are set up are asked as "
                        "they are."));
    if (found && fields_get(&settings, "data_sources"))
        task_warn(f->arena, out, WARN_OTHER,
                  SLICE("'advanced_settings.data_sources' was ignored: runs here read web pages and the index."));
    return true;
}

/* The members that a run is made of; spec: taken where the request has none, or NULL. */
static bool task_keep(const struct fields *f, const struct value *spec, struct task_request *out, struct err *e)
{
    enum { KEPT_BYTES_MAX = 16 * 1024 * 1024 };
    struct buf text;
    bool first = true;
    buf_init(&text, KEPT_BYTES_MAX);
    buf_add_char(&text, '{');
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        const struct value *v = fields_get(f, known[i]);
        if (!v && spec && strcmp(known[i], "task_spec") == 0)
            v = spec;
        if (!v)
            continue;
        buf_printf(&text, "%s\"%s\":", first ? "" : ",", known[i]);
        (void)value_print(v, &text);
        first = false;
    }
    buf_add_char(&text, '}');
    out->kept = arena_dup(f->arena, buf_slice(&text));
    bool ok = !text.over || err_set(e, ERR_TOO_LARGE, NULL);
    buf_release(&text);
    return ok;
}

static void task_warn_unknown(const struct fields *f, struct task_request *out)
{
    for (size_t i = 0; i < f->object->object.n; i++) {
        struct slice name = f->object->object.at[i].name;
        bool is_known = false;
        for (size_t k = 0; k < COUNT_OF(known); k++)
            is_known |= slice_is(name, known[k]);
        if (!is_known)
            task_warn(f->arena, out, WARN_INPUT,
                      arena_printf(f->arena, "'%.*s' is not known here and was ignored.",
                                   (int)utf8_cut(name, SERVER_NAME_BYTES).n, name.p));
    }
}

static bool task_read(const struct fields *f, const struct value *spec, const struct chat_limits *limits,
                      struct task_request *out, struct err *e)
{
    struct fields with = *f;
    *out = (struct task_request){.output = TASK_AUTO};
    if (!task_read_processor(f, out, e) || !task_read_input(f, limits, out, e))
        return false;
    if (spec && !fields_get(f, "task_spec")) { /* the group's own */
        struct value_member *one = arena_array(f->arena, struct value_member, 1);
        struct value *holder = arena_array(f->arena, struct value, 1);
        *one = (struct value_member){SLICE("task_spec"), *spec};
        *holder = (struct value){.kind = VALUE_OBJECT, .object = {one, 1}};
        with = (struct fields){f->arena, holder, f->path};
    }
    if (!task_read_spec(&with, limits, out, e) || !task_read_metadata(f, &out->metadata, e) ||
        !chat_read_source_policy(f, &out->question.policy, e) ||
        !fields_string(f, "previous_interaction_id", &out->previous, e) || !task_read_hook(f, out, e) ||
        !task_read_unused(f, out, e))
        return false;
    task_warn_unknown(f, out);
    return task_keep(f, spec, out, e);
}

static bool task_open(struct arena *a, struct slice body, struct fields *out, struct err *e)
{
    const struct value *root;
    if (!json_nodes_fit(body, TASK_NODES_MAX, e) || !value_parse(a, body, &root, NULL, e))
        return false;
    *out = (struct fields){a, root, ""};
    return root->kind == VALUE_OBJECT || err_set(e, ERR_BAD_VALUE, "The request body must be a JSON object.");
}

bool task_request_parse(struct arena *a, struct slice body, const struct chat_limits *limits, struct task_request *out,
                        struct err *e)
{
    struct fields f;
    return task_open(a, body, &f, e) && task_read(&f, NULL, limits, out, e);
}

bool task_group_parse(struct arena *a, struct slice body, const struct chat_limits *limits, struct task_request **out,
                      size_t *n, struct err *e)
{
    struct fields f, spec;
    bool found;
    if (!task_open(a, body, &f, e) || !fields_object(&f, "default_task_spec", &spec, &found, e))
        return false;
    const struct value *inputs = fields_get(&f, "inputs");
    if (!inputs || inputs->kind != VALUE_ARRAY || inputs->array.n == 0 || inputs->array.n > TASK_GROUP_RUNS)
        return fields_wrong(&f, "inputs", "an array of 1 to 1000 runs", e);
    *n = inputs->array.n;
    *out = arena_array(a, struct task_request, *n);
    for (size_t i = 0; i < *n; i++) {
        const struct fields one = {a, &inputs->array.at[i], arena_printf(a, "inputs[%zu]", i).p};
        if (one.object->kind != VALUE_OBJECT)
            return fields_wrong(&f, one.path, "an object", e);
        if (!task_read(&one, found ? spec.object : NULL, limits, &(*out)[i], e))
            return false;
    }
    return true;
}

bool task_group_metadata(struct arena *a, struct slice body, struct slice *metadata, struct err *e)
{
    struct fields f;
    *metadata = SLICE("");
    return slice_trim(body).n == 0 || (task_open(a, body, &f, e) && task_read_metadata(&f, metadata, e));
}
