/* known.c - see known.h.
 *
 * A text is known by the hash of its page and its offset in the page. So nothing is kept twice when a conversation goes
 * on over the same pages. */
#include "research/known.h"

#include "net/url.h"

static bool known_allowed(struct session *s, const struct page_copy *page)
{
    const struct policy *p = &s->question->policy;
    return policy_allows_date(p, page->date, false) && url_allowed(s->arena, p, page->url);
}

/* Whether the index has found the page, in the same or a newer version. */
static bool is_found(const struct session *s, const struct page_copy *page)
{
    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; i < s->parts[p].own.n; i++)
            if (slice_eq(s->parts[p].own.at[i].url, page->url))
                return true;
    return false;
}

/* Whether our own index is asked and has the page as it was. Then the search has judged it already, as it does for a
 * client that sends messages instead of an id. */
static bool is_own(struct session *s, const struct page_copy *page)
{
    struct err ignored;
    struct slice text;
    bool found = false;
    return session_asks_index(s) && index_page_text(s->world->index, page->url, s->workings, &text, &found, &ignored) &&
           found && slice_eq(index_hash(s->workings, text), page->sha256);
}

bool known_gather(struct session *s)
{
    const struct question *q = s->question;
    for (size_t i = 0; i < q->known_count; i++)
        if (known_allowed(s, &q->known_pages[i]) && !is_found(s, &q->known_pages[i]) && !is_own(s, &q->known_pages[i]))
            pool_add(s->pool, &q->known_pages[i]);
    return s->pool->n > 0;
}

struct keeping {
    struct arena *arena;
    struct page_copy *at;
    size_t n, room, bytes;
};

/* Whether the page's n bytes from offset on are kept already, in one piece. */
static bool known_kept(const struct keeping *k, struct slice sha256, size_t offset, size_t n)
{
    for (size_t i = 0; i < k->n; i++) {
        const struct page_copy *p = &k->at[i];
        if (slice_eq(p->sha256, sha256) && p->offset <= offset && offset + n <= p->offset + p->text.n)
            return true;
    }
    return false;
}

static void known_keep(struct keeping *k, const struct page_copy *page)
{
    if (page->text.n == 0 || page->sha256.n == 0 || k->bytes + page->text.n > KNOWN_BYTES ||
        known_kept(k, page->sha256, page->offset, page->text.n))
        return;
    struct page_copy *slot = arena_push(k->arena, &k->at, k->n++, &k->room);
    *slot = *page;
    k->bytes += page->text.n;
}

/* Gets the whole text of a source. False: it is in neither the pool nor the index, or has changed since. */
static bool whole_text(struct arena *a, const struct source *source, const struct pool *pool, struct index *index,
                       struct slice *text)
{
    struct err ignored; /* the passages that were evidence are there all the same */
    bool found = false;
    for (size_t i = 0; i < pool->page_count; i++)
        if (slice_eq(pool->pages[i].sha256, source->sha256) && pool->pages[i].offset == 0) {
            *text = pool->pages[i].text;
            found = slice_eq(index_hash(a, *text), source->sha256); /* else it is a piece kept from an earlier answer */
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
    struct page_copy page = {.url = source->url,
                             .title = source->title,
                             .lang = source->passages[0]->lang,
                             .date = source->date,
                             .sha256 = source->sha256};
    if (whole_text(k->arena, source, answer->pool, index, &page.text) && page.text.n <= KNOWN_PAGE_BYTES) {
        known_keep(k, &page);
        return;
    }
    for (size_t i = 0; i < source->passage_count; i++) {
        page.text = source->passages[i]->text;
        page.offset = source->passages[i]->offset;
        known_keep(k, &page);
    }
}

void known_of_answer(struct arena *a, const struct question *q, const struct answer *answer, struct index *index,
                     const struct page_copy **out, size_t *count)
{
    struct keeping k = {.arena = a};
    const struct evidence *ev = answer->evidence;
    for (size_t i = 0; i < answer->cited_count; i++)
        keep_source(&k, answer, answer->cited[i], index);
    for (size_t i = 0; i < ev->source_count; i++)
        if (ev->sources[i]->number == 0)
            keep_source(&k, answer, ev->sources[i], index);
    for (size_t i = 0; i < q->known_count; i++)
        known_keep(&k, &q->known_pages[i]);
    *out = k.at;
    *count = k.n;
}
