/* conversation.c - see conversation.h. The pages of an answer are kept as the session had them, so that a follow-up stands
 * on the same evidence whatever has become of index and web. */
#include "http/conversation.h"

#include "api/chat_turns.h"
#include "base/clock.h"
#include "base/log.h"
#include "research/known.h"

/* Turns are cut at max_input_chars; this only bounds the buffer. */
enum { TURNS_MAX_BYTES = 64 * 1024 * 1024 };

static int64_t owner(const struct exchange *x)
{
    return exchange_key(x) ? exchange_key(x)->id : 0; /* without keys everybody is the same client */
}

static void know(struct arena *a, const struct interaction *kept, struct question *q)
{
    struct pool_page *pages = arena_array(a, struct pool_page, kept->page_count);
    for (size_t i = 0; i < kept->page_count; i++) {
        const struct interaction_page *p = &kept->pages[i];
        pages[i] = (struct pool_page){p->url, p->title, p->text, p->lang, p->date, p->sha256, p->offset};
    }
    q->known_pages = pages;
    q->known_count = kept->page_count;
}

bool conversation_go_on(struct exchange *x, const struct api_world *w, struct chat_request *r, struct err *e)
{
    struct interaction kept;
    struct arena *a = exchange_arena(x);
    bool found = false;
    if (r->previous_interaction.n == 0)
        return true;
    if (!interactions_get(w->interactions, r->previous_interaction, owner(x), clock_unix_s() - w->interaction_s, a,
                          &kept, &found, e))
        return false;
    if (!found)
        return err_set_param(e, ERR_INTERACTION_NOT_FOUND, "previous_interaction_id",
                             "There is no interaction of this id that this key may go on from.");
    know(a, &kept, &r->question);
    return chat_turns_go_on(a, kept.turns, &r->question, e);
}

static void take_pages(struct arena *a, const struct api_world *w, const struct chat_request *r,
                       const struct answer *answer, struct interaction *out)
{
    struct pool_page *pages;
    size_t n;
    known_of_answer(a, &r->question, answer, w->world.index, &pages, &n);
    struct interaction_page *at = arena_array(a, struct interaction_page, n);
    for (size_t i = 0; i < n; i++) {
        const struct pool_page *p = &pages[i];
        at[i] = (struct interaction_page){p->url, p->title, p->lang, p->date, p->sha256, p->offset, p->text};
    }
    out->pages = at;
    out->page_count = n;
}

void conversation_keep(struct exchange *x, struct api_world *w, const struct chat_request *r,
                       const struct chat_head *head, const struct answer *answer)
{
    struct buf turns;
    struct err e = {0};
    struct interaction kept = {0};
    if (!r->keep || w->interaction_s == 0)
        return;
    struct arena *pages = arena_new(); /* whole pages: the exchange may last until a slow client has read its reply */
    buf_init(&turns, TURNS_MAX_BYTES);
    size_t turn_count = chat_turns_print(&r->question, answer->text, w->limits.max_input_chars, &turns);
    kept.turns = buf_slice(&turns);
    take_pages(pages, w, r, answer, &kept);
    if (turns.over || !interactions_put(w->interactions, slice_of(head->interaction), owner(x), &kept, turn_count,
                                        head->created, &e))
        log_event(LOG_ERROR, "interaction", "not kept: %s", turns.over ? "too large" : e.message);
    else
        atomic_fetch_add_explicit(&w->kept, 1, memory_order_relaxed);
    arena_free(pages);
    buf_release(&turns);
}

static bool is_time(struct api_world *w, int64_t now_unix)
{
    int64_t due = atomic_load(&w->forget_unix);
    if (now_unix < due && atomic_load_explicit(&w->kept, memory_order_relaxed) < FORGET_EVERY_KEPT)
        return false;
    if (!atomic_compare_exchange_strong(&w->forget_unix, &due, now_unix + FORGET_EVERY_S))
        return false; /* another worker was faster */
    return atomic_exchange(&w->kept, 0) >= FORGET_EVERY_KEPT || now_unix >= due;
}

void conversation_forget(struct api_world *w, int64_t now_unix)
{
    uint64_t old = 0, many = 0;
    struct err e;
    if (!is_time(w, now_unix))
        return;
    if (!interactions_purge(w->interactions, now_unix - w->interaction_s, &old, &e) ||
        !interactions_shrink(w->interactions, w->interaction_bytes, &many, &e))
        log_event(LOG_ERROR, "interactions", "not forgotten: %s", e.message);
    else if (old + many)
        log_event(LOG_INFO, "interactions", "forgotten=%llu too_old=%llu", (unsigned long long)(old + many),
                  (unsigned long long)old);
}
