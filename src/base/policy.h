/* policy.h - which sources may be used: the asker's domains and dates.
 *
 * One struct goes from the request to everybody who finds pages: the index searches by it, search services are told as
 * much of it as they understand, and what they give back is checked against all of it. It is in base/ because index/,
 * search/ and session/ share no other folder. Pure functions. */
#ifndef BASE_POLICY_H
#define BASE_POLICY_H

#include "base/arena.h"

struct BY_NAME policy { /* all of it optional */
    /* Places, domains in lower case: "example.org" also means its subdomains, ".org" all of org, "example.org/docs/3"
     * only what is at or below that path, written as in struct url (net/url.h) and compared with its case. */
    const struct slice *include;
    size_t include_count;
    const struct slice *exclude; /* wins over include */
    size_t exclude_count;
    struct slice after_date; /* YYYY-MM-DD: older pages may not be used */
};

/* host: lower case, without a port. path: as in struct url; without the query. */
bool policy_allows_page(const struct policy *p, struct slice host, struct slice path);
/* The domain of a place, and whether the place is narrower than that. */
struct slice policy_domain(struct slice place);
bool policy_has_path(struct slice place);
/* What policy_narrow leaves where no place is in both: no host has it (RFC 6761). */
#define POLICY_NOWHERE ".invalid"
/* Makes p allow only what `also` allows as well: the places that both include, without those that either excludes.
 * Where no place is in both, it is POLICY_NOWHERE. Dates stay. The lists are in the arena. */
void policy_narrow(struct policy *p, const struct policy *also, struct arena *a);
/* date: YYYY-MM-DD, or empty where it is not known. Then `vouched` decides: it says that whoever found the page was
 * told to find no older one. */
bool policy_allows_date(const struct policy *p, struct slice date, bool vouched);

#endif
