/* chat_format.c - response_format → the form of the output. */
#include "api/chat_parts.h"

#define SCHEMA_PATH "response_format.json_schema.schema"

void chat_warn(struct arena *a, struct chat_request *r, struct slice warning)
{
    struct slice *wider = arena_array(a, struct slice, r->warning_count + 1);
    if (r->warning_count)
        memcpy(wider, r->warnings, r->warning_count * sizeof *wider);
    wider[r->warning_count++] = warning;
    r->warnings = wider;
}

static bool read_schema(const struct fields *format, const struct chat_limits *limits, struct chat_request *out,
                        struct err *e)
{
    struct fields spec;
    struct slice name = {NULL, 0};
    bool found, strict;
    if (!fields_object(format, "json_schema", &spec, &found, e))
        return false;
    if (!found)
        return err_set_param(e, ERR_MISSING_FIELD, "response_format.json_schema",
                             "'response_format.json_schema' is required with type 'json_schema'.");
    if (!fields_string(&spec, "name", &name, e) || !fields_bool(&spec, "strict", &strict, e))
        return false;
    const struct value *schema = fields_get(&spec, "schema");
    if (!schema)
        return err_set_param(e, ERR_MISSING_FIELD, SCHEMA_PATH, "'" SCHEMA_PATH "' is required.");
    if (schema->kind != VALUE_OBJECT && schema->kind != VALUE_BOOL)
        return fields_wrong(&spec, "schema", "a JSON Schema object", e);
    if (!shape_parse(format->arena, schema, SCHEMA_PATH, limits->max_schema_depth, &out->question.shape, e))
        return false;
    if (!shape_unfolds_within(out->question.shape, SHAPE_PLACES_MAX))
        return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, SCHEMA_PATH,
                             "With every $ref replaced by what it names, the schema has more than %d places.",
                             SHAPE_PLACES_MAX);
    out->question.output = OUTPUT_JSON_SCHEMA;
    out->question.schema = schema;
    return true;
}

bool chat_read_format(const struct fields *body, const struct chat_limits *limits, struct chat_request *out,
                      struct err *e)
{
    struct fields format;
    struct slice type = {NULL, 0};
    bool found;
    if (!fields_object(body, "response_format", &format, &found, e))
        return false;
    if (!found)
        return true;
    if (!fields_string(&format, "type", &type, e))
        return false;
    if (!type.p)
        return err_set_param(e, ERR_MISSING_FIELD, "response_format.type", "'response_format.type' is required.");
    if (slice_is(type, "json_schema"))
        return read_schema(&format, limits, out, e);
    if (slice_is(type, "json_object"))
        out->question.output = OUTPUT_JSON_OBJECT;
    else if (!slice_is(type, "text"))
        return fields_wrong(&format, "type", "one of 'text', 'json_object', 'json_schema'", e);
    return true;
}
