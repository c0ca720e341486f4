/* fill_title.c - reads the names of the thing itself: full, official, other, and the parts of a person's. See
 * fill_bound.h. */
#include "fill/fill_bound.h"

/* How many first sentences may give names. */
enum { SENTENCES = 3 };

bool title_take(struct fill *f, const struct ask *ask, const struct ground *g, struct slice text, double sure,
                struct found *out)
{
    const struct candidate c = {.ground = g, .text = text, .score = sure};
    return text.n && bound_take(f, ask, &c, value_text(text), out);
}

bool title_name(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    if (gs->n == 0 || !gs->at[0].own)
        return false;
    enum lead_name_kind kind = ask->want == WANT_OFFICIAL   ? LEAD_OFFICIAL
                               : ask->want == WANT_ORIGINAL ? LEAD_ORIGINAL
                               : ask->want == WANT_OTHER    ? LEAD_OTHER
                               : ask->want == WANT_SHORT    ? LEAD_SHORT
                                                            : LEAD_FULL;
    if (ask->want == WANT_NAME)
        return title_take(f, ask, &gs->at[0], gs->title, 1, out);
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < SENTENCES; s++) {
        const struct ground *g = &gs->at[s];
        struct lead lead;
        lead_read(g->text, g->words, g->lang, true, &lead);
        for (size_t i = 0; i < lead.name_count; i++)
            if (lead.names[i].kind == kind && (s == 0 || kind != LEAD_FULL) &&
                title_take(f, ask, g, lead.names[i].text, 0.85, out))
                return true;
        /* "Coke" is short for Coca-Cola */
        for (size_t i = 0; ask->want == WANT_SHORT && s == 0 && i < lead.name_count; i++)
            if (lead.names[i].kind == LEAD_OTHER && lead.names[i].text.n < gs->title.n &&
                title_take(f, ask, g, lead.names[i].text, 0.7, out))
                return true;
        if (ask->want == WANT_OFFICIAL && lead.name_count && s == 0 && !slice_eq(lead.names[0].text, gs->title) &&
            title_take(f, ask, g, lead.names[0].text, 0.6, out))
            return true;
    }
    return false;
}

/* The first, the last or the words between of a person's full name. A middle name is one that the title lacks. */
bool title_part(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    if (gs->n == 0 || !gs->at[0].own)
        return false;
    const struct ground *g = &gs->at[0];
    struct lead lead;
    lead_read(g->text, g->words, g->lang, true, &lead);
    if (lead.name_count == 0 || lead.names[0].kind != LEAD_FULL)
        return false;
    struct slice full = lead.names[0].text;
    size_t first = ground_word(g, full.p), last = ground_word(g, full.p + full.n);
    last -= last > first;
    while (last > first && ground_has(g, last, LANG_NAME_SUFFIXES))
        last--;
    if (first == last || !(g->words.at[last].flags & WORD_CAPITAL))
        return false;
    if (ask->want == WANT_GIVEN)
        return title_take(f, ask, g, ground_span(g, first, first), 0.7, out);
    size_t surname = last;
    while (surname > first + 1 && ground_has(g, surname - 1, LANG_NAME_JOINTS))
        surname--;
    if (ask->want == WANT_SURNAME)
        return title_take(f, ask, g, ground_span(g, surname, last), 0.7, out);
    return surname > first + 1 && title_take(f, ask, g, ground_span(g, first + 1, surname - 1), 0.7, out);
}

/* "commonly known as quicksilver", else the title. */
bool title_common(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < SENTENCES; s++) {
        const struct ground *g = &gs->at[s];
        struct lead lead;
        lead_read(g->text, g->words, g->lang, true, &lead);
        for (size_t i = 0; i < lead.name_count; i++) {
            size_t at = ground_word(g, lead.names[i].text.p);
            for (size_t k = at > 4 ? at - 4 : 0; lead.names[i].kind == LEAD_OTHER && k < at; k++)
                if (ground_has(g, k, LANG_COMMONLY))
                    return title_take(f, ask, g, lead.names[i].text, 0.8, out);
        }
    }
    return gs->n && gs->at[0].own && title_take(f, ask, &gs->at[0], gs->title, 0.8, out);
}
