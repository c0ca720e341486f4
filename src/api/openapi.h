/* openapi.h - the description of the API, OpenAPI 3.1, that GET /openapi.json gives.
 *
 * DESIGN: it is made from what the handlers use, so that both say the same: the routes of the running server, the
 * table of errors, the tiers, the constants of the request readers, and the settings. Only what a program cannot know
 * is written by hand, in the files of the folder openapi/: summaries, and the schemas of requests and replies. They are
 * compiled in. A file has
 *
 *   "operations": [{"method", "paths", "id", "tag", "summary", "about", "parameters", "request", "may_be_empty",
 *                   "reply", "stream", "events", "links", "types", "replies", "errors"}]
 *
 * with: paths, all of one handler, with names in braces where the route has "*"; request, reply, stream and events,
 * names of schemas (stream: of the data of an event, after the last of which "[DONE]" follows; events: of the data of
 * an event that has a name, failures among them); may_be_empty, true where no body is a request, too; links, as OpenAPI
 * has them; types, the content types of a reply that is no JSON; replies other than 200, {"202": {"description",
 * "schema"}}; errors, the codes that the handler itself gives, to which those are added that the server gives before a
 * handler is asked; parameters, objects of OpenAPI or names of those in base.json. And a file has
 *
 *   "schemas": {...}
 *
 * A string "@name" stands for a value (openapi_values.h), and "{name}" in a description for its text. Another door of
 * the API is another file here. tests/unit/http/test_openapi.c fails for a route without an entry. */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include <stdint.h>

#include "api/errors.h"
#include "base/buf.h"

struct openapi_route {
    const char *method, *path; /* as in struct route */
    bool needs_key, direct, counted;
    enum api_error_form errors;
};

struct openapi_number { /* a setting, or another number that other folders have */
    const char *name, *about;
    int64_t value;
};

struct openapi_server {
    const struct openapi_route *routes;
    size_t route_count;
    const struct openapi_number *numbers;
    size_t number_count;
    bool no_auth;
    bool all_routes; /* no setting turned one off, so that an entry without a route is a mistake */
};

/* Appends the document. Mistakes in the files, such as a route without an entry, are named in *mistakes, a line each,
 * and what they concern is left out. At one thread's start; 5 ms. */
void openapi_print(const struct openapi_server *s, struct buf *out, struct buf *mistakes);

#endif
