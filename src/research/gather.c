/* gather: query → passages, from each source of evidence; today the local index. */
#include "research/steps.h"

/* Candidates for each passage that will reach the writer; choose cuts them. */
enum { PASSAGES_PER_PAGE = 3 };

bool step_gather(struct session *s, struct err *e)
{
    const struct index_query query = {.text = s->query,
                                      .lang = slice_of(s->lang->code),
                                      .filter = s->question->filter,
                                      .limit = s->question->tier->passages,
                                      .passages_per_page = PASSAGES_PER_PAGE};
    int64_t start_ms = clock_ms();
    bool ok = index_search(s->world->index, &query, s->arena, &s->hits, e);
    s->answer->reports[s->answer->report_count++] =
        (struct report){"index", ok ? (s->hits.n ? "ok" : "empty") : "failed", ok ? s->hits.n : 0,
                        clock_ms() - start_ms};
    if (ok && s->hits.searched == 0)
        return err_set(e, ERR_UNAVAILABLE,
                       "The index is empty and no other source is set up. Add pages with: footnote index add FILE.jsonl");
    return ok;
}
