/* fill_kind.c - what the thing is, and other values that its first sentences state by their place: its kind, offices,
 * colours, months. See fill_bound.h. */
#include "fill/fill_bound.h"

enum { KIND_SENTENCES = 3 };

/* "horror" of "horror film". */
static struct slice kind_without_head(const struct ground *g, const struct lead_kind *kind)
{
    return kind->last > kind->first ? ground_span(g, kind->first, kind->last - 1) : kind->text;
}

/* Whether the kind has a word of the field's name or description: "gas giant, rocky planet". */
static bool kind_named(const struct ask *ask, const struct ground *g, const struct lead_kind *kind)
{
    for (size_t i = kind->first; i <= kind->last; i++)
        if (cue_bits(ask, g->words.at[i].stem))
            return true;
    return false;
}

/* What the thing is, by the sentences that define it. */
bool kind_is(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    const struct ground *best = NULL;
    const struct lead_kind *kind = NULL;
    double most = 0;
    for (size_t s = 0; s < gs->n; s++) {
        const struct ground *g = &gs->at[s];
        if (!g->own || g->order >= KIND_SENTENCES || !g->lead.kind_count)
            continue;
        if (g->order > 0 && g->lead.copula > 1 && !grounds_names_self(gs, g, 0, g->lead.copula - 1) &&
            !ground_has(g, 0, LANG_THINGS) && !ground_has(g, 0, LANG_PERSONS))
            continue;
        size_t pick = 0;
        if (ask->want != WANT_OCCUPATION && g->lead.kinds[0].first == g->lead.kinds[0].last - 1 &&
            span_gap_is(g, g->lead.kinds[0].first, "-"))
            pick = g->lead.kind_count - 1;
        const size_t opens = g->lead.kinds[pick].first;
        bool several = ground_has(g, opens, LANG_NUMERALS);                       /* "one of five volcanoes" */
        bool superlative = slice_ends(ground_span(g, opens, opens), SLICE("'s")); /* "Earth's largest volcano" */
        double lowered = several ? 1.5 : superlative ? 0.8 : 0;
        double points = (g->lead.article ? 1 : 0) + (g->order == 0 ? 0.6 : 0) - lowered +
                        (kind_named(ask, g, &g->lead.kinds[pick]) ? 0.7 : 0);
        if (points > most) {
            most = points;
            best = g;
            kind = &g->lead.kinds[pick];
        }
    }
    if (!best)
        return false;
    /* "writer" is no genre */
    if (ask->want == WANT_GENRE && kind->first == kind->last && ground_has(best, kind->last, LANG_FIELD_PERSONS))
        return ask->related && span_any(f, ask, gs, out);
    return title_take(f, ask, best, ask->want == WANT_GENRE ? kind_without_head(best, kind) : kind->text, 0.75, out);
}

/* "in the petroleum industry", "in the Art Deco style": what is before the field's own noun. */
/* "class Mammalia": the noun before the name. */
static bool kind_taxon(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    for (size_t s = 0; s < gs->n && gs->at[s].own; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t i = 0; i + 1 < g->words.n; i++)
            if (span_noun_exact(ask, g, i) && !span_capital(g, i) && ground_has(g, i, LANG_TAXA) &&
                span_gap_is(g, i, " ") && span_capital(g, i + 1) && !span_is_demonym(g, i + 1, i + 1))
                return title_take(f, ask, g, ground_span(g, i + 1, i + 1), 0.75, out);
    }
    return false;
}

bool kind_headed(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    if (ask->name.n == 1 && kind_taxon(f, ask, gs, out))
        return true;
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < KIND_SENTENCES; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t i = 2; i < g->words.n; i++) {
            size_t first = i;
            if (!span_noun_exact(ask, g, i) || span_capital(g, i) || ground_has(g, i, LANG_TAXA) ||
                ground_has(g, i, LANG_GENERIC))
                continue;
            while (first > 0 && !(g->words.at[first - 1].flags & (WORD_STOP | WORD_NUMBER)) &&
                   !ground_has(g, first - 1, LANG_IDLE_KINDS) &&
                   (span_gap_is(g, first - 1, " ") || span_gap_is(g, first - 1, "-")))
                first--;
            bool led = first > 1 && ground_has(g, first - 1, LANG_DETERMINERS) && ground_has(g, first - 2, LANG_IN);
            if (first == i || !led)
                continue;
            return title_take(f, ask, g, ground_span(g, first, i - 1), 0.75, out);
        }
    }
    return false;
}

bool kind_month(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    struct candidates c = {0};
    for (size_t s = 0; s < gs->n; s++)
        for (size_t i = 0; i < gs->at[s].words.n; i++)
            if (span_capital(&gs->at[s], i) && ground_has(&gs->at[s], i, LANG_MONTHS)) {
                bool pair = c.n && c.at[c.n - 1].ground == &gs->at[s] && c.at[c.n - 1].first + 2 == i;
                candidate_add(f, &c,
                              (struct candidate){.ground = &gs->at[s],
                                                 .first = i,
                                                 .last = i,
                                                 .text = ground_span(&gs->at[s], i, i),
                                                 .bonus = pair == (ask->range == RANGE_END) ? 0.3 : 0});
            }
    return span_take_best(f, ask, &c, 0.3, out);
}

/* "served as Chancellor of Germany", "as the commander of the mission", "was Queen of France". */
bool kind_office(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < 2; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t i = 0; i + 1 < g->words.n; i++) {
            bool kind = g->lead.kind_count && i + 1 == g->lead.kinds[0].first && span_capital(g, i + 1) &&
                        !span_is_demonym(g, i + 1, i + 1);
            if (!ground_has(g, i, LANG_NAMED_AS) && !kind)
                continue;
            size_t first = i + 1;
            while (first < g->words.n && (ground_has(g, first, LANG_DETERMINERS) ||
                                          (ground_has(g, first, LANG_ORDINALS) && !span_capital(g, first))))
                first++;
            if (first >= g->words.n || (g->words.at[first].flags & (WORD_STOP | WORD_NUMBER)))
                continue;
            size_t last = span_capital(g, first) ? span_title_end(g, first) : first;
            /* "prime minister of Norway" */
            while (!span_capital(g, first) && span_small_noun(g, last + 1) && span_gap_is(g, last, " ") &&
                   !ground_has(g, last + 1, LANG_DEFINITION_ENDS))
                last++;
            if (!span_capital(g, first) && ground_has(g, last + 1, LANG_OF) && span_capital(g, last + 2))
                last = span_title_end(g, last + 2);
            return title_take(f, ask, g, ground_span(g, first, last), 0.6, out);
        }
    }
    return false;
}

/* "silvery-white": words for colours, and those that are joined to them. "White or yellowish with black skin": where
 * the field says of what, the nearest one; else the first one that is no part of a name ("brown bear"). */
bool kind_colour(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    struct candidate first = {0}, near = {0};
    for (size_t s = 0; s < gs->n && gs->at[s].own; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t i = 0, last; i < g->words.n; i = last + 1) {
            last = i;
            if (!ground_has(g, i, LANG_COLOURS) || span_capital(g, i))
                continue;
            while (last + 1 < g->words.n && ground_has(g, last + 1, LANG_COLOURS) &&
                   (span_gap_is(g, last, " ") || span_gap_is(g, last, "-")))
                last++;
            const struct candidate one = {.ground = g, .text = ground_span(g, i, last)};
            bool name = last + 1 < g->words.n && grounds_names_self(gs, g, last + 1, last + 1);
            bool of = last + 1 < g->words.n && cue_bits(ask, g->words.at[last + 1].stem) && !name;
            near = of && !near.ground ? one : near;
            first = !name && !first.ground ? one : first;
        }
    }
    const struct candidate *best = near.ground ? &near : &first;
    return best->ground && title_take(f, ask, best->ground, best->text, 0.6, out);
}

/* "a professional American football league": the sport in what the thing is. */
bool kind_sport(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < KIND_SENTENCES; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t k = 0; k < g->lead.kind_count; k++)
            for (size_t i = g->lead.kinds[k].first; i <= g->lead.kinds[k].last; i++) {
                size_t first = i;
                if (!ground_has(g, i, LANG_SPORTS))
                    continue;
                while (first > g->lead.kinds[k].first && !ground_has(g, first - 1, LANG_IDLE_KINDS) &&
                       !ground_has(g, first - 1, LANG_CLUBS))
                    first--;
                if (first > 0 && ground_has(g, first - 1, LANG_FOOTBALLS))
                    first--;
                return title_take(f, ask, g, ground_span(g, first, i), 0.75, out);
            }
    }
    return false;
}
