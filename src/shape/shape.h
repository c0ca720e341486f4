/* shape.h - a JSON Schema as a native struct: what is asked for, and whether a value fits.
 *
 * Understands the keywords of JSON Schema 2020-12 that structured output uses: type, properties, required, items,
 * enum, const, anyOf, $ref and $defs (also "definitions"; local pointers, recursion), minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern, format, minItems, maxItems,
 * uniqueItems, minProperties, maxProperties, additionalProperties, and boolean schemas. Annotations (title,
 * description, default, examples, deprecated, readOnly, writeOnly, $schema, $id at the root, $comment) never
 * change what is valid. Every other keyword of the standard is refused by name; words that the standard
 * does not know are ignored, as it demands. */
#ifndef SHAPE_SHAPE_H
#define SHAPE_SHAPE_H

#include "base/err.h"
#include "shape/value.h"

enum shape_type {
    SHAPE_NULL = 1,
    SHAPE_BOOLEAN = 2,
    SHAPE_INTEGER = 4,
    SHAPE_NUMBER = 8, /* includes integers */
    SHAPE_STRING = 16,
    SHAPE_ARRAY = 32,
    SHAPE_OBJECT = 64,
    SHAPE_ANY = 127
};

enum shape_format { /* formats that are checked and filled; others are annotations */
    FORMAT_NONE,
    FORMAT_DATE,      /* RFC 3339 full-date */
    FORMAT_DATE_TIME, /* RFC 3339 date-time */
    FORMAT_TIME,
    FORMAT_DURATION, /* RFC 3339 appendix A */
    FORMAT_EMAIL,
    FORMAT_URI,
    FORMAT_URI_REFERENCE,
    FORMAT_UUID,
    FORMAT_IPV4,
    FORMAT_IPV6,
    FORMAT_HOSTNAME,
    FORMAT_JSON_POINTER,
    FORMAT_REGEX
};

struct shape_property {
    struct slice name;
    const struct shape *shape;
    bool required;
};

/* One subschema. Shapes may point to each other in a circle where the schema does ($ref). */
struct shape {
    struct slice title, description;
    bool always, never; /* the boolean schemas true (or {}) and false */
    unsigned types;     /* SHAPE_* bits; SHAPE_ANY where nothing is said */
    const struct shape *ref; /* $ref; other keywords beside it hold as well */

    struct shape_property *properties; /* in the schema's order; required ones without a subschema come last */
    size_t property_count;
    const struct shape *additional; /* NULL: anything goes */
    size_t min_properties, max_properties;

    const struct shape *items; /* NULL: anything goes */
    size_t min_items, max_items;
    bool unique_items;

    const struct value *one_of_values; /* enum, or const as an enum of one */
    size_t value_count;
    const struct value *constant; /* const, when enum stands beside it; else NULL */

    const struct shape *const *any_of;
    size_t any_of_count;

    bool has_minimum, has_maximum, exclusive_minimum, exclusive_maximum, has_multiple_of;
    double minimum, maximum, multiple_of;
    /* The same as the schema has them: beyond 2^53 a double is not exact. What is checked is these. */
    struct value exact_minimum, exact_maximum, exact_multiple_of;

    size_t min_length, max_length; /* code points; max SIZE_MAX where nothing is said, as for the others */
    struct slice pattern;          /* ECMA-262 as ICU reads it, not anchored */
    void *compiled_pattern;        /* private to shape/ */
    enum shape_format format;
    struct slice format_name;
};

/* The shape borrows the schema's strings and values: the schema lives as long as the shape, best in the same arena.
 * A shape belongs to one thread, because of its compiled patterns.
 * ERR_UNSUPPORTED_SCHEMA names the keyword in the message and its path in param ("response_format.json_schema.
 * schema.properties.a.oneOf" when prefix is "response_format.json_schema.schema"); ERR_BAD_VALUE for a keyword of a
 * wrong type, an invalid pattern, or a $ref that leads nowhere. ERR_UNSUPPORTED_SCHEMA as well for over 2,000 subschemas
 * and for a $ref or anyOf that comes back to itself on the same value. prefix may be "". max_depth: levels of objects and arrays (5 by default on the wire; 0: no limit, for the command). */
MUST_USE bool shape_parse(struct arena *a, const struct value *schema, const char *prefix, unsigned max_depth,
                          const struct shape **out, struct err *e);

/* Whether the value fits. Where it does not, *e names the place in the value (param: "a.b[2]") and the keyword.
 * assert_formats: formats are checked too (2020-12 makes them annotations by default; what footnote writes always
 * honours them). A pattern that takes over 100 ms on a string, or over a second in one check, counts as not matching; a
 * value that takes millions of steps (anyOf that recurses) or thousands of levels does not fit. */
MUST_USE bool shape_check(const struct shape *s, const struct value *v, bool assert_formats, struct err *e);

/* Whether the schema has at most so many places when each $ref is replaced by what it names (a recursive one counts
 * once on its way). Costs at most as many steps. */
bool shape_unfolds_within(const struct shape *s, size_t most);

/* The most that structured output fills: a schema of 25,000 characters has some 800 fields. */
enum { SHAPE_PLACES_MAX = 5000 };

/* Follows $ref until a shape that says something of its own beside it. Never NULL. */
const struct shape *shape_resolve(const struct shape *s);

/* A value that is valid and says as little as possible: null where the shape allows, else "", 0, false, [], the
 * first enum value, the object of its required properties, adjusted to every limit. The last resort of filling.
 * False when none can be made: the shape is unsatisfiable, or too intricate for a bounded search. */
MUST_USE bool shape_safest(struct arena *a, const struct shape *s, struct value *out);

#endif
