/* agree.c - groups sentences by the values that they state, and writes the sentence about it that a reader sees. */
#include "evidence/agree_inner.h"
#include "net/site.h"

/* Another page's sentence answers the same question if it covers these shares of the question's weight: alone, and
 * together with its title. Set by hand. */
static const double SAME_OWN_FROM = 0.3, SAME_WHOLE_FROM = 0.7;
enum { SITES_NAMED = 3 };

struct group {
    struct valued value; /* of its first sentence */
    const struct sentence *sentences[AGREE_SENTENCES_MAX];
    size_t n;
};

struct groups {
    struct group *at[AGREE_VALUES_MAX];
    size_t n;
};

static bool answers_the_same(const struct asker *q, const struct valued *v)
{
    for (size_t t = 0; t < q->need->term_count; t++)
        if ((q->need->terms[t].capital || q->need->terms[t].number) && !(v->whole >> t & 1))
            return false;
    return features_weight(q->need, v->own) >= SAME_OWN_FROM * q->need->weight &&
           features_weight(q->need, v->whole) >= SAME_WHOLE_FROM * q->need->weight;
}

static void agree_join(struct group *g, const struct sentence *s)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->sentences[i] == s)
            return;
    if (g->n < AGREE_SENTENCES_MAX)
        g->sentences[g->n++] = s;
}

static void agree_start(struct arena *a, struct groups *groups, const struct valued *v)
{
    if (groups->n == AGREE_VALUES_MAX)
        return;
    struct group *g = groups->at[groups->n++] = arena_array(a, struct group, 1);
    g->value = *v;
    agree_join(g, v->sentence);
}

/* A sentence with a known value joins that group. One that contradicts the answer starts a group. Others are ignored.
 */
static void agree_place(const struct asker *q, struct groups *groups, const struct valued *v)
{
    for (size_t g = 0; g < groups->n; g++)
        if (value_is_in(q, &groups->at[g]->value, v)) {
            agree_join(groups->at[g], v->sentence);
            return;
        }
    if (values_conflict(q, &groups->at[0]->value, v))
        agree_start(q->arena, groups, v);
}

/* --- results -------------------------------------------------------------------------------------------------- */

/* The site; for a site with many authors the author's part of it: "medium.com/@ann". Where pages of one site contradict
 * each other, the page: "Kestrel Tower" on a.example. */
static struct slice agree_name(struct arena *a, const struct source *source, bool page)
{
    if (page)
        return source->title.n
                   ? arena_printf(a, "\"%.*s\" on %.*s", SLICE_ARGS(source->title), SLICE_ARGS(source->site))
                   : source->url;
    struct slice owner = site_owner_of_page(a, source->url), site = source->site;
    bool author = owner.n > site.n && owner.p[site.n] == '/' && slice_starts(owner, site);
    return author ? owner : site;
}

static void name_site(struct arena *a, struct agreed_value *out, const struct sentence *s, size_t *roots, size_t root,
                      bool page)
{
    const struct source *source = s->passage->source;
    struct slice name = agree_name(a, source, page);
    size_t i = 0;
    while (i < out->sites && roots[i] != root)
        i++;
    if (i == out->sites) {
        roots[i] = root;
        out->names[i] = name;
        out->dates[i] = source->date;
        out->sites++;
    } else if (slice_cmp(source->date, out->dates[i]) > 0 && slice_eq(name, out->names[i])) {
        out->dates[i] = source->date;
    }
    if (slice_cmp(source->date, out->newest) > 0)
        out->newest = source->date;
}

/* roots: the site numbers of the group's sentences. pages: each site is named by its first page. */
static struct agreed_value hand_over(struct arena *a, const struct group *g, const size_t *roots, bool pages)
{
    struct agreed_value out = {.text = g->value.text, .count = g->n, .newest = {"", 0}};
    size_t *known = arena_array(a, size_t, g->n);
    out.sentences = arena_array(a, const struct sentence *, g->n);
    out.names = arena_array(a, struct slice, g->n);
    out.dates = arena_array(a, struct slice, g->n);
    for (size_t i = 0; i < g->n; i++) {
        out.sentences[i] = g->sentences[i];
        name_site(a, &out, g->sentences[i], known, roots[i], pages);
    }
    return out;
}

struct numbered { /* a group, and the numbers of its sentences by site and by page */
    const struct group *group;
    const size_t *sites, *pages;
};

static bool shares_number(const size_t *left, size_t n, const size_t *right, size_t m)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            if (left[i] == right[k])
                return true;
    return false;
}

static struct agreement agree_conclude(struct arena *a, const struct view *view, const struct groups *groups)
{
    struct agreement out = {.values = arena_array(a, struct agreed_value, groups->n)};
    const struct sentence **all = arena_array(a, const struct sentence *, groups->n *AGREE_SENTENCES_MAX);
    struct numbered kept[AGREE_VALUES_MAX];
    size_t n = 0, first = 0, count = 0;
    bool within = false; /* pages of one site contradict each other */
    for (size_t g = 0; g < groups->n; g++)
        for (size_t i = 0; i < groups->at[g]->n; i++)
            all[n++] = groups->at[g]->sentences[i];
    size_t *sites = arena_array(a, size_t, n), *pages = arena_array(a, size_t, n);
    sites_number(a, view, all, n, SITES_BY_OWNER, sites);
    if (groups->n > 1)
        sites_number(a, view, all, n, SITES_BY_PAGE, pages);
    for (size_t g = 0; g < groups->n; g++) {
        const struct numbered here = {groups->at[g], sites + first, pages + first};
        first += groups->at[g]->n;
        /* A page that states both values, or a copy with another number in it, is no second opinion. */
        if (g > 0 && shares_number(pages, groups->at[0]->n, here.pages, here.group->n))
            continue;
        within = within || (g > 0 && shares_number(sites, groups->at[0]->n, here.sites, here.group->n));
        kept[count++] = here;
    }
    for (; out.n < count; out.n++) {
        out.values[out.n] = hand_over(a, kept[out.n].group, kept[out.n].sites, within);
        out.sites += out.values[out.n].sites;
    }
    out.conflict = out.n > 1;
    return out;
}

struct agreement agree_read(struct arena *a, const struct view *view, const struct need *need,
                            const struct ranking *ranking, const struct sentence *const *chosen, size_t chosen_count)
{
    struct groups groups = {.n = 0};
    struct valued v;
    const bool typed =
        need->type == NEED_DATE || need->type == NEED_NUMBER || need->type == NEED_PERSON || need->type == NEED_PLACE;
    if (!typed)
        return (struct agreement){0};
    struct asker q = asker_make(a, view, need);
    for (size_t i = 0; i < chosen_count && groups.n == 0; i++)
        if (value_read(&q, chosen[i], &v))
            agree_start(a, &groups, &v);
    if (groups.n == 0)
        return (struct agreement){0};
    for (size_t i = 0, seen = 0; i < ranking->n && seen < AGREE_SENTENCES_MAX; i++) {
        const struct sentence *s = ranking->at[i].sentence;
        if (s == groups.at[0]->value.sentence)
            continue;
        seen++;
        if (value_read(&q, s, &v) && answers_the_same(&q, &v))
            agree_place(&q, &groups, &v);
    }
    return agree_conclude(a, view, &groups);
}

struct agreement agree_of_readings(struct arena *a, const struct view *view, const struct agree_reading *readings,
                                   size_t n)
{
    struct groups groups = {.n = 0};
    for (size_t i = 0; i < n; i++) {
        const struct agree_reading *r = &readings[i];
        if (r->group >= groups.n && groups.n < AGREE_VALUES_MAX)
            agree_start(a, &groups, &(struct valued){.sentence = r->sentence, .text = r->text});
        else if (r->group < groups.n)
            agree_join(groups.at[r->group], r->sentence);
    }
    return groups.n ? agree_conclude(a, view, &groups) : (struct agreement){0};
}

/* "a.example (2019-05-02), b.example and 3 others say 300 m" */
static void agree_say(struct arena_text *out, const struct agreed_value *v)
{
    size_t named = v->sites <= SITES_NAMED ? v->sites : SITES_NAMED;
    for (size_t i = 0; i < named; i++) {
        const char *joint = i == 0 ? "" : i + 1 == v->sites ? " and " : ", ";
        arena_text_printf(out, "%s%.*s", joint, SLICE_ARGS(v->names[i]));
        if (v->dates[i].n)
            arena_text_printf(out, " (%.*s)", SLICE_ARGS(v->dates[i]));
    }
    if (v->sites > named)
        arena_text_printf(out, " and %zu %s", v->sites - named, v->sites - named == 1 ? "other" : "others");
    arena_text_printf(out, " %s %.*s", v->sites == 1 ? "says" : "say", SLICE_ARGS(v->text));
}

struct slice agree_reasoning(struct arena *a, const struct agreement *agreement)
{
    struct arena_text out = {.arena = a};
    if (agreement->n == 0)
        return SLICE("");
    if (agreement->sites == 1)
        arena_text_add(&out, SLICE("Only "));
    for (size_t i = 0; i < agreement->n; i++) {
        arena_text_add(&out, i ? SLICE("; ") : SLICE(""));
        agree_say(&out, &agreement->values[i]);
    }
    arena_text_add(&out, SLICE("."));
    return arena_text_slice(&out);
}
