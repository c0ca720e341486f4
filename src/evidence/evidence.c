#include "evidence/evidence.h"

struct evidence *evidence_new(struct arena *a)
{
    struct evidence *ev = arena_array(a, struct evidence, 1);
    ev->arena = a;
    return ev;
}

static void evidence_push(struct arena *a, struct source ***list, size_t *count, size_t *room, struct source *s)
{
    struct source **slot = arena_push(a, list, *count, room);
    *slot = s;
    ++*count;
}

static void add_passage(struct arena *a, struct source *s, const struct passage *p)
{
    const struct passage **slot = arena_push(a, &s->passages, s->passage_count++, &s->passage_room);
    *slot = p;
}

struct source *evidence_source(struct evidence *ev, const struct passage *p)
{
    for (size_t i = 0; i < ev->source_count; i++)
        if (slice_eq(ev->sources[i]->url, p->url) && slice_eq(ev->sources[i]->sha256, p->page_sha256)) {
            add_passage(ev->arena, ev->sources[i], p);
            return ev->sources[i];
        }
    struct source *s = arena_array(ev->arena, struct source, 1);
    *s = (struct source){.url = p->url,
                         .title = p->title,
                         .site = p->site,
                         .date = p->date,
                         .sha256 = p->page_sha256,
                         .snippet = p->text};
    add_passage(ev->arena, s, p);
    evidence_push(ev->arena, &ev->sources, &ev->source_count, &ev->source_room, s);
    return s;
}

unsigned evidence_cite(struct evidence *ev, struct source *source)
{
    if (source->number == 0) {
        evidence_push(ev->arena, &ev->cited, &ev->cited_count, &ev->cited_room, source);
        source->number = (unsigned)ev->cited_count;
    }
    return source->number;
}
