#include "api/fields.h"

#include <math.h>

const char *fields_path(const struct fields *f, const char *name)
{
    return arena_printf(f->arena, "%s%s%s", f->path, f->path[0] ? "." : "", name).p;
}

bool fields_wrong(const struct fields *f, const char *name, const char *expected, struct err *e)
{
    const char *path = fields_path(f, name);
    return err_set_param(e, ERR_BAD_VALUE, path, "'%s' must be %s.", path, expected);
}

const struct value *fields_get(const struct fields *f, const char *name)
{
    const struct value *v = value_member(f->object, slice_of(name));
    return v && v->kind != VALUE_NULL ? v : NULL;
}

bool fields_string(const struct fields *f, const char *name, struct slice *out, struct err *e)
{
    const struct value *v = fields_get(f, name);
    if (v && v->kind != VALUE_STRING)
        return fields_wrong(f, name, "a string", e);
    if (v)
        *out = v->string;
    return true;
}

bool fields_bool(const struct fields *f, const char *name, bool *out, struct err *e)
{
    const struct value *v = fields_get(f, name);
    if (v && v->kind != VALUE_BOOL)
        return fields_wrong(f, name, "true or false", e);
    if (v)
        *out = v->boolean;
    return true;
}

bool fields_number(const struct fields *f, const char *name, double least, double most, double *out, struct err *e)
{
    const struct value *v = fields_get(f, name);
    if (!v)
        return true;
    double number = v->kind == VALUE_INT ? (double)v->integer : v->kind == VALUE_REAL ? v->real : least - 1;
    if (number < least || number > most)
        return fields_wrong(f, name, arena_printf(f->arena, "a number from %g to %g", least, most).p, e);
    *out = number;
    return true;
}

bool fields_integer(const struct fields *f, const char *name, int64_t least, int64_t most, int64_t *out, struct err *e)
{
    const struct value *v = fields_get(f, name);
    if (!v)
        return true;
    /* Clients that know only one kind of number send 256.0. */
    bool whole = value_is_integer(v) && (v->kind == VALUE_INT || fabs(v->real) < 9.2e18);
    int64_t number = v->kind == VALUE_INT ? v->integer : whole ? (int64_t)v->real : 0;
    if (!whole || number < least || number > most)
        return fields_wrong(
            f, name, arena_printf(f->arena, "a whole number from %lld to %lld", (long long)least, (long long)most).p,
            e);
    *out = number;
    return true;
}

bool fields_object(const struct fields *f, const char *name, struct fields *out, bool *found, struct err *e)
{
    const struct value *v = fields_get(f, name);
    *found = v != NULL;
    if (!v)
        return true;
    if (v->kind != VALUE_OBJECT)
        return fields_wrong(f, name, "an object", e);
    *out = (struct fields){f->arena, v, fields_path(f, name)};
    return true;
}

bool fields_strings(const struct fields *f, const char *name, size_t most, struct slice **out, size_t *count,
                    struct err *e)
{
    const struct value *v = fields_get(f, name);
    *count = 0;
    if (!v)
        return true;
    if (v->kind != VALUE_ARRAY)
        return fields_wrong(f, name, "an array of strings", e);
    if (v->array.n > most)
        return fields_wrong(f, name, arena_printf(f->arena, "an array of at most %zu strings", most).p, e);
    *out = arena_array(f->arena, struct slice, v->array.n);
    for (size_t i = 0; i < v->array.n; i++) {
        if (v->array.at[i].kind != VALUE_STRING || v->array.at[i].string.n == 0)
            return fields_wrong(f, arena_printf(f->arena, "%s[%zu]", name, i).p, "a string that is not empty", e);
        (*out)[(*count)++] = v->array.at[i].string;
    }
    return true;
}
