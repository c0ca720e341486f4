#include "research/evidence.h"

static struct source *source_of(struct arena *a, struct evidence *ev, const struct passage *p)
{
    for (size_t i = 0; i < ev->source_count; i++)
        if (slice_eq(ev->sources[i]->url, p->url))
            return ev->sources[i];
    struct source *s = arena_array(a, struct source, 1);
    *s = (struct source){.url = p->url,
                         .title = p->title,
                         .site = p->site,
                         .date = p->date,
                         .sha256 = p->page_sha256,
                         .snippet = p->text};
    ev->sources[ev->source_count++] = s;
    return s;
}

struct evidence *evidence_new(struct arena *a, const struct index_hits *hits, size_t max_passages)
{
    size_t n = hits->n < max_passages ? hits->n : max_passages;
    struct evidence *ev = arena_array(a, struct evidence, 1);
    ev->passages = arena_array(a, struct evidence_passage, n);
    ev->sources = arena_array(a, struct source *, n);
    ev->cited = arena_array(a, struct source *, n);
    ev->query_weight = hits->query_weight;
    for (size_t i = 0; i < n; i++)
        ev->passages[ev->passage_count++] =
            (struct evidence_passage){&hits->at[i], source_of(a, ev, &hits->at[i])};
    return ev;
}

unsigned evidence_cite(struct evidence *ev, struct source *source)
{
    if (source->number == 0) {
        ev->cited[ev->cited_count++] = source;
        source->number = (unsigned)ev->cited_count;
    }
    return source->number;
}
