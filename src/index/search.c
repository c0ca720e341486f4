/* search.c - reading: the query's terms, candidates from the engine, their new order, at most so many of one page.
 *
 * The engine knows which passages have many of the rare words of the question (BM25 over an OR of the stems that are
 * no stop words; all of them when there are no others). It does not know whether these words stand together: the best
 * candidates are scored again with a bonus for words that are neighbours in the question and near in the passage. */
#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "index/pages.h"

enum {
    CANDIDATES = 40,        /* at least; of 15, 30, 60 and 100 for lists of 15, those from 30 on find equally much */
    CANDIDATES_PER_HIT = 3, /* of the limit, for longer lists */
    CANDIDATES_MAX = 2000,
    QUERY_BYTES_MAX = 8000,
    QUERY_TERMS_MAX = 40, /* the rarest ones of a longer question */
    NEAR_WORDS = 6,       /* farther apart is not together */
    DEFAULT_PER_PAGE = 3,
};

/* Tried on 443 questions in each of five languages among 10,000 pages: k1 0.8 to 1.6 and b 0.3 to 0.75 differ by two
 * points in the first place and by none in the first fifteen. Low values are best, as others found for passages (k1 0.9
 * and b 0.4 in Anserini): they are about equally long, and a word that stands twice says little more than one. */
static const double BM25_K1 = 0.9;
static const double BM25_B = 0.3;
/* Share of the rarer word's idf that two neighbours of the question earn when they are neighbours in the passage.
 * English answers in the first place: 79.0 % with 0, 82.8 % with 0.3, 82.4 % with 0.6, 81.3 % with 1. Bigrams of
 * characters are neighbours by themselves and earn nothing (Chinese: 90.3 % with 0, 87.6 % with 0.3). */
static const double NEAR_WEIGHT = 0.3;
/* A term in more than this share of the passages, and in so many at least, is common. */
static const double COMMON_SHARE = 0.01;
enum { COMMON_LEAST = 2000 };
/* Common terms find nothing by themselves when the others have this share of the question's weight. */
static const double RARE_WEIGHT = 0.4;

struct query_term {
    struct slice stem;
    unsigned count;
    size_t position; /* in the question, of its first occurrence */
    double idf;
    uint64_t having;
    bool bigram; /* of characters */
};

struct searching {
    const struct index_query *query;
    struct arena *a;
    struct index_hits *out;
    struct query_term *terms; /* in the order of the question */
    size_t term_count;
};

static double idf(uint64_t passages, uint64_t having)
{
    double n = (double)passages, f = (double)having;
    return f > n ? 0 : log(1 + (n - f + 0.5) / (f + 0.5));
}

/* --- the query -------------------------------------------------------------------------------------------------- */

/* The query's language; that of most pages when it cannot be told, or when no page is in it. */
static bool choose_lang(struct index *x, struct engine_view *v, struct searching *s, const struct lang **lang,
                        struct err *e)
{
    struct slice bytes;
    struct totals t;
    if (!engine_record(v, totals_key, s->a, &bytes, e))
        return false;
    if (!totals_decode(bytes, &t))
        return index_damaged(x, "its totals", e);
    size_t most = 0;
    for (size_t i = 1; i < LANGS_MAX; i++)
        if (t.langs[i].pages > t.langs[most].pages)
            most = i;
    const struct lang *usual = lang_find(slice_of(t.langs[most].code));
    *lang = s->query->lang.n ? lang_find(s->query->lang) : lang_guess(s->query->text, usual);
    for (size_t i = 0; i < LANGS_MAX; i++)
        if (t.langs[i].pages && lang_find(slice_of(t.langs[i].code)) == *lang)
            return true;
    *lang = usual;
    return true;
}

static void collect_terms(struct searching *s, const struct lang *lang)
{
    struct words w = words_split(s->a, utf8_cut(s->query->text, QUERY_BYTES_MAX), lang);
    bool only_stops = true;
    for (size_t i = 0; i < w.n; i++)
        only_stops &= (w.at[i].flags & WORD_STOP) != 0;
    s->terms = arena_array(s->a, struct query_term, w.n);
    s->term_count = 0;
    for (size_t i = 0; i < w.n; i++) {
        size_t k = 0;
        if ((w.at[i].flags & WORD_STOP) && !only_stops)
            continue;
        while (k < s->term_count && !slice_eq(s->terms[k].stem, w.at[i].stem))
            k++;
        if (k == s->term_count)
            s->terms[s->term_count++] =
                (struct query_term){.stem = w.at[i].stem, .position = i, .bigram = (w.at[i].flags & WORD_CJK) != 0};
        s->terms[k].count++;
    }
}

static bool weigh_terms(struct engine_view *v, struct searching *s, struct err *e)
{
    struct slice *stems = arena_array(s->a, struct slice, s->term_count);
    uint64_t *having = arena_array(s->a, uint64_t, s->term_count);
    for (size_t i = 0; i < s->term_count; i++)
        stems[i] = s->terms[i].stem;
    if (!engine_counts(v, stems, s->term_count, &s->out->searched, having, e))
        return false;
    s->out->query_weight = 0;
    for (size_t i = 0; i < s->term_count; i++) {
        s->terms[i].having = having[i];
        s->terms[i].idf = idf(s->out->searched, having[i]);
        s->out->query_weight += s->terms[i].idf;
    }
    return true;
}

/* Terms that some passage has, at most QUERY_TERMS_MAX, the rarest; the order of the question stays. */
static void keep_useful_terms(struct searching *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->term_count; i++)
        if (s->terms[i].having)
            s->terms[kept++] = s->terms[i];
    s->term_count = kept;
    while (s->term_count > QUERY_TERMS_MAX) {
        size_t worst = 0;
        for (size_t i = 1; i < s->term_count; i++)
            if (s->terms[i].idf < s->terms[worst].idf)
                worst = i;
        memmove(&s->terms[worst], &s->terms[worst + 1], (s->term_count - worst - 1) * sizeof *s->terms);
        s->term_count--;
    }
}

static struct slice *domain_marks(struct arena *a, const struct slice *domains, size_t n)
{
    struct slice *marks = arena_array(a, struct slice, n);
    for (size_t i = 0; i < n; i++)
        marks[i] = domain_mark(a, domains[i]);
    return marks;
}

static bool is_common(const struct searching *s, const struct query_term *t)
{
    return t->having > COMMON_LEAST && (double)t->having > COMMON_SHARE * (double)s->out->searched;
}

/* Whether the rarer terms are enough to find by: then common ones only add weight to what those find. Walking the long
 * lists of common terms is most of a search in a large index. */
static bool rare_terms_carry(const struct searching *s)
{
    double rare = 0, all = 0;
    for (size_t i = 0; i < s->term_count; i++) {
        all += s->terms[i].idf;
        rare += is_common(s, &s->terms[i]) ? 0 : s->terms[i].idf;
    }
    return rare >= RARE_WEIGHT * all;
}

static struct engine_query engine_query_of(struct searching *s)
{
    const struct index_filter *f = &s->query->filter;
    struct engine_term *terms = arena_array(s->a, struct engine_term, s->term_count);
    struct engine_term *extra = arena_array(s->a, struct engine_term, s->term_count);
    size_t term_count = 0, extra_count = 0;
    bool apart = rare_terms_carry(s);
    for (size_t i = 0; i < s->term_count; i++) {
        struct engine_term term = {s->terms[i].stem, s->terms[i].count};
        if (apart && is_common(s, &s->terms[i]))
            extra[extra_count++] = term;
        else
            terms[term_count++] = term;
    }
    struct slice date = {"", 0};
    if (f->after_date.n == 10)
        date = arena_printf(s->a, "%.4s%.2s%.2s", f->after_date.p, f->after_date.p + 5, f->after_date.p + 8);
    return (struct engine_query){.terms = terms,
                                 .term_count = term_count,
                                 .extra = extra,
                                 .extra_count = extra_count,
                                 .any_mark = domain_marks(s->a, f->include, f->include_count),
                                 .any_mark_count = f->include_count,
                                 .no_mark = domain_marks(s->a, f->exclude, f->exclude_count),
                                 .no_mark_count = f->exclude_count,
                                 .after_date = date,
                                 .k1 = BM25_K1,
                                 .b = BM25_B};
}

/* --- candidates ------------------------------------------------------------------------------------------------- */

struct candidate {
    struct passage_record r;
    double score;
    uint32_t number; /* in the engine: the order of equals */
};

/* Neighbours of the question (only stop words between them) that stand together in the passage. */
static double nearness(const struct searching *s, const unsigned char *slot_of_hash, const struct passage_record *r)
{
    size_t last[QUERY_TERMS_MAX], nearest[QUERY_TERMS_MAX]; /* of the pair (i, i + 1) */
    double bonus = 0;
    for (size_t i = 0; i < s->term_count; i++)
        last[i] = nearest[i] = SIZE_MAX;
    for (size_t at = 0; at < r->stem_count; at++) {
        unsigned slot = slot_of_hash[r->stems[2 * at] | (unsigned)r->stems[2 * at + 1] << 8];
        if (!slot)
            continue;
        size_t i = slot - 1;
        if (i > 0 && last[i - 1] != SIZE_MAX && at - last[i - 1] < nearest[i - 1])
            nearest[i - 1] = at - last[i - 1];
        if (i + 1 < s->term_count && last[i + 1] != SIZE_MAX && at - last[i + 1] < nearest[i])
            nearest[i] = at - last[i + 1];
        last[i] = at;
    }
    for (size_t i = 0; i + 1 < s->term_count; i++) {
        size_t apart = s->terms[i + 1].position - s->terms[i].position;
        if (nearest[i] == SIZE_MAX || nearest[i] > apart + NEAR_WORDS || (s->terms[i].bigram && s->terms[i + 1].bigram))
            continue;
        size_t more = nearest[i] > apart ? nearest[i] - apart : 0;
        bonus += NEAR_WEIGHT * fmin(s->terms[i].idf, s->terms[i + 1].idf) / (double)(1 + more);
    }
    return bonus;
}

static int by_score(const void *l, const void *r)
{
    const struct candidate *a = l, *b = r;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static bool rank(struct index *x, struct searching *s, const struct engine_hits *hits, struct candidate *out,
                 struct err *e)
{
    unsigned char *slot_of_hash = arena_alloc(s->a, 1 << 16);
    for (size_t i = 0; i < s->term_count; i++)
        slot_of_hash[stem_hash(s->terms[i].stem)] = (unsigned char)(i + 1);
    for (size_t i = 0; i < hits->n; i++) {
        if (!passage_decode(hits->at[i].stored, &out[i].r))
            return index_damaged(x, "a passage", e);
        out[i].number = hits->at[i].number;
        /* BM25 gives a word that stands once about (k1 + 1) / (k1 + 1) idf after this division. */
        out[i].score = hits->at[i].weight / (BM25_K1 + 1) + nearness(s, slot_of_hash, &out[i].r);
    }
    qsort(out, hits->n, sizeof *out, by_score);
    return true;
}

static bool add_hit(struct index *x, struct engine_view *v, struct searching *s, const struct candidate *c,
                    struct err *e)
{
    struct passage *p = &s->out->at[s->out->n];
    *p = (struct passage){
        .text = c->r.text, .offset = c->r.offset, .page_id = c->r.page_id, .number = c->r.number, .score = c->score};
    for (size_t i = 0; i < s->out->n && !p->page_sha256.n; i++) {
        const struct passage *known = &s->out->at[i];
        if (known->page_id == p->page_id) {
            p->url = known->url, p->title = known->title, p->site = known->site;
            p->date = known->date, p->lang = known->lang, p->page_sha256 = known->page_sha256;
        }
    }
    if (!p->page_sha256.n) {
        struct slice bytes;
        struct page_record page;
        if (!engine_record(v, c->r.page_key, s->a, &bytes, e))
            return false;
        if (!page_decode(bytes, &page))
            return index_damaged(x, "the record of a page", e);
        p->url = page.url, p->title = page.title, p->site = page.site, p->date = page.date, p->lang = page.lang;
        p->page_sha256 = pages_hex(s->a, page.sha256);
    }
    s->out->n++;
    return true;
}

/* The first `limit` candidates with at most per_page of a page. */
static bool collapse(struct index *x, struct engine_view *v, struct searching *s, const struct candidate *c, size_t n,
                     struct err *e)
{
    size_t per_page = s->query->passages_per_page ? s->query->passages_per_page : DEFAULT_PER_PAGE;
    s->out->n = 0;
    for (size_t i = 0; i < n && s->out->n < s->query->limit; i++) {
        size_t of_page = 0;
        for (size_t k = 0; k < s->out->n; k++)
            of_page += s->out->at[k].page_id == c[i].r.page_id;
        if (of_page < per_page && !add_hit(x, v, s, &c[i], e))
            return false;
    }
    return true;
}

static bool search_view(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct searching *s = ud;
    const struct lang *lang = NULL;
    *s->out = (struct index_hits){0};
    if (!choose_lang(x, v, s, &lang, e))
        return false;
    collect_terms(s, lang);
    if (!weigh_terms(v, s, e))
        return false;
    keep_useful_terms(s);
    if (s->term_count == 0 || s->query->limit == 0)
        return true;
    struct engine_query q = engine_query_of(s);
    size_t most = s->query->limit < CANDIDATES_MAX ? s->query->limit : CANDIDATES_MAX;
    q.limit = most * CANDIDATES_PER_HIT > CANDIDATES ? most * CANDIDATES_PER_HIT : CANDIDATES;
    for (;;) {
        struct engine_hits hits;
        if (!engine_search(v, &q, s->a, &hits, e))
            return false;
        struct candidate *c = arena_array(s->a, struct candidate, hits.n);
        s->out->at = arena_array(s->a, struct passage, hits.n);
        if (!rank(x, s, &hits, c, e) || !collapse(x, v, s, c, hits.n, e))
            return false;
        /* A page with many matching passages can use up the candidates of all others. */
        if (s->out->n >= s->query->limit || hits.n < q.limit || q.limit >= CANDIDATES_MAX)
            return true;
        q.limit *= 4;
    }
}

/* Into the caller's arena: what a page is called once a page. */
static void keep_hits(struct arena *a, struct index_hits *out)
{
    struct passage *kept = arena_array(a, struct passage, out->n);
    for (size_t i = 0; i < out->n; i++) {
        const struct passage *p = &out->at[i];
        size_t k = 0;
        while (k < i && kept[k].page_id != p->page_id)
            k++;
        kept[i] = *p;
        kept[i].text = arena_dup(a, p->text);
        kept[i].url = k < i ? kept[k].url : arena_dup(a, p->url);
        kept[i].title = k < i ? kept[k].title : arena_dup(a, p->title);
        kept[i].site = k < i ? kept[k].site : arena_dup(a, p->site);
        kept[i].date = k < i ? kept[k].date : arena_dup(a, p->date);
        kept[i].lang = k < i ? kept[k].lang : arena_dup(a, p->lang);
        kept[i].page_sha256 = k < i ? kept[k].page_sha256 : arena_dup(a, p->page_sha256);
    }
    out->at = kept;
}

bool index_search(struct index *x, const struct index_query *query, struct arena *a, struct index_hits *out,
                  struct err *e)
{
    struct arena *scratch = arena_new(); /* of the candidates most are not kept */
    struct searching s = {.query = query, .a = scratch, .out = out};
    bool ok = read_by_view(x, search_view, &s, e);
    if (ok)
        keep_hits(a, out);
    arena_free(scratch);
    return ok;
}

struct counts_wanted {
    const struct slice *stems;
    uint64_t *having, passages;
    size_t n;
};

static bool read_counts(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct counts_wanted *w = ud;
    (void)x;
    return engine_counts(v, w->stems, w->n, &w->passages, w->having, e);
}

bool index_counts(struct index *x, const struct slice *stems, size_t count, uint64_t *passages, uint64_t *having,
                  struct err *e)
{
    struct counts_wanted w = {.stems = stems, .having = having, .n = count};
    bool ok = read_by_view(x, read_counts, &w, e);
    *passages = w.passages;
    return ok;
}
