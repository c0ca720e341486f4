/* find.c - see find.h. A session whose steps are gather and nothing else; each query is a part of it. */
#include "research/find.h"

#include "base/utf8.h"
#include "fetch/fetch.h"
#include "research/gather.h"
#include "research/web.h"
#include "session/session.h"
#include "text/language.h"

enum {
    EXCERPT_PASSAGES = 6,     /* of a page, for one query */
    RANK_CUSHION = 10,        /* of the fusion: how much more the first rank is worth than the tenth */
    EXCERPT_CHARS_LEAST = 40, /* a shorter piece of a passage says nothing */
};

/* As struct tier, of which only these members are read by the steps that run. */
#define FIND_MODE(title, most, search, race)                                                                           \
    {                                                                                                                  \
        .name = title, .queries = FIND_QUERIES_MAX, .pages = most, .rounds = 1, .passages = 60, .search_ms = search,   \
        .race_ms = race, .deadline_ms = 2 * (race) + 2000                                                              \
    }
static const struct tier modes[FIND_MODE_COUNT] = {
    [FIND_TURBO] = FIND_MODE("turbo", 4, 500, 700),
    [FIND_FAST] = FIND_MODE("fast", 6, 800, 1100),
    [FIND_BASIC] = FIND_MODE("basic", 10, 2500, 3000),
    [FIND_ADVANCED] = FIND_MODE("advanced", 20, 4000, 6000),
};

const char *find_mode_name(enum find_mode mode)
{
    return modes[mode].name;
}

struct found_passage {
    const struct passage *passage;
    double worth;
    bool taken;
};

/* A page while it is put together. */
struct candidate {
    struct found_passage *at;
    size_t n, room;
    double score;
};

struct candidates {
    struct arena *arena;
    struct candidate *at;
    size_t n, room;
};

static struct candidate *find_candidate(struct candidates *c, const struct passage *p)
{
    for (size_t i = 0; i < c->n; i++)
        if (slice_eq(c->at[i].at[0].passage->url, p->url))
            return &c->at[i];
    struct candidate *made = arena_push(c->arena, &c->at, c->n, &c->room);
    c->n++;
    return made;
}

static void find_add(struct candidates *c, const struct passage *p, double worth)
{
    struct candidate *page = find_candidate(c, p);
    for (size_t i = 0; i < page->n; i++)
        if (page->at[i].passage->offset == p->offset) {
            page->at[i].worth += worth;
            return;
        }
    *arena_push(c->arena, &page->at, page->n, &page->room) = (struct found_passage){.passage = p, .worth = worth};
    page->n++;
}

/* A page counts by its best passage of each list, once. */
static void find_fuse(struct candidates *c, const struct index_hits *hits)
{
    size_t rank = 0;
    for (size_t i = 0; i < hits->n; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = !slice_eq(hits->at[k].url, hits->at[i].url);
        double worth = 1.0 / (double)(RANK_CUSHION + i + 1);
        find_add(c, &hits->at[i], worth);
        if (first)
            find_candidate(c, &hits->at[i])->score += 1.0 / (double)(RANK_CUSHION + ++rank);
    }
}

static int by_score(const void *l, const void *r)
{
    const struct candidate *a = l, *b = r;
    return a->score < b->score ? 1 : a->score > b->score ? -1 : slice_cmp(a->at[0].passage->url, b->at[0].passage->url);
}

/* At most `chars` code points, cut before a word. */
static struct slice find_cut(struct slice text, size_t chars)
{
    struct slice head = utf8_head(text, chars);
    size_t space = head.n;
    if (head.n == text.n)
        return text;
    while (space > 0 && head.p[space - 1] != ' ' && head.p[space - 1] != '\n')
        space--;
    return slice_sub(head, 0, space > head.n / 2 + 1 ? space - 1 : head.n);
}

static int by_offset(const void *l, const void *r)
{
    const struct passage *a = *(const struct passage *const *)l, *b = *(const struct passage *const *)r;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* The best passage that is not taken yet; NULL: all are. */
static struct found_passage *find_best(struct candidate *page)
{
    struct found_passage *best = NULL;
    for (size_t i = 0; i < page->n; i++)
        if (!page->at[i].taken && (!best || page->at[i].worth > best->worth))
            best = &page->at[i];
    return best;
}

/* The best passages that fit into `chars` characters, in the order of the page; of a single one what fits. Returns how
 * many characters they take. */
static size_t find_take(struct arena *a, struct candidate *page, size_t chars, const struct slice **out, size_t *n)
{
    const struct passage **best = arena_array(a, const struct passage *, page->n);
    struct slice *excerpts = arena_array(a, struct slice, page->n);
    size_t left = chars;
    *n = 0;
    for (struct found_passage *p; (p = find_best(page)); p->taken = true) {
        size_t length = utf8_count(p->passage->text);
        if (length <= left || (*n == 0 && left >= EXCERPT_CHARS_LEAST)) {
            best[(*n)++] = p->passage;
            left -= length < left ? length : left;
        }
    }
    if (*n)
        qsort(best, *n, sizeof *best, by_offset);
    for (size_t i = 0; i < *n; i++)
        excerpts[i] = *n == 1 ? find_cut(best[i]->text, chars) : best[i]->text;
    *out = excerpts;
    return chars - left;
}

static void find_print(struct arena *a, const struct find_ask *ask, struct candidates *c, struct found *out)
{
    size_t left = ask->chars;
    if (c->n)
        qsort(c->at, c->n, sizeof *c->at, by_score);
    out->at = arena_array(a, struct found_page, ask->pages);
    for (size_t i = 0; i < c->n && out->n < ask->pages && left >= EXCERPT_CHARS_LEAST; i++) {
        const struct passage *p = c->at[i].at[0].passage;
        struct found_page *page = &out->at[out->n];
        size_t most = ask->chars_per_page < left ? ask->chars_per_page : left;
        *page = (struct found_page){.url = p->url, .title = p->title, .date = p->date};
        left -= find_take(a, &c->at[i], most, &page->excerpts, &page->excerpt_count);
        out->n += page->excerpt_count > 0;
    }
}

/* Results that nobody had the time to read, in the words of the service that found them. */
static void find_unread(const struct session *s, const struct find_ask *ask, struct found *out)
{
    for (size_t i = 0; i < s->unread_count && out->n < ask->pages; i++) {
        const struct search_hit *hit = &s->unread[i];
        bool twice = hit->snippet.n == 0;
        for (size_t k = 0; k < out->n && !twice; k++)
            twice = slice_eq(out->at[k].url, hit->url);
        if (twice)
            continue;
        struct slice *excerpt = arena_array(s->arena, struct slice, 1);
        *excerpt = find_cut(hit->snippet, ask->chars_per_page);
        out->at[out->n++] = (struct found_page){
            .url = hit->url, .title = hit->title, .date = hit->date, .excerpts = excerpt, .excerpt_count = 1};
    }
}

/* Services are asked the queries; the objective, which is a sentence, only where there are none. */
static void find_parts(struct session *s, const struct find_ask *ask)
{
    if (ask->objective.n) {
        struct part *p = session_part(s, ask->objective, SLICE(""));
        p->ask_count = ask->query_count ? 0 : p->ask_count;
    }
    size_t n = 0;
    while (n < ask->query_count && session_part(s, ask->queries[n], SLICE("")))
        n++;
    if (n <
        ask->query_count) /* no room: the last part, which is for the query before, asks services for the rest, too */
        part_ask_first(s, &s->parts[s->part_count - 1], &ask->queries[n - 1], ask->query_count - n + 1);
}

static bool find_drop(void *ud, struct slice delta)
{
    (void)ud, (void)delta;
    return true;
}

bool find_pages(const struct world *world, const struct find_ask *ask, atomic_bool *cancelled, struct arena *a,
                struct found *out, struct err *e)
{
    struct slice text = ask->objective.n ? ask->objective : ask->queries[0];
    const struct turn turn = {ROLE_USER, text};
    const struct question q = {.tier = &modes[ask->mode],
                               .turns = &turn,
                               .turn_count = 1,
                               .policy = ask->policy,
                               .max_ms = ask->max_ms,
                               .asked_ms = ask->asked_ms};
    const struct sink sink = {.text = find_drop};
    struct answer *answer = arena_array(a, struct answer, 1);
    struct session s;
    session_open(&s, world, &q, &sink, cancelled, a, answer);
    *out = (struct found){0};
    s.query = text;
    s.lang = language_guess(text, lang_find(SLICE("en")));
    find_parts(&s, ask);
    if (!gather_all(&s, e))
        return false;
    struct candidates c = {.arena = a};
    for (size_t i = 0; i < s.part_count; i++)
        find_fuse(&c, &s.parts[i].hits);
    find_print(a, ask, &c, out);
    find_unread(&s, ask, out);
    for (size_t i = 0; i < s.left_out_count; i++)
        if (s.left_out[i].cause == LEFT_OUT_FAILED)
            session_warn(
                &s, arena_printf(a, "%.*s was not read: %s.", SLICE_ARGS(s.left_out[i].url), s.left_out[i].reason));
    out->warnings = answer->warnings;
    out->warning_count = answer->warning_count;
    out->spent = answer->spent;
    session_forget_workings(&s);
    return true;
}

bool find_excerpts(const struct world *world, const struct page_copy *page, const struct slice *texts,
                   size_t text_count, size_t chars, struct arena *a, const struct slice **out, size_t *n, struct err *e)
{
    struct candidates c = {.arena = a};
    struct pool *pool = pool_new(a, world->index);
    pool_add(pool, page);
    *n = 0;
    for (size_t i = 0; i < text_count; i++) {
        struct index_hits hits = {0};
        if (!pool_merge(pool, texts[i], language_guess(texts[i], lang_find(SLICE("en"))), EXCERPT_PASSAGES,
                        EXCERPT_PASSAGES, &hits, e))
            return false;
        find_fuse(&c, &hits);
    }
    size_t found = c.n; /* none: nothing is asked, or the page does not say anything about it */
    for (size_t i = 0; found == 0 && i < pool->n; i++)
        find_add(&c, &pool->at[i].passage, 1.0 / (double)(i + 1));
    if (c.n == 0)
        return true;
    find_take(a, &c.at[0], chars, out, n);
    return true;
}
