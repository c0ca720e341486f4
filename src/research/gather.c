/* gather: query → passages. The local index first, since it answers in milliseconds; where it is not sure, the web. */
#include "research/known.h"
#include "research/web.h"
#include "search/search.h"

enum { PASSAGES_PER_PAGE = 3 };

static bool ask_index(struct session *s, struct err *e)
{
    const struct index_query query = {.text = s->query,
                                      .lang = slice_of(s->lang->code),
                                      .filter = s->question->filter,
                                      .limit = s->question->tier->passages,
                                      .passages_per_page = PASSAGES_PER_PAGE};
    int64_t start_ms = clock_ms();
    bool ok = index_search(s->world->index, &query, s->arena, &s->hits, e);
    s->answer->reports[s->answer->report_count++] = (struct report){
        "index", ok ? (s->hits.n ? "ok" : "empty") : "failed", ok ? s->hits.n : 0, clock_ms() - start_ms};
    return ok;
}

static bool index_is_sure(struct session *s)
{
    struct need need;
    struct err ignored;
    if (s->hits.n == 0 || !need_make(s->arena, s->query, s->lang, s->pool, NEED_ANY, &need, &ignored))
        return false;
    struct evidence *ev = evidence_new(s->arena, &s->hits, s->question->tier->passages);
    return rank_sentences(s->arena, view_new(s->arena, ev), &need).probability >= SURE_FROM;
}

bool step_gather(struct session *s, struct err *e)
{
    bool reached = false;
    if ((!s->world->search || search_uses_index(s->world->search)) && !ask_index(s, e))
        return false;
    if (known_gather(s) &&
        !pool_merge(s->pool, s->query, s->lang, s->question->tier->passages, PASSAGES_PER_PAGE, &s->hits, e))
        return false;
    if (!web_is_there(s)) {
        if (s->hits.searched == 0)
            return err_set(e, ERR_UNAVAILABLE,
                           "The index is empty and no search service is set up. Add pages with: footnote index add FILE.jsonl");
        return true;
    }
    if (index_is_sure(s))
        return true;
    web_gather(s, &reached);
    if (s->hits.searched == 0 && s->pool->n == 0 && !reached)
        return err_set(e, ERR_UNAVAILABLE, "The index is empty and no search service could be reached. "
                       "Add pages with: footnote index add FILE.jsonl");
    return pool_merge(s->pool, s->query, s->lang, s->question->tier->passages, PASSAGES_PER_PAGE, &s->hits, e);
}
