/* question.h - what a client asks: a request in the program's own form, whatever API it came by.
 *
 * api/ fills it from a request, cli/ from options. Nobody changes it while a session runs. */
#ifndef SESSION_QUESTION_H
#define SESSION_QUESTION_H

#include <stdint.h>

#include "index/index.h"
#include "evidence/pool.h"
#include "session/tiers.h"
#include "shape/shape.h"

enum role { ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT };

struct turn {
    enum role role; /* "developer" is ROLE_SYSTEM */
    struct slice text;
};

enum output_kind { OUTPUT_TEXT, OUTPUT_JSON_OBJECT, OUTPUT_JSON_SCHEMA };

enum { QUESTION_MAX_STOPS = 4 };

/* Which values of a document get their own entry in the basis: top-level fields; also the elements of top-level arrays;
 * or every value that contains no other, at any depth. */
enum basis_depth { BASIS_FIELD, BASIS_ELEMENT, BASIS_LEAF };

struct question {
    const struct tier *tier;
    const struct turn *turns;
    size_t turn_count;
    enum output_kind output;
    const struct shape *shape;  /* OUTPUT_JSON_SCHEMA only */
    const struct value *schema; /* the same schema as the client wrote it */
    const char *schema_path;    /* where it was in the request, for errors; NULL: nowhere */
    struct policy policy;       /* which sources may be used */
    size_t max_tokens;          /* of the answer; 0: no limit */
    struct slice stops[QUESTION_MAX_STOPS];
    size_t stop_count;
    /* Passed to the language model; quoting does not use them. NULL and empty: the server's defaults. */
    const double *temperature, *top_p;
    const int64_t *seed;
    struct slice reasoning_effort;
    enum basis_depth basis_depth;
    const struct page_copy *known_pages; /* pages behind earlier answers of the conversation, best first */
    size_t known_count;
    /* The client's own limits; 0: only the tier's. They can lower the tier's limits, not raise them. */
    int64_t max_ms, max_searches, max_pages;
    int64_t asked_ms; /* clock_ms from which max_ms counts: when the request came; 0: when the session begins */
};

#endif
