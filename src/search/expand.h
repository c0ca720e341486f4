/* expand.h - makes the HTTP request for a query from a preset, by filling its placeholders. preset.h lists them. Pure
 * functions. */
#ifndef SEARCH_EXPAND_H
#define SEARCH_EXPAND_H

#include "net/http.h"
#include "base/policy.h"
#include "search/preset.h"

enum template_state { TEMPLATE_FINE, TEMPLATE_UNKNOWN, TEMPLATE_OPEN };

/* Whether every placeholder is one of preset.h or a name of `keys`. If not, *bad is the wrong part. A '{' without a
 * letter behind it is an ordinary character. */
enum template_state template_check(struct slice text, const struct preset_lines *keys, struct slice *bad);
bool template_knows(struct slice name); /* whether it is one of preset.h's placeholders */
bool template_uses(struct slice text, const char *name);
/* False if a value of [body] begins like JSON but is not valid JSON. */
bool template_json_check(struct arena *a, struct slice text);

/* The values of the placeholders in one request. */
struct expand_input {
    struct slice query, lang; /* lang: ISO 639-1, or empty */
    unsigned count, page;     /* count: results wanted, limited to the preset's max_count; page: 0 is the first */
    const struct policy *policy;
    struct slice base;                 /* without a '/' at the end; if empty, the preset's base is used */
    struct slice key[PRESET_KEYS_MAX]; /* the values, in the order of the preset's keys */
    int64_t now_unix_s;
};

/* Fills url, method, headers and body of *out, in the arena, and leaves its other members alone. False, with a static
 * *why, if the URL becomes too long or if a placeholder of it has no value. */
MUST_USE bool expand_request(struct arena *a, const struct preset *p, const struct expand_input *in,
                             struct http_request *out, const char **why);

#endif
