/* index_check.c - index_check: whether what is on the disk is what was put.
 *
 * The library's own check compares blocks and counts. It does not look into values, so a bit that flipped in a page's
 * text passes it. So each passage is read too, and the text that they make together is compared with the page's hash.
 * Passages are read in steps, each with a view of its own: a writer overtakes one step and not the whole walk. */
#include <sha2.h>

#include "index/pages.h"

enum { STEP_PASSAGES = 256 };

struct check_walk {
    uint64_t next; /* number of a passage */
    uint32_t last;
    struct index_checked *out;
};

/* Hashes the passages of a page. The page may have been replaced since its first passage was found; then it has another
 * record, and is met again at its new place. */
static bool check_page(struct index *x, struct engine_view *v, const struct page_record *page, struct arena *a,
                       struct err *e)
{
    SHA2_CTX sha;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Init(&sha);
    for (uint32_t i = 0; i < page->count; i++) {
        struct slice stored;
        struct passage_record r;
        if (!engine_stored(v, page->first + i, 1, a, &stored, e))
            return false;
        if (!passage_decode(stored, &r, NULL) || r.number != i || r.page_id != page->page_id)
            return index_damaged(x, arena_printf(a, "a passage of %.*s", SLICE_ARGS(page->url)).p, e);
        SHA256Update(&sha, (const uint8_t *)r.gap.p, r.gap.n);
        SHA256Update(&sha, (const uint8_t *)r.text.p, r.text.n);
    }
    SHA256Update(&sha, (const uint8_t *)page->tail.p, page->tail.n);
    SHA256Final(digest, &sha);
    if (memcmp(digest, page->sha256.p, SHA256_BYTES) != 0)
        return index_damaged(x, arena_printf(a, "the text of %.*s", SLICE_ARGS(page->url)).p, e);
    return true;
}

/* A passage that was removed has no stored bytes. A first passage leads to its page, and that to the other ones. */
static bool check_passage(struct index *x, struct engine_view *v, struct slice stored, uint32_t number,
                          struct index_checked *found, struct arena *a, struct err *e)
{
    struct passage_record r;
    struct page_record page;
    struct slice bytes;
    if (stored.n == 0)
        return true;
    if (!passage_decode(stored, &r, NULL))
        return index_damaged(x, "the text of a passage", e);
    found->passages++;
    if (r.number > 0)
        return true;
    if (!engine_record(v, r.page_key, a, &bytes, e))
        return false;
    if (!page_decode(bytes, &page) || page.first != number)
        return index_damaged(x, "the record of a page", e);
    found->pages++;
    return check_page(x, v, &page, a, e);
}

static bool check_step(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct check_walk *w = ud;
    struct slice stored[STEP_PASSAGES];
    struct index_checked found = {0};
    struct arena *a = arena_new();
    bool ok = engine_last(v, &w->last, e);
    uint64_t left = ok && w->next <= w->last ? w->last - w->next + 1 : 0;
    uint32_t first = (uint32_t)w->next, n = left < STEP_PASSAGES ? (uint32_t)left : STEP_PASSAGES;
    ok = ok && engine_stored(v, first, n, a, stored, e);
    for (uint32_t i = 0; ok && i < n; i++)
        ok = check_passage(x, v, stored[i], first + i, &found, a, e);
    if (ok) {
        w->next += n;
        w->out->pages += found.pages;
        w->out->passages += found.passages;
    }
    arena_free(a);
    return ok;
}

bool index_check(struct index *x, const atomic_bool *stop, struct index_checked *out, struct err *e)
{
    struct check_walk w = {.next = 1, .last = 1, .out = out};
    *out = (struct index_checked){0};
    if (!engine_check(x->folder, e))
        return false;
    while (w.next <= w.last) {
        if (stop && atomic_load(stop))
            return err_set(e, ERR_CANCELLED, NULL);
        if (!read_by_view(x, check_step, &w, e))
            return false;
    }
    return true;
}
