/* policy.h - which sources may be used: the asker's domains and dates, as a rule over results.
 *
 * Services are told as much of it as they understand; what comes back is held against all of it. Pure functions. */
#ifndef SEARCH_POLICY_H
#define SEARCH_POLICY_H

#include "base/slice.h"

/* All of it optional; the same form as struct index_filter. */
struct search_policy {
    const struct slice *include; /* domains, lower case: "example.org" also means its subdomains, ".org" all of org */
    size_t include_count;
    const struct slice *exclude;
    size_t exclude_count;
    struct slice after_date; /* YYYY-MM-DD */
};

/* host: lower case, without a port. */
bool policy_allows_host(const struct search_policy *p, struct slice host);
/* date: YYYY-MM-DD, or empty when it is not known: then vouched decides, which says that whoever found the page was told
 * to find none that is older. */
bool policy_allows_date(const struct search_policy *p, struct slice date, bool vouched);

#endif
