/* JSON Schema → shape.
 *
 * A schema is a graph, not a tree: $ref may point forwards, backwards, into itself, or to a place that no keyword
 * would have read as a schema. So each subschema gets its shape the moment someone mentions it, and a worklist fills
 * the shapes one by one. Nothing here recurses, however deep the text is nested; a subschema mentioned twice is read
 * once; the number of shapes is the one measure of work and has a ceiling.
 *
 * Keywords are rows of a table. A keyword of the standard without a row in it is refused by name, because a result
 * that silently ignores a wish is worse than an error; a word that the standard does not know is ignored, as it
 * demands. $defs that nobody refers to are read as well, so that the verdict does not depend on what is in use. */
#include "base/utf8.h"

#include "shape/draft.h"
#include "shape/formats.h"
#include "shape/pattern.h"
#include "shape/pointer.h"

enum { MAX_SUBSCHEMAS = 2000, MAX_REQUIRED = 2000, MAX_PATH_BYTES = sizeof((struct err *)0)->param - 1 };

/* A larger number that is no 64-bit integer may have been rounded when it was read. */
static const double MULTIPLE_BELOW = 9007199254740992.0; /* 2^53 */

struct parser {
    struct arena *arena;
    const struct value *root;
    const char *prefix;
    struct slice root_id;
    struct draft **drafts; /* those before `read` are filled */
    size_t count, room, read;
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

static struct slice join(struct parser *p, struct slice path, struct slice step)
{
    struct slice joined = arena_printf(p->arena, "%.*s%s%.*s", SLICE_ARGS(path), path.n && step.n ? "." : "",
                                       SLICE_ARGS(step));
    struct slice cut = utf8_cut(joined, MAX_PATH_BYTES);
    return cut.n == joined.n ? joined : arena_dup(p->arena, cut);
}

static struct slice keyword_path(const struct reading *r)
{
    return join(r->p, r->draft->path, slice_of(r->keyword));
}

static bool wrong(const struct reading *r, const char *must)
{
    return err_set_param(r->p->e, ERR_BAD_VALUE, keyword_path(r).p, "\"%s\" must be %s.", r->keyword, must);
}

static bool too_many(const struct reading *r)
{
    return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                         "The schema has over %d subschemas or required names.", MAX_SUBSCHEMAS);
}

/* The shape of a subschema, made when it is met for the first time. */
static bool mention(const struct reading *r, const struct value *schema, struct slice path, const struct shape **out)
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
    d->schema = schema;
    d->path = path;
    d->shape = (struct shape){.types = SHAPE_ANY,
                              .max_properties = SIZE_MAX,
                              .max_items = SIZE_MAX,
                              .max_length = SIZE_MAX};
    struct draft **slot = arena_push(p->arena, (void **)&p->drafts, p->count, &p->room, sizeof *slot);
    *slot = d;
    p->count++;
    *out = &d->shape;
    return true;
}

static bool read_schema(const struct reading *r, const struct shape **out)
{
    return mention(r, r->value, keyword_path(r), out);
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
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
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
            return wrong(r, "one of null, boolean, integer, number, string, array and object, or an array of these");
        r->shape->types |= bits;
    }
    return n > 0 || wrong(r, "a type or an array of at least one");
}

static bool read_properties(struct reading *r)
{
    if (r->value->kind != VALUE_OBJECT)
        return wrong(r, "an object of schemas");
    size_t n = r->value->object.n;
    if (n > MAX_SUBSCHEMAS)
        return too_many(r);
    struct shape_property *at = arena_array(r->p->arena, struct shape_property, n);
    struct slice path = keyword_path(r);
    for (size_t i = 0; i < n; i++) {
        const struct value_member *m = &r->value->object.at[i];
        at[i].name = m->name;
        if (!mention(r, &m->value, join(r->p, path, m->name), &at[i].shape))
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
        return wrong(r, "an array of names");
    if (r->value->array.n > MAX_REQUIRED)
        return too_many(r);
    for (size_t i = 0; i < r->value->array.n; i++)
        if (r->value->array.at[i].kind != VALUE_STRING)
            return wrong(r, "an array of names");
    return true;
}

static bool read_additional(struct reading *r)
{
    return read_schema(r, &r->shape->additional);
}

static bool read_items(struct reading *r)
{
    if (r->value->kind == VALUE_ARRAY)
        return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                             "\"items\" as an array (tuples of older drafts) is not supported.");
    return read_schema(r, &r->shape->items);
}

static bool read_enum(struct reading *r)
{
    if (r->value->kind != VALUE_ARRAY)
        return wrong(r, "an array");
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
    if (r->value->kind != VALUE_ARRAY || r->value->array.n == 0)
        return wrong(r, "an array of at least one schema");
    size_t n = r->value->array.n;
    if (n > MAX_SUBSCHEMAS)
        return too_many(r);
    const struct shape **at = arena_array(r->p->arena, const struct shape *, n);
    for (size_t i = 0; i < n; i++) {
        struct slice step = arena_printf(r->p->arena, "anyOf[%zu]", i);
        if (!mention(r, &r->value->array.at[i], join(r->p, r->draft->path, step), &at[i]))
            return false;
    }
    r->shape->any_of = at;
    r->shape->any_of_count = n;
    return true;
}

static bool read_ref(struct reading *r)
{
    const struct value *target;
    struct slice place;
    if (r->value->kind != VALUE_STRING)
        return wrong(r, "a string");
    if (!pointer_find(r->p->arena, r->p->root, r->p->root_id, r->value->string, keyword_path(r).p, &target, &place,
                      r->p->e))
        return false;
    if (target->kind != VALUE_OBJECT && target->kind != VALUE_BOOL)
        return wrong(r, "a pointer to a schema");
    return mention(r, target, join(r->p, slice_of(r->p->prefix), place), &r->shape->ref);
}

static bool read_defs(struct reading *r)
{
    const struct shape *ignored;
    if (r->value->kind != VALUE_OBJECT)
        return wrong(r, "an object of schemas");
    struct slice path = keyword_path(r);
    for (size_t i = 0; i < r->value->object.n; i++) {
        const struct value_member *m = &r->value->object.at[i];
        if (!mention(r, &m->value, join(r->p, path, m->name), &ignored))
            return false;
    }
    return true;
}

static bool read_number(struct reading *r, double *number)
{
    if (r->value->kind != VALUE_INT && r->value->kind != VALUE_REAL)
        return wrong(r, "a number");
    *number = r->value->kind == VALUE_INT ? (double)r->value->integer : r->value->real;
    return true;
}

/* minimum and exclusiveMinimum may stand side by side; the shape keeps the tighter one. */
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
    return r->shape->multiple_of > 0 || wrong(r, "greater than 0");
}

static bool read_size(struct reading *r, size_t *size)
{
    double number = 0;
    if (!value_is_integer(r->value))
        return wrong(r, "an integer, 0 or more");
    if (!read_number(r, &number))
        return false;
    if (number < 0)
        return wrong(r, "an integer, 0 or more");
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
    return r->value->kind == VALUE_BOOL || wrong(r, "true or false");
}

static bool read_pattern(struct reading *r)
{
    if (r->value->kind != VALUE_STRING)
        return wrong(r, "a string");
    r->shape->pattern = r->value->string;
    r->shape->compiled_pattern = pattern_new(r->p->arena, r->value->string);
    return r->shape->compiled_pattern || wrong(r, "a regular expression of ECMA-262");
}

static bool read_format(struct reading *r)
{
    if (r->value->kind != VALUE_STRING)
        return wrong(r, "a string");
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
    static const char *const known[] = {"draft-04/schema", "draft-06/schema", "draft-07/schema",
                                        "draft/2019-09/schema", "draft/2020-12/schema"};
    if (r->value->kind != VALUE_STRING)
        return wrong(r, "a string");
    struct slice name = r->value->string;
    if (slice_ends(name, SLICE("#")))
        name.n--;
    size_t host = slice_find(name, SLICE("://json-schema.org/"));
    if (host < name.n && (slice_is(slice_sub(name, 0, host), "http") || slice_is(slice_sub(name, 0, host), "https"))) {
        name = slice_sub(name, host + 19, name.n - host - 19);
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (slice_is(name, known[i]))
                return true;
    }
    return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                         "\"$schema\" names a dialect that is not supported; leave it out, or name draft 2020-12.");
}

static bool read_id(struct reading *r)
{
    if (r->value->kind != VALUE_STRING)
        return wrong(r, "a string");
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

/* Of 2020-12 and its predecessors: words with a meaning that would be lost by ignoring them. */
static const char *const refused[] = {
    "allOf",           "oneOf",         "not",           "if",
    "then",            "else",          "dependentSchemas", "dependentRequired",
    "dependencies",    "prefixItems",   "contains",      "minContains",
    "maxContains",     "patternProperties", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties", "contentEncoding", "contentMediaType", "contentSchema",
    "$anchor",         "$dynamicRef",   "$dynamicAnchor", "$recursiveRef",
    "$recursiveAnchor", "$vocabulary",
};

static bool read_keyword(struct reading *r, struct slice name, bool *constrained)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (slice_is(name, keywords[i].name)) {
            r->keyword = keywords[i].name;
            *constrained |= keywords[i].constrains;
            return keywords[i].read(r);
        }
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (slice_is(name, refused[i])) {
            r->keyword = refused[i];
            return err_set_param(r->p->e, ERR_UNSUPPORTED_SCHEMA, keyword_path(r).p,
                                 "The keyword \"%s\" is not supported.", refused[i]);
        }
    }
    return true;
}

/* Marks the required properties. Those that "properties" does not name come last; additionalProperties is what
 * describes them, so that a check need not know the difference. */
static void finish_required(struct parser *p, struct draft *d)
{
    struct shape *s = &d->shape;
    const struct value *names = value_member(d->schema, SLICE("required"));
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
            at[n++] = (struct shape_property){name, s->additional ? s->additional : p->anything, true};
        at[k].required = true;
    }
    s->properties = at;
    s->property_count = n;
}

static bool fill(struct parser *p, struct draft *d)
{
    struct shape *s = &d->shape;
    struct reading r = {.p = p, .draft = d, .shape = s, .keyword = ""};
    bool constrained = false;
    if (d->schema->kind == VALUE_BOOL) {
        s->always = d->schema->boolean;
        s->never = !s->always;
        return true;
    }
    for (size_t i = 0; i < d->schema->object.n; i++) {
        r.value = &d->schema->object.at[i].value;
        if (!read_keyword(&r, d->schema->object.at[i].name, &constrained))
            return false;
    }
    if (s->constant && !value_member(d->schema, SLICE("enum"))) {
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
    struct parser p = {.arena = a, .root = schema, .prefix = prefix, .root_id = SLICE(""), .e = e};
    struct reading r = {.p = &p, .keyword = ""};
    const struct shape *root;
    const struct value *id = value_member(schema, SLICE("$id"));
    if (id && id->kind == VALUE_STRING)
        p.root_id = id->string;
    struct draft nowhere = {.path = slice_of(prefix)};
    r.draft = &nowhere;
    if (!mention(&r, schema, slice_of(prefix), &root) || !mention(&r, &yes, slice_of(prefix), &p.anything))
        return false;
    for (; p.read < p.count; p.read++)
        if (!fill(&p, p.drafts[p.read]))
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
    return s->ref && !s->never && s->types == SHAPE_ANY && !s->property_count && !s->additional &&
           !s->min_properties && s->max_properties == SIZE_MAX && !s->items && !s->min_items &&
           s->max_items == SIZE_MAX && !s->unique_items && !s->one_of_values && !s->any_of_count && !s->has_minimum &&
           !s->has_maximum && !s->has_multiple_of && !s->min_length && s->max_length == SIZE_MAX &&
           !s->compiled_pattern && !s->format_name.n;
}

const struct shape *shape_resolve(const struct shape *s)
{
    while (says_only_ref(s)) /* ends: circles of references were refused */
        s = s->ref;
    return s;
}
