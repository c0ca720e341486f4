#include "evidence/pool.h"

#include <math.h>
#include <stdlib.h>

#include "text/language.h"
#include "text/passages.h"

enum {
    PASSAGE_WORDS = 120, /* as in the index */
    PASSAGES_MAX = 4000, /* of all pages together */
    PASSAGES_OF_PAGE_MAX = 400,
    TERMS_MAX = 64,
    TITLE_WEIGHT = 2,
    AVERAGE_WORDS = 100, /* of a passage, for BM25's length; below PASSAGE_WORDS, since short pages have short ones */
};
/* The index's constants (index/index_search.c), so that scores can be compared. */
static const double BM25_K1 = 0.9, BM25_B = 0.3;
/* Two passages are copies if this share of the shorter one's bytes is equal, counted from both ends. Set by hand. */
static const double COPY_FROM = 0.9;

struct pool *pool_new(struct arena *a, struct index *index)
{
    struct pool *p = arena_array(a, struct pool, 1);
    p->arena = a;
    p->index = index;
    return p;
}

static void add_passage(struct pool *p, const struct passage *passage, const struct lang *lang, struct words title,
                        struct words names)
{
    struct pool_passage *slot = arena_push(p->arena, &p->at, p->n, &p->room);
    struct words words = words_split(p->arena, passage->text, lang);
    *slot = (struct pool_passage){*passage, arena_array(p->arena, uint32_t, words.n), words.n, title, names};
    for (size_t i = 0; i < words.n; i++)
        slot->stems[i] = slice_hash(words.at[i].stem);
    p->n++;
}

/* Offsets count from the start of the page, of which the copy may be a part. */
static const struct passage_above *pool_above(struct pool *p, const struct page_copy *page,
                                              const struct passage_cut *cut)
{
    struct passage_above *out = arena_array(p->arena, struct passage_above, cut->above_count);
    for (size_t i = 0; i < cut->above_count; i++) {
        out[i] = cut->above[i];
        out[i].offset += page->offset;
    }
    return out;
}

void pool_add(struct pool *p, const struct page_copy *page)
{
    const struct lang *lang =
        page->lang.n ? lang_find(page->lang) : language_guess(page->text, lang_find(SLICE("und")));
    struct passage_cuts cuts = passages_cut(p->arena, page->text, lang, PASSAGE_WORDS);
    struct words title = words_split(p->arena, page->title, lang);
    /* The index numbers its pages upwards from 0, so the pool numbers downwards from the top. */
    uint32_t id = UINT32_MAX - (uint32_t)p->page_count;
    struct page_copy *kept = arena_push(p->arena, &p->pages, p->page_count++, &p->page_room);
    *kept = *page;
    if (!page->sha256.n)
        kept->sha256 = index_hash(p->arena, page->text);
    struct passage passage = {.url = page->url,
                              .title = page->title,
                              .site = index_site(p->arena, page->url),
                              .date = page->date,
                              .lang = slice_of(lang->code),
                              .page_id = id,
                              .page_sha256 = kept->sha256};
    for (size_t i = 0; i < cuts.n && i < PASSAGES_OF_PAGE_MAX && p->n < PASSAGES_MAX; i++) {
        passage.text = cuts.at[i].text;
        passage.offset = page->offset + (size_t)(cuts.at[i].text.p - page->text.p);
        passage.above = pool_above(p, page, &cuts.at[i]);
        passage.above_count = cuts.at[i].above_count;
        passage.in_code = cuts.at[i].in_code;
        passage.number = (uint32_t)i;
        add_passage(p, &passage, lang, title, words_split(p->arena, passage_naming(p->arena, &cuts.at[i]), lang));
    }
}

static size_t count_in(const struct pool_passage *passage, uint32_t stem)
{
    size_t n = 0;
    for (size_t i = 0; i < passage->stem_count; i++)
        n += passage->stems[i] == stem;
    return n;
}

static double pool_weight(uint64_t passages, uint64_t having)
{
    return log(1 + ((double)(passages - having) + 0.5) / ((double)having + 0.5));
}

bool pool_idf(const struct pool *p, const struct slice *stems, size_t count, double *idf, double *unknown,
              struct err *e)
{
    uint64_t passages = 0;
    uint64_t *having = arena_array(p->arena, uint64_t, count);
    if (!index_counts(p->index, stems, count, &passages, having, e))
        return false;
    passages += p->n;
    for (size_t t = 0; t < count; t++) {
        uint32_t stem = slice_hash(stems[t]);
        for (size_t i = 0; i < p->n; i++)
            having[t] += count_in(&p->at[i], stem) > 0;
        idf[t] = pool_weight(passages, having[t]);
    }
    *unknown = pool_weight(passages, 0);
    return true;
}

struct wanted {
    uint32_t stems[TERMS_MAX];
    double idf[TERMS_MAX];
    size_t n;
};

static bool pool_want(struct pool *p, struct slice text, const struct lang *lang, struct wanted *w, struct err *e)
{
    struct words words = words_split(p->arena, text, lang);
    struct slice stems[TERMS_MAX];
    double unknown;
    w->n = 0;
    for (int with_stop_words = 0; with_stop_words < 2 && w->n == 0; with_stop_words++)
        for (size_t i = 0; i < words.n && w->n < TERMS_MAX; i++) {
            bool known = !with_stop_words && (words.at[i].flags & WORD_STOP);
            for (size_t k = 0; k < w->n && !known; k++)
                known = slice_eq(stems[k], words.at[i].stem);
            if (known)
                continue;
            stems[w->n] = words.at[i].stem;
            w->stems[w->n++] = slice_hash(words.at[i].stem);
        }
    return pool_idf(p, stems, w->n, w->idf, &unknown, e);
}

static double pool_score(const struct pool_passage *passage, const struct wanted *w)
{
    double sum = 0, length = (double)passage->stem_count / AVERAGE_WORDS;
    for (size_t t = 0; t < w->n; t++) {
        size_t n = count_in(passage, w->stems[t]);
        for (size_t i = 0; i < passage->title.n; i++)
            if (slice_hash(passage->title.at[i].stem) == w->stems[t])
                n += TITLE_WEIGHT;
        for (size_t i = 0; i < passage->names.n; i++)
            n += !(passage->names.at[i].flags & WORD_STOP) && slice_hash(passage->names.at[i].stem) == w->stems[t];
        sum += w->idf[t] * (double)n / ((double)n + BM25_K1 * (1 - BM25_B + BM25_B * length));
    }
    return sum;
}

static int by_score(const void *left, const void *right)
{
    const struct passage *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    if (a->page_id != b->page_id)
        return a->page_id > b->page_id ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Compares bytes from both ends only. That finds mirrors, whose texts differ in one place. */
static bool is_copy(struct slice a, struct slice b)
{
    size_t shorter = a.n < b.n ? a.n : b.n, front = 0, back = 0;
    while (front < shorter && a.p[front] == b.p[front])
        front++;
    while (back < shorter - front && a.p[a.n - 1 - back] == b.p[b.n - 1 - back])
        back++;
    return shorter > 0 && (double)(front + back) >= COPY_FROM * (double)shorter;
}

/* Of a page that was read twice only one version is kept: excerpts must be bytes of one text. */
static bool pool_fits(const struct index_hits *out, const struct passage *next, size_t per_page)
{
    size_t of_page = 0;
    for (size_t i = 0; i < out->n; i++) {
        bool same = slice_eq(out->at[i].url, next->url);
        of_page += same;
        if ((same && !slice_eq(out->at[i].page_sha256, next->page_sha256)) || is_copy(out->at[i].text, next->text))
            return false;
    }
    return of_page < per_page;
}

bool pool_merge(struct pool *p, struct slice text, const struct lang *lang, size_t limit, size_t per_page,
                struct index_hits *hits, struct err *e)
{
    struct wanted w;
    if (p->n == 0)
        return true;
    if (!pool_want(p, text, lang, &w, e))
        return false;
    struct passage *all = arena_array(p->arena, struct passage, hits->n + p->n);
    size_t n = hits->n;
    if (n)
        memcpy(all, hits->at, n * sizeof *all);
    for (size_t i = 0; i < p->n; i++) {
        all[n] = p->at[i].passage;
        all[n].score = pool_score(&p->at[i], &w);
        n += all[n].score > 0;
    }
    qsort(all, n, sizeof *all, by_score);
    struct index_hits out = *hits;
    out.at = arena_array(p->arena, struct passage, limit);
    out.n = 0;
    out.searched += p->n;
    for (size_t i = 0; i < n && out.n < limit; i++)
        if (pool_fits(&out, &all[i], per_page))
            out.at[out.n++] = all[i];
    *hits = out;
    return true;
}
