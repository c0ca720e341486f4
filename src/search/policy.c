/* policy.c - see policy.h. An excluded domain wins over an included one. */
#include "search/policy.h"

static bool in_domain(struct slice host, struct slice domain)
{
    if (domain.n == 0)
        return false;
    if (domain.p[0] == '.')
        return slice_ends(host, domain);
    return slice_ends(host, domain) && (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

bool policy_allows_host(const struct search_policy *p, struct slice host)
{
    bool in = p->include_count == 0;
    for (size_t i = 0; i < p->exclude_count; i++)
        if (in_domain(host, p->exclude[i]))
            return false;
    for (size_t i = 0; i < p->include_count && !in; i++)
        in = in_domain(host, p->include[i]);
    return in;
}

bool policy_allows_date(const struct search_policy *p, struct slice date, bool vouched)
{
    if (p->after_date.n == 0)
        return true;
    return date.n ? slice_cmp(date, p->after_date) >= 0 : vouched;
}
