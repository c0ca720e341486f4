/* conversation.c - see conversation.h for the contract.
 *
 * The pages of an answer are kept as the session had them, so that a follow-up has the same evidence even when index
 * and web have changed. */
#include "http/conversation.h"

#include "api/chat_turns.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/trail.h"
#include "research/known.h"

/* Turns are cut at max_input_chars; this only bounds the buffer. */
enum { TURNS_MAX_BYTES = 64 * 1024 * 1024 };

bool conversation_go_on(struct exchange *x, const struct api_world *w, struct arena *a, struct chat_request *r,
                        struct err *e)
{
    struct interaction kept;
    bool found = false;
    if (r->previous_interaction.n == 0)
        return true;
    if (!interactions_get(w->interactions, r->previous_interaction, exchange_owner(x),
                          clock_unix_s() - w->interaction_s, a, &kept, &found, e))
        return false;
    if (!found)
        return err_set_param(e, ERR_INTERACTION_NOT_FOUND, "previous_interaction_id",
                             "There is no interaction of this id that this key may go on from.");
    struct question *q = &r->question; /* results of tools come before what was kept */
    struct page_copy *pages = arena_array(a, struct page_copy, q->known_count + kept.page_count);
    if (q->known_count)
        memcpy(pages, q->known_pages, q->known_count * sizeof *pages);
    if (kept.page_count)
        memcpy(pages + q->known_count, kept.pages, kept.page_count * sizeof *pages);
    q->known_pages = pages;
    q->known_count += kept.page_count;
    return chat_turns_go_on(a, kept.turns, &r->question, e);
}

bool conversation_keep(const struct conversation *c, struct api_world *w, const struct chat_request *r,
                       const struct answer *answer)
{
    struct buf turns;
    struct err e = {0};
    struct interaction kept = {0};
    if (!r->keep || w->interaction_s == 0)
        return true;
    struct arena *pages = arena_new(); /* whole pages: the exchange may last until a slow client has read its reply */
    buf_init(&turns, TURNS_MAX_BYTES);
    size_t turn_count = chat_turns_print(&r->question, answer->text, w->limits.max_input_chars, &turns);
    kept.turns = buf_slice(&turns);
    known_of_answer(pages, &r->question, answer, w->world.index, &kept.pages, &kept.page_count);
    bool ok = !turns.over && interactions_put(w->interactions, c->id, c->owner, &kept, turn_count, c->made_unix, &e);
    if (!turns.over)
        atomic_store(&w->keeping_fails, !ok);
    if (!ok)
        log_event(LOG_ERROR, "interaction", "id=%s not kept: %s", trail_request_id(),
                  turns.over ? "too large" : e.message);
    else
        atomic_fetch_add_explicit(&w->kept, 1, memory_order_relaxed);
    arena_free(pages);
    buf_release(&turns);
    return ok;
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

void conversation_trust_clock(struct api_world *w, int64_t now_unix)
{
    int64_t newest = 0;
    struct err e;
    bool doubt = interactions_newest(w->interactions, &newest, &e) && newest && now_unix - newest > 2 * DOUBT_S;
    w->doubt_until_ms = doubt ? clock_ms() + (int64_t)DOUBT_S * 1000 : 0;
    if (doubt)
        log_event(LOG_WARN, "interactions", "the newest is %lld days old, or the clock is wrong; none is removed today",
                  (long long)(now_unix - newest) / DOUBT_S);
}

void conversation_forget(struct api_world *w, int64_t now_unix)
{
    uint64_t old = 0, many = 0;
    struct err e;
    if (!is_time(w, now_unix))
        return;
    bool doubt = clock_ms() < w->doubt_until_ms;
    if ((!doubt && !interactions_purge(w->interactions, now_unix - w->interaction_s, &old, &e)) ||
        !interactions_shrink(w->interactions, w->interaction_bytes, &many, &e))
        log_event(LOG_ERROR, "interactions", "not forgotten: %s", e.message);
    else if (old + many)
        log_event(LOG_INFO, "interactions", "forgotten=%llu too_old=%llu", (unsigned long long)(old + many),
                  (unsigned long long)old);
}
