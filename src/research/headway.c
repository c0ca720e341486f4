#include "research/headway.h"

/* What an open part is searched with in this round. */
static struct slice headway_query(const struct session *s, const struct part *p)
{
    return s->round > 0 && p->asked < p->ask_count ? p->asks[p->asked] : p->text;
}

static bool headway_has(const struct slice *list, size_t n, struct slice text)
{
    for (size_t i = 0; i < n; i++)
        if (slice_eq(list[i], text))
            return true;
    return false;
}

/* The best passage of each part first, then the second ones. */
static size_t headway_urls(const struct session *s, struct slice *out)
{
    size_t n = 0;
    bool more = true;
    for (size_t rank = 0; more; rank++) {
        more = false;
        for (size_t i = 0; i < s->part_count && n < HEADWAY_URLS; i++) {
            const struct index_hits *hits = &s->parts[i].hits;
            if (rank >= hits->n)
                continue;
            more = true;
            if (!headway_has(out, n, hits->at[rank].url))
                out[n++] = hits->at[rank].url;
        }
    }
    return n;
}

static void headway_tell(struct session *s, enum headway_step step)
{
    struct slice queries[HEADWAY_QUERIES], urls[HEADWAY_URLS];
    size_t n = 0;
    if (!s->sink->headway)
        return;
    for (size_t i = 0; i < s->part_count && n < HEADWAY_QUERIES; i++) {
        struct slice query = headway_query(s, &s->parts[i]);
        if (s->parts[i].open && query.n && !headway_has(queries, n, query))
            queries[n++] = query;
    }
    if (n == 0)
        queries[n++] = s->query;
    const struct headway p = {.step = step,
                              .round = (unsigned)s->round + 1,
                              .queries = queries,
                              .query_count = n,
                              .urls = urls,
                              .url_count = headway_urls(s, urls)};
    s->sink->headway(s->sink->ud, &p);
}

void headway_search(struct session *s)
{
    headway_tell(s, HEADWAY_SEARCH);
}

void headway_write(struct session *s)
{
    headway_tell(s, HEADWAY_WRITE);
}
