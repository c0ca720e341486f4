/* index_search.c - searches the index: takes the query's terms, gets candidates from the engine, scores them again,
 * limits the passages of each page, and adds passages that are near in meaning.
 *
 * The engine finds passages with many rare words of the question (BM25 over an OR of its stems without stop words, or
 * of all stems if it has only stop words). It does not know whether these words are close together. So the best
 * candidates are scored again, with a bonus for words that are neighbours in the question and near each other in the
 * passage. */
#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "index/pages.h"
#include "text/language.h"

enum {
    CANDIDATES = 40,        /* at least. Tried for lists of 15: 15, 30, 60, 100; from 30 on the results are equal */
    CANDIDATES_PER_HIT = 3, /* for longer lists: this many times the limit */
    CANDIDATES_MAX = 2000,
    QUERY_BYTES_MAX = 8000,
    QUERY_TERMS_MAX = 40, /* a longer question is searched by its rarest terms */
    NEAR_WORDS = 6,       /* words that are farther apart earn no bonus; set by hand */
    DEFAULT_PER_PAGE = 3,
    TITLE_WEIGHT = 2,    /* as in index.c */
    AVERAGE_WORDS = 100, /* of a passage, for the length of one that was not found by words */
};

/* Measured on 443 questions in each of five languages among 10,000 pages. From k1 0.8 to 1.6 and b 0.3 to 0.75 the
 * share of answers in the first passage differs by two points, and in the first fifteen by none. Low values are best,
 * as others found for passages (Anserini uses k1 0.9 and b 0.4): passages are about equally long, and a word that
 * occurs twice says little more than one. */
static const double BM25_K1 = 0.9;
static const double BM25_B = 0.3;
/* The bonus, a share of the rarer word's idf, for two neighbours of the question that are neighbours in the passage.
 * English questions with the answer in the first passage: 79.0 % with 0, 82.8 % with 0.3, 82.4 % with 0.6, 81.3 % with
 * 1. Pairs of characters overlap, so they are always neighbours and earn nothing (Chinese: 90.3 % with 0, 87.6 % with
 * 0.3). */
static const double NEAR_WEIGHT = 0.3;
/* A term is common if it is in more than this share of the passages, and in at least COMMON_LEAST. Set by hand. */
static const double COMMON_SHARE = 0.01;
enum { COMMON_LEAST = 2000 };
/* Common terms find nothing by themselves if the others have this share of the question's weight. Set by hand. */
static const double RARE_WEIGHT = 0.4;

/* Passages that are near in meaning join where no passage has this share of the question's weight. Without such a limit
 * 3 that join gain .004 of the found answers among 808 short questions and lose .002 among 443 of XQuAD. Of twelve
 * questions in other words than the pages' seven are below it, of those that the pages' words answer a quarter. */
static const double NEAR_BELOW = 0.5;

struct query_term {
    struct slice stem;
    unsigned count;
    size_t position; /* of its first occurrence in the question */
    double idf;
    uint64_t having;
    bool bigram; /* a pair of characters */
};

struct searching {
    const struct index_query *query;
    struct arena *a;
    struct index_hits *out;
    struct query_term *terms; /* in the order of the question */
    size_t term_count;
    double worth[PAGE_KINDS];
    bool paths; /* the policy looks at paths, too */
};

static double search_idf(uint64_t passages, uint64_t having)
{
    double n = (double)passages, f = (double)having;
    return f > n ? 0 : log(1 + (n - f + 0.5) / (f + 0.5));
}

/* --- the query -------------------------------------------------------------------------------------------------- */

/* The query's language. If it is unclear, or no page is in it, the language of most pages. */
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
    *lang = s->query->lang.n ? lang_find(s->query->lang) : language_guess(s->query->text, usual);
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
    for (int kind = 0; kind < PAGE_KINDS; kind++)
        s->worth[kind] = page_kind_worth((enum page_kind)kind, w, lang);
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
        s->terms[i].idf = search_idf(s->out->searched, having[i]);
        s->out->query_weight += s->terms[i].idf;
    }
    return true;
}

/* Keeps the rarest QUERY_TERMS_MAX terms that some passage has, in the order of the question. */
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

/* The marks of places. A place with a path is wider by its mark than it is; whole: it then has none. */
static struct slice *domain_marks(struct arena *a, const struct slice *places, size_t n, bool whole, size_t *count)
{
    struct slice *marks = arena_array(a, struct slice, n);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (!whole || !policy_has_path(places[i]))
            marks[(*count)++] = domain_mark(a, policy_domain(places[i]));
    return marks;
}

/* Whether the policy looks at paths, which marks do not. */
static bool has_paths(const struct policy *f)
{
    bool any = false;
    for (size_t i = 0; i < f->include_count; i++)
        any |= policy_has_path(f->include[i]);
    for (size_t i = 0; i < f->exclude_count; i++)
        any |= policy_has_path(f->exclude[i]);
    return any;
}

/* "/a/b" of "https://host/a/b?c#d", and of a file's name all of it. */
static struct slice path_of(struct slice url)
{
    size_t scheme = slice_find(url, SLICE("://"));
    if (scheme < url.n) {
        url = slice_sub(url, scheme + 3, url.n - scheme - 3);
        size_t slash = slice_find(url, SLICE("/"));
        url = slice_sub(url, slash, url.n - slash);
    }
    url.n = slice_find(url, SLICE("?"));
    url.n = slice_find(url, SLICE("#"));
    return url;
}

static bool is_common(const struct searching *s, const struct query_term *t)
{
    return t->having > COMMON_LEAST && (double)t->having > COMMON_SHARE * (double)s->out->searched;
}

/* Whether the rarer terms are enough for finding. Then common ones only add weight. In a large index, walking the long
 * lists of common terms takes most of the time of a search. */
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
    const struct policy *f = &s->query->policy;
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
    size_t any_count, no_count;
    const struct slice *any = domain_marks(s->a, f->include, f->include_count, false, &any_count);
    const struct slice *no = domain_marks(s->a, f->exclude, f->exclude_count, true, &no_count);
    return (struct engine_query){.terms = terms,
                                 .term_count = term_count,
                                 .extra = extra,
                                 .extra_count = extra_count,
                                 .any_mark = any,
                                 .any_mark_count = any_count,
                                 .no_mark = no,
                                 .no_mark_count = no_count,
                                 .after_date = date,
                                 .k1 = BM25_K1,
                                 .b = BM25_B};
}

/* --- candidates ------------------------------------------------------------------------------------------------- */

struct candidate {
    struct passage_record r;
    double score;
    uint32_t number; /* the engine's number; orders equal weights */
};

/* The bonus for neighbours in the question (with only stop words between them) that are near each other here. */
static double search_nearness(const struct searching *s, const unsigned char *slot_of_hash,
                              const struct passage_record *r)
{
    size_t last[QUERY_TERMS_MAX], nearest[QUERY_TERMS_MAX]; /* nearest[i]: of the terms i and i + 1 */
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

static bool search_rank(struct index *x, struct searching *s, const struct engine_hits *hits, struct candidate *out,
                        struct err *e)
{
    unsigned char *slot_of_hash = arena_alloc(s->a, 1 << 16);
    for (size_t i = 0; i < s->term_count; i++)
        slot_of_hash[stem_hash(s->terms[i].stem)] = (unsigned char)(i + 1);
    for (size_t i = 0; i < hits->n; i++) {
        struct passage_above *above = arena_array(s->a, struct passage_above, PASSAGE_ABOVE_MAX);
        if (!passage_decode(hits->at[i].stored, &out[i].r, above))
            return index_damaged(x, "a passage", e);
        out[i].number = hits->at[i].number;
        /* The division makes the weight of a word that occurs once about its idf. */
        out[i].score = hits->at[i].weight / (BM25_K1 + 1) + search_nearness(s, slot_of_hash, &out[i].r);
        out[i].score *= s->worth[out[i].r.kind];
    }
    qsort(out, hits->n, sizeof *out, by_score);
    return true;
}

/* Whether the page of which this one is the source is in the index, too. */
static bool is_source_beside(struct engine_view *v, struct searching *s, struct slice url, bool *beside, struct err *e)
{
    *beside = false;
    for (int try = 0; !*beside; try++) {
        struct slice page = page_kind_page(s->a, url, try), bytes;
        char key[PAGE_KEY_BYTES];
        if (page.n == 0)
            return true;
        page_key(page, key);
        if (!engine_record(v, (struct slice){key, PAGE_KEY_BYTES}, s->a, &bytes, e))
            return false;
        *beside = bytes.n > 0;
    }
    return true;
}

static bool add_hit(struct index *x, struct engine_view *v, struct searching *s, const struct candidate *c,
                    struct err *e)
{
    struct passage *p = &s->out->at[s->out->n];
    *p = (struct passage){.text = c->r.text,
                          .offset = c->r.offset,
                          .page_id = c->r.page_id,
                          .number = c->r.number,
                          .id = c->number,
                          .score = c->score,
                          .above = c->r.above,
                          .above_count = c->r.above_count,
                          .in_code = c->r.in_code};
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
    bool beside;
    if (!is_source_beside(v, s, p->url, &beside, e))
        return false;
    bool allowed = !s->paths || policy_allows_page(&s->query->policy, p->site, path_of(p->url));
    s->out->n += allowed && !beside;
    return true;
}

/* Keeps the first `limit` candidates, at most per_page of each page. */
static bool search_collapse(struct index *x, struct engine_view *v, struct searching *s, const struct candidate *c,
                            size_t n, struct err *e)
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

/* --- near in meaning --------------------------------------------------------------------------------------------- */

/* About the score that the passage would have if the words had found it. */
static double near_score(const struct searching *s, const struct passage_record *r, const struct passage *p)
{
    struct words title = words_split(s->a, utf8_cut(p->title, QUERY_BYTES_MAX), lang_find(p->lang));
    double sum = 0, length = (double)r->stem_count / AVERAGE_WORDS;
    for (size_t t = 0; t < s->term_count; t++) {
        uint16_t hash = stem_hash(s->terms[t].stem);
        size_t n = 0;
        for (size_t i = 0; i < r->stem_count; i++)
            n += (r->stems[2 * i] | (unsigned)r->stems[2 * i + 1] << 8) == hash;
        for (size_t i = 0; i < title.n; i++)
            n += slice_eq(title.at[i].stem, s->terms[t].stem) ? TITLE_WEIGHT : 0;
        sum += s->terms[t].idf * (double)n / ((double)n + BM25_K1 * (1 - BM25_B + BM25_B * length));
    }
    return sum * s->worth[r->kind];
}

/* Adds the passage unless it is there already or may not be used. from: of out->at, the first one that was joined. */
static bool join_near(struct index *x, struct engine_view *v, struct searching *s, size_t from,
                      const struct candidate *c, struct err *e)
{
    size_t per_page = s->query->passages_per_page ? s->query->passages_per_page : DEFAULT_PER_PAGE, of_page = 0;
    size_t before = s->out->n;
    for (size_t i = 0; i < before; i++) {
        const struct passage *p = &s->out->at[i];
        if (p->id == c->number)
            return true;
        of_page += i >= from && p->page_id == c->r.page_id;
    }
    if (of_page >= per_page)
        return true;
    if (!add_hit(x, v, s, c, e))
        return false;
    struct passage *p = &s->out->at[before];
    if (s->out->n > before && policy_allows_page(&s->query->policy, p->site, path_of(p->url)) &&
        policy_allows_date(&s->query->policy, p->date, false))
        p->score = near_score(s, &c->r, p);
    else
        s->out->n = before;
    return true;
}

static bool words_carry(const struct index_hits *out)
{
    return out->n > 0 && out->at[0].score >= NEAR_BELOW * out->query_weight;
}

static bool search_join(struct index *x, struct engine_view *v, struct searching *s, struct err *e)
{
    const struct index_query *q = s->query;
    size_t from = s->out->n;
    struct passage *all = arena_array(s->a, struct passage, from + q->near_limit);
    if (from)
        memcpy(all, s->out->at, from * sizeof *all);
    s->out->at = all;
    for (size_t i = 0; i < q->near_count && s->out->n < from + q->near_limit; i++) {
        struct slice stored;
        struct candidate c = {.number = q->near[i]};
        if (!engine_stored(v, q->near[i], 1, s->a, &stored, e))
            return false;
        if (stored.n == 0)
            continue;
        if (!passage_decode(stored, &c.r, arena_array(s->a, struct passage_above, PASSAGE_ABOVE_MAX)))
            return index_damaged(x, "a passage", e);
        if (!join_near(x, v, s, from, &c, e))
            return false;
    }
    return true;
}

static bool search_words(struct index *x, struct engine_view *v, struct searching *s, struct err *e)
{
    if (s->term_count == 0)
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
        if (!search_rank(x, s, &hits, c, e) || !search_collapse(x, v, s, c, hits.n, e))
            return false;
        /* More candidates are needed if one page has taken most of them. */
        if (s->out->n >= s->query->limit || hits.n < q.limit || q.limit >= CANDIDATES_MAX)
            return true;
        q.limit *= 4;
    }
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
    if (s->query->limit == 0)
        return true;
    return search_words(x, v, s, e) && (words_carry(s->out) || search_join(x, v, s, e));
}

static const struct passage_above *keep_above(struct arena *a, const struct passage *p)
{
    struct passage_above *kept = arena_array(a, struct passage_above, p->above_count);
    for (size_t i = 0; i < p->above_count; i++) {
        kept[i] = p->above[i];
        kept[i].text = arena_dup(a, p->above[i].text);
    }
    return kept;
}

/* Copies the hits into the caller's arena; hits of one page share its texts. */
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
        kept[i].above = keep_above(a, p);
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
    struct arena *scratch = arena_new(); /* most candidates are thrown away */
    struct searching s = {.query = query, .a = scratch, .out = out, .paths = has_paths(&query->policy)};
    bool ok = read_by_view(x, search_view, &s, e);
    if (ok)
        keep_hits(a, out);
    arena_free(scratch);
    return ok;
}

struct walking {
    struct index_walk *walk;
    struct searching s;
};

static bool walk_view(struct index *x, struct engine_view *v, void *ud, struct err *e)
{
    struct walking *w = ud;
    struct index_walk *walk = w->walk;
    struct engine_hits found = {0};
    walk->hits = (struct index_hits){0};
    walk->upto = walk->after;
    if (!engine_counts(v, NULL, 0, &walk->hits.searched, NULL, e) || !engine_last(v, &walk->last, e))
        return false;
    if (walk->after >= walk->last)
        return true;
    uint32_t count = walk->last - walk->after < walk->most ? walk->last - walk->after : walk->most;
    struct slice *stored = arena_array(w->s.a, struct slice, count);
    if (!engine_stored(v, walk->after + 1, count, w->s.a, stored, e))
        return false;
    found.at = arena_array(w->s.a, struct engine_hit, count);
    for (uint32_t i = 0; i < count; i++)
        if (stored[i].n)
            found.at[found.n++] = (struct engine_hit){.number = walk->after + 1 + i, .stored = stored[i]};
    struct candidate *c = arena_array(w->s.a, struct candidate, found.n);
    walk->hits.at = arena_array(w->s.a, struct passage, found.n);
    if (!search_rank(x, &w->s, &found, c, e))
        return false;
    for (size_t i = 0; i < found.n; i++)
        if (!add_hit(x, v, &w->s, &c[i], e))
            return false;
    walk->upto = walk->after + count;
    return true;
}

bool index_walk(struct index *x, struct index_walk *walk, struct arena *a, struct err *e)
{
    struct arena *scratch = arena_new();
    struct walking w = {.walk = walk, .s = {.a = scratch, .out = &walk->hits}};
    bool ok = read_by_view(x, walk_view, &w, e);
    if (ok)
        keep_hits(a, &walk->hits);
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
