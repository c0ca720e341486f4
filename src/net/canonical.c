/* canonical.c - one text for all the addresses of one page.
 *
 * Search engines, feeds and shared links name a page in many ways: with and without www, over AMP, with the tracking
 * parameters of whoever passed it on. The rules here are those that hold on nearly every site; a wrong one costs a page
 * that is taken for another, a missing one costs reading the same page twice, so doubtful rules are left out (sorting
 * the query, lower-casing the path, dropping every unknown parameter). The result is a key, never an address to ask. */
#include <strings.h>

#include "net/url.h"

/* Parameters that say who sent the reader, not what to show. A name that ends in '*' stands for all that begin so. */
static const char *const tracking[] = {
    "utm_*",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "gad_source",
    "fbclid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "yclid",
    "ysclid",
    "igshid",
    "igsh",
    "twclid",
    "ttclid",
    "li_fat_id",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "vero_id",
    "oly_enc_id",
    "oly_anon_id",
    "s_kwcid",
    "ref_src",
    "ref_url",
    "srsltid",
    "wickedid",
    "hsctatracking",
    "wt.mc_id",
    "at_medium",
    "at_campaign",
    "pk_*",
    "piwik_*",
    "mtm_*",
    "matomo_*",
    "ncid",
    "cmpid",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "__twitter_impression",
    "amp_js_v",
    "amp_gsa",
    "usqp",
    "phpsessid",
    "jsessionid",
    "sid_session",
};

/* Hosting and registries under which many owners live, besides the "co.uk" pattern. */
static const char *const shared_suffixes[] = {
    "github.io",    "gitlab.io",     "blogspot.com",   "wordpress.com",     "readthedocs.io", "netlify.app",
    "vercel.app",   "herokuapp.com", "pages.dev",      "workers.dev",       "web.app",        "firebaseapp.com",
    "substack.com", "tumblr.com",    "appspot.com",    "azurewebsites.net", "cloudfront.net", "amazonaws.com",
    "fandom.com",   "neocities.org", "sourceforge.io", "livejournal.com",   "typepad.com",    "weebly.com",
    "wixsite.com",  "fly.dev",       "onrender.com",
};
static const char *const second_level[] = {
    "co",  "com", "ac",  "gov", "org", "net", "edu", "or",  "ne",  "go",  "gob",  "gouv",   "gv",   "nhs",    "ltd",
    "plc", "sch", "mil", "nom", "asn", "id",  "res", "gen", "ind", "web", "firm", "police", "govt", "school", "nic"};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool in_table(struct slice s, const char *const *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (slice_eq_nocase(s, slice_of(table[i])))
            return true;
    return false;
}

static bool is_tracking(struct slice name)
{
    for (size_t i = 0; i < COUNT(tracking); i++) {
        struct slice t = slice_of(tracking[i]);
        bool prefix = t.p[t.n - 1] == '*';
        if (prefix ? name.n >= t.n - 1 && strncasecmp(name.p, t.p, t.n - 1) == 0 : slice_eq_nocase(name, t))
            return true;
    }
    return false;
}

/* amp, amp=1, amp=true, outputType=amp: the same page, set for AMP. */
static bool is_amp_wish(struct slice name, struct slice value)
{
    if (slice_eq_nocase(name, SLICE("amp")))
        return value.n == 0 || slice_is(value, "1") || slice_is(value, "true");
    return slice_eq_nocase(name, SLICE("outputtype")) && slice_is(value, "amp");
}

/* Tail of s after the first byte c; empty when c is not there. */
static struct slice after(struct slice s, char c)
{
    const char *at = memchr(s.p, c, s.n);
    return at ? (struct slice){at + 1, s.n - (size_t)(at + 1 - s.p)} : (struct slice){"", 0};
}

static struct slice canonical_query(struct arena *a, struct slice query)
{
    char *out = arena_alloc(a, query.n + 1);
    size_t n = 0;
    while (query.n > 0) {
        struct slice item = slice_sub(query, 0, slice_find(query, SLICE("&")));
        struct slice name = slice_sub(item, 0, slice_find(item, SLICE("=")));
        query = after(query, '&');
        if (item.n == 0 || is_tracking(name) || is_amp_wish(name, after(item, '=')))
            continue;
        if (n > 0)
            out[n++] = '&';
        memcpy(out + n, item.p, item.n);
        n += item.n;
    }
    return (struct slice){out, n};
}

static bool cut_end(struct slice *s, const char *end)
{
    struct slice e = slice_of(end);
    if (s->n <= e.n || strncasecmp(s->p + s->n - e.n, e.p, e.n) != 0)
        return false;
    s->n -= e.n;
    return true;
}

static struct slice canonical_path(struct arena *a, struct slice path)
{
    size_t session = slice_find(path, SLICE(";jsessionid="));
    path.n = session;
    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    if (cut_end(&path, ".amp.html"))
        return arena_printf(a, "%.*s.html", SLICE_ARGS(path));
    if (cut_end(&path, "/amp") || cut_end(&path, ".amp"))
        while (path.n > 1 && path.p[path.n - 1] == '/')
            path.n--;
    if (slice_eq_nocase(path, SLICE("/index.html")) || slice_eq_nocase(path, SLICE("/index.htm")))
        path.n = 1;
    else if (!cut_end(&path, "/index.html"))
        cut_end(&path, "/index.htm");
    return path;
}

static unsigned dots(struct slice s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '.';
    return n;
}

/* www.example.org, m.example.org and amp.example.org are example.org; en.m.wikipedia.org is en.wikipedia.org. */
static struct slice canonical_host(struct arena *a, struct slice host)
{
    static const char *const prefixes[] = {"www.", "amp.", "m.", "mobile."};
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        struct slice prefix = slice_of(prefixes[i]);
        if (slice_starts(host, prefix) && dots(host) >= 2)
            host = slice_sub(host, prefix.n, host.n - prefix.n);
    }
    size_t first = slice_find(host, SLICE("."));
    struct slice rest = slice_sub(host, first, host.n - first);
    if (slice_starts(rest, SLICE(".m.")) && dots(host) >= 3)
        return arena_printf(a, "%.*s%.*s", (int)first, host.p, (int)(rest.n - 2), rest.p + 2);
    return host;
}

/* AMP caches serve https://example-org.cdn.ampproject.org/c/s/example.org/a and www.google.com/amp/s/example.org/a;
 * the page's own address stands in the path ("s/": over https). */
static bool unwrap_amp_cache(struct arena *a, const struct url *u, struct url *out)
{
    struct slice inner = {"", 0};
    const char *why;
    if (slice_ends(u->host, SLICE(".cdn.ampproject.org")) && u->path.n > 3 && u->path.p[2] == '/')
        inner = slice_sub(u->path, 3, u->path.n - 3);
    else if (slice_starts(u->host, SLICE("www.google.")) && slice_starts(u->path, SLICE("/amp/")))
        inner = slice_sub(u->path, 5, u->path.n - 5);
    if (slice_starts(inner, SLICE("s/")))
        inner = slice_sub(inner, 2, inner.n - 2);
    if (slice_find(slice_sub(inner, 0, slice_find(inner, SLICE("/"))), SLICE(".")) >= inner.n)
        return false;
    return url_parse(
        a, arena_printf(a, "https://%.*s%s%.*s", SLICE_ARGS(inner), u->query.n ? "?" : "", SLICE_ARGS(u->query)), out,
        &why);
}

struct slice url_canonical(struct arena *a, const struct url *u)
{
    struct url inner;
    if (unwrap_amp_cache(a, u, &inner))
        u = &inner;
    struct slice host = u->kind == URL_NAME ? canonical_host(a, u->host) : u->host;
    struct slice path = canonical_path(a, u->path), query = canonical_query(a, u->query);
    bool ipv6 = u->kind == URL_IPV6;
    struct slice port = u->port == 443 || u->port == 80 ? SLICE("") : arena_printf(a, ":%u", u->port);
    return ARENA_JOIN(a, ipv6 ? SLICE("[") : SLICE(""), host, ipv6 ? SLICE("]") : SLICE(""), port, path,
                      query.n ? SLICE("?") : SLICE(""), query);
}

struct slice url_site(struct slice host)
{
    size_t starts[4] = {0}; /* of the last labels, the last one first */
    size_t found = 0;
    for (size_t i = host.n; i > 0 && found < 4; i--)
        if (i == 1 || host.p[i - 2] == '.')
            starts[found++] = i - 1;
    if (found < 3 || memchr(host.p, ':', host.n) || (host.p[host.n - 1] >= '0' && host.p[host.n - 1] <= '9'))
        return host;
    struct slice last = slice_sub(host, starts[0], host.n - starts[0]);
    struct slice second = slice_sub(host, starts[1], starts[0] - 1 - starts[1]);
    struct slice two = slice_sub(host, starts[1], host.n - starts[1]);
    bool wide = (last.n == 2 && in_table(second, second_level, COUNT(second_level))) ||
                in_table(two, shared_suffixes, COUNT(shared_suffixes));
    size_t from = starts[wide ? 2 : 1];
    return slice_sub(host, from, host.n - from);
}
