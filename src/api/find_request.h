/* find_request.h - reads requests for pages: Parallel's Search and Extract, in their v1 and v1beta forms.
 *
 * OWNERSHIP: in the arena; slices point into it. THREADS: any. */
#ifndef API_FIND_REQUEST_H
#define API_FIND_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/policy.h"

enum {
    FIND_REQUEST_URLS = 20,
    FIND_QUERIES_MOST = 50, /* more than are ever looked at */
    FIND_RESULTS_USUAL = 10,
    FIND_RESULTS_MOST = 40,
    FIND_PAGE_CHARS_USUAL = 2500,
    FIND_PAGE_CHARS_LEAST = 200, /* fewer hold no sentence */
    FIND_CHARS_USUAL = 25000,
    FIND_CHARS_LEAST = 1000,
    FIND_CHARS_MOST = 2000000,
    FIND_FULL_CHARS_USUAL = 200000,
    FIND_SECONDS_MOST = 3600,
    FIND_SESSION_CHARS = 1000,
};

/* What a search's member mode may be, ended by NULL; the last two are names of the older form. */
extern const char *const find_request_modes[];

enum find_form { FIND_FORM_V1, FIND_FORM_BETA };

struct find_request {
    struct slice objective;
    const struct slice *queries;
    size_t query_count;
    struct slice mode;        /* as the client wrote it; empty: not said */
    const struct slice *urls; /* of extract */
    size_t url_count;
    struct policy policy;
    size_t results;               /* at most so many pages */
    size_t chars, chars_per_page; /* of excerpts */
    size_t full_chars;            /* of whole texts, each; 0: none is wanted */
    bool excerpts;
    int64_t max_age_s;            /* a copy may be as old; 0: as the server keeps them */
    int64_t max_ms;               /* 0: not said */
    bool only_fresh;              /* a page that cannot be read anew is an error though there is an old copy */
    struct slice session;         /* empty: none was named */
    const struct slice *warnings; /* sentences */
    size_t warning_count;
};

/* Unknown members are warned of. Errors name the member as in fields.h: ERR_BAD_JSON, ERR_BAD_VALUE,
 * ERR_MISSING_FIELD, ERR_INPUT_TOO_LONG (more than max_chars characters in all). */
MUST_USE bool find_request_search(struct arena *a, struct slice body, enum find_form form, size_t max_chars,
                                  struct find_request *out, struct err *e);
MUST_USE bool find_request_extract(struct arena *a, struct slice body, enum find_form form, size_t max_chars,
                                   struct find_request *out, struct err *e);

#endif
