/* question.h - what is asked: the native form of a request, whatever wire it came by. */
#ifndef RESEARCH_QUESTION_H
#define RESEARCH_QUESTION_H

#include <stdint.h>

#include "index/index.h"
#include "evidence/pool.h"
#include "research/tiers.h"
#include "shape/shape.h"

enum role { ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT };

struct turn {
    enum role role; /* "developer" is ROLE_SYSTEM */
    struct slice text;
};

enum output_kind { OUTPUT_TEXT, OUTPUT_JSON_OBJECT, OUTPUT_JSON_SCHEMA };

enum { QUESTION_MAX_STOPS = 4 };

/* What has an entry of its own in the basis: top-level fields; also the elements of top-level arrays; also every value
 * that holds no other, however deep. */
enum basis_depth { BASIS_FIELD, BASIS_ELEMENT, BASIS_LEAF };

struct question {
    const struct tier *tier;
    const struct turn *turns;
    size_t turn_count;
    enum output_kind output;
    const struct shape *shape; /* OUTPUT_JSON_SCHEMA only */
    const struct value *schema; /* the same as it was given */
    struct index_filter filter; /* source policy */
    size_t max_tokens;         /* of the answer; 0: no limit */
    struct slice stops[QUESTION_MAX_STOPS];
    size_t stop_count;
    /* For a language model; quoting has no use for them. NULL and empty: the model's own. */
    const double *temperature, *top_p;
    const int64_t *seed;
    struct slice reasoning_effort;
    enum basis_depth basis_depth;
    const struct pool_page *known_pages; /* that earlier answers of the conversation stood on; the best first */
    size_t known_count;
    /* The client's own limits; 0: the tier's alone. */
    int64_t max_ms, max_searches, max_pages;
};

/* The last user turn's text; empty when there is none. */
struct slice question_ask(const struct question *q);

#endif
