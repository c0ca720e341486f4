/* known.c - see known.h. Texts are told apart by their hash and their place in the page, so that nothing is kept twice
 * when a conversation goes on over the same pages. */
#include "research/known.h"

#include "net/url.h"
#include "search/policy.h"

static bool allowed(struct session *s, const struct pool_page *page)
{
    const struct index_filter *f = &s->question->filter;
    const struct search_policy p = {f->include, f->include_count, f->exclude, f->exclude_count, f->after_date};
    struct url u;
    const char *why;
    if (!policy_allows_date(&p, page->date, false))
        return false;
    if (url_parse(s->arena, page->url, &u, &why))
        return policy_allows_host(&p, u.host);
    return p.include_count == 0; /* a file of our own index: it has no host that could be excluded */
}

/* The index has found the page already: the same one, or a newer version of it. */
static bool is_found(const struct session *s, const struct pool_page *page)
{
    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; i < s->parts[p].own.n; i++)
            if (slice_eq(s->parts[p].own.at[i].url, page->url))
                return true;
    return false;
}

bool known_gather(struct session *s)
{
    const struct question *q = s->question;
    for (size_t i = 0; i < q->known_count; i++)
        if (allowed(s, &q->known_pages[i]) && !is_found(s, &q->known_pages[i]))
            pool_add(s->pool, &q->known_pages[i]);
    return s->pool->n > 0;
}

struct keeping {
    struct arena *arena;
    struct pool_page *at;
    size_t n, room, bytes;
};

/* Whether the page's text from offset to end is kept already, within one piece. */
static bool kept(const struct keeping *k, struct slice sha256, size_t offset, size_t n)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct pool_page *p = &k->at[i];
        if (slice_eq(p->sha256, sha256) && p->offset <= offset && offset + n <= p->offset + p->text.n)
            return true;
    }
    return false;
}

static void keep(struct keeping *k, const struct pool_page *page)
{
    if (page->text.n == 0 || k->bytes + page->text.n > KNOWN_BYTES ||
        kept(k, page->sha256, page->offset, page->text.n))
        return;
    void *items = k->at;
    struct pool_page *slot = arena_push(k->arena, &items, k->n++, &k->room, sizeof *slot);
    k->at = items;
    *slot = *page;
    k->bytes += page->text.n;
}

/* The whole text of a source, where it is at hand. */
static bool whole_text(struct arena *a, const struct source *source, const struct pool *pool, struct index *index,
                       struct slice *text)
{
    struct err ignored; /* its passages are at hand all the same */
    bool found = false;
    for (size_t i = 0; i < pool->page_count; i++)
        if (slice_eq(pool->pages[i].sha256, source->sha256) && pool->pages[i].offset == 0) {
            *text = pool->pages[i].text;
            found = slice_eq(index_hash(a, *text), source->sha256); /* else it is a part from an earlier answer */
            break;
        }
    if (found)
        return true;
    return index_page_text(index, source->url, a, text, &found, &ignored) && found && text->n <= KNOWN_PAGE_BYTES &&
           slice_eq(index_hash(a, *text), source->sha256);
}

static void keep_source(struct keeping *k, const struct answer *answer, const struct source *source,
                        struct index *index)
{
    struct pool_page page = {.url = source->url,
                             .title = source->title,
                             .lang = source->passages[0]->lang,
                             .date = source->date,
                             .sha256 = source->sha256};
    if (whole_text(k->arena, source, answer->pool, index, &page.text) && page.text.n <= KNOWN_PAGE_BYTES) {
        keep(k, &page);
        return;
    }
    for (size_t i = 0; i < source->passage_count; i++) {
        page.text = source->passages[i]->text;
        page.offset = source->passages[i]->offset;
        keep(k, &page);
    }
}

void known_of_answer(struct arena *a, const struct question *q, const struct answer *answer, struct index *index,
                     struct pool_page **out, size_t *count)
{
    struct keeping k = {.arena = a};
    const struct evidence *ev = answer->evidence;
    for (size_t i = 0; i < answer->cited_count; i++)
        keep_source(&k, answer, answer->cited[i], index);
    for (size_t i = 0; i < ev->source_count; i++)
        if (ev->sources[i]->number == 0)
            keep_source(&k, answer, ev->sources[i], index);
    for (size_t i = 0; i < q->known_count; i++)
        keep(&k, &q->known_pages[i]);
    *out = k.at;
    *count = k.n;
}
