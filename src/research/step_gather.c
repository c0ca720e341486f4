/* step_gather.c - the gather step: parts -> passages.
 *
 * Known pages of the conversation and our own index come first, since they answer in milliseconds. The web is asked for
 * those parts that they do not answer surely. */
#include "research/step.h"
#include "base/meter.h"
#include "base/trace.h"
#include "encode/meaning.h"
#include "research/gather.h"
#include "research/known.h"
#include "research/web.h"

enum {
    PASSAGES_PER_PAGE = 3,
    NEAR_ASKED = 24, /* nearest passages in meaning: most are among those that the words find, or of removed pages */
    NEAR_JOINED = 3, /* of these, the most that join. Tried: 5, which finds no more and is less often right at first */
};

static bool ask_index(struct session *s, struct part *p, struct err *e)
{
    int64_t start_ms = clock_ms();
    uint32_t near[NEAR_ASKED];
    /* Other languages are left to words: the encoder does not know them. */
    size_t near_count =
        s->lang->encoded ? meaning_passages(s->world->meaning, p->text, &s->deadline, NEAR_ASKED, near) : 0;
    const struct index_query query = {.text = p->text,
                                      .lang = slice_of(s->lang->code),
                                      .policy = s->question->policy,
                                      .limit = (size_t)s->question->tier->passages,
                                      .passages_per_page = PASSAGES_PER_PAGE,
                                      .near = near,
                                      .near_count = near_count,
                                      .near_limit = NEAR_JOINED};
    bool ok = index_search(s->world->index, &query, s->arena, &p->own, e);
    p->own_asked = true;
    p->hits = p->own;
    p->view = NULL;
    enum search_status status = !ok ? SEARCH_FAILED : p->own.n ? SEARCH_OK : SEARCH_EMPTY;
    int64_t ms = clock_ms() - start_ms;
    session_report(s, "index", status, ok ? p->own.n : 0, ms, SLICE(""));
    if (trace_on(TRACE_SEARCH))
        trace_say(TRACE_SEARCH, "index \"%.*s\": %s, %zu passages in %lld ms", SLICE_ARGS(p->text),
                  search_status_name(status), p->own.n, (long long)ms);
    meter_add(METER_SEARCHES, "index", search_status_name(status), 1);
    meter_observe_us(METER_SEARCH_TIME, "index", NULL, ms * 1000);
    return ok;
}

/* Of two subjects that may be meant, the one whose page has more of the question is; then the one that is answered more
 * surely. */
static bool gather_covers_more(const struct part *one, const struct part *other)
{
    if (!one->ranking.inputs || !other->ranking.inputs)
        return one->ranking.inputs != NULL;
    double a = one->ranking.inputs[INPUT_COVER_PAGE], b = other->ranking.inputs[INPUT_COVER_PAGE];
    return a != b ? a > b : one->ranking.probability > other->ranking.probability;
}

/* Where the pages do not answer the part, asks them its other wordings. A wrong subject put in for "it" would cost the
 * whole answer; the words as the user said them may be enough. */
static bool ask_others(struct session *s, struct part *p, struct err *e)
{
    if (p->other_count && !part_rank(s, p, e))
        return false;
    for (size_t i = 0; i < p->other_count; i++) {
        const struct other_wording *wording = &p->others[i];
        double found = p->ranking.probability, least = found;
        struct part other = *p;
        other.text = wording->text;
        if (wording->use == OTHER_DOUBTFUL)
            least = s->confidence->medium_from;
        if ((wording->use == OTHER_SAME && found >= s->confidence->high_from) ||
            (wording->use == OTHER_DOUBTFUL && found >= s->confidence->medium_from))
            continue;
        if (!ask_index(s, &other, e) || !part_rank(s, &other, e))
            return false;
        if (wording->use == OTHER_RIVAL ? gather_covers_more(&other, p) : other.ranking.probability >= least) {
            *p = other;
            if (wording->heard.n)
                s->heard = arena_printf(s->arena, "%.*s%s%.*s", SLICE_ARGS(s->heard), s->heard.n ? " " : "",
                                        SLICE_ARGS(wording->heard));
        }
    }
    return true;
}

static bool ask_own(struct session *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (s->parts[i].open && !s->parts[i].own_asked &&
            (!ask_index(s, &s->parts[i], e) || !ask_others(s, &s->parts[i], e)))
            return false;
    return true;
}

/* Closes each part that our own pages answer with high confidence. *doubt: some part is still open. */
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

static bool merge_into(struct session *s, struct part *p, struct err *e)
{
    p->hits = p->own;
    p->view = NULL;
    return pool_merge(s->pool, p->text, s->lang, (size_t)s->question->tier->passages, PASSAGES_PER_PAGE, &p->hits, e);
}

static bool merge_pool(struct session *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count && s->pool->n; i++)
        if (!merge_into(s, &s->parts[i], e))
            return false;
    return true;
}

bool gather_whole(struct session *s, struct part *whole, struct err *e)
{
    *whole = (struct part){.text = s->query};
    return (!session_asks_index(s) || ask_index(s, whole, e)) && (s->pool->n == 0 || merge_into(s, whole, e));
}

/* Whether what has been read by now answers each part with high confidence. */
static bool gather_is_sure(struct session *s)
{
    struct err ignored;
    bool doubt = true;
    return merge_pool(s, &ignored) && any_doubt(s, &doubt, &ignored) && !doubt;
}

static bool gather_nowhere(struct err *e)
{
    return err_set(e, ERR_UNAVAILABLE,
                   "The index is empty and no search service is set up. Add pages with: footnote index add FILE.jsonl");
}

static bool gather_unreached(struct err *e)
{
    return err_set(e, ERR_UNAVAILABLE,
                   "The index is empty and no search service could be reached. "
                   "Add pages with: footnote index add FILE.jsonl");
}

bool gather_all(struct session *s, struct err *e)
{
    bool reached = false;
    for (size_t i = 0; i < s->part_count && session_asks_index(s); i++)
        if (!ask_index(s, &s->parts[i], e))
            return false;
    bool empty = s->parts[0].own.searched == 0;
    if (!session_asks_web(s))
        return !empty || gather_nowhere(e);
    web_gather(s, NULL, &reached);
    return (!empty || reached || s->pool->n || gather_unreached(e)) && merge_pool(s, e);
}

bool step_gather(struct session *s, struct err *e)
{
    bool reached = false, doubt = true;
    if (session_asks_index(s) && !ask_own(s, e))
        return false;
    if (s->round == 0 && known_gather(s) && !merge_pool(s, e))
        return false;
    bool empty = s->parts[0].own.searched == 0 && s->pool->n == 0;
    if (!session_asks_web(s)) {
        return !empty || gather_nowhere(e);
    }
    if (!any_doubt(s, &doubt, e))
        return false;
    if (!doubt)
        return true;
    web_gather(s, gather_is_sure, &reached);
    if (empty && s->pool->n == 0 && !reached && s->round == 0)
        return gather_unreached(e);
    if (empty && s->pool->n == 0 && s->left_out_count && web_time_is_over(s))
        return err_set(e, ERR_DEADLINE, "No page could be read in the time there was.");
    return merge_pool(s, e);
}
