/* align.c - finds the spans that are worth a close look, and turns their findings into a verdict. */
#include "evidence/align_inner.h"

#include <stdlib.h>

/* Two sentences make a span only if each adds this share of the claim's weight. Set by hand. */
static const double SECOND_BRINGS = 0.05;

static double all_weight(const struct claimed *c, const struct term_set *set)
{
    double sum = 0;
    for (int role = 0; role < TERM_ROLES; role++)
        sum += terms_weight(c, set, role);
    return sum;
}

static size_t line_count(const struct view *v)
{
    return v->sentence_count + v->passage_count;
}

/* --- once for each aligner ------------------------------------------------------------------------------------ */

struct page_place {
    const struct passage *passage;
    size_t rank;
};

static int by_place(const void *left, const void *right)
{
    const struct page_place *a = left, *b = right;
    int urls = slice_cmp(a->passage->url, b->passage->url);
    if (urls)
        return urls;
    return a->passage->number < b->passage->number ? -1 : a->passage->number > b->passage->number;
}

/* The neighbour of a passage's last sentence is the first sentence of the page's next passage. */
static void link_sentences(struct aligner *al)
{
    const struct view *v = al->view;
    size_t n = v->passage_count;
    for (size_t i = 0; i < v->sentence_count; i++)
        al->next[i] = al->before[i] = NOWHERE;
    for (size_t i = 0; i + 1 < v->sentence_count; i++)
        if (v->sentences[i].passage_rank == v->sentences[i + 1].passage_rank)
            al->next[i] = i + 1;
    struct page_place *places = arena_array(al->arena, struct page_place, n);
    for (size_t rank = 0; rank < n; rank++)
        places[rank] = (struct page_place){v->chosen[rank].passage, rank};
    qsort(places, n, sizeof *places, by_place);
    for (size_t i = 0; i + 1 < n; i++) {
        const struct view_passage *one = &v->passages[places[i].rank], *other = &v->passages[places[i + 1].rank];
        if (slice_eq(places[i].passage->url, places[i + 1].passage->url) &&
            places[i].passage->number + 1 == places[i + 1].passage->number && one->count && other->count)
            al->next[one->first + one->count - 1] = other->first;
    }
    for (size_t i = 0; i < v->sentence_count; i++)
        if (al->next[i] != NOWHERE)
            al->before[al->next[i]] = i;
}

static void see_words(struct aligner *al)
{
    const struct view *v = al->view;
    for (size_t i = 0; i < v->sentence_count; i++)
        for (size_t w = 0; w < v->sentences[i].word_count; w++) {
            struct view_word word = view_word(v, i, w);
            bool capital = word.flags & WORD_CAPITAL;
            if (!capital || w > 0)
                al->seen[word.stem] |= capital ? SEEN_CAPITAL : SEEN_LOWER;
        }
}

/* For a packed view this is called anew for each claim: its caller has few claims and wants to save memory. */
static void open_stated(struct aligner *al, struct arena *a)
{
    al->read = a;
    al->stated = arena_array(a, struct stated *, line_count(al->view));
}

struct aligner *align_new(struct arena *a, const struct view *view, const struct pool *pool)
{
    struct aligner *al = arena_array(a, struct aligner, 1);
    size_t n = view->sentence_count;
    *al = (struct aligner){.arena = a, .view = view, .pool = pool};
    if (!view->packed)
        open_stated(al, a);
    al->next = arena_array(a, size_t, n);
    al->before = arena_array(a, size_t, n);
    al->seen = arena_array(a, unsigned char, view->stem_count + 1);
    link_sentences(al);
    see_words(al);
    return al;
}

void align_mean(struct aligner *al, struct meaning *m, const struct deadline *d)
{
    al->meaning = m;
    al->deadline = d;
}

/* --- once for each claim -------------------------------------------------------------------------------------- */

static void add_stem(const struct aligner *al, uint32_t stem, struct term_set *into)
{
    if (al->term_of[stem] >= 0)
        add_term(into, (size_t)al->term_of[stem]);
}

static void find_terms(struct aligner *al, const struct claimed *c)
{
    const struct view *v = al->view;
    al->term_of = arena_array(al->scratch, int16_t, v->stem_count + 1);
    memset(al->term_of, -1, (v->stem_count + 1) * sizeof *al->term_of);
    al->own = arena_array(al->scratch, struct term_set, line_count(v));
    for (size_t t = 0; t < c->term_count; t++)
        if (c->terms[t].number)
            al->term_of[c->terms[t].number] = (int16_t)t;
    for (size_t line = 0; line < line_count(v); line++)
        for (size_t w = 0; w < view_word_count(v, line); w++)
            add_stem(al, view_word(v, line, w).stem, &al->own[line]);
}

static struct span make_span(const struct aligner *al, const struct claimed *c, size_t first, size_t second, double all)
{
    struct span s = {.first = first, .second = second, .own = al->own[first]};
    if (second != NOWHERE)
        s.own = join_terms(&s.own, &al->own[second]);
    s.title = al->own[view_title_line(al->view, al->view->sentences[first].passage_rank)];
    s.whole = join_terms(&s.own, &s.title);
    if (al->before[first] != NOWHERE)
        s.whole = join_terms(&s.whole, &al->own[al->before[first]]);
    double own = all_weight(c, &s.own);
    s.rough = (own + ALIGN_AROUND_WORTH * (all_weight(c, &s.whole) - own)) / all;
    return s;
}

/* Inserts a span into the list of the best ones, best first. */
static void align_keep(struct span *spans, size_t *n, const struct span *s)
{
    size_t at = *n < ALIGN_SPANS_MAX ? (*n)++ : ALIGN_SPANS_MAX;
    for (; at > 0 && spans[at - 1].rough < s->rough; at--)
        if (at < ALIGN_SPANS_MAX)
            spans[at] = spans[at - 1];
    if (at < ALIGN_SPANS_MAX)
        spans[at] = *s;
}

static size_t find_spans(const struct aligner *al, const struct claimed *c, struct span *spans)
{
    struct term_set every = {{0}};
    for (size_t t = 0; t < c->term_count; t++)
        add_term(&every, t);
    double all = all_weight(c, &every);
    size_t n = 0;
    for (size_t i = 0; i < al->view->sentence_count; i++) {
        double here = all_weight(c, &al->own[i]);
        struct span s = make_span(al, c, i, NOWHERE, all > 0 ? all : 1);
        if (s.rough > 0)
            align_keep(spans, &n, &s);
        if (al->next[i] == NOWHERE)
            continue;
        struct term_set both = join_terms(&al->own[i], &al->own[al->next[i]]);
        double together = all_weight(c, &both), there = all_weight(c, &al->own[al->next[i]]);
        if (together - here < SECOND_BRINGS * all || together - there < SECOND_BRINGS * all)
            continue;
        s = make_span(al, c, i, al->next[i], all);
        align_keep(spans, &n, &s);
    }
    return n;
}

static int by_score(const void *left, const void *right)
{
    const struct align_span *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return a->sentence < b->sentence ? -1 : a->sentence > b->sentence;
}

/* Called for single sentences first: a pair is left out if one of its sentences is already listed. */
static void align_list(const struct aligner *al, const struct span *s, double score, struct align_span *out, size_t *n)
{
    const struct sentence *first = &al->view->sentences[s->first];
    const struct sentence *second = s->second == NOWHERE ? NULL : &al->view->sentences[s->second];
    for (size_t i = 0; i < *n; i++) {
        bool shares =
            out[i].sentence == first || out[i].sentence == second || (out[i].second && out[i].second == first);
        if (shares && second)
            return;
    }
    if (*n < ALIGN_SPANS_MAX)
        out[(*n)++] = (struct align_span){first, second, score};
}

/* Copies the first ones from the scratch arena into one that outlives the claim. */
static struct align_span *best_of(struct arena *a, const struct align_span *all, size_t *n)
{
    *n = *n < ALIGN_LISTED_MAX ? *n : ALIGN_LISTED_MAX;
    struct align_span *kept = arena_array(a, struct align_span, *n);
    if (*n)
        memcpy(kept, all, *n * sizeof *kept);
    return kept;
}

static void align_judge(struct aligner *al, const struct claimed *c, struct span *spans, size_t n,
                        struct alignment *out)
{
    double best_against = 0;
    struct slice against = {"", 0}, missing = {"", 0};
    out->support = arena_array(al->scratch, struct align_span, ALIGN_SPANS_MAX);
    out->against = arena_array(al->scratch, struct align_span, ALIGN_SPANS_MAX);
    for (int pairs = 0; pairs < 2; pairs++)
        for (size_t i = 0; i < n; i++) {
            double score;
            struct slice reason = {"", 0};
            if ((spans[i].second != NOWHERE) != pairs)
                continue;
            enum finding found = span_check(al, c, &spans[i], &score, &reason);
            if (found == FOUND_SUPPORT)
                align_list(al, &spans[i], score, out->support, &out->support_count);
            if (found == FOUND_AGAINST)
                align_list(al, &spans[i], score, out->against, &out->against_count);
            if (found == FOUND_AGAINST && score > best_against) {
                best_against = score;
                against = reason;
            }
            if (found == FOUND_NOTHING && missing.n == 0)
                missing = reason;
        }
    if (out->support_count + out->against_count == 0)
        align_by_meaning(al, c, spans, n, out->support, &out->support_count);
    qsort(out->support, out->support_count, sizeof *out->support, by_score);
    qsort(out->against, out->against_count, sizeof *out->against, by_score);
    out->support = best_of(al->arena, out->support, &out->support_count);
    out->against = best_of(al->arena, out->against, &out->against_count);
    out->verdict = out->support_count ? ALIGN_SUPPORTED : out->against_count ? ALIGN_CONTRADICTED : ALIGN_NOT_STATED;
    if (out->verdict == ALIGN_SUPPORTED)
        out->reason =
            arena_printf(al->arena, "%.*s says it", SLICE_ARGS(out->support[0].sentence->passage->source->site));
    else
        out->reason = arena_dup(al->arena, out->verdict == ALIGN_CONTRADICTED ? against
                                           : missing.n                        ? missing
                                                                              : SLICE("no page says anything like it"));
}

static bool align_align(struct aligner *al, const struct align_claim *claim, struct alignment *out, struct err *e)
{
    struct claimed *c = arena_array(al->scratch, struct claimed, 1);
    /* Not on the stack: it is large, and there may be thousands of threads. */
    struct span *spans = arena_array(al->scratch, struct span, ALIGN_SPANS_MAX);
    bool fits;
    *out = (struct alignment){.verdict = ALIGN_NOT_STATED};
    if (!claim_read(al, claim, c, &fits, e))
        return false;
    if (!fits || c->words.n == 0 || c->term_count == 0) {
        out->reason =
            fits ? SLICE("there is nothing in it that could be checked") : SLICE("it is too long to be checked");
        return true;
    }
    find_terms(al, c);
    align_judge(al, c, spans, find_spans(al, c, spans), out);
    return true;
}

/* Each claim has a scratch arena of its own: a long answer is checked sentence by sentence, and the memory would add
 * up. */
bool align_claim(struct aligner *al, const struct align_claim *claim, struct alignment *out, struct err *e)
{
    al->scratch = arena_new();
    al->lines = arena_array(al->scratch, struct line, line_count(al->view));
    if (al->view->packed)
        open_stated(al, al->scratch);
    bool ok = align_align(al, claim, out, e);
    arena_free(al->scratch);
    al->scratch = NULL;
    return ok;
}

const char *align_verdict_name(enum align_verdict v)
{
    static const char *const names[] = {"not stated", "supported", "contradicted"};
    return names[v];
}
