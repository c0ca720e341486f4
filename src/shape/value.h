/* value.h - a JSON value as a native tree in an arena, and its printing.
 *
 * JSON text is parsed at the edge, and everything behind works on these structs. Objects keep the order of their
 * members. Strings are valid UTF-8 without NUL. */
#ifndef SHAPE_VALUE_H
#define SHAPE_VALUE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_REAL, VALUE_STRING, VALUE_ARRAY, VALUE_OBJECT };

struct value {
    enum value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct slice string;
        struct {
            const struct value *at;
            size_t n;
        } array;
        struct {
            const struct value_member *at;
            size_t n;
        } object;
    };
};

struct value_member {
    struct slice name;
    struct value value;
};

/* From now on JSON takes its memory as arenas do (base/reserve.h). Before any other call. */
void value_use_reserve(void);

/* Parses JSON text (any value at the top; of members with one name the last wins) into the arena. NUL, invalid
 * UTF-8, nesting beyond jansson's limit (2,048) and reals beyond a double are errors: ERR_BAD_JSON with the place in
 * the message, and its byte in *error_offset (may be NULL). ERR_TOO_LARGE: more than JSON_NODES_MAX
 * (base/json_nodes.h). ERR_NO_MEMORY. An integer beyond 64 bits becomes a real; the other integers of that text then
 * keep 53 bits. */
MUST_USE bool value_parse(struct arena *a, struct slice json, const struct value **out, size_t *error_offset,
                          struct err *e);
/* JSON Schema's equality: 1 equals 1.0, members in any order. */
bool value_equal(const struct value *a, const struct value *b);
/* Equal values have equal hashes. Not keyed: for finding duplicates quickly, not for a table that lasts. */
uint64_t value_hash(const struct value *v);
/* Exact order of two numbers of either kind: negative, 0 or positive. */
int value_compare_numbers(const struct value *a, const struct value *b);
/* JSON Schema's integers: 3 and 3.0. */
bool value_is_integer(const struct value *v);
/* NULL when there is no such member, or object is not an object. */
const struct value *value_member(const struct value *object, struct slice name);
/* Compact JSON; false when it does not fit the buffer. */
bool value_print(const struct value *v, struct buf *out);
/* A JSON string with its quotes. */
bool value_print_string(struct slice text, struct buf *out);
/* Numbers as JSON prints them; 1.0 is printed as 1.0, integers without a point. */
bool value_print_real(double number, struct buf *out);

#endif
