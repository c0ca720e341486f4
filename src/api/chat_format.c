/* chat_format.c - response_format, or text.format of the Responses API → the form of the output. */
#include "api/chat_inner.h"

void chat_warn(struct arena *a, struct chat_request *r, struct slice warning)
{
    struct slice *wider = arena_array(a, struct slice, r->warning_count + 1);
    if (r->warning_count)
        memcpy(wider, r->warnings, r->warning_count * sizeof *wider);
    wider[r->warning_count++] = warning;
    r->warnings = wider;
}

bool chat_use_schema(struct arena *a, const struct chat_schema *schema, const struct chat_limits *limits,
                     struct chat_request *out, struct err *e)
{
    const struct value *v = schema->value;
    if (v->kind != VALUE_OBJECT && v->kind != VALUE_BOOL)
        return err_set_param(e, ERR_BAD_VALUE, schema->path, "'%s' must be a JSON Schema object.", schema->path);
    if (!shape_parse(a, v, schema->path, limits->max_schema_depth, &out->question.shape, e))
        return false;
    if (!shape_unfolds_within(out->question.shape, SHAPE_PLACES_MAX))
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, schema->path,
                             "With every $ref replaced by what it names, the schema has more than %d places.",
                             SHAPE_PLACES_MAX);
    out->question.output = OUTPUT_JSON_SCHEMA;
    out->question.schema = v;
    out->question.schema_path = schema->path;
    return true;
}

/* Whether the object is a schema itself, where one would have its name and the schema inside. */
static bool is_bare(const struct value *v)
{
    return !value_member(v, SLICE("schema")) &&
           (value_member(v, SLICE("type")) || value_member(v, SLICE("properties")) || value_member(v, SLICE("$ref")));
}

/* {"json_schema": {"name", "schema"}} as OpenAI has it, {"name", "schema"} as its newer API has it, or the schema
 * itself under json_schema. */
static bool find_schema(const struct fields *format, struct chat_schema *schema, struct err *e)
{
    struct fields spec;
    struct slice name = {NULL, 0};
    bool found, strict;
    if (!fields_object(format, "json_schema", &spec, &found, e))
        return false;
    const struct value *flat = fields_get(format, "schema");
    if (!found && !flat)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(format, "json_schema"),
                             "'%s' is required with type 'json_schema'.", fields_path(format, "json_schema"));
    if (found && is_bare(spec.object)) {
        *schema = (struct chat_schema){spec.object, spec.path};
        return true;
    }
    if (!found)
        spec = *format;
    if (!fields_string(&spec, "name", &name, e) || !fields_bool(&spec, "strict", &strict, e))
        return false;
    *schema = (struct chat_schema){fields_get(&spec, "schema"), fields_path(&spec, "schema")};
    return schema->value || err_set_param(e, ERR_MISSING_FIELD, schema->path, "'%s' is required.", schema->path);
}

bool chat_read_format(const struct fields *body, const char *name, struct chat_request *out, struct chat_schema *schema,
                      struct err *e)
{
    struct fields format;
    struct slice type = {NULL, 0};
    bool found;
    if (!fields_object(body, name, &format, &found, e))
        return false;
    if (!found)
        return true;
    if (!fields_string(&format, "type", &type, e))
        return false;
    if (!type.p)
        return err_set_param(e, ERR_MISSING_FIELD, fields_path(&format, "type"), "'%s' is required.",
                             fields_path(&format, "type"));
    if (slice_is(type, "json_schema"))
        return find_schema(&format, schema, e);
    if (slice_is(type, "json_object")) { /* with a schema beside it, as llama.cpp and others have it */
        out->question.output = OUTPUT_JSON_OBJECT;
        if (fields_get(&format, "schema"))
            *schema = (struct chat_schema){fields_get(&format, "schema"), fields_path(&format, "schema")};
    } else if (!slice_is(type, "text"))
        return fields_wrong(&format, "type", "one of 'text', 'json_object', 'json_schema'", e);
    return true;
}
