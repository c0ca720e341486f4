/* find_run.h - Search and Extract from the request's JSON to what is to be printed, whatever door it came by.
 *
 * OWNERSHIP: everything is in the arena. THREADS: any; the call blocks while pages are searched and read. */
#ifndef HTTP_FIND_RUN_H
#define HTTP_FIND_RUN_H

#include <stdatomic.h>

#include "api/find_reply.h"
#include "api/find_request.h"
#include "session/answer.h"
#include "session/world.h"

struct find_caller {
    const struct world *world;
    size_t max_chars;     /* of objective and queries */
    struct slice domains; /* of the key (api/key_scope.h); empty: all */
    atomic_bool *cancelled;
    int64_t asked_ms; /* clock_ms from which the request's own time counts */
};

/* Errors as find_request_search and find_pages have them. */
MUST_USE bool find_run_search(const struct find_caller *c, struct slice body, enum find_form form, struct arena *a,
                              struct find_reply *out, struct spent *spent, struct err *e);
/* Errors as find_request_extract and open_pages have them. */
MUST_USE bool find_run_extract(const struct find_caller *c, struct slice body, enum find_form form, struct arena *a,
                               struct find_reply *out, struct err *e);

#endif
