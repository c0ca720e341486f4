/* opensearch.c - reads OpenSearch 1.1 description documents (github.com/dewitt/opensearch).
 *
 * Such a document says which URL searches a site. The URL comes from a stranger, and a client without a guard will use
 * it. So it must be on the site that the operator has named. */
#include "search/opensearch.h"

#include "net/site.h"
#include "net/url.h"
#include "search/path.h"
#include "search/xml.h"

enum { MAX_TEMPLATE_BYTES = 2000 };

/* The standard's parameters and our placeholders for them. Optional parameters that are not listed stay empty. */
static const struct {
    const char *theirs, *ours;
} names[] = {
    {"searchTerms", "{query}"}, {"count", "{count}"},       {"startIndex", "{start}"},   {"startPage", "{page}"},
    {"language", "{lang?}"},    {"inputEncoding", "UTF-8"}, {"outputEncoding", "UTF-8"},
};

static bool opensearch_translate(struct slice theirs, struct buf *out, const char **why)
{
    bool asks = false;
    *why = "the description's URL has a parameter that is not known here";
    for (size_t i = 0; i < theirs.n; i++) {
        struct slice rest = slice_sub(theirs, i, theirs.n - i);
        size_t end = theirs.p[i] == '{' ? slice_find(rest, SLICE("}")) : rest.n;
        if (end == rest.n) {
            buf_add_char(out, theirs.p[i]);
            continue;
        }
        struct slice name = slice_sub(rest, 1, end - 1);
        bool optional = slice_ends(name, SLICE("?")), known = false;
        name.n -= optional;
        for (size_t k = 0; k < COUNT_OF(names) && !known; k++) {
            known = slice_is(name, names[k].theirs);
            if (known)
                buf_add(out, slice_of(names[k].ours));
        }
        if (!known && !optional)
            return false;
        asks |= slice_is(name, "searchTerms");
        i += end;
    }
    *why = "the description's URL has no {searchTerms}, or is too long";
    return asks && !out->over;
}

static bool same_site(struct arena *a, struct slice template_url, const struct url *from, struct slice *absolute)
{
    struct url to;
    const char *why;
    /* A URL cannot have braces, so only the part before the first one is parsed. It is enough to tell the site. */
    struct slice head = slice_sub(template_url, 0, slice_find(template_url, SLICE("{")));
    if (!url_resolve(a, from, head, &to, &why) || !slice_eq(site_owner(to.host), site_owner(from->host)))
        return false;
    if (from->https && !to.https)
        return false;
    struct slice tail = slice_sub(template_url, head.n, template_url.n - head.n);
    /* Refuses "https://{x}.example": a placeholder in the host could become any site. */
    size_t scheme = slice_find(head, SLICE("://"));
    if (scheme < head.n && !memchr(head.p + scheme + 3, '/', head.n - scheme - 3) &&
        !memchr(head.p + scheme + 3, '?', head.n - scheme - 3))
        return false;
    *absolute = arena_printf(a, "%.*s%.*s", SLICE_ARGS(to.text), SLICE_ARGS(tail));
    return true;
}

bool opensearch_template(struct arena *a, struct slice description, struct slice described_at, struct slice *url,
                         const char **why)
{
    const struct value *top;
    struct url from;
    struct err e;
    *why = "the address gives no OpenSearch description";
    if (!url_parse(a, described_at, &from, why) || !xml_value(a, description, &top, &e))
        return false;
    struct path_values urls = path_find(a, top, top, SLICE("OpenSearchDescription.Url"));
    *why = "the description names no URL for RSS or Atom";
    for (size_t i = 0; i < urls.n; i++) {
        const struct value *type = value_member(urls.at[i], SLICE("@type")),
                           *link = value_member(urls.at[i], SLICE("@template"));
        if (!type || !link || link->kind != VALUE_STRING || link->string.n > MAX_TEMPLATE_BYTES ||
            type->kind != VALUE_STRING ||
            (slice_find(type->string, SLICE("rss+xml")) == type->string.n &&
             slice_find(type->string, SLICE("atom+xml")) == type->string.n))
            continue;
        struct slice absolute;
        struct buf out;
        if (!same_site(a, link->string, &from, &absolute)) {
            *why = "the description's URL leads to another site";
            continue;
        }
        buf_init(&out, URL_MAX_BYTES);
        bool ok = opensearch_translate(absolute, &out, why);
        *url = arena_dup(a, buf_slice(&out));
        buf_release(&out);
        if (ok)
            return true;
    }
    return false;
}
