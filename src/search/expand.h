/* expand.h - a preset and a query become an HTTP request. Pure functions; the placeholders are listed in preset.h. */
#ifndef SEARCH_EXPAND_H
#define SEARCH_EXPAND_H

#include "net/http.h"
#include "search/policy.h"
#include "search/preset.h"

enum template_state { TEMPLATE_FINE, TEMPLATE_UNKNOWN, TEMPLATE_OPEN };

/* Whether every placeholder is known, by itself or as a name of `keys`; else *bad is the part at fault. A '{' with
 * no letter behind it is a character. */
enum template_state template_check(struct slice text, const struct preset_lines *keys, struct slice *bad);
bool template_knows(struct slice name); /* one of preset.h's own placeholders */
bool template_uses(struct slice text, const char *name);
/* False when a value of [body] begins like JSON and is none. */
bool template_json_check(struct arena *a, struct slice text);

/* What the placeholders stand for in one request. */
struct expand_input {
    struct slice query, lang; /* lang: ISO 639-1, or empty */
    unsigned count, page;     /* count: wanted, cut to the preset's max_count; page: 0 is the first */
    const struct search_policy *policy;
    struct slice base;                         /* without a final '/'; empty: the preset's */
    struct slice key[PRESET_KEYS_MAX];         /* values, in the order of the preset's keys */
    int64_t now_unix_s;
};

/* Fills url, method, headers and body of *out, in the arena; the rest of it is left alone. False when the URL or a
 * [query] has grown beyond what a URL may have, or a needed placeholder of the URL has no value; *why is static. */
MUST_USE bool expand_request(struct arena *a, const struct preset *p, const struct expand_input *in,
                             struct http_request *out, const char **why);

/* The search URL of an OpenSearch description, its {searchTerms} and so on as placeholders of ours. The first Url for
 * RSS or Atom counts; it must be on the same site as the description. *why is static. */
MUST_USE bool opensearch_template(struct arena *a, struct slice description, struct slice described_at,
                                  struct slice *url, const char **why);

#endif
