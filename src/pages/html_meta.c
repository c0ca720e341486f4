/* html_meta.c - names of <meta> are a table; of each kind the first good value counts. */
#include "pages/html_meta.h"

#include "pages/page.h"

enum { META_BYTES_MAX = HTML_META_BYTES_MAX };

static bool meta_has(struct slice text, const char *word)
{
    return text.n && slice_find(text, slice_of(word)) < text.n;
}

void html_meta_keep(struct arena *a, struct slice *where, struct slice value)
{
    value = slice_trim(value);
    if (where->n == 0 && value.n && value.n <= META_BYTES_MAX)
        *where = arena_dup(a, value);
}

/* The first one that is a day: templates leave "0001-01-01", durations and the like where dates go. */
static void html_keep_date(struct arena *a, struct slice *where, struct slice value)
{
    if (where->n == 0 && value.n && page_date(a, value).n)
        html_meta_keep(a, where, value);
}

static void meta_see_element(struct arena *a, const struct html_given *given, struct html_meta *m)
{
    const struct {
        const char *name;
        struct slice *where;
    } names[] = {
        {"og:title", &m->og_title},
        {"twitter:title", &m->og_title},
        {"og:site_name", &m->site_name},
        {"application-name", &m->site_name},
        {"og:description", &m->description},
        {"description", &m->description},
        {"article:published_time", &m->published},
        {"datepublished", &m->published},
        {"date", &m->published},
        {"pubdate", &m->published},
        {"publishdate", &m->published},
        {"publish-date", &m->published},
        {"sailthru.date", &m->published},
        {"parsely-pub-date", &m->published},
        {"dc.date", &m->published},
        {"dc.date.issued", &m->published},
        {"dcterms.created", &m->published},
        {"article:modified_time", &m->modified},
        {"datemodified", &m->modified},
        {"og:updated_time", &m->modified},
        {"last-modified", &m->modified},
        {"author", &m->author},
        {"parsely-author", &m->author},
        {"sailthru.author", &m->author},
        {"dc.creator", &m->author},
        {"byl", &m->author},
        {"article:author", &m->author},
        {"og:locale", &m->locale},
        {"og:url", &m->og_url},
        {"generator", &m->generator},
    };
    struct slice content = html_given_value(given, ATTR_CONTENT);
    if (!content.n)
        return;
    static const enum html_attribute keys[] = {ATTR_PROPERTY, ATTR_NAME, ATTR_ITEMPROP};
    for (size_t k = 0; k < 3; k++) {
        struct slice name = html_given_value(given, keys[k]);
        for (size_t i = 0; name.n && i < COUNT_OF(names); i++)
            if (slice_eq_nocase(name, slice_of(names[i].name)) &&
                !(names[i].where == &m->author && slice_starts(content, SLICE("http")))) {
                if (names[i].where == &m->published || names[i].where == &m->modified)
                    html_keep_date(a, names[i].where, content);
                else
                    html_meta_keep(a, names[i].where, content);
            }
    }
}

void html_meta_see(struct arena *a, enum html_tag tag, const struct html_given *given, bool beside, struct html_meta *m)
{
    if (!given->has)
        return;
    struct slice property = html_given_value(given, ATTR_ITEMPROP);
    if (tag == TAG_META)
        meta_see_element(a, given, m);
    else if (tag == TAG_LINK && meta_has(html_given_value(given, ATTR_REL), "canonical"))
        html_meta_keep(a, &m->canonical, html_given_value(given, ATTR_HREF));
    else if (tag == TAG_HTML)
        html_meta_keep(a, &m->lang, html_given_value(given, ATTR_LANG));
    else if ((tag == TAG_TIME || property.n) && !beside) {
        struct slice date = html_given_value(given, tag == TAG_TIME ? ATTR_DATETIME : ATTR_CONTENT);
        if (meta_has(property, "dateModified"))
            html_keep_date(a, &m->modified, date);
        else if (meta_has(property, "datePublished"))
            html_keep_date(a, &m->published, date);
        else if (tag == TAG_TIME)
            html_keep_date(a, &m->time, date);
    }
}
