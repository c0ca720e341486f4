/* fill_several.c - lists that are bound to a thing: one enumeration that the words of the relation lead into.
 *
 * Values of the asked type that only commas and conjunctions join are a group. The group whose best member is bound
 * most closely is the list; values elsewhere are not added to it. */
#include "fill/fill_bound.h"

#include "text/letters.h"

/* A longer group gains for each further value, up to a few. Below GROUP_FROM nothing is stated; one value alone has to
 * be surer. Set by hand. */
static const double FURTHER = 0.07, GROUP_FROM = 0.4, ALONE_FROM = 0.62, UNRELATED_COUNTRY = 0.55;
enum { FURTHER_MAX = 2, JOINT_WORDS = 5, COUNTRY_JOINT_WORDS = 8 };

static bool several_capital(const struct candidate *c)
{
    return c->ground->words.at[c->first].flags & WORD_CAPITAL;
}

/* Whether a comma, a semicolon or a conjunction is between two values, and beside it only a few small words. */
static bool several_joined(const struct ask *ask, const struct candidate *left, const struct candidate *right)
{
    const struct ground *g = left->ground;
    if (right->ground != g || right->first <= left->last)
        return false;
    bool country = ask->want == WANT_COUNTRY;
    size_t brackets = 0, words = 0;
    bool joint = false, more = false, capital = several_capital(right);
    for (size_t i = left->last; i < right->first; i++) {
        struct slice gap = ground_gap(g, i);
        bool inside = brackets > 0 && i > left->last;
        for (size_t k = 0; k < gap.n; k++) {
            brackets += gap.p[k] == '(';
            brackets -= brackets > 0 && gap.p[k] == ')';
            joint = joint || gap.p[k] == ',' || gap.p[k] == ';' || (country && (unsigned char)gap.p[k] == 0xE2);
            if (gap.p[k] == '.' || gap.p[k] == ':')
                return false;
        }
        if (i == left->last || inside)
            continue;
        bool conjunction = ground_has(g, i, LANG_AND_OR) || (ask->pair && ground_has(g, i, LANG_PAIRS_WITH));
        joint = joint || conjunction;
        more = more || ground_has(g, i, LANG_JOINED);
        if (more && !ground_has(g, i, LANG_BE))
            continue;
        if (ground_has(g, i, LANG_LATER))
            return false;
        bool small = ground_has(g, i, LANG_DETERMINERS) || conjunction;
        bool noun = !(g->words.at[i].flags & (WORD_STOP | WORD_CAPITAL | WORD_NUMBER));
        if (!small && !country && !(capital && noun && !ground_has(g, i, LANG_DEFINITION_ENDS)))
            return false;
        if (ground_has(g, i, LANG_BE))
            return false;
        words += !small;
    }
    if (joint && more)
        return true;
    return joint && words <= (size_t)(country ? COUNTRY_JOINT_WORDS : JOINT_WORDS - 1);
}

static int several_order(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->ground != b->ground)
        return a->ground < b->ground ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return a->last > b->last ? -1 : a->last < b->last;
}

/* Drops values that are within the one before them. */
static void several_widest(struct candidates *c)
{
    size_t kept = 0;
    qsort(c->at, c->n, sizeof *c->at, several_order);
    for (size_t i = 0; i < c->n; i++) {
        if (kept && c->at[kept - 1].ground == c->at[i].ground && c->at[i].first <= c->at[kept - 1].last)
            continue;
        c->at[kept++] = c->at[i];
    }
    c->n = kept;
}

/* Countries are told by their list; where the field says nothing more of them, those of the page will do. */
static void several_countries(struct fill *f, const struct ask *ask, const struct grounds *gs, struct candidates *out)
{
    for (size_t s = 0; s < gs->n; s++)
        for (size_t i = 0, count = 1; i < gs->at[s].words.n; i += count ? count : 1) {
            const struct ground *g = &gs->at[s];
            size_t demonym;
            count = 1;
            struct slice name = country_of(g, i, &count);
            if (!name.n || country_within(g, i, count) || ground_entry(g, LANG_DEMONYMS, i, &demonym) ||
                grounds_names_self(gs, g, i, i + count - 1))
                continue;
            bool sure = !ask->related && g->own;
            candidate_add(f, out,
                          (struct candidate){.ground = g,
                                             .first = i,
                                             .last = i + count - 1,
                                             .text = name,
                                             .bonus = sure ? UNRELATED_COUNTRY : 0,
                                             .sure = sure});
        }
}

/* The continents that the first sentence with several of them names, else the first one. */
static void several_continents(struct fill *f, const struct grounds *gs, struct candidates *out)
{
    for (size_t s = 0; s < gs->n && gs->at[s].own && out->n < 2; s++) {
        const struct ground *g = &gs->at[s];
        struct candidates here = {0};
        for (size_t i = 0, count = 1; i < g->words.n; i += count) {
            count = 1;
            const struct lang_entry *entry = ground_entry(g, LANG_CONTINENTS, i, &count);
            count = entry && count ? count : 1;
            if (entry && letters_eq_nocase(entry->word, entry->value))
                candidate_add(f, &here,
                              (struct candidate){
                                  .ground = g, .first = i, .last = i + count - 1, .text = entry->value, .score = 0.7});
        }
        if (here.n > out->n)
            *out = here;
    }
}

/* What the thing is, all of it: "physicist and chemist". */
static void several_kinds(struct fill *f, const struct ask *ask, const struct grounds *gs, struct candidates *out)
{
    enum { SENTENCES = 3 };
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < SENTENCES; s++) {
        const struct ground *g = &gs->at[s];
        bool self = s == 0 || ground_has(g, 0, LANG_PERSONS) || ground_has(g, 0, LANG_THINGS);
        bool also = s == 0 || ground_has(g, g->lead.copula + 1, LANG_BESIDES);
        for (size_t k = 0; self && also && k < g->lead.kind_count; k++) {
            const struct lead_kind *kind = &g->lead.kinds[k];
            bool asked = true;
            for (size_t i = kind->first; i <= kind->last; i++)
                asked = asked && cue_bits(ask, g->words.at[i].stem);
            if (!asked)
                candidate_add(
                    f, out,
                    (struct candidate){
                        .ground = g, .first = kind->first, .last = kind->last, .text = kind->text, .score = 0.8});
        }
    }
}

static void several_own_first(struct candidates *c)
{
    bool own = false;
    for (size_t i = 0; i < c->n; i++)
        own = own || (c->at[i].ground->own && c->at[i].score >= GROUP_FROM);
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++)
        if (!own || c->at[i].ground->own)
            c->at[kept++] = c->at[i];
    c->n = kept;
}

/* Drops what only explains the value before it: "Roscosmos (Russia), ESA (Europe)". */
static void several_unexplained(struct candidates *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct ground *g = c->at[i].ground;
        bool within = c->at[i].first > 0 && slice_is(ground_gap(g, c->at[i].first - 1), " (") &&
                      slice_starts(ground_gap(g, c->at[i].last), SLICE(")"));
        if (!(within && kept && c->at[kept - 1].ground == g && c->at[kept - 1].last + 1 == c->at[i].first))
            c->at[kept++] = c->at[i];
    }
    c->n = kept;
}

static void several_best(struct candidates *c, const struct ask *ask, struct candidates *out)
{
    double best = 0;
    size_t from = 0, to = 0;
    for (size_t i = 0; i < c->n;) {
        size_t end = i + 1;
        double most = c->at[i].score;
        while (end < c->n && several_joined(ask, &c->at[end - 1], &c->at[end])) {
            most = c->at[end].score > most ? c->at[end].score : most;
            end++;
        }
        size_t further = end - i - 1 < FURTHER_MAX ? end - i - 1 : FURTHER_MAX;
        double score = most + FURTHER * (double)further;
        double from_score = further ? GROUP_FROM - FURTHER / 2 * (double)further : ALONE_FROM;
        if (most >= from_score && score > best) {
            best = score;
            from = i;
            to = end;
        }
        i = end;
    }
    size_t capitals = 0;
    for (size_t i = from; i < to; i++)
        capitals += several_capital(&c->at[i]);
    /* "New York City and Secaucus, New Jersey": behind the conjunction a comma leads to where the city is. */
    if (ask->want == WANT_CITY && to - from > 2 &&
        slice_is(ground_gap(c->at[to - 1].ground, c->at[to - 2].last), ", ") &&
        c->at[to - 2].last + 1 == c->at[to - 1].first)
        to--;
    for (size_t i = from; i < to; i++) {
        if (several_capital(&c->at[i]) != (capitals * 2 > to - from) && to - from > 1)
            continue;
        c->at[out->n] = c->at[i];
        c->at[out->n].score = best;
        out->n++;
    }
    out->at = c->at;
}

/* Whether a word that leads to names is right before it: "can also spread" names nothing. */
static bool several_named(const struct ground *g, struct slice name)
{
    size_t at = ground_word(g, name.p);
    at -= at > 0 && at == g->words.n;
    return at > 0 && (g->words.at[at].flags & WORD_CAPITAL) && ground_has(g, at - 1, LANG_NAME_OPENERS);
}

/* All other names that the first sentences give. */
static void several_names(struct fill *f, const struct grounds *gs, struct candidates *out)
{
    enum { SENTENCES = 3 };
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < SENTENCES; s++) {
        const struct ground *g = &gs->at[s];
        struct lead lead;
        lead_read(g->text, g->words, g->lang, true, &lead);
        for (size_t i = 0; i < lead.name_count; i++)
            if (lead.names[i].kind == LEAD_OTHER && (s == 0 || several_named(g, lead.names[i].text)))
                candidate_add(f, out, (struct candidate){.ground = g, .text = lead.names[i].text, .score = 0.8});
    }
}

static void several_read(struct fill *f, const struct ask *ask, const struct grounds *gs, struct candidates *out)
{
    struct candidates c = {0};
    *out = c;
    if (ask->want == WANT_OCCUPATION || ask->want == WANT_GENRE || ask->want == WANT_KIND) {
        several_kinds(f, ask, gs, out);
        return;
    }
    if (ask->want == WANT_CONTINENT) {
        several_continents(f, gs, out);
        return;
    }
    if (ask->want == WANT_OTHER) {
        several_names(f, gs, out);
        return;
    }
    if (ask->want == WANT_COUNTRY)
        several_countries(f, ask, gs, &c);
    bool countries = c.n > 1;
    for (size_t s = 0; s < gs->n && !countries; s++)
        span_candidates(f, ask, gs, &gs->at[s], &c);
    if (c.n == 0)
        return;
    bound_weigh(f, ask, &c);
    several_own_first(&c);
    several_widest(&c);
    several_unexplained(&c);
    several_best(&c, ask, out);
}

/* "founding_members" may be countries. */
static bool several_may_be_groups(const struct ask *ask)
{
    for (size_t i = 0; i < ask->name.n && ask->person; i++)
        if (lang_has(lang_find(SLICE("en")), LANG_GROUP_FIELDS, ask->name.at[i].fold))
            return true;
    return false;
}

void bound_list(struct fill *f, const struct ask *ask, const struct grounds *gs, struct candidates *out)
{
    *out = (struct candidates){0};
    bool typed = ask->person || ask->want == WANT_COUNTRY || ask->want == WANT_CITY || ask->want == WANT_STATE;
    if (!typed)
        row_list(f, ask, gs, out);
    if (out->n > 0)
        return;
    several_read(f, ask, gs, out);
    if (out->n > 0 || !several_may_be_groups(ask))
        return;
    struct ask groups = *ask;
    groups.person = false;
    several_read(f, &groups, gs, out);
}
