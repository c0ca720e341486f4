/* evidence_world.h - evidence made by hand for tests: pages of one passage each, over an empty index. */
#ifndef EVIDENCE_WORLD_H
#define EVIDENCE_WORLD_H

#include <stdio.h>
#include <stdlib.h>

#include "evidence/view.h"
#include "unit.h"

enum { EVIDENCE_MOST = 64 };

struct evidence_world {
    struct arena *arena;
    struct index *index;
    struct pool *pool;
    struct passage at[EVIDENCE_MOST];
    size_t n;
    struct view *view;
};

static inline void evidence_open(struct evidence_world *w)
{
    struct err e;
    w->n = 0;
    w->arena = arena_new();
    if (!index_open("/nonexistent/footnote-test", &w->index, &e))
        fail_msg("%s", e.message);
    w->pool = pool_new(w->arena, w->index);
}

static inline void evidence_page(struct evidence_world *w, const char *url, const char *title, const char *date,
                                 const char *lang, struct slice text)
{
    assert_true(w->n < EVIDENCE_MOST);
    struct slice at = slice_of(url);
    w->at[w->n] = (struct passage){.url = at,
                                   .title = slice_of(title),
                                   .site = index_site(w->arena, at),
                                   .date = slice_of(date),
                                   .lang = slice_of(lang),
                                   .text = text,
                                   .page_id = (uint32_t)w->n,
                                   .score = 1,
                                   .page_sha256 = index_hash(w->arena, text)};
    const struct page_copy page = {
        .url = at, .title = slice_of(title), .text = text, .lang = slice_of(lang), .date = slice_of(date)};
    pool_add(w->pool, &page);
    w->n++;
}

static inline void evidence_ready(struct evidence_world *w)
{
    struct index_hits *hits = arena_array(w->arena, struct index_hits, 1);
    *hits = (struct index_hits){w->at, w->n, 1, w->n};
    w->view = view_new(w->arena, evidence_new(w->arena), hits, w->n);
}

static inline void evidence_close(struct evidence_world *w)
{
    index_close(w->index);
    arena_free(w->arena);
}

#endif
