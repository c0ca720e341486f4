/* fields.h - reads members of a request's JSON object. An absent member and null are the same; a wrong type is an
 * error that names the member's path. Private to api/. */
#ifndef API_FIELDS_H
#define API_FIELDS_H

#include <stdint.h>

#include "shape/value.h"
#include "base/err.h"

struct fields {
    struct arena *arena;
    const struct value *object;
    const char *path; /* of the object: "" or "messages[0]" */
};

/* Sets ERR_BAD_VALUE with "<path>.<name>" as param, and returns false. */
bool fields_wrong(const struct fields *f, const char *name, const char *expected, struct err *e);
/* The path of a member: "messages[0].role". In the arena. */
const char *fields_path(const struct fields *f, const char *name);
/* NULL when absent or null. */
const struct value *fields_get(const struct fields *f, const char *name);

/* *out is left as it was when the member is absent. */
MUST_USE bool fields_string(const struct fields *f, const char *name, struct slice *out, struct err *e);
MUST_USE bool fields_bool(const struct fields *f, const char *name, bool *out, struct err *e);
MUST_USE bool fields_number(const struct fields *f, const char *name, double least, double most, double *out,
                            struct err *e);
MUST_USE bool fields_integer(const struct fields *f, const char *name, int64_t least, int64_t most, int64_t *out,
                             struct err *e);
/* *found tells whether it is there; *out is then the object's fields. */
MUST_USE bool fields_object(const struct fields *f, const char *name, struct fields *out, bool *found, struct err *e);
/* An array of non-empty strings, at most `most`. */
MUST_USE bool fields_strings(const struct fields *f, const char *name, size_t most, struct slice **out, size_t *count,
                             struct err *e);

#endif
