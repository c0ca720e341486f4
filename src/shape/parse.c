/* parse.c - JSON Schema → shape.
 *
 * A schema is a graph, not a tree: $ref may point forwards, backwards, into itself, or to a place that no keyword
 * would have read as a schema. So a subschema gets its shape when it is first mentioned, and a worklist fills the
 * shapes one by one. Nothing here recurses, however deep the text is nested; a subschema mentioned twice is read once;
 * the number of shapes is the one measure of work and has a ceiling.
 *
 * Keywords are rows of a table. A keyword of the standard without a row in it is refused by name, because a result
 * that silently ignores a wish is worse than an error. A word that the standard does not know is ignored, as it
 * demands. Unused $defs are read as well, so that the verdict does not depend on what is used. */
#include "base/utf8.h"

#include "shape/draft.h"
#include "shape/formats.h"
#include "shape/merge.h"
#include "shape/pattern.h"
#include "shape/pointer.h"

enum {
    MAX_SUBSCHEMAS = 2000,
    MAX_REQUIRED = 2000,
    NAMES_US = 100000,
    MAX_PATH_BYTES = sizeof((struct err *)0)->param - 1
};

/* A larger number that is no 64-bit integer may have been rounded when it was read. */
static const double MULTIPLE_BELOW = 9007199254740992.0; /* 2^53 */

struct parser {
    struct arena *arena;
    const struct value *root;
    const char *prefix;
    struct slice root_id;
    struct draft **drafts; /* those before `read` are filled */
    size_t count, room, read;
    int64_t pattern_us;           /* left for matching names */
    const struct shape *anything; /* of required names that no keyword describes */
    struct err *e;
};

/* One keyword being read. */
struct reading {
    struct parser *p;
    struct draft *draft;
    struct shape *shape;
    const char *keyword;
    const struct value *value;
};

static struct slice parse_join(struct parser *p, struct slice path, struct slice step)
{
    struct slice joined =
        arena_printf(p->arena, "%.*s%s%.*s", SLICE_ARGS(path), path.n && step.n ? "." : "", SLICE_ARGS(step));
    struct slice cut = utf8_cut(joined, MAX_PATH_BYTES);
    return cut.n == joined.n ? joined : arena_dup(p->arena, cut);
}

static struct slice keyword_path(const struct reading *r)
{
    return parse_join(r->p, r->draft->path, slice_of(r->keyword));
}

static bool parse_wrong(const struct reading *r, const char *must)
{
    return err_set_param(r->p->e, ERR_BAD_VALUE, keyword_path(r).p, "\"%s\" must be %s.", r->keyword, must);
}

static bool too_many(const struct reading *r)
{
    return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                         "The schema has over %d subschemas or required names.", MAX_SUBSCHEMAS);
}

/* The shape of a subschema; makes it at the first mention. */
static bool parse_mention(const struct reading *r, const struct value *schema, struct slice path,
                          const struct shape **out)
{
    struct parser *p = r->p;
    for (size_t i = 0; i < p->count; i++) {
        if (p->drafts[i]->schema == schema) {
            *out = &p->drafts[i]->shape;
            return true;
        }
    }
    if (schema->kind != VALUE_OBJECT && schema->kind != VALUE_BOOL)
        return err_set_param(p->e, ERR_BAD_VALUE, path.p, "A schema must be an object or a boolean.");
    if (p->count >= MAX_SUBSCHEMAS)
        return too_many(r);
    struct draft *d = arena_alloc(p->arena, sizeof *d);
    d->schema = d->read = schema;
    d->path = path;
    d->shape =
        (struct shape){.types = SHAPE_ANY, .max_properties = SIZE_MAX, .max_items = SIZE_MAX, .max_length = SIZE_MAX};
    struct draft **slot = arena_push(p->arena, &p->drafts, p->count, &p->room);
    *slot = d;
    p->count++;
    *out = &d->shape;
    return true;
}

static bool read_schema(const struct reading *r, const struct shape **out)
{
    return parse_mention(r, r->value, keyword_path(r), out);
}

/* The bit of a name, 0 when there is no such type. */
static unsigned type_of_name(struct slice name)
{
    static const struct {
        const char *name;
        unsigned bits;
    } types[] = {{"null", SHAPE_NULL},     {"boolean", SHAPE_BOOLEAN}, {"integer", SHAPE_INTEGER},
                 {"string", SHAPE_STRING}, {"array", SHAPE_ARRAY},     {"object", SHAPE_OBJECT},
                 {"number", SHAPE_NUMBER}};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (slice_is(name, types[i].name))
            return types[i].bits;
    return 0;
}

static bool read_type(struct reading *r)
{
    const struct value *at = r->value;
    size_t n = 1;
    r->shape->types = 0;
    if (r->value->kind == VALUE_ARRAY)
        at = r->value->array.at, n = r->value->array.n;
    for (size_t i = 0; i < n; i++) {
        unsigned bits = at[i].kind == VALUE_STRING ? type_of_name(at[i].string) : 0;
        if (!bits)
            return parse_wrong(r,
                               "one of null, boolean, integer, number, string, array and object, or an array of these");
        r->shape->types |= bits;
    }
    return n > 0 || parse_wrong(r, "a type or an array of at least one");
}

static bool read_properties(struct reading *r)
{
    if (r->value->kind != VALUE_OBJECT)
        return parse_wrong(r, "an object of schemas");
    size_t n = r->value->object.n;
    if (n > MAX_SUBSCHEMAS)
        return too_many(r);
    struct shape_property *at = arena_array(r->p->arena, struct shape_property, n);
    struct slice path = keyword_path(r);
    for (size_t i = 0; i < n; i++) {
        const struct value_member *m = &r->value->object.at[i];
        at[i].name = m->name;
        if (!parse_mention(r, &m->value, parse_join(r->p, path, m->name), &at[i].shape))
            return false;
    }
    r->shape->properties = at;
    r->shape->property_count = n;
    return true;
}

/* Only checked here: finish_required needs properties and additionalProperties to be known. */
static bool read_required(struct reading *r)
{
    if (r->value->kind != VALUE_ARRAY)
        return parse_wrong(r, "an array of names");
    if (r->value->array.n > MAX_REQUIRED)
        return too_many(r);
    for (size_t i = 0; i < r->value->array.n; i++)
        if (r->value->array.at[i].kind != VALUE_STRING)
            return parse_wrong(r, "an array of names");
    return true;
}

static bool read_additional(struct reading *r)
{
    return read_schema(r, &r->shape->additional);
}

/* Schemas in an array: anyOf, oneOf, prefixItems. */
static bool read_schemas(struct reading *r, const struct shape *const **out, size_t *count)
{
    if (r->value->kind != VALUE_ARRAY || r->value->array.n == 0)
        return parse_wrong(r, "an array of at least one schema");
    size_t n = r->value->array.n;
    if (n > MAX_SUBSCHEMAS)
        return too_many(r);
    const struct shape **at = arena_array(r->p->arena, const struct shape *, n);
    for (size_t i = 0; i < n; i++) {
        struct slice step = arena_printf(r->p->arena, "%s[%zu]", r->keyword, i);
        if (!parse_mention(r, &r->value->array.at[i], parse_join(r->p, r->draft->path, step), &at[i]))
            return false;
    }
    *out = at;
    *count = n;
    return true;
}

static bool read_prefix_items(struct reading *r)
{
    return read_schemas(r, &r->shape->prefix, &r->shape->prefix_count);
}

/* An array is the form that older drafts have for prefixItems. */
static bool read_items(struct reading *r)
{
    return r->value->kind == VALUE_ARRAY ? read_prefix_items(r) : read_schema(r, &r->shape->items);
}

static bool read_additional_items(struct reading *r)
{
    const struct value *items = value_member(r->draft->read, SLICE("items"));
    if (!items || items->kind != VALUE_ARRAY)
        return true; /* ignored, as it is meant */
    return read_schema(r, &r->shape->items);
}

static bool read_pattern_properties(struct reading *r)
{
    if (r->value->kind != VALUE_OBJECT)
        return parse_wrong(r, "an object of schemas");
    size_t n = r->value->object.n;
    if (n > MAX_SUBSCHEMAS)
        return too_many(r);
    struct shape_pattern *at = arena_array(r->p->arena, struct shape_pattern, n);
    struct slice path = keyword_path(r);
    for (size_t i = 0; i < n; i++) {
        const struct value_member *m = &r->value->object.at[i];
        at[i].compiled = pattern_new(r->p->arena, pattern_of_python(r->p->arena, m->name));
        if (!at[i].compiled)
            return parse_wrong(r, "an object whose names are regular expressions of ECMA-262");
        if (!parse_mention(r, &m->value, parse_join(r->p, path, m->name), &at[i].shape))
            return false;
    }
    r->shape->patterns = at;
    r->shape->pattern_count = n;
    return true;
}

static bool read_property_names(struct reading *r)
{
    return read_schema(r, &r->shape->names);
}

static bool add_dependencies(struct reading *r, struct slice name, const struct value *needs)
{
    struct shape *s = r->shape;
    if (needs->kind != VALUE_ARRAY)
        return parse_wrong(r, "an object of arrays of names");
    if (s->dependency_count + needs->array.n > MAX_REQUIRED)
        return too_many(r);
    struct shape_dependency *at =
        arena_array(r->p->arena, struct shape_dependency, s->dependency_count + needs->array.n);
    if (s->dependency_count)
        memcpy(at, s->dependencies, s->dependency_count * sizeof *at);
    for (size_t i = 0; i < needs->array.n; i++) {
        if (needs->array.at[i].kind != VALUE_STRING)
            return parse_wrong(r, "an object of arrays of names");
        at[s->dependency_count++] = (struct shape_dependency){name, needs->array.at[i].string};
    }
    s->dependencies = at;
    return true;
}

static bool read_dependent_required(struct reading *r)
{
    if (r->value->kind != VALUE_OBJECT)
        return parse_wrong(r, "an object of arrays of names");
    if (r->value->object.n > 64) /* each copies those before it */
        return too_many(r);
    for (size_t i = 0; i < r->value->object.n; i++)
        if (!add_dependencies(r, r->value->object.at[i].name, &r->value->object.at[i].value))
            return false;
    return true;
}

static bool parse_unsupported(const struct reading *r, const char *why)
{
    return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p, "The keyword \"%s\" is not supported%s.",
                         r->keyword, why);
}

/* What a schema's other keywords leave unevaluated is known here only where these describe it by themselves. */
static bool read_unevaluated(struct reading *r, const char *beside, const struct shape **out)
{
    static const char *const others[] = {"$ref", "anyOf", "oneOf"};
    if (r->value->kind == VALUE_BOOL && r->value->boolean)
        return true;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (value_member(r->draft->read, slice_of(others[i])))
            return parse_unsupported(r, " beside \"$ref\", \"anyOf\" or \"oneOf\"");
    return value_member(r->draft->read, slice_of(beside)) || read_schema(r, out);
}

static bool read_unevaluated_properties(struct reading *r)
{
    return read_unevaluated(r, "additionalProperties", &r->shape->additional);
}

static bool read_unevaluated_items(struct reading *r)
{
    const struct value *items = value_member(r->draft->read, SLICE("items"));
    return read_unevaluated(r, items && items->kind == VALUE_ARRAY ? "additionalItems" : "items", &r->shape->items);
}

/* {} and true hold for everything, false for nothing. */
static bool read_not(struct reading *r)
{
    bool all = r->value->kind == VALUE_BOOL ? r->value->boolean : r->value->kind == VALUE_OBJECT;
    if (r->value->kind == VALUE_OBJECT && r->value->object.n)
        return parse_unsupported(r, " but with {}, true or false");
    if (r->value->kind != VALUE_OBJECT && r->value->kind != VALUE_BOOL)
        return parse_wrong(r, "a schema");
    r->shape->never |= all;
    return true;
}

static bool read_enum(struct reading *r)
{
    if (r->value->kind != VALUE_ARRAY)
        return parse_wrong(r, "an array");
    r->shape->one_of_values = r->value->array.at;
    r->shape->value_count = r->value->array.n;
    if (r->shape->value_count == 0)
        r->shape->never = true;
    return true;
}

static bool read_const(struct reading *r)
{
    r->shape->constant = r->value;
    return true;
}

static bool read_any_of(struct reading *r)
{
    return read_schemas(r, &r->shape->any_of, &r->shape->any_of_count);
}

static bool read_one_of(struct reading *r)
{
    if (value_member(r->draft->read, SLICE("anyOf")))
        return parse_unsupported(r, " beside \"anyOf\"");
    r->shape->one_of = true;
    return read_any_of(r);
}

static bool read_ref(struct reading *r)
{
    const struct value *target;
    struct slice place;
    if (r->value->kind != VALUE_STRING)
        return parse_wrong(r, "a string");
    if (!pointer_find(r->p->arena, r->p->root, r->p->root_id, r->value->string, keyword_path(r).p, &target, &place,
                      r->p->e))
        return false;
    if (target->kind != VALUE_OBJECT && target->kind != VALUE_BOOL)
        return parse_wrong(r, "a pointer to a schema");
    return parse_mention(r, target, parse_join(r->p, slice_of(r->p->prefix), place), &r->shape->ref);
}

static bool read_defs(struct reading *r)
{
    const struct shape *ignored;
    if (r->value->kind != VALUE_OBJECT)
        return parse_wrong(r, "an object of schemas");
    struct slice path = keyword_path(r);
    for (size_t i = 0; i < r->value->object.n; i++) {
        const struct value_member *m = &r->value->object.at[i];
        if (!parse_mention(r, &m->value, parse_join(r->p, path, m->name), &ignored))
            return false;
    }
    return true;
}

static bool read_number(struct reading *r, double *number)
{
    if (r->value->kind != VALUE_INT && r->value->kind != VALUE_REAL)
        return parse_wrong(r, "a number");
    *number = r->value->kind == VALUE_INT ? (double)r->value->integer : r->value->real;
    return true;
}

/* A schema may have both minimum and exclusiveMinimum; the shape keeps the tighter one. */
static bool read_lower(struct reading *r, bool exclusive)
{
    struct shape *s = r->shape;
    double number = 0;
    if (!read_number(r, &number))
        return false;
    int order = s->has_minimum ? value_compare_numbers(r->value, &s->exact_minimum) : 1;
    if (order > 0 || (order == 0 && exclusive)) {
        s->has_minimum = true;
        s->minimum = number;
        s->exact_minimum = *r->value;
        s->exclusive_minimum = exclusive;
    }
    return true;
}

static bool read_upper(struct reading *r, bool exclusive)
{
    struct shape *s = r->shape;
    double number = 0;
    if (!read_number(r, &number))
        return false;
    int order = s->has_maximum ? value_compare_numbers(r->value, &s->exact_maximum) : -1;
    if (order < 0 || (order == 0 && exclusive)) {
        s->has_maximum = true;
        s->maximum = number;
        s->exact_maximum = *r->value;
        s->exclusive_maximum = exclusive;
    }
    return true;
}

static bool read_minimum(struct reading *r)
{
    return read_lower(r, false);
}

static bool read_exclusive_minimum(struct reading *r)
{
    return read_lower(r, true);
}

static bool read_maximum(struct reading *r)
{
    return read_upper(r, false);
}

static bool read_exclusive_maximum(struct reading *r)
{
    return read_upper(r, true);
}

static bool read_multiple_of(struct reading *r)
{
    if (!read_number(r, &r->shape->multiple_of))
        return false;
    r->shape->has_multiple_of = true;
    r->shape->exact_multiple_of = *r->value;
    if (r->value->kind == VALUE_REAL && r->shape->multiple_of >= MULTIPLE_BELOW)
        return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                             "\"multipleOf\" must be an integer of at most 64 bits, or below 2^53.");
    return r->shape->multiple_of > 0 || parse_wrong(r, "greater than 0");
}

static bool read_size(struct reading *r, size_t *size)
{
    double number = 0;
    if (!value_is_integer(r->value))
        return parse_wrong(r, "an integer, 0 or more");
    if (!read_number(r, &number))
        return false;
    if (number < 0)
        return parse_wrong(r, "an integer, 0 or more");
    *size = number < 9e15 ? (size_t)number : SIZE_MAX; /* more than any value can have */
    return true;
}

static bool read_min_properties(struct reading *r)
{
    return read_size(r, &r->shape->min_properties);
}

static bool read_max_properties(struct reading *r)
{
    return read_size(r, &r->shape->max_properties);
}

static bool read_min_items(struct reading *r)
{
    return read_size(r, &r->shape->min_items);
}

static bool read_max_items(struct reading *r)
{
    return read_size(r, &r->shape->max_items);
}

static bool read_min_length(struct reading *r)
{
    return read_size(r, &r->shape->min_length);
}

static bool read_max_length(struct reading *r)
{
    return read_size(r, &r->shape->max_length);
}

static bool read_unique_items(struct reading *r)
{
    r->shape->unique_items = r->value->kind == VALUE_BOOL && r->value->boolean;
    return r->value->kind == VALUE_BOOL || parse_wrong(r, "true or false");
}

static bool read_pattern(struct reading *r)
{
    if (r->value->kind != VALUE_STRING)
        return parse_wrong(r, "a string");
    r->shape->pattern = pattern_of_python(r->p->arena, r->value->string);
    r->shape->compiled_pattern = pattern_new(r->p->arena, r->shape->pattern);
    return r->shape->compiled_pattern || parse_wrong(r, "a regular expression of ECMA-262");
}

static bool read_format(struct reading *r)
{
    if (r->value->kind != VALUE_STRING)
        return parse_wrong(r, "a string");
    r->shape->format_name = r->value->string;
    r->shape->format = format_of(r->value->string);
    return true;
}

static bool read_title(struct reading *r)
{
    if (r->value->kind == VALUE_STRING)
        r->shape->title = r->value->string;
    return true;
}

static bool read_description(struct reading *r)
{
    if (r->value->kind == VALUE_STRING)
        r->shape->description = r->value->string;
    return true;
}

static bool read_dialect(struct reading *r)
{
    static const char *const known[] = {"draft-04/schema", "draft-06/schema", "draft-07/schema", "draft/2019-09/schema",
                                        "draft/2020-12/schema"};
    if (r->value->kind != VALUE_STRING)
        return parse_wrong(r, "a string");
    struct slice name = r->value->string;
    if (slice_ends(name, SLICE("#")))
        name.n--;
    size_t host = slice_find(name, SLICE("://json-schema.org/"));
    if (host < name.n && (slice_is(slice_sub(name, 0, host), "http") || slice_is(slice_sub(name, 0, host), "https"))) {
        name = slice_sub(name, host + 19, name.n - host - 19);
        for (size_t i = 0; i < COUNT_OF(known); i++)
            if (slice_is(name, known[i]))
                return true;
    }
    return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                         "\"$schema\" names a dialect that is not supported; leave it out, or name draft 2020-12.");
}

static bool read_id(struct reading *r)
{
    if (r->value->kind != VALUE_STRING)
        return parse_wrong(r, "a string");
    if (r->draft->schema != r->p->root)
        return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                             "\"$id\" is supported only at the root of the schema.");
    return true;
}

static const struct {
    const char *name;
    bool (*read)(struct reading *r);
    bool constrains; /* can make a value invalid */
} keywords[] = {
    {"type", read_type, true},
    {"properties", read_properties, true},
    {"required", read_required, true},
    {"additionalProperties", read_additional, true},
    {"items", read_items, true},
    {"enum", read_enum, true},
    {"const", read_const, true},
    {"anyOf", read_any_of, true},
    {"oneOf", read_one_of, true},
    {"not", read_not, true},
    {"prefixItems", read_prefix_items, true},
    {"additionalItems", read_additional_items, true},
    {"patternProperties", read_pattern_properties, true},
    {"propertyNames", read_property_names, true},
    {"dependentRequired", read_dependent_required, true},
    {"dependencies", read_dependent_required, true},
    {"unevaluatedProperties", read_unevaluated_properties, true},
    {"unevaluatedItems", read_unevaluated_items, true},
    {"$ref", read_ref, true},
    {"minimum", read_minimum, true},
    {"maximum", read_maximum, true},
    {"exclusiveMinimum", read_exclusive_minimum, true},
    {"exclusiveMaximum", read_exclusive_maximum, true},
    {"multipleOf", read_multiple_of, true},
    {"minLength", read_min_length, true},
    {"maxLength", read_max_length, true},
    {"pattern", read_pattern, true},
    {"format", read_format, true},
    {"minItems", read_min_items, true},
    {"maxItems", read_max_items, true},
    {"uniqueItems", read_unique_items, true},
    {"minProperties", read_min_properties, true},
    {"maxProperties", read_max_properties, true},
    {"$defs", read_defs, false},
    {"definitions", read_defs, false},
    {"title", read_title, false},
    {"description", read_description, false},
    {"$schema", read_dialect, false},
    {"$id", read_id, false},
};

/* Keywords of 2020-12 and its predecessors that change what is valid, so they must not be ignored. */
static const char *const refused[] = {
    "if",      "then",        "else",           "dependentSchemas", "contains",         "minContains", "maxContains",
    "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef",    "$recursiveAnchor", "$vocabulary",
};

static bool read_keyword(struct reading *r, struct slice name, bool *constrained)
{
    for (size_t i = 0; i < COUNT_OF(keywords); i++) {
        if (slice_is(name, keywords[i].name)) {
            r->keyword = keywords[i].name;
            *constrained |= keywords[i].constrains;
            return keywords[i].read(r);
        }
    }
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        if (slice_is(name, refused[i])) {
            r->keyword = refused[i];
            return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                                 "The keyword \"%s\" is not supported.", refused[i]);
        }
    }
    return true;
}

/* The shape of a property that "properties" does not name. Patterns that describe it are checked beside it. */
static const struct shape *undescribed_shape(struct parser *p, const struct shape *s, struct slice name)
{
    for (size_t i = 0; i < s->pattern_count; i++)
        if (pattern_find(s->patterns[i].compiled, name, &p->pattern_us))
            return p->anything;
    return s->additional ? s->additional : p->anything;
}

/* Marks the required properties. Those that "properties" does not name come last, with the shape of
 * additionalProperties, so that a check need not know the difference. */
static void finish_required(struct parser *p, struct draft *d)
{
    struct shape *s = &d->shape;
    const struct value *names = value_member(d->read, SLICE("required"));
    if (!names)
        return;
    struct shape_property *at = arena_array(p->arena, struct shape_property, s->property_count + names->array.n);
    size_t n = s->property_count;
    if (n)
        memcpy(at, s->properties, n * sizeof *at);
    for (size_t i = 0; i < names->array.n; i++) {
        struct slice name = names->array.at[i].string;
        size_t k = 0;
        while (k < n && !slice_eq(at[k].name, name))
            k++;
        if (k == n)
            at[n++] = (struct shape_property){name, undescribed_shape(p, s, name), true};
        at[k].required = true;
    }
    s->properties = at;
    s->property_count = n;
}

static bool parse_fill(struct parser *p, struct draft *d)
{
    struct shape *s = &d->shape;
    struct reading r = {.p = p, .draft = d, .shape = s, .keyword = ""};
    bool constrained = false;
    if (d->schema->kind == VALUE_BOOL) {
        s->always = d->schema->boolean;
        s->never = !s->always;
        return true;
    }
    const struct merge_schema whole = {p->arena, p->root, p->root_id, d->path.p};
    if (!merge_all_of(&whole, d->schema, &d->read, p->e))
        return false;
    if (d->read->kind == VALUE_BOOL) {
        s->never = true;
        return true;
    }
    for (size_t i = 0; i < d->read->object.n; i++) {
        r.value = &d->read->object.at[i].value;
        if (!read_keyword(&r, d->read->object.at[i].name, &constrained))
            return false;
    }
    if (s->constant && !value_member(d->read, SLICE("enum"))) {
        s->one_of_values = s->constant;
        s->value_count = 1;
        s->constant = NULL;
    }
    finish_required(p, d);
    s->always = !constrained;
    return true;
}

bool shape_parse(struct arena *a, const struct value *schema, const char *prefix, unsigned max_depth,
                 const struct shape **out, struct err *e)
{
    static const struct value yes = {.kind = VALUE_BOOL, .boolean = true};
    struct parser p = {
        .arena = a, .root = schema, .prefix = prefix, .root_id = SLICE(""), .pattern_us = NAMES_US, .e = e};
    struct reading r = {.p = &p, .keyword = ""};
    const struct shape *root;
    const struct value *id = value_member(schema, SLICE("$id"));
    if (id && id->kind == VALUE_STRING)
        p.root_id = id->string;
    struct draft nowhere = {.path = slice_of(prefix)};
    r.draft = &nowhere;
    if (!parse_mention(&r, schema, slice_of(prefix), &root) || !parse_mention(&r, &yes, slice_of(prefix), &p.anything))
        return false;
    for (; p.read < p.count; p.read++)
        if (!parse_fill(&p, p.drafts[p.read]))
            return false;
    if (!graph_check_loops(p.drafts, p.count, e))
        return false;
    if (max_depth && !graph_check_nesting(p.drafts[0], max_depth, e))
        return false;
    *out = root;
    return true;
}

static bool says_only_ref(const struct shape *s)
{
    return s->ref && !s->never && s->types == SHAPE_ANY && !s->property_count && !s->additional && !s->pattern_count &&
           !s->names && !s->dependency_count && !s->min_properties && s->max_properties == SIZE_MAX &&
           !s->prefix_count && !s->items && !s->min_items && s->max_items == SIZE_MAX && !s->unique_items &&
           !s->one_of_values && !s->any_of_count && !s->has_minimum && !s->has_maximum && !s->has_multiple_of &&
           !s->min_length && s->max_length == SIZE_MAX && !s->compiled_pattern && !s->format_name.n;
}

const struct shape *shape_resolve(const struct shape *s)
{
    while (says_only_ref(s)) /* ends: circles of references were refused */
        s = s->ref;
    return s;
}
