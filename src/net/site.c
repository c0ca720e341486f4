#include "net/site.h"

#include <libpsl.h>
#include <pthread.h>

#include "net/url.h"

enum { SITE_HOST_MAX = 253 }; /* of a host name in DNS */

static pthread_once_t site_once = PTHREAD_ONCE_INIT;
static const psl_ctx_t *site_list; /* for the whole run of the process */

static void site_read_list(void)
{
    site_list = psl_latest(NULL);
    if (!site_list)
        site_list = psl_builtin(); /* NULL when libpsl was built without a list; each host is then its own owner */
}

/* Platforms of many authors that are not in the list of Debian 12 (February 2023). */
static const struct platform {
    const char *host;
    bool sub_domains; /* each is another author's, but for "www" */
    bool at_names;    /* "/@name" is an author */
} platforms[] = {
    {"notion.site", true, false},     {"gitbook.io", true, false},     {"medium.com", true, true},
    {"substack.com", true, true},     {"wordpress.com", true, false},  {"tumblr.com", true, false},
    {"livejournal.com", true, false}, {"typepad.com", true, false},    {"weebly.com", true, false},
    {"neocities.org", true, false},   {"sourceforge.io", true, false}, {"fandom.com", true, false},
    {"hashnode.dev", true, false},    {"bearblog.dev", true, false},   {"beehiiv.com", true, false},
    {"webflow.io", true, false},      {"wikidot.com", true, false},    {"hatenablog.com", true, false},
    {"tistory.com", true, false},     {"over-blog.com", true, false},  {"youtube.com", false, true},
    {"tiktok.com", false, true},
};

static const struct platform *site_platform(struct slice host)
{
    for (size_t i = 0; i < sizeof platforms / sizeof platforms[0]; i++) {
        struct slice p = slice_of(platforms[i].host);
        if (slice_ends(host, p) && (host.n == p.n || host.p[host.n - p.n - 1] == '.'))
            return &platforms[i];
    }
    return NULL;
}

/* "ann.medium.com" of "x.ann.medium.com"; "medium.com" of itself and of "www.medium.com". */
static struct slice site_on_platform(const struct platform *p, struct slice host)
{
    size_t n = strlen(p->host), start = host.n - n;
    struct slice whole = slice_sub(host, start, n);
    if (start == 0 || !p->sub_domains)
        return whole;
    size_t label = start - 1;
    while (label > 0 && host.p[label - 1] != '.')
        label--;
    return slice_is(slice_sub(host, label, start - 1 - label), "www") ? whole : slice_sub(host, label, host.n - label);
}

static bool site_is_address(struct slice host)
{
    bool figures = true;
    for (size_t i = 0; i < host.n && figures; i++)
        figures = host.p[i] == '.' || (host.p[i] >= '0' && host.p[i] <= '9');
    return figures || memchr(host.p, ':', host.n) != NULL;
}

struct slice site_owner(struct slice host)
{
    char name[SITE_HOST_MAX + 1];
    if (host.n == 0 || host.n > SITE_HOST_MAX || site_is_address(host))
        return host;
    const struct platform *p = site_platform(host);
    if (p)
        return site_on_platform(p, host);
    pthread_once(&site_once, site_read_list);
    memcpy(name, host.p, host.n);
    name[host.n] = 0;
    const char *owner = site_list ? psl_registrable_domain(site_list, name) : NULL;
    size_t n = owner ? strlen(owner) : host.n;
    return slice_sub(host, host.n - n, n);
}

struct slice site_owner_of_page(struct arena *a, struct slice url)
{
    struct url u;
    const char *why;
    if (!url_parse(a, url, &u, &why))
        return url;
    struct slice owner = site_owner(u.host);
    const struct platform *p = u.kind == URL_NAME ? site_platform(u.host) : NULL;
    if (!p || !p->at_names || !slice_is(owner, p->host) || !slice_starts(u.path, SLICE("/@")))
        return owner;
    struct slice author = slice_sub(u.path, 1, u.path.n - 1);
    author.n = slice_find(author, SLICE("/"));
    char *lower = arena_alloc(a, author.n + 1); /* names differ by more than case on all of them */
    for (size_t i = 0; i < author.n; i++)
        lower[i] = (char)(author.p[i] >= 'A' && author.p[i] <= 'Z' ? author.p[i] | 0x20 : author.p[i]);
    return arena_printf(a, "%.*s/%.*s", SLICE_ARGS(owner), (int)author.n, lower);
}
