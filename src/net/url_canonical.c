/* url_canonical.c - one text for all the addresses of one page.
 *
 * Search engines, feeds and shared links name a page in many ways: with and without www, over AMP, with tracking
 * parameters. The rules here hold on nearly every site. A wrong rule takes one page for another; a missing rule reads
 * the same page twice, which is cheaper. So doubtful rules are left out: sorting the query, lower-casing the path,
 * dropping every unknown parameter. The result is a key, never an address to ask. */
#include <strings.h>

#include "base/ascii.h"
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

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is_tracking(struct slice name)
{
    for (size_t i = 0; i < COUNT_OF(tracking); i++) {
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
static struct slice canonical_after(struct slice s, char c)
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
        query = canonical_after(query, '&');
        if (item.n == 0 || is_tracking(name) || is_amp_wish(name, canonical_after(item, '=')))
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

/* Whether what is before "/amp" is an article's name ("story-of-a-town", "2024", "a.html"). "/units/amp" is a page of
 * its own: its like are articles on ampere or on Amp. */
static bool canonical_is_article(struct slice path)
{
    size_t name = path.n;
    while (name > 0 && path.p[name - 1] != '/')
        name--;
    for (size_t i = name; i < path.n; i++)
        if (ascii_is_digit((unsigned char)path.p[i]) || char_in(path.p[i], "-_."))
            return true;
    return false;
}

static struct slice canonical_path(struct arena *a, struct slice path)
{
    size_t session = slice_find(path, SLICE(";jsessionid="));
    path.n = session;
    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    if (cut_end(&path, ".amp.html"))
        return arena_printf(a, "%.*s.html", SLICE_ARGS(path));
    struct slice whole = path;
    if (cut_end(&path, "/amp") && !canonical_is_article(path))
        path = whole;
    else if (path.n < whole.n || cut_end(&path, ".amp"))
        while (path.n > 1 && path.p[path.n - 1] == '/')
            path.n--;
    if (slice_eq_nocase(path, SLICE("/index.html")) || slice_eq_nocase(path, SLICE("/index.htm")))
        path.n = 1;
    else if (!cut_end(&path, "/index.html"))
        cut_end(&path, "/index.htm");
    return path;
}

static unsigned canonical_dots(struct slice s)
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
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        struct slice prefix = slice_of(prefixes[i]);
        if (slice_starts(host, prefix) && canonical_dots(host) >= 2)
            host = slice_sub(host, prefix.n, host.n - prefix.n);
    }
    size_t first = slice_find(host, SLICE("."));
    struct slice rest = slice_sub(host, first, host.n - first);
    if (slice_starts(rest, SLICE(".m.")) && canonical_dots(host) >= 3)
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
