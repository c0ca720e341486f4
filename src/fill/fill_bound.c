/* fill_bound.c - decides which places are read by relation and type, and reads them. See fill_bound.h. */
#include "fill/fill_bound.h"

#include "session/compose.h"

/* Whether the field asks for whole sentences, or for what only the ranker can choose. */
static bool bound_open(const struct ask *ask)
{
    enum field_kind kind = ask->kind == KIND_ANY && !ask->by_name ? ask->place->field.kind : ask->kind;
    return ask->want == WANT_SENTENCE || (ask->want == WANT_NONE && (kind == KIND_SENTENCE || kind == KIND_FACTS));
}

static bool bound_dated(const struct ask *ask)
{
    struct slice said = ask->place->shape->description;
    bool date = ask->kind == KIND_DATE || slice_starts(said, SLICE("Date")) || slice_starts(said, SLICE("When"));
    enum shape_format format = ask->place->shape->format;
    return format == FORMAT_DATE || format == FORMAT_DATE_TIME || ask->year ||
           (ask->want == WANT_NONE && !ask->person && !ask->agent && date);
}

/* The first sentence that has the text; else the first of the thing's page. */
static const struct ground *bound_mention(const struct grounds *gs, struct slice text)
{
    for (size_t i = 0; i < gs->n; i++)
        if (slice_find(gs->at[i].text, text) < gs->at[i].text.n)
            return &gs->at[i];
    return gs->n && gs->at[0].own ? &gs->at[0] : NULL;
}

/* The first sentences of the page describe the thing; as many as the description of the field asks for. */
static bool bound_describe(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    const struct numbers asked = numbers_read(f->arena, ask->place->shape->description, lang_find(SLICE("en")));
    size_t wanted = asked.n && asked.at[asked.n - 1].value >= 1 && asked.at[asked.n - 1].value <= 3
                        ? (size_t)asked.at[asked.n - 1].value
                        : 1;
    struct slice text = SLICE("");
    for (size_t i = 0; i < gs->n && i < wanted && gs->at[i].own; i++) {
        struct slice next = compose_flat(f->arena, gs->at[i].text);
        text = text.n ? ARENA_JOIN(f->arena, text, SLICE(" "), next) : next;
        found_support(f, out, gs->at[i].sentence);
    }
    const struct candidate c = {.ground = &gs->at[0], .text = text, .score = 1};
    return text.n && bound_take(f, ask, &c, value_text(text), out);
}

/* Where the thing is, by the first names behind "in", "on" or "at" in the first sentences. */
static bool bound_located(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    for (size_t s = 0; s < gs->n && gs->at[s].own && gs->at[s].order < 2; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t n = 0; n < g->names.n; n++) {
            size_t i = g->names.at[n].first, count;
            while (i > 0 && (ground_has(g, i - 1, LANG_DETERMINERS) || span_small_noun(g, i - 1)) &&
                   i + 2 > g->names.at[n].first)
                i--;
            bool led = i > 0 && (ground_has(g, i - 1, LANG_BEFORE_PLACE) || ground_has(g, i - 1, LANG_ON));
            if (!led || country_of(g, g->names.at[n].first, &count).n)
                continue;
            return title_take(f, ask, g, g->names.at[n].text, 0.5, out);
        }
    }
    return false;
}

/* "region", "site", "location": the field asks where the thing is, and for nothing else. */
static bool bound_is_site(const struct ask *ask)
{
    for (size_t i = 0; i < ask->name.n; i++)
        if (!lang_has(lang_find(SLICE("en")), LANG_SITE_FIELDS, ask->name.at[i].fold))
            return false;
    return ask->name.n > 0;
}

static bool bound_text(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    bool typed = ask->want == WANT_COUNTRY || ask->want == WANT_CONTINENT || ask->want == WANT_STATE ||
                 ask->want == WANT_CITY || ask->want == WANT_MONTH || ask->person;
    if (!typed && row_text(f, ask, gs, out))
        return true;
    switch (ask->want) {
    case WANT_COUNTRY:
    case WANT_NATIONALITY:
    case WANT_CONTINENT:
        return span_listed(f, ask, gs, out);
    case WANT_STATE:
    case WANT_CITY:
        return span_places(f, ask, gs, out);
    case WANT_SPORT:
        return kind_sport(f, ask, gs, out) || kind_is(f, ask, gs, out);
    case WANT_KIND:
        return kind_headed(f, ask, gs, out) || (ask->related && span_modifiers(f, ask, gs, out)) ||
               kind_is(f, ask, gs, out);
    case WANT_GENRE:
    case WANT_OCCUPATION:
        return kind_headed(f, ask, gs, out) || kind_is(f, ask, gs, out);
    case WANT_FULL:
    case WANT_NAME:
    case WANT_OFFICIAL:
    case WANT_ORIGINAL:
    case WANT_OTHER:
    case WANT_SHORT:
        return title_name(f, ask, gs, out) ||
               ((ask->related || ask->want == WANT_OTHER) && ask->want != WANT_NAME && span_any(f, ask, gs, out));
    case WANT_COMMON:
        return title_common(f, ask, gs, out);
    case WANT_GIVEN:
    case WANT_MIDDLE:
    case WANT_SURNAME:
        return title_part(f, ask, gs, out);
    case WANT_OFFICE:
        return kind_office(f, ask, gs, out) || span_any(f, ask, gs, out);
    case WANT_COLOUR:
        return kind_colour(f, ask, gs, out);
    case WANT_MONTH:
        return kind_month(f, ask, gs, out);
    default:
        if (bound_is_site(ask) && ask->groups == ask->by_name && bound_located(f, ask, gs, out))
            return true;
        return span_any(f, ask, gs, out) || (bound_is_site(ask) && bound_located(f, ask, gs, out));
    }
}

bool fill_bound(struct fill *f, const struct place *p, unsigned type, bool *mine, struct found *out)
{
    *mine = false;
    if (!f->by_title || p->shape->value_count || !(type & (SHAPE_STRING | SHAPE_INTEGER | SHAPE_NUMBER)) ||
        !fill_spend(f, STEPS_A_RANKING))
        return false;
    const struct grounds *gs = grounds_of(f, p);
    if (gs->n == 0)
        return false;
    struct ask ask = ask_read(f, p, gs);
    if (p->about.n && p->field.label && type == SHAPE_STRING) {
        const struct candidate self = {.ground = bound_mention(gs, p->about), .text = p->about, .score = 0.9};
        *mine = self.ground != NULL;
        return self.ground && bound_take(f, &ask, &self, value_text(p->about), out);
    }
    enum shape_format format = p->shape->format;
    bool dated = bound_dated(&ask);
    if (bound_open(&ask) && type == SHAPE_STRING && ask.by_name == 0 && gs->at[0].own) {
        *mine = true;
        return bound_describe(f, &ask, gs, out);
    }
    if (bound_open(&ask) && type == SHAPE_STRING && ask.name.n == 1 &&
        lang_has(lang_find(SLICE("en")), LANG_NAMED_CAUSES, ask.name.at[0].fold) && bound_text(f, &ask, gs, out))
        return *mine = true;
    /* "year" of "a 1965 film" */
    bool made = ask.year && gs->at[0].own && gs->at[0].lead.year && (type & SHAPE_INTEGER);
    if (bound_open(&ask) || (ask.groups == 0 && ask.want == WANT_NONE && !made) ||
        ((p->field.birth || p->field.death) && dated && !row_there(&ask, gs)) || (format != FORMAT_NONE && !dated))
        return false;
    *mine = true;
    bool found;
    if (dated)
        found = bound_date(f, &ask, gs, out);
    else if (type & (SHAPE_INTEGER | SHAPE_NUMBER))
        found = bound_number(f, &ask, gs, type == SHAPE_INTEGER, out);
    else if (ask.want == WANT_NONE && (ask.kind == KIND_NUMBER || ask.kind == KIND_ORDINAL))
        *mine = found = false;
    else
        found = bound_text(f, &ask, gs, out);
    return found;
}
