/* value.c - JSON values as a native tree.
 *
 * jansson only parses: its reference counts, hash tables and mutable objects stay inside value_parse. The result is a
 * plain tree in one arena that nobody changes, so that shapes, defaults and answers can share parts of it.
 *
 * Numbers are the delicate part. JSON Schema compares them as mathematics does: 1 is 1.0, and 2^53 + 1 is not 2^53.
 * Casting both to double would get the second wrong, hence the exact comparison below. Recursion is bounded by the
 * depth that jansson's parser allows. */
#include "shape/value.h"

#include <jansson.h>
#include <malloc.h>
#include <math.h>

#include "base/json_nodes.h"
#include "base/reserve.h"

enum { TRIM_FROM_BYTES = 64 * 1024 };

static const double TWO_TO_53 = 9007199254740992.0, TWO_TO_63 = 9223372036854775808.0;

static struct value value_copy(struct arena *a, const json_t *json, bool reals_to_integers);

/* 2^53 itself may have been 2^53 + 1. */
static struct value copy_real(double number, bool reals_to_integers)
{
    if (reals_to_integers && fabs(number) < TWO_TO_53 && number == trunc(number))
        return (struct value){.kind = VALUE_INT, .integer = (int64_t)number};
    return (struct value){.kind = VALUE_REAL, .real = number};
}

static struct value copy_array(struct arena *a, const json_t *json, bool reals_to_integers)
{
    size_t n = json_array_size(json);
    struct value *at = arena_array(a, struct value, n);
    for (size_t i = 0; i < n; i++)
        at[i] = value_copy(a, json_array_get(json, i), reals_to_integers);
    return (struct value){.kind = VALUE_ARRAY, .array = {at, n}};
}

static struct value copy_object(struct arena *a, const json_t *json, bool reals_to_integers)
{
    size_t n = 0;
    struct value_member *at = arena_array(a, struct value_member, json_object_size(json));
    /* jansson's iterators take no const, though they change nothing. */
    json_t *object = json_incref((json_t *)(uintptr_t)json);
    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it), n++) {
        at[n].name = arena_dup(a, slice_of(json_object_iter_key(it)));
        at[n].value = value_copy(a, json_object_iter_value(it), reals_to_integers);
    }
    json_decref(object);
    return (struct value){.kind = VALUE_OBJECT, .object = {at, n}};
}

static struct value value_copy(struct arena *a, const json_t *json, bool reals_to_integers)
{
    switch (json_typeof(json)) {
    case JSON_NULL:
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        return (struct value){.kind = VALUE_BOOL, .boolean = json_is_true(json)};
    case JSON_INTEGER:
        return (struct value){.kind = VALUE_INT, .integer = json_integer_value(json)};
    case JSON_REAL:
        return copy_real(json_real_value(json), reals_to_integers);
    case JSON_STRING: {
        struct slice text = {json_string_value(json), json_string_length(json)};
        return (struct value){.kind = VALUE_STRING, .string = arena_dup(a, text)};
    }
    case JSON_ARRAY:
        return copy_array(a, json, reals_to_integers);
    case JSON_OBJECT:
        return copy_object(a, json, reals_to_integers);
    }
    return (struct value){.kind = VALUE_NULL};
}

/* jansson's words, except where they speak of its own flags or of bytes. */
static const char *value_reason(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "the character U+0000 is not accepted";
    case json_error_invalid_utf8:
        return "this is not UTF-8";
    default:
        return error->text;
    }
}

void value_use_reserve(void)
{
    json_set_alloc_funcs(reserve_malloc, free);
}

bool value_parse(struct arena *a, struct slice json, const struct value **out, size_t *error_offset, struct err *e)
{
    json_error_t error;
    bool reals_to_integers = false;
    if (!json_nodes_fit(json, JSON_NODES_MAX, e))
        return false;
    unsigned failures = reserve_failures();
    json_t *parsed = json_loadb(json.p, json.n, JSON_DECODE_ANY, &error);
    if (!parsed && error.text[0] && json_error_code(&error) == json_error_numeric_overflow) {
        /* Perhaps an integer beyond 64 bits, which JSON allows. The others become integers again afterwards. */
        reals_to_integers = true;
        parsed = json_loadb(json.p, json.n, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &error);
    }
    /* jansson says why a text is no JSON. When it gets no memory it falls silent, or blames the text. */
    if (!parsed &&
        (!error.text[0] || json_error_code(&error) == json_error_out_of_memory || reserve_failures() != failures))
        return err_set(e, ERR_NO_MEMORY, NULL);
    if (!parsed) {
        size_t offset = error.position > 0 ? (size_t)error.position : 0;
        offset = offset < json.n ? offset : json.n;
        if (error_offset)
            *error_offset = offset;
        return err_set(e, ERR_BAD_JSON, "Not valid JSON at byte %zu (line %d, column %d): %s.", offset,
                       error.line > 0 ? error.line : 1, error.column > 0 ? error.column : 0, value_reason(&error));
    }
    struct value *top = arena_alloc(a, sizeof *top);
    *top = value_copy(a, parsed, reals_to_integers);
    json_decref(parsed);
    /* jansson's small blocks lie between those of others, so that malloc keeps the pages of each thread. */
    if (json.n > TRIM_FROM_BYTES)
        malloc_trim(0);
    *out = top;
    return true;
}

static bool is_number(const struct value *v)
{
    return v->kind == VALUE_INT || v->kind == VALUE_REAL;
}

bool value_is_integer(const struct value *v)
{
    return v->kind == VALUE_INT || (v->kind == VALUE_REAL && isfinite(v->real) && v->real == trunc(v->real));
}

static int compare_doubles(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_integer_to_double(int64_t a, double b)
{
    if (b >= TWO_TO_63)
        return -1;
    if (b < -TWO_TO_63)
        return 1;
    int64_t whole = (int64_t)b;
    if (a != whole)
        return a < whole ? -1 : 1;
    return compare_doubles(0, b - trunc(b));
}

int value_compare_numbers(const struct value *a, const struct value *b)
{
    if (a->kind == VALUE_INT && b->kind == VALUE_INT)
        return (a->integer > b->integer) - (a->integer < b->integer);
    if (a->kind == VALUE_INT)
        return compare_integer_to_double(a->integer, b->real);
    if (b->kind == VALUE_INT)
        return -compare_integer_to_double(b->integer, a->real);
    return compare_doubles(a->real, b->real);
}

static bool equal_objects(const struct value *a, const struct value *b)
{
    if (a->object.n != b->object.n)
        return false;
    for (size_t i = 0; i < a->object.n; i++) {
        const struct value_member *m = &a->object.at[i];
        /* Mostly the order is the same; looking there first keeps long objects linear. */
        const struct value *other =
            slice_eq(b->object.at[i].name, m->name) ? &b->object.at[i].value : value_member(b, m->name);
        if (!other || !value_equal(&m->value, other))
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (is_number(a) && is_number(b))
        return value_compare_numbers(a, b) == 0;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_BOOL:
        return a->boolean == b->boolean;
    case VALUE_STRING:
        return slice_eq(a->string, b->string);
    case VALUE_ARRAY:
        if (a->array.n != b->array.n)
            return false;
        for (size_t i = 0; i < a->array.n; i++)
            if (!value_equal(&a->array.at[i], &b->array.at[i]))
                return false;
        return true;
    case VALUE_OBJECT:
        return equal_objects(a, b);
    case VALUE_NULL:
    case VALUE_INT:
    case VALUE_REAL:
        break;
    }
    return true;
}

/* FNV-1a, 64 bits (draft-eastlake-fnv). */
static uint64_t hash_bytes(uint64_t h, const void *p, size_t n)
{
    const unsigned char *at = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ at[i]) * 0x100000001b3u;
    return h;
}

uint64_t value_hash(const struct value *v)
{
    const uint64_t start = 0xcbf29ce484222325u;
    uint64_t h = start;
    double number;
    switch (v->kind) {
    case VALUE_NULL:
        return hash_bytes(h, "n", 1);
    case VALUE_BOOL:
        return hash_bytes(h, v->boolean ? "t" : "f", 1);
    case VALUE_INT:
    case VALUE_REAL:
        /* By the nearest double: integers that share one collide, and are then told apart by value_equal.
         * Adding 0 makes -0 and 0 the same. */
        number = (v->kind == VALUE_INT ? (double)v->integer : v->real) + 0.0;
        return hash_bytes(h, &number, sizeof number);
    case VALUE_STRING:
        return hash_bytes(hash_bytes(h, "s", 1), v->string.p, v->string.n);
    case VALUE_ARRAY:
        h = hash_bytes(h, "a", 1);
        for (size_t i = 0; i < v->array.n; i++) {
            uint64_t item = value_hash(&v->array.at[i]);
            h = hash_bytes(h, &item, sizeof item);
        }
        return h;
    case VALUE_OBJECT:
        h = hash_bytes(h, "o", 1);
        for (size_t i = 0; i < v->object.n; i++) {
            uint64_t item = value_hash(&v->object.at[i].value);
            uint64_t name = hash_bytes(start, v->object.at[i].name.p, v->object.at[i].name.n);
            h += hash_bytes(name, &item, sizeof item); /* a sum, because members have no order */
        }
        return h;
    }
    return h;
}

const struct value *value_member(const struct value *object, struct slice name)
{
    if (!object || object->kind != VALUE_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->object.n; i++)
        if (slice_eq(object->object.at[i].name, name))
            return &object->object.at[i].value;
    return NULL;
}

bool value_print_real(double number, struct buf *out)
{
    char text[40];
    if (!isfinite(number)) /* no JSON text gives one; printing it would break the document */
        return buf_add(out, SLICE("null"));
    /* The shortest of the precisions that gives the same double back (17 always does). */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    bool ok = buf_add(out, slice_of(text));
    if (!strpbrk(text, ".e"))
        ok = buf_add(out, SLICE(".0"));
    return ok;
}

bool value_print_string(struct slice text, struct buf *out)
{
    static const char names[] = "btn?fr"; /* of the characters 8 to 13; 11 has none */
    size_t from = 0;
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, slice_sub(text, from, i - from));
        from = i + 1;
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c >= 8 && c <= 13 && c != 11)
            buf_printf(out, "\\%c", names[c - 8]);
        else
            buf_printf(out, "\\u%04x", c);
    }
    buf_add(out, slice_sub(text, from, text.n - from));
    return buf_add_char(out, '"');
}

static bool print_members(const struct value *v, struct buf *out)
{
    buf_add_char(out, '{');
    for (size_t i = 0; i < v->object.n && !out->over; i++) {
        if (i)
            buf_add_char(out, ',');
        value_print_string(v->object.at[i].name, out);
        buf_add_char(out, ':');
        value_print(&v->object.at[i].value, out);
    }
    return buf_add_char(out, '}');
}

bool value_print(const struct value *v, struct buf *out)
{
    switch (v->kind) {
    case VALUE_NULL:
        return buf_add(out, SLICE("null"));
    case VALUE_BOOL:
        return buf_add(out, v->boolean ? SLICE("true") : SLICE("false"));
    case VALUE_INT:
        return buf_printf(out, "%lld", (long long)v->integer);
    case VALUE_REAL:
        return value_print_real(v->real, out);
    case VALUE_STRING:
        return value_print_string(v->string, out);
    case VALUE_ARRAY:
        buf_add_char(out, '[');
        for (size_t i = 0; i < v->array.n && !out->over; i++) {
            if (i)
                buf_add_char(out, ',');
            value_print(&v->array.at[i], out);
        }
        return buf_add_char(out, ']');
    case VALUE_OBJECT:
        return print_members(v, out);
    }
    return false;
}
