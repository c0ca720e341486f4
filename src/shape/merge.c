/* merge.c - see merge.h for the contract.
 *
 * First the parts are collected: the schema without its allOf, then each part, with those inside it. Then they are
 * merged keyword by keyword: limits take the tighter, types the common ones, subschemas for the same place become an
 * allOf of their own, which is merged when its turn comes. Work is bounded by the number of parts. */
#include "shape/merge.h"

#include "shape/pointer.h"

enum { MERGE_LEVELS = 16 };

struct parts {
    const struct value *at[MERGE_PARTS];
    size_t n, references; /* of at: those that have a $ref */
    bool follow;          /* these are followed */
};

struct merged {
    struct arena *arena;
    struct value_member *at;
    size_t n, room;
};

static const char *merge_param(const struct merge_schema *s)
{
    return arena_printf(s->arena, "%s%sallOf", s->path, s->path[0] ? "." : "").p;
}

static bool merge_refuse(const struct merge_schema *s, struct err *e, const char *why, struct slice keyword)
{
    return err_set_param(e, ERR_UNSUPPORTED_SCHEMA, merge_param(s), "\"allOf\" is not supported here: %s%.*s.", why,
                         SLICE_ARGS(keyword));
}

static bool is_annotation(struct slice name)
{
    static const char *const names[] = {"title",      "description", "default",   "examples", "example",
                                        "deprecated", "readOnly",    "writeOnly", "$comment", "$defs",
                                        "$schema",    "definitions", "$id"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (slice_is(name, names[i]))
            return true;
    return false;
}

static bool merge_collect(const struct merge_schema *s, const struct value *part, unsigned level, struct parts *out,
                          struct err *e);

/* The target of a part's reference goes beside the parts, so that its properties become the schema's own. */
static bool merge_follow(const struct merge_schema *s, const struct value *ref, unsigned level, struct parts *out,
                         struct err *e)
{
    const struct value *target;
    struct slice place;
    if (ref->kind != VALUE_STRING)
        return err_set_param(e, ERR_BAD_VALUE, merge_param(s), "\"$ref\" must be a string.");
    if (!pointer_find(s->arena, s->root, s->root_id, ref->string, merge_param(s), &target, &place, e))
        return false;
    if (target->kind != VALUE_OBJECT && target->kind != VALUE_BOOL)
        return err_set_param(e, ERR_BAD_VALUE, merge_param(s), "\"$ref\" must be a pointer to a schema.");
    return merge_collect(s, target, level + 1, out, e);
}

static bool merge_collect(const struct merge_schema *s, const struct value *part, unsigned level, struct parts *out,
                          struct err *e)
{
    const struct value *ref = value_member(part, SLICE("$ref")), *all = value_member(part, SLICE("allOf"));
    if (level > MERGE_LEVELS || out->n == MERGE_PARTS)
        return merge_refuse(s, e, "it has too many parts, or a part that contains itself", SLICE(""));
    out->references += ref != NULL;
    out->at[out->n++] = part;
    if (out->follow && ref && !merge_follow(s, ref, level, out, e))
        return false;
    if (!all)
        return true;
    if (all->kind != VALUE_ARRAY || all->array.n == 0)
        return err_set_param(e, ERR_BAD_VALUE, merge_param(s), "\"allOf\" must be an array of at least one schema.");
    for (size_t i = 0; i < all->array.n; i++) {
        const struct value *inner = &all->array.at[i];
        if (inner->kind != VALUE_OBJECT && inner->kind != VALUE_BOOL)
            return err_set_param(e, ERR_BAD_VALUE, arena_printf(s->arena, "%s[%zu]", merge_param(s), i).p,
                                 "A schema must be an object or a boolean.");
        if (!merge_collect(s, inner, level + 1, out, e))
            return false;
    }
    return true;
}

static void merge_put(struct merged *m, struct slice name, struct value v)
{
    struct value_member *slot = arena_push(m->arena, &m->at, m->n, &m->room);
    *slot = (struct value_member){name, v};
    m->n++;
}

static bool merge_has(const struct merged *m, struct slice name)
{
    for (size_t i = 0; i < m->n; i++)
        if (slice_eq(m->at[i].name, name))
            return true;
    return false;
}

/* The schema that all of these are. */
static struct value all_of(struct arena *a, const struct value *at, size_t n)
{
    if (n == 1)
        return at[0];
    struct value_member *member = arena_array(a, struct value_member, 1);
    *member = (struct value_member){SLICE("allOf"), {.kind = VALUE_ARRAY, .array = {at, n}}};
    return (struct value){.kind = VALUE_OBJECT, .object = {member, 1}};
}

static const struct value *object_in(const struct value *part, const char *name)
{
    const struct value *v = value_member(part, slice_of(name));
    return v && v->kind == VALUE_OBJECT ? v : NULL;
}

/* Each property is what every part says about it: as its property, or else as one that is additional there. */
static struct value merge_properties(const struct merge_schema *s, const struct parts *parts)
{
    struct merged out = {.arena = s->arena};
    for (size_t i = 0; i < parts->n; i++) {
        const struct value *own = object_in(parts->at[i], "properties");
        for (size_t k = 0; own && k < own->object.n; k++) {
            struct slice name = own->object.at[k].name;
            struct value *said = arena_array(s->arena, struct value, parts->n);
            size_t n = 0;
            if (merge_has(&out, name))
                continue;
            for (size_t j = 0; j < parts->n; j++) {
                const struct value *here = object_in(parts->at[j], "properties");
                const struct value *v = here ? value_member(here, name) : NULL;
                v = v ? v : value_member(parts->at[j], SLICE("additionalProperties"));
                bool new = v && !(v->kind == VALUE_BOOL && v->boolean);
                for (size_t before = 0; before < n && new; before++)
                    new = !value_equal(&said[before], v);
                if (new)
                    said[n++] = *v;
            }
            merge_put(&out, name, n ? all_of(s->arena, said, n) : own->object.at[k].value);
        }
    }
    return (struct value){.kind = VALUE_OBJECT, .object = {out.at, out.n}};
}

static bool type_among(struct slice name, const struct value *types)
{
    const struct value *at = types->kind == VALUE_ARRAY ? types->array.at : types;
    size_t n = types->kind == VALUE_ARRAY ? types->array.n : 1;
    for (size_t i = 0; i < n; i++)
        if (at[i].kind == VALUE_STRING &&
            (slice_eq(at[i].string, name) || (slice_is(name, "integer") && slice_is(at[i].string, "number"))))
            return true;
    return false;
}

/* The types of one that the other has too, both ways: integers are among the numbers. */
static struct value common_types(struct arena *a, const struct value *x, const struct value *y)
{
    const struct value *sides[] = {x, y};
    size_t room = (x->kind == VALUE_ARRAY ? x->array.n : 1) + (y->kind == VALUE_ARRAY ? y->array.n : 1), n = 0;
    struct value *out = arena_array(a, struct value, room);
    for (size_t side = 0; side < 2; side++) {
        const struct value *from = sides[side], *other = sides[1 - side];
        const struct value *at = from->kind == VALUE_ARRAY ? from->array.at : from;
        for (size_t i = 0; i < (from->kind == VALUE_ARRAY ? from->array.n : 1); i++) {
            const struct value so_far = {.kind = VALUE_ARRAY, .array = {out, n}};
            if (at[i].kind == VALUE_STRING && type_among(at[i].string, other) && !type_among(at[i].string, &so_far))
                out[n++] = at[i];
        }
    }
    return (struct value){.kind = VALUE_ARRAY, .array = {out, n}};
}

static struct value common_values(struct arena *a, const struct value *x, const struct value *y)
{
    struct value *out = arena_array(a, struct value, x->array.n);
    size_t n = 0;
    for (size_t i = 0; i < x->array.n; i++)
        for (size_t k = 0; k < y->array.n; k++)
            if (value_equal(&x->array.at[i], &y->array.at[k])) {
                out[n++] = x->array.at[i];
                break;
            }
    return (struct value){.kind = VALUE_ARRAY, .array = {out, n}};
}

static struct value joined_lists(struct arena *a, const struct value *x, const struct value *y)
{
    struct value *out = arena_array(a, struct value, x->array.n + y->array.n);
    if (x->array.n)
        memcpy(out, x->array.at, x->array.n * sizeof *out);
    if (y->array.n)
        memcpy(out + x->array.n, y->array.at, y->array.n * sizeof *out);
    return (struct value){.kind = VALUE_ARRAY, .array = {out, x->array.n + y->array.n}};
}

static bool is_number(const struct value *v)
{
    return v->kind == VALUE_INT || v->kind == VALUE_REAL;
}

/* What two values of one keyword say together; false: they cannot be merged. */
static bool merge_two(struct arena *a, struct slice name, const struct value *x, const struct value *y,
                      struct value *out)
{
    static const char *const schemas[] = {"items", "additionalProperties", "propertyNames", "unevaluatedProperties",
                                          "unevaluatedItems"};
    bool lists = x->kind == VALUE_ARRAY && y->kind == VALUE_ARRAY;
    *out = *x;
    if (value_equal(x, y))
        return true;
    if (slice_is(name, "type")) {
        *out = common_types(a, x, y);
        return true;
    }
    if (slice_is(name, "required") && lists) {
        *out = joined_lists(a, x, y);
        return true;
    }
    if (slice_is(name, "enum") && lists) {
        *out = common_values(a, x, y);
        return true;
    }
    if ((slice_starts(name, SLICE("min")) || slice_is(name, "exclusiveMinimum")) && is_number(x) && is_number(y)) {
        *out = value_compare_numbers(x, y) > 0 ? *x : *y;
        return true;
    }
    if ((slice_starts(name, SLICE("max")) || slice_is(name, "exclusiveMaximum")) && is_number(x) && is_number(y)) {
        *out = value_compare_numbers(x, y) < 0 ? *x : *y;
        return true;
    }
    if (slice_is(name, "uniqueItems")) {
        *out = x->kind == VALUE_BOOL && x->boolean ? *x : *y;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(schemas); i++)
        if (slice_is(name, schemas[i]) && x->kind != VALUE_ARRAY && y->kind != VALUE_ARRAY) {
            struct value *both = arena_array(a, struct value, 2);
            both[0] = *x, both[1] = *y;
            *out = all_of(a, both, 2);
            return true;
        }
    return false;
}

static bool merge_keyword(const struct merge_schema *s, const struct parts *parts, size_t from, struct slice name,
                          struct merged *out, struct err *e)
{
    struct value v = *value_member(parts->at[from], name);
    for (size_t i = from + 1; i < parts->n && !is_annotation(name); i++) {
        const struct value *other = value_member(parts->at[i], name);
        struct value both;
        if (!other)
            continue;
        if (!merge_two(s->arena, name, &v, other, &both))
            return merge_refuse(s, e, "its parts cannot be merged, for they differ in ", name);
        v = both;
    }
    if (slice_is(name, "type") && v.kind == VALUE_ARRAY && v.array.n == 0)
        v = (struct value){.kind = VALUE_BOOL, .boolean = false};
    merge_put(out, name, v);
    return true;
}

/* Whether the parts say only annotations, but for one reference: then it need not be followed. */
static bool is_one_reference(const struct parts *parts)
{
    size_t said = 0;
    for (size_t i = 0; i < parts->n; i++)
        for (size_t k = 0; parts->at[i]->kind == VALUE_OBJECT && k < parts->at[i]->object.n; k++)
            said +=
                !is_annotation(parts->at[i]->object.at[k].name) && !slice_is(parts->at[i]->object.at[k].name, "allOf");
    return parts->references == 1 && said == 1;
}

bool merge_all_of(const struct merge_schema *s, const struct value *schema, const struct value **out, struct err *e)
{
    static const struct value nothing = {.kind = VALUE_BOOL, .boolean = false};
    struct parts parts = {.n = 0};
    struct merged merged = {.arena = s->arena};
    *out = schema;
    if (!value_member(schema, SLICE("allOf")))
        return true;
    if (!merge_collect(s, schema, 0, &parts, e))
        return false;
    bool keep = is_one_reference(&parts), properties = false, patterns = false;
    if (!keep && parts.references) {
        parts = (struct parts){.follow = true};
        if (!merge_collect(s, schema, 0, &parts, e))
            return false;
    }
    for (size_t i = 0; i < parts.n; i++) {
        if (parts.at[i]->kind == VALUE_BOOL && !parts.at[i]->boolean) {
            *out = &nothing;
            return true;
        }
        properties |= object_in(parts.at[i], "properties") != NULL;
        patterns |= value_member(parts.at[i], SLICE("patternProperties")) != NULL;
    }
    if (patterns && parts.n > 1)
        for (size_t i = 0; i < parts.n; i++)
            if (value_member(parts.at[i], SLICE("additionalProperties")))
                return merge_refuse(s, e, "its parts cannot be merged, for they have ", SLICE("patternProperties"));
    for (size_t i = 0; i < parts.n; i++)
        for (size_t k = 0; parts.at[i]->kind == VALUE_OBJECT && k < parts.at[i]->object.n; k++) {
            struct slice name = parts.at[i]->object.at[k].name;
            if (slice_is(name, "allOf") || (slice_is(name, "$ref") && !keep) || merge_has(&merged, name))
                continue;
            if (i && (slice_is(name, "$id") || slice_is(name, "$schema")))
                continue;
            if (slice_is(name, "properties") && properties)
                merge_put(&merged, name, merge_properties(s, &parts));
            else if (!merge_keyword(s, &parts, i, name, &merged, e))
                return false;
            if (slice_is(name, "type") && merged.at[merged.n - 1].value.kind == VALUE_BOOL) {
                *out = &nothing;
                return true;
            }
        }
    struct value *whole = arena_array(s->arena, struct value, 1);
    *whole = (struct value){.kind = VALUE_OBJECT, .object = {merged.at, merged.n}};
    *out = whole;
    return true;
}
