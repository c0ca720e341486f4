/* answer_json.h - the parts of an answer that every door has in the same form, as jansson's trees. Private to api/. */
#ifndef API_ANSWER_JSON_H
#define API_ANSWER_JSON_H

#include <jansson.h>

#include "session/answer.h"

/* An address as clients make links of it. One that must not be a link (javascript:), from an index made before such
 * pages were refused, gets a scheme that no browser knows. */
json_t *answer_json_link(struct slice url);
json_t *answer_json_basis(const struct answer *answer);
/* The members that OpenAI does not have: basis, probabilities, citations, search_results, warnings (of the request,
 * then the answer's), search_report. They are at the top level, where clients ignore unknown members. */
void answer_json_extras(json_t *reply, const struct answer *answer, const struct slice *warnings, size_t n);

#endif
