#include "base/policy.h"

struct slice policy_domain(struct slice place)
{
    return slice_sub(place, 0, slice_find(place, SLICE("/")));
}

bool policy_has_path(struct slice place)
{
    return slice_find(place, SLICE("/")) < place.n;
}

/* "/3" is above "/3" and "/3/x", not above "/30". */
static bool policy_is_above(struct slice above, struct slice path)
{
    if (above.n && above.p[above.n - 1] == '/')
        above.n--;
    return slice_starts(path, above) && (path.n == above.n || path.p[above.n] == '/');
}

static bool policy_in_domain(struct slice host, struct slice domain)
{
    if (domain.n == 0)
        return false;
    if (domain.p[0] == '.')
        return slice_ends(host, domain);
    return slice_ends(host, domain) && (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

static bool policy_is_in(struct slice host, struct slice path, struct slice place)
{
    struct slice domain = policy_domain(place);
    return policy_in_domain(host, domain) && policy_is_above(slice_sub(place, domain.n, place.n - domain.n), path);
}

bool policy_allows_page(const struct policy *p, struct slice host, struct slice path)
{
    bool in = p->include_count == 0;
    for (size_t i = 0; i < p->exclude_count; i++)
        if (policy_is_in(host, path, p->exclude[i]))
            return false;
    for (size_t i = 0; i < p->include_count && !in; i++)
        in = policy_is_in(host, path, p->include[i]);
    return in;
}

bool policy_allows_date(const struct policy *p, struct slice date, bool vouched)
{
    if (p->after_date.n == 0)
        return true;
    return date.n ? slice_cmp(date, p->after_date) >= 0 : vouched;
}

/* Whether every host of `inner` is one of `outer`, both of them domains as lists have them. */
static bool policy_within(struct slice inner, struct slice outer)
{
    if (inner.p[0] == '.' && outer.p[0] != '.') /* ".example.org" is without example.org itself */
        return slice_ends(inner, outer) && inner.n > outer.n && inner.p[inner.n - outer.n - 1] == '.';
    return slice_eq(inner, outer) || policy_in_domain(inner, outer);
}

/* The place that is in both: the narrower domain with the narrower path. Empty: there is none. */
static struct slice policy_meet(struct slice one, struct slice other, struct arena *a)
{
    struct slice domain = policy_domain(one), its = policy_domain(other);
    struct slice path = slice_sub(one, domain.n, one.n - domain.n), its_path = slice_sub(other, its.n, other.n - its.n);
    bool domain_in = policy_within(domain, its), path_in = policy_is_above(its_path, path);
    if ((!domain_in && !policy_within(its, domain)) || (!path_in && !policy_is_above(path, its_path)))
        return SLICE("");
    const struct slice pieces[] = {domain_in ? domain : its, path_in ? path : its_path};
    return arena_join(a, pieces, COUNT_OF(pieces));
}

static size_t policy_common(const struct policy *p, const struct policy *also, struct slice *out, struct arena *a)
{
    size_t n = 0;
    for (size_t i = 0; i < p->include_count; i++)
        for (size_t k = 0; k < also->include_count; k++) {
            struct slice both = policy_meet(p->include[i], also->include[k], a);
            bool twice = both.n == 0;
            for (size_t j = 0; j < n && !twice; j++)
                twice = slice_eq(out[j], both);
            if (!twice)
                out[n++] = both;
        }
    return n;
}

void policy_narrow(struct policy *p, const struct policy *also, struct arena *a)
{
    size_t excluded = p->exclude_count + also->exclude_count;
    struct slice *exclude = arena_array(a, struct slice, excluded);
    for (size_t i = 0; i < excluded; i++)
        exclude[i] = i < p->exclude_count ? p->exclude[i] : also->exclude[i - p->exclude_count];
    p->exclude = exclude;
    p->exclude_count = excluded;
    if (also->include_count == 0)
        return;
    if (p->include_count == 0) {
        p->include = also->include;
        p->include_count = also->include_count;
        return;
    }
    struct slice *common = arena_array(a, struct slice, p->include_count * also->include_count + 1);
    size_t n = policy_common(p, also, common, a);
    if (n == 0)
        common[n++] = SLICE(POLICY_NOWHERE);
    p->include = common;
    p->include_count = n;
}
