/* check.c - whether a value fits a shape.
 *
 * One recursive walk goes over value and shape together, in the order of JSON Schema's vocabulary: type, limits, then
 * the parts inside. It stops at the first misfit and says where and why, in words that a client or a language model can
 * act on.
 *
 * The branches of anyOf are tried without building messages. When none fits and only one of them has the type of the
 * value, that branch is walked again with messages, because "name: must be a string" helps and "fits none of 2
 * alternatives" does not.
 *
 * Every visit costs a step of a budget, so that no schema makes a check expensive. Recursion has a ceiling as well,
 * since a value 2,000 levels deep with references at each level would use up the stack. Nothing in a shape negates but
 * oneOf, which refuses when the budget is used up. So running out of it can only refuse a value, never let one pass. */
#include "shape/check.h"

#include <math.h>
#include <stdarg.h>

#include "base/utf8.h"
#include "shape/formats.h"
#include "shape/pattern.h"

enum {
    MAX_RECURSION = 4000, /* frames of about 300 bytes */
    SMALL_ARRAY = 16,     /* up to here comparing all pairs is quicker than hashing */
    COMPARISONS_A_STEP = 16,
    BYTES_A_STEP = 64 /* of strings whose characters matter */
};

/* The path from the root to the value being checked, for messages. */
struct place {
    const struct place *up;
    const char *name; /* NULL: an item */
    size_t n;         /* bytes of the name, or the item's index */
};

struct checker {
    bool formats;
    unsigned depth;
    struct check_budget *budget;
};

static bool check_value(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                        struct err *e);

static size_t write_place(const struct place *at, char *out, size_t room)
{
    if (!at)
        return 0;
    size_t n = write_place(at->up, out, room);
    if (n >= room)
        return n;
    int more = at->name ? snprintf(out + n, room - n, "%s%.*s", n ? "." : "", (int)at->n, at->name)
                        : snprintf(out + n, room - n, "[%zu]", at->n);
    return n + (size_t)more;
}

PRINTF_LIKE(4, 5)
static bool check_misfit(struct err *e, const struct place *at, const char *keyword, const char *fmt, ...)
{
    char path[sizeof e->param] = "", text[256];
    va_list args;
    if (!e)
        return false;
    write_place(at, path, sizeof path);
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return err_set_param(e, ERR_BAD_VALUE, path, "%s%s%s (\"%s\").", *path ? path : "The value", *path ? ": " : " ",
                         text, keyword);
}

static bool check_spend(struct checker *c, size_t steps)
{
    if (c->budget->steps < steps) {
        c->budget->steps = 0;
        return false;
    }
    c->budget->steps -= steps;
    return true;
}

static bool type_fits(unsigned types, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL:
        return types & SHAPE_NULL;
    case VALUE_BOOL:
        return types & SHAPE_BOOLEAN;
    case VALUE_INT:
    case VALUE_REAL:
        return (types & SHAPE_NUMBER) || ((types & SHAPE_INTEGER) && value_is_integer(v));
    case VALUE_STRING:
        return types & SHAPE_STRING;
    case VALUE_ARRAY:
        return types & SHAPE_ARRAY;
    case VALUE_OBJECT:
        return types & SHAPE_OBJECT;
    }
    return false;
}

static void name_types(unsigned types, char out[80])
{
    static const char *const names[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < 7; i++)
        if (types & 1u << i)
            n += (size_t)snprintf(out + n, 80 - n, "%s%s", n ? " or " : "", names[i]);
}

/* A decimal number as digits and a power of ten; digits below 2^63. */
struct decimal {
    uint64_t digits;
    int exponent;
};

static struct decimal to_decimal(const struct value *v)
{
    struct decimal d = {0, 0};
    char text[40];
    if (v->kind == VALUE_INT) {
        d.digits = v->integer < 0 ? 0 - (uint64_t)v->integer : (uint64_t)v->integer;
        return d;
    }
    /* The shortest text that reads back as this double, which is what its author wrote. */
    int places = 14;
    for (; places <= 16; places++) {
        snprintf(text, sizeof text, "%.*e", places, fabs(v->real));
        if (strtod(text, NULL) == fabs(v->real))
            break;
    }
    const char *at = text;
    for (; *at && *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            d.digits = d.digits * 10 + (uint64_t)(*at - '0');
    d.exponent = (int)strtol(at + (*at == 'e'), NULL, 10) - (places < 16 ? places : 16);
    return d;
}

/* Computed in decimals, as authors think: 0.3 is a multiple of 0.1, though not in doubles. */
static bool is_multiple(const struct value *v, const struct value *of)
{
    struct decimal a = to_decimal(v), b = to_decimal(of);
    if (a.digits == 0)
        return true;
    if (b.digits == 0)
        return false;
    for (; b.digits % 10 == 0; b.exponent++)
        b.digits /= 10;
    for (; a.digits % 10 == 0; a.exponent++)
        a.digits /= 10;
    if (a.exponent < b.exponent)
        return false; /* a has decimal places that multiples of b do not have */
    /* a.digits * 10^k mod b.digits; both factors stay below 2^64. */
    unsigned __int128 rest = a.digits % b.digits;
    for (int k = a.exponent - b.exponent; k > 0 && rest; k--)
        rest = rest * 10 % b.digits;
    return rest == 0;
}

/* A number for a message. */
struct shown {
    char text[40];
};

static struct shown check_show(const struct value *number)
{
    struct shown out;
    if (number->kind == VALUE_INT)
        snprintf(out.text, sizeof out.text, "%lld", (long long)number->integer);
    else
        snprintf(out.text, sizeof out.text, "%.17g", number->real);
    return out;
}

static bool check_number(const struct shape *s, const struct value *v, const struct place *at, struct err *e)
{
    if (s->has_minimum) {
        int order = value_compare_numbers(v, &s->exact_minimum);
        if (order < 0 || (order == 0 && s->exclusive_minimum))
            return check_misfit(e, at, s->exclusive_minimum ? "exclusiveMinimum" : "minimum", "must be %s %s",
                                s->exclusive_minimum ? "above" : "at least", check_show(&s->exact_minimum).text);
    }
    if (s->has_maximum) {
        int order = value_compare_numbers(v, &s->exact_maximum);
        if (order > 0 || (order == 0 && s->exclusive_maximum))
            return check_misfit(e, at, s->exclusive_maximum ? "exclusiveMaximum" : "maximum", "must be %s %s",
                                s->exclusive_maximum ? "below" : "at most", check_show(&s->exact_maximum).text);
    }
    if (s->has_multiple_of && !is_multiple(v, &s->exact_multiple_of))
        return check_misfit(e, at, "multipleOf", "must be a multiple of %.15g", s->multiple_of);
    return true;
}

static bool check_string(struct checker *c, const struct shape *s, struct slice text, const struct place *at,
                         struct err *e)
{
    if (!check_spend(c, text.n / BYTES_A_STEP))
        return check_misfit(e, at, "maxLength", "is too costly to check");
    if (s->min_length || s->max_length != SIZE_MAX) {
        size_t n = utf8_count(text);
        if (n < s->min_length)
            return check_misfit(e, at, "minLength", "must have at least %zu characters", s->min_length);
        if (n > s->max_length)
            return check_misfit(e, at, "maxLength", "must have at most %zu characters", s->max_length);
    }
    /* The same cast as in parse.c: only the matcher's scratch space changes. */
    if (s->compiled_pattern && !pattern_find(s->compiled_pattern, text, &c->budget->pattern_us))
        return check_misfit(e, at, "pattern", "must match %.*s", (int)utf8_cut(s->pattern, 150).n, s->pattern.p);
    if (c->formats && !format_check(s->format, text))
        return check_misfit(e, at, "format", "must be a valid %.*s", SLICE_ARGS(s->format_name));
    return true;
}

struct hashed {
    uint64_t hash;
    const struct value *value;
};

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = ((const struct hashed *)a)->hash, y = ((const struct hashed *)b)->hash;
    return (x > y) - (x < y);
}

static bool all_pairs_differ(struct checker *c, const struct value *array)
{
    for (size_t i = 1; i < array->array.n; i++) {
        if (!check_spend(c, i / COMPARISONS_A_STEP + 1))
            return false;
        for (size_t k = 0; k < i; k++)
            if (value_equal(&array->array.at[i], &array->array.at[k]))
                return false;
    }
    return true;
}

static bool all_differ(struct checker *c, const struct value *array)
{
    size_t n = array->array.n;
    struct hashed *sorted = n > SMALL_ARRAY ? malloc(n * sizeof *sorted) : NULL;
    bool differ = true;
    if (!sorted)
        return all_pairs_differ(c, array);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct hashed){value_hash(&array->array.at[i]), &array->array.at[i]};
    qsort(sorted, n, sizeof *sorted, compare_hashes);
    for (size_t i = 1; i < n && differ; i++)
        for (size_t k = i; k > 0 && sorted[k - 1].hash == sorted[i].hash && differ; k--)
            differ = check_spend(c, 1) && !value_equal(sorted[i].value, sorted[k - 1].value);
    free(sorted);
    return differ;
}

static bool check_array(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                        struct err *e)
{
    size_t n = v->array.n;
    if (n < s->min_items)
        return check_misfit(e, at, "minItems", "must have at least %zu items", s->min_items);
    if (n > s->max_items)
        return check_misfit(e, at, "maxItems", "must have at most %zu items", s->max_items);
    if (!check_spend(c, n / COMPARISONS_A_STEP)) /* checked even where anything is allowed inside, since the value may
                                                    be printed or compared */
        return check_misfit(e, at, "items", "is too costly to check");
    size_t described = s->items && !s->items->always ? n : n < s->prefix_count ? n : s->prefix_count;
    for (size_t i = 0; i < described; i++) {
        struct place inside = {at, NULL, i};
        if (!check_value(c, i < s->prefix_count ? s->prefix[i] : s->items, &v->array.at[i], &inside, e))
            return false;
    }
    if (s->unique_items && !all_differ(c, v))
        return check_misfit(e, at, "uniqueItems", "must not have the same item twice");
    return true;
}

/* The property of this name; first looks where the schema's order would have it. */
static const struct shape_property *find_property(const struct shape *s, struct slice name, size_t hint)
{
    if (hint < s->property_count && slice_eq(s->properties[hint].name, name))
        return &s->properties[hint];
    for (size_t i = 0; i < s->property_count; i++)
        if (slice_eq(s->properties[i].name, name))
            return &s->properties[i];
    return NULL;
}

static bool check_required(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                           struct err *e)
{
    for (size_t i = 0; i < s->property_count; i++) {
        const struct shape_property *p = &s->properties[i];
        if (!p->required || (i < v->object.n && slice_eq(v->object.at[i].name, p->name)))
            continue;
        if (!check_spend(c, v->object.n / COMPARISONS_A_STEP + 1) || !value_member(v, p->name)) {
            struct place inside = {at, p->name.p, p->name.n};
            return check_misfit(e, &inside, "required", "is missing");
        }
    }
    return true;
}

static bool check_dependencies(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                               struct err *e)
{
    for (size_t i = 0; i < s->dependency_count; i++) {
        const struct shape_dependency *d = &s->dependencies[i];
        if (!check_spend(c, v->object.n / COMPARISONS_A_STEP + 1) ||
            (value_member(v, d->name) && !value_member(v, d->needs))) {
            struct place inside = {at, d->needs.p, d->needs.n};
            return check_misfit(e, &inside, "dependentRequired", "is missing");
        }
    }
    return true;
}

/* What patternProperties and propertyNames say about one member. *described: a pattern matches its name. */
static bool check_name(struct checker *c, const struct shape *s, const struct value_member *m,
                       const struct place *inside, bool *described, struct err *e)
{
    *described = false;
    if (s->names) {
        const struct value name = {.kind = VALUE_STRING, .string = m->name};
        if (!check_value(c, s->names, &name, inside, NULL))
            return check_misfit(e, inside, "propertyNames", "is not a name that the schema allows");
    }
    for (size_t i = 0; i < s->pattern_count; i++) {
        if (!check_spend(c, 1 + m->name.n / BYTES_A_STEP) || c->budget->pattern_us <= 0)
            return check_misfit(e, inside, "patternProperties", "is too costly to check");
        if (!pattern_find(s->patterns[i].compiled, m->name, &c->budget->pattern_us))
            continue;
        *described = true;
        if (!check_value(c, s->patterns[i].shape, &m->value, inside, e))
            return false;
    }
    return true;
}

static bool check_object(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                         struct err *e)
{
    size_t n = v->object.n;
    if (n < s->min_properties)
        return check_misfit(e, at, "minProperties", "must have at least %zu properties", s->min_properties);
    if (n > s->max_properties)
        return check_misfit(e, at, "maxProperties", "must have at most %zu properties", s->max_properties);
    if (!check_required(c, s, v, at, e) || !check_dependencies(c, s, v, at, e))
        return false;
    if (!s->property_count && !s->additional && !s->pattern_count && !s->names)
        return true;
    if (!check_spend(c, n / COMPARISONS_A_STEP))
        return check_misfit(e, at, "properties", "is too costly to check");
    for (size_t i = 0; i < n; i++) {
        const struct value_member *m = &v->object.at[i];
        const struct shape_property *p = find_property(s, m->name, i);
        struct place inside = {at, m->name.p, m->name.n};
        bool described;
        if (!check_name(c, s, m, &inside, &described, e))
            return false;
        const struct shape *inner = p ? p->shape : described ? NULL : s->additional;
        if (!check_spend(c, s->property_count / COMPARISONS_A_STEP))
            return check_misfit(e, &inside, "properties", "is too costly to check");
        if (!inner || inner->always)
            continue;
        if (!p && inner->never)
            return check_misfit(e, &inside, "additionalProperties", "is not a property of the schema");
        if (!check_value(c, inner, &m->value, &inside, e))
            return false;
    }
    return true;
}

static bool check_values(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                         struct err *e)
{
    if (s->constant && !value_equal(s->constant, v))
        return check_misfit(e, at, "const", "must be the constant of the schema");
    if (!s->one_of_values)
        return true;
    bool found = false;
    if (check_spend(c, s->value_count / COMPARISONS_A_STEP))
        for (size_t i = 0; i < s->value_count && !found; i++)
            found = value_equal(&s->one_of_values[i], v);
    if (found)
        return true;
    const struct value *only = s->value_count == 1 ? s->one_of_values : NULL;
    if (only && only->kind == VALUE_STRING)
        return check_misfit(e, at, "const", "must be \"%.*s\"", (int)utf8_cut(only->string, 150).n, only->string.p);
    return check_misfit(e, at, only ? "const" : "enum", "must be one of the %zu values of the schema", s->value_count);
}

static bool check_any_of(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                         struct err *e)
{
    const struct shape *likely = NULL;
    size_t likely_count = 0;
    size_t fitting = 0;
    for (size_t i = 0; i < s->any_of_count && fitting <= s->one_of; i++)
        fitting += check_value(c, s->any_of[i], v, at, NULL);
    if (fitting && !s->one_of)
        return true;
    /* A branch that was not looked at to its end may fit as well. */
    if (fitting == 1 && c->budget->steps && c->budget->pattern_us > 0)
        return true;
    if (fitting)
        return check_misfit(e, at, "oneOf", "fits more than one of the %zu alternatives", s->any_of_count);
    if (!e)
        return false;
    for (size_t i = 0; i < s->any_of_count; i++) {
        const struct shape *branch = shape_resolve(s->any_of[i]);
        if (!branch->never && type_fits(branch->types, v)) {
            likely = branch;
            likely_count++;
        }
    }
    if (likely_count == 1 && !check_value(c, likely, v, at, e))
        return false;
    return check_misfit(e, at, s->one_of ? "oneOf" : "anyOf", "fits none of the %zu alternatives", s->any_of_count);
}

static bool check_keywords(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                           struct err *e)
{
    if (s->never)
        return check_misfit(e, at, "false", "is not allowed here");
    if (!type_fits(s->types, v)) {
        char names[80];
        name_types(s->types, names);
        return check_misfit(e, at, "type", "must be %s", names);
    }
    if (!check_values(c, s, v, at, e))
        return false;
    bool ok = true;
    if (v->kind == VALUE_INT || v->kind == VALUE_REAL)
        ok = check_number(s, v, at, e);
    else if (v->kind == VALUE_STRING)
        ok = check_string(c, s, v->string, at, e);
    else if (v->kind == VALUE_ARRAY)
        ok = check_array(c, s, v, at, e);
    else if (v->kind == VALUE_OBJECT)
        ok = check_object(c, s, v, at, e);
    if (ok && s->ref)
        ok = check_value(c, s->ref, v, at, e);
    return ok && (!s->any_of_count || check_any_of(c, s, v, at, e));
}

static bool check_value(struct checker *c, const struct shape *s, const struct value *v, const struct place *at,
                        struct err *e)
{
    if (s->always)
        return true;
    if (!check_spend(c, 1) || c->depth >= MAX_RECURSION)
        return check_misfit(e, at, "anyOf", "is nested too deeply, or too costly to check");
    c->depth++;
    bool ok = check_keywords(c, s, v, at, e);
    c->depth--;
    return ok;
}

bool check_within(const struct shape *s, const struct value *v, bool assert_formats, struct check_budget *budget,
                  struct err *e)
{
    struct checker c = {.formats = assert_formats, .budget = budget};
    return check_value(&c, s, v, NULL, e);
}

bool shape_check(const struct shape *s, const struct value *v, bool assert_formats, struct err *e)
{
    struct check_budget budget = CHECK_BUDGET;
    return check_within(s, v, assert_formats, &budget, e);
}
