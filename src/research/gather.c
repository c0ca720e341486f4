/* gather: parts → passages. What the conversation stands on and the local index first, since they answer in milliseconds;
 * where they are not sure, the web. */
#include "research/known.h"
#include "research/web.h"

enum { PASSAGES_PER_PAGE = 3 };

static bool ask_index(struct session *s, struct part *p, struct err *e)
{
    const struct index_query query = {.text = p->text,
                                      .lang = slice_of(s->lang->code),
                                      .filter = s->question->filter,
                                      .limit = (size_t)s->question->tier->passages,
                                      .passages_per_page = PASSAGES_PER_PAGE};
    int64_t start_ms = clock_ms();
    bool ok = index_search(s->world->index, &query, s->arena, &p->own, e);
    p->own_asked = true;
    p->hits = p->own;
    p->view = NULL;
    web_report(s, "index", ok ? (p->own.n ? "ok" : "empty") : "failed", ok ? p->own.n : 0, clock_ms() - start_ms);
    return ok;
}

static bool ask_own(struct session *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (s->parts[i].open && !s->parts[i].own_asked && !ask_index(s, &s->parts[i], e))
            return false;
    return true;
}

/* Closes the parts that our own pages answer surely. */
static bool any_doubt(struct session *s, bool *doubt, struct err *e)
{
    *doubt = false;
    for (size_t i = 0; i < s->part_count; i++) {
        struct part *p = &s->parts[i];
        if (p->open && p->hits.n && !p->field.n) {
            if (!part_rank(s, p, e))
                return false;
            p->open = p->ranking.probability < s->confidence->high_from;
        }
        *doubt |= p->open;
    }
    return true;
}

static bool merge_pool(struct session *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count; i++) {
        struct part *p = &s->parts[i];
        if (s->pool->n == 0)
            continue;
        p->hits = p->own;
        p->view = NULL;
        if (!pool_merge(s->pool, p->text, s->lang, (size_t)s->question->tier->passages, PASSAGES_PER_PAGE, &p->hits, e))
            return false;
    }
    return true;
}

bool step_gather(struct session *s, struct err *e)
{
    bool reached = false, doubt = true;
    if (web_uses_index(s) && !ask_own(s, e))
        return false;
    if (s->round == 0 && known_gather(s) && !merge_pool(s, e))
        return false;
    bool empty = s->parts[0].own.searched == 0 && s->pool->n == 0;
    if (!web_is_there(s)) {
        if (empty)
            return err_set(e, ERR_UNAVAILABLE,
                           "The index is empty and no search service is set up. Add pages with: footnote index add FILE.jsonl");
        return true;
    }
    if (!any_doubt(s, &doubt, e))
        return false;
    if (!doubt)
        return true;
    web_gather(s, &reached);
    if (empty && s->pool->n == 0 && !reached && s->round == 0)
        return err_set(e, ERR_UNAVAILABLE, "The index is empty and no search service could be reached. "
                       "Add pages with: footnote index add FILE.jsonl");
    if (empty && s->pool->n == 0 && s->left_out_count && web_time_is_over(s))
        return err_set(e, ERR_DEADLINE, "No page could be read in the time there was.");
    return merge_pool(s, e);
}
