/* shape.h - a JSON Schema as a native struct, and whether a value fits it.
 *
 * parse.c reads a schema, merge.c makes one of several, check.c judges a value, unfold.c measures a schema.
 *
 * It understands the keywords of JSON Schema 2020-12 that structured output uses: type, properties, required, items,
 * prefixItems, enum, const, anyOf, oneOf, allOf that can be merged (merge.h), not of everything or nothing, $ref and
 * $defs (also "definitions"; local pointers, recursion), minimum, maximum, exclusiveMinimum, exclusiveMaximum,
 * multipleOf, minLength, maxLength, pattern, format, minItems, maxItems, uniqueItems, minProperties, maxProperties,
 * additionalProperties, patternProperties, propertyNames, dependentRequired, unevaluatedProperties and
 * unevaluatedItems where nothing else is left to evaluate, and boolean schemas; of older drafts items as an array,
 * additionalItems and dependencies on names. Annotations (title, description, default, examples, deprecated, readOnly,
 * writeOnly, contentEncoding, contentMediaType, contentSchema, $schema, $id at the root, $comment) never change what
 * is valid. Every other keyword of the standard is refused by name; words that the standard does not know are ignored,
 * as it demands. */
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

struct shape_pattern { /* of patternProperties */
    void *compiled;
    const struct shape *shape;
};

struct shape_dependency { /* of dependentRequired: with the first property there must be the second */
    struct slice name, needs;
};

/* One subschema. Shapes may point to each other in a circle where the schema does ($ref). */
struct shape {
    struct slice title, description;
    bool always, never;      /* the boolean schemas true (or {}) and false */
    unsigned types;          /* SHAPE_* bits; SHAPE_ANY where nothing is said */
    const struct shape *ref; /* $ref; other keywords beside it hold as well */

    struct shape_property *properties; /* in the schema's order; required ones without a subschema come last */
    size_t property_count;
    struct shape_pattern *patterns; /* for members by name, properties included */
    size_t pattern_count;
    const struct shape *additional; /* of members that neither describe; NULL: anything goes */
    const struct shape *names;      /* what each member's name, as a string, must be; NULL: anything goes */
    struct shape_dependency *dependencies;
    size_t dependency_count;
    size_t min_properties, max_properties;

    const struct shape *const *prefix; /* of the first items, one each */
    size_t prefix_count;
    const struct shape *items; /* of the items behind them; NULL: anything goes */
    size_t min_items, max_items;
    bool unique_items;

    const struct value *one_of_values; /* enum, or const as an enum of one */
    size_t value_count;
    const struct value *constant; /* const, when enum stands beside it; else NULL */

    const struct shape *const *any_of; /* anyOf or oneOf */
    size_t any_of_count;
    bool one_of; /* exactly one of them must hold */

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

/* Parses a schema. The shape borrows its strings and values, so the schema must live as long, best in the same arena.
 * A shape serves one thread, because of its compiled patterns. max_depth: levels of objects and arrays (5 by default
 * on the wire); 0: no limit. ERR_UNSUPPORTED_SCHEMA: an unsupported keyword, named in the message, with its path in
 * param; more than 2,000 subschemas; or a $ref or anyOf that comes back to itself on the same value. ERR_BAD_VALUE: a
 * keyword of a wrong type, an invalid pattern, or a $ref that leads nowhere. prefix begins the path, and may be "":
 * with "response_format.json_schema.schema" a path is "response_format.json_schema.schema.properties.a.oneOf". */
MUST_USE bool shape_parse(struct arena *a, const struct value *schema, const char *prefix, unsigned max_depth,
                          const struct shape **out, struct err *e);

/* Whether the value fits. If not, *e names the place in the value (param: "a.b[2]") and the keyword. assert_formats:
 * check formats too; 2020-12 makes them annotations by default, but documents that footnote writes always honour them.
 * A pattern that takes over 100 ms on a string, or a second in one check, counts as not matching. A value that takes
 * millions of steps (anyOf that recurses) or thousands of levels does not fit. */
MUST_USE bool shape_check(const struct shape *s, const struct value *v, bool assert_formats, struct err *e);

/* Whether the schema has at most `most` places when each $ref is replaced by its target (a recursive one once on each
 * way down). Takes at most as many steps. */
bool shape_unfolds_within(const struct shape *s, size_t most);

/* The most that structured output fills: a schema of 25,000 characters has some 800 fields. */
enum { SHAPE_PLACES_MAX = 5000 };

/* Follows $ref until a shape that says something of its own beside it. Never NULL. */
const struct shape *shape_resolve(const struct shape *s);

#endif
