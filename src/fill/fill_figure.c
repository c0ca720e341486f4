/* fill_figure.c - reads numbers, years, dates and ranks that are bound to a thing. See fill_bound.h. */
#include <math.h>

#include "facts/read_date.h"
#include "fill/fill_bound.h"
#include "text/marks.h"

/* What a figure gains or loses by itself. Set by hand. */
static const double GAIN_SHARE = 0.4, IN_BRACKETS = -0.12, AFTER_NAME = -0.3, NARROWED = -0.25, RIGHT_END = 0.35,
                    WRONG_END = -0.35, LEAD_YEAR = 0.55, DAY_STATED = 0.05, ONLY_ONE = 0.15, ONLY_MEASURE = 0.25,
                    SECOND_BOUND = -0.1, DEFINES = 0.3, BIG_ENOUGH = 0.05, PART_BEHIND = 0.25;
static const double NUMBER_FROM = 0.42, YEAR_FROM = 0.3, RANK_FROM = 0.2, NUMBERED_FROM = 0.6;

/* The words of the bytes from start to start + n. */
static void figure_words(const struct ground *g, size_t start, size_t n, size_t *first, size_t *last)
{
    *first = 0;
    while (*first + 1 < g->words.n && g->words.at[*first].start + g->words.at[*first].n <= start)
        ++*first;
    *last = *first;
    while (*last + 1 < g->words.n && g->words.at[*last + 1].start < start + n)
        ++*last;
}

static bool figure_cued(const struct ask *ask, const struct ground *g, size_t i)
{
    return i < g->words.n && cue_bits(ask, g->words.at[i].stem) != 0;
}

/* Whether one of the two words right after the number is the field's: that is what it counts. */
static bool figure_counts(const struct ask *ask, const struct ground *g, size_t last)
{
    if (!slice_is(ground_gap(g, last), " ") && !slice_is(ground_gap(g, last), "-"))
        return false;
    return figure_cued(ask, g, last + 1) ||
           (slice_is(ground_gap(g, last + 1 < g->words.n ? last + 1 : last), " ") && figure_cued(ask, g, last + 2));
}

/* "urban", "central": a part, which the field does not ask for. Looks at the words before the number. */
static bool figure_narrowed(const struct ask *ask, const struct ground *g, size_t first)
{
    enum { WORDS_BEFORE = 10 };
    for (size_t i = first; i > 0 && i + WORDS_BEFORE > first; i--) {
        if (g->commas[first] != g->commas[i - 1])
            return false;
        bool own = figure_cued(ask, g, i - 1);
        for (size_t k = 0; k < ask->name.n && !own; k++)
            own = slice_eq(ask->name.at[k].stem, g->words.at[i - 1].stem);
        if (ground_has(g, i - 1, LANG_PARTS) && !own)
            return true;
    }
    return false;
}

/* "3.1 million people in the Cologne Bonn urban region": the same behind the number. */
static bool figure_narrowed_behind(const struct ask *ask, const struct ground *g, size_t last)
{
    enum { WORDS_BEHIND = 8 };
    for (size_t i = last + 1; i < g->words.n && i <= last + WORDS_BEHIND && g->commas[i] == g->commas[last]; i++) {
        if (ground_has(g, i, LANG_AND_OR) || (g->words.at[i].flags & WORD_NUMBER))
            return false;
        if (ground_has(g, i, LANG_AREA_PARTS) && !figure_cued(ask, g, i))
            return true;
    }
    return false;
}

/* Whether the field asks for a part ("metro_population") that is neither named before the number in its clause nor
 * right behind it. */
static bool figure_lacks_part(const struct ask *ask, const struct ground *g, size_t first, size_t last, bool *behind)
{
    enum { WORDS_BEFORE = 24, WORDS_BEHIND = 4 };
    const struct lang *en = lang_find(SLICE("en"));
    bool part = false;
    for (size_t i = 0; i < ask->name.n; i++)
        part = part || lang_has(en, LANG_AREA_PARTS, ask->name.at[i].fold);
    for (size_t i = first; part && i > 0 && i + WORDS_BEFORE > first; i--) {
        if ((g->words.at[i - 1].flags & WORD_NUMBER) && !ground_has(g, i - 1, LANG_AREA_PARTS))
            break;
        if (ground_has(g, i - 1, LANG_AREA_PARTS) && figure_cued(ask, g, i - 1))
            return false;
    }
    for (size_t i = last + 1; part && i < g->words.n && i <= last + WORDS_BEHIND && g->commas[i] == g->commas[last];
         i++)
        if (ground_has(g, i, LANG_AND_OR) || ground_has(g, i, LANG_BE))
            break;
        else if (ground_has(g, i, LANG_AREA_PARTS)) {
            *behind = true;
            return false;
        }
    return part;
}

static double figure_end_bonus(const struct ask *ask, bool first_of_pair, bool last_of_pair)
{
    if (ask->range == RANGE_ANY || (!first_of_pair && !last_of_pair))
        return 0;
    return (ask->range == RANGE_START) == first_of_pair ? RIGHT_END : WRONG_END;
}

/* Whether only "to", "and", "until" or a dash is between two figures. */
static bool figure_pair(const struct ground *g, size_t left, size_t right)
{
    if (right == left + 1) {
        struct slice gap = ground_gap(g, left);
        return slice_is(gap, "-") || slice_is(gap, MARK_EN_DASH) || slice_is(gap, " " MARK_EN_DASH " ");
    }
    bool between = false;
    for (size_t i = left; i > 0 && i + 4 > left && !between; i--)
        between = ground_has(g, i - 1, LANG_BETWEEN);
    return right == left + 2 && slice_is(ground_gap(g, left), " ") &&
           (ground_has(g, left + 1, LANG_UNTIL) || (between && ground_has(g, left + 1, LANG_AND_OR)));
}

static bool figure_in_date(const struct dates *dates, const struct number *n)
{
    for (size_t i = 0; i < dates->n; i++)
        if (dates->at[i].month && n->start < dates->at[i].start + dates->at[i].n &&
            dates->at[i].start < n->start + n->n)
            return true;
    return false;
}

static bool figure_asked(const struct fill *f, struct slice text)
{
    for (size_t i = 0; i < f->ask.words.n; i++)
        if (slice_eq(f->ask.words.at[i].fold, text))
            return true;
    return false;
}

struct figures {
    struct candidates c;
    struct value *values; /* by tag */
    size_t n, room;
};

static void figure_add(struct fill *f, struct figures *out, struct candidate c, struct value value)
{
    c.tag = out->n;
    *arena_push(f->arena, &out->values, out->n, &out->room) = value;
    out->n++;
    candidate_add(f, &out->c, c);
}

/* The last number of a range that is read as one: 15 of "10 to 15 days". False: it is no range. */
static bool figure_high(struct fill *f, const struct ground *g, const struct number *one, struct number *high)
{
    static const char *const joints[] = {MARK_EN_DASH, " to ", " and ", "-"};
    const struct slice text = slice_sub(g->text, one->start, one->n);
    for (size_t i = 0; i < COUNT_OF(joints); i++) {
        size_t at = slice_find(slice_sub(text, 1, text.n - 1), slice_of(joints[i])) + 1;
        size_t from = at + strlen(joints[i]);
        if (at >= text.n || from >= text.n)
            continue;
        struct numbers rest = numbers_read(f->arena, slice_sub(text, from, text.n - from), g->lang);
        if (rest.n == 0 || rest.at[0].start > 1)
            continue;
        *high = rest.at[0];
        high->start += one->start + from;
        return true;
    }
    return false;
}

/* "12,505 people per square kilometre" */
static bool figure_rate(const struct ground *g, size_t last)
{
    enum { WORDS_BEHIND = 2 };
    for (size_t i = last + 1; i < g->words.n && i <= last + WORDS_BEHIND; i++)
        if (ground_has(g, i, LANG_PER) && i + 1 < g->words.n && ground_has(g, i + 1, LANG_SQUARE))
            return true;
    return false;
}

static bool figure_asks_rate(const struct ask *ask)
{
    for (size_t i = 0; i < ask->name.n; i++)
        if (lang_has(lang_find(SLICE("en")), LANG_PER, ask->name.at[i].fold) ||
            slice_is(ask->name.at[i].fold, "density"))
            return true;
    return false;
}

/* Whether another thing than ours is right before the number: "Mount Everest at 8,849 metres". */
static bool figure_of_other(const struct grounds *gs, const struct ground *g, size_t first)
{
    if (first < 2 || !ground_has(g, first - 1, LANG_BEFORE_PLACE))
        return false;
    const struct word *before = &g->words.at[first - 2];
    return (before->flags & WORD_CAPITAL) && !grounds_names_self(gs, g, first - 2, first - 2) &&
           slice_is(ground_gap(g, first - 2), " ");
}

/* "28 metres (92 ft) below sea level" */
static bool figure_below(const struct ground *g, size_t last)
{
    enum { WORDS_BEHIND = 5 };
    for (size_t i = last + 1; i + 1 < g->words.n && i <= last + WORDS_BEHIND; i++)
        if (ground_has(g, i, LANG_BELOW) && ground_has(g, i + 1, LANG_SEA))
            return true;
    return false;
}

static void figures_of(struct fill *f, const struct ask *ask, const struct grounds *gs, const struct ground *g,
                       bool integer, struct figures *out)
{
    struct numbers numbers = numbers_read(f->arena, g->text, g->lang);
    struct dates dates = dates_read(f->arena, g->text, g->lang);
    for (size_t n = 0; n < numbers.n; n++) {
        const struct number *one = &numbers.at[n];
        size_t first, last, next = 0, end = 0;
        struct value value;
        double gain;
        figure_words(g, one->start, one->n, &first, &last);
        struct slice text = slice_sub(g->text, one->start, one->n);
        bool counted = figure_counts(ask, g, last) || (g->label.n && first >= g->value && ground_row_match(ask, g) > 0);
        bool rate = last + 1 < g->words.n && figure_rate(g, last);
        if (one->ordinal || (rate && !figure_asks_rate(ask)) || (one->year && !counted) ||
            figure_in_date(&dates, one) || figure_asked(f, text) ||
            !number_fits(f, &ask->place->field, one, counted, integer, &value, &gain))
            continue;
        if (one->unit && one->unit->dimension == DIM_LENGTH && figure_below(g, last)) {
            value.integer = value.kind == VALUE_INT ? -value.integer : value.integer;
            value.real = value.kind == VALUE_REAL ? -value.real : value.real;
        }
        bool starts = false, ends = false;
        if (n + 1 < numbers.n) {
            figure_words(g, numbers.at[n + 1].start, numbers.at[n + 1].n, &next, &end);
            starts = figure_pair(g, last, next);
        }
        if (n > 0) {
            figure_words(g, numbers.at[n - 1].start, numbers.at[n - 1].n, &next, &end);
            ends = figure_pair(g, end, first);
        }
        size_t of = first;
        if (n > 0 && one->start > 0 && g->text.p[one->start - 1] == '(')
            figure_words(g, numbers.at[n - 1].start, numbers.at[n - 1].n, &of, &end);
        bool bracket = one->start > 0 && g->text.p[one->start - 1] == '(';
        bool after_name = first > 0 && (g->words.at[first - 1].flags & WORD_CAPITAL) &&
                          !(g->words.at[first - 1].flags & WORD_STOP) && slice_is(ground_gap(g, first - 1), " ");
        struct candidate c = {.ground = g, .first = first, .last = last, .text = text};
        c.exact = one->unit && ask->place->field.unit && one->unit->factor == ask->place->field.unit->factor;
        bool part = false;
        bool lacks = figure_lacks_part(ask, g, first, last, &part);
        c.bonus = GAIN_SHARE * gain + (part ? PART_BEHIND : 0) + (bracket ? IN_BRACKETS : 0) +
                  (after_name || figure_of_other(gs, g, of) ? AFTER_NAME : 0) +
                  (figure_narrowed(ask, g, first) || figure_narrowed_behind(ask, g, last) ? NARROWED : 0) +
                  (lacks ? NARROWED : 0) + figure_end_bonus(ask, starts, ends) + (one->value >= 20 ? BIG_ENOUGH : 0);
        bool unit = ask->place->field.unit != NULL;
        bool defines = g->opens && g->lead.kind_count && first > g->lead.copula &&
                       last < g->lead.kinds[g->lead.kind_count - 1].last;
        c.sure = unit && (defines || starts || ends);
        c.bonus += unit && defines && ask->place->field.measured ? DEFINES : 0;
        struct number high;
        if (figure_high(f, g, one, &high)) {
            struct candidate other = c;
            other.bonus += ask->range == RANGE_ANY ? SECOND_BOUND : 0;
            other.sure = c.sure = unit && ask->range != RANGE_ANY;
            other.bonus += figure_end_bonus(ask, false, true);
            other.text = slice_sub(g->text, high.start, high.n);
            c.bonus += figure_end_bonus(ask, true, false);
            struct value last_value;
            if (number_fits(f, &ask->place->field, &high, counted, integer, &last_value, &gain))
                figure_add(f, out, other, last_value);
        }
        figure_add(f, out, c, value);
    }
}

/* "2,525 kilometres (1,569 mi)": where the best is converted, the one in brackets that is not. */
static const struct candidate *figure_same_unit(const struct ask *ask, const struct figures *all,
                                                const struct candidate *best)
{
    enum { WORDS_BETWEEN = 4 };
    const struct unit *unit = ask->place->field.unit;
    for (size_t i = 0; unit && i < all->c.n; i++) {
        const struct candidate *one = &all->c.at[i];
        bool near = one->ground == best->ground && one->first > best->last && one->first <= best->last + WORDS_BETWEEN;
        size_t at = (size_t)(one->text.p - one->ground->text.p);
        if (near && at > 0 && one->ground->text.p[at - 1] == '(' && one->exact && !best->exact)
            return one;
    }
    return best;
}

static bool figure_take(struct fill *f, const struct ask *ask, struct figures *all, double from, struct found *out)
{
    bound_weigh(f, ask, &all->c);
    bool own = false;
    for (size_t i = 0; i < all->c.n; i++)
        own = own || (all->c.at[i].ground->own && all->c.at[i].score >= from);
    for (size_t i = 0; i < all->c.n && own; i++)
        all->c.at[i].score -= all->c.at[i].ground->own ? 0 : 10;
    for (size_t tries = 0; tries < 3; tries++) {
        const struct candidate *best = bound_best(&all->c);
        if (!best || best->score < from)
            return false;
        best = figure_same_unit(ask, all, best);
        const struct value *v = &all->values[best->tag];
        if (bound_take(f, ask, best, *v, out)) {
            struct slice as = scalar_text(f, v);
            if (!slice_eq(as, best->text))
                out->note = arena_printf(f->arena, "Read \"%.*s\" as %.*s.%s%.*s", SLICE_ARGS(best->text),
                                         SLICE_ARGS(as), out->note.n ? " " : "", SLICE_ARGS(out->note));
            return true;
        }
        all->c.at[best - all->c.at].score -= 10;
    }
    return false;
}

/* "one-sixth", "a third of" is a share, and no rank. */
static bool figure_fraction(const struct ground *g, size_t i)
{
    bool counted = i > 0 && (ground_has(g, i - 1, LANG_NUMERALS) || ground_has(g, i - 1, LANG_INDEFINITE));
    bool joined = i > 0 && (slice_is(ground_gap(g, i - 1), "-") || ground_has(g, i + 1, LANG_OF));
    return counted && (joined || slice_ends(g->words.at[i].fold, SLICE("s")));
}

/* "fourth-most populous", "19th largest". */
static bool figure_rank(struct fill *f, const struct ask *ask, const struct grounds *gs, double from, struct found *out)
{
    struct figures all = {{0}, NULL, 0, 0};
    for (size_t s = 0; s < gs->n; s++) {
        const struct ground *g = &gs->at[s];
        struct numbers numbers = numbers_read(f->arena, g->text, g->lang);
        struct dates dates = dates_read(f->arena, g->text, g->lang);
        for (size_t n = 0; n < numbers.n; n++) {
            size_t first, last;
            size_t at, end;
            figure_words(g, numbers.at[n].start, numbers.at[n].n, &at, &end);
            bool ranked = at > 0 && ground_has(g, at - 1, LANG_RANKED) && !numbers.at[n].year;
            if (!(numbers.at[n].ordinal || ranked) || figure_in_date(&dates, &numbers.at[n]))
                continue;
            figure_words(g, numbers.at[n].start, numbers.at[n].n, &first, &last);
            struct candidate c = {.ground = g, .first = first, .last = last, .text = ground_span(g, first, last)};
            c.sure = ask->ordinal;
            figure_add(f, &all, c, (struct value){.kind = VALUE_INT, .integer = (int64_t)numbers.at[n].value});
        }
        for (size_t i = 0; i < g->words.n; i++) {
            size_t count;
            const struct lang_entry *entry = ground_entry(g, LANG_ORDINAL_VALUES, i, &count);
            if (!entry || figure_fraction(g, i))
                continue;
            struct candidate c = {.ground = g, .first = i, .last = i, .text = ground_span(g, i, i)};
            c.sure = ask->ordinal;
            figure_add(f, &all, c, (struct value){.kind = VALUE_INT, .integer = strtol(entry->value.p, NULL, 10)});
        }
    }
    size_t own = 0, only = 0;
    for (size_t i = 0; i < all.c.n; i++)
        if (all.c.at[i].ground->own && all.c.at[i].sure) {
            own++;
            only = i;
        }
    if (own == 1)
        all.c.at[only].bonus += ONLY_ONE;
    return figure_take(f, ask, &all, from, out);
}

static bool figure_bracketed(const struct candidate *c)
{
    size_t at = (size_t)(c->text.p - c->ground->text.p);
    return at > 0 && c->ground->text.p[at - 1] == '(';
}

bool bound_number(struct fill *f, const struct ask *ask, const struct grounds *gs, bool integer, struct found *out)
{
    struct figures all = {{0}, NULL, 0, 0};
    if (ask->ordinal)
        return figure_rank(f, ask, gs, RANK_FROM, out);
    for (size_t s = 0; s < gs->n; s++)
        figures_of(f, ask, gs, &gs->at[s], integer, &all);
    size_t plain = 0, only = 0;
    for (size_t i = 0; i < all.c.n; i++)
        if (all.c.at[i].ground->own && !figure_bracketed(&all.c.at[i])) {
            plain++;
            only = i;
        }
    bool narrow = false;
    for (size_t i = 0; i < ask->name.n; i++)
        narrow = narrow || lang_has(lang_find(SLICE("en")), LANG_NARROW_MEASURES, ask->name.at[i].fold);
    if (plain == 1 && !narrow && ask->place->field.measured && ask->place->field.dimension != DIM_NONE)
        all.c.at[only].bonus += ONLY_MEASURE, all.c.at[only].sure = true;
    if (figure_take(f, ask, &all, NUMBER_FROM, out))
        return true;
    /* "population" is no "89th" */
    bool counts = ask->place->field.measured || ask->kind == KIND_NUMBER;
    for (size_t i = 0; i < ask->name.n && counts; i++) /* "album_number" */
        counts = !lang_has(lang_find(SLICE("en")), LANG_RANKED, ask->name.at[i].fold);
    return integer && !counts && figure_rank(f, ask, gs, NUMBERED_FROM, out);
}

static bool figure_is_made(const struct ask *ask)
{
    for (size_t i = 0; i < ask->cue_count; i++)
        if (lang_starts(lang_find(SLICE("en")), LANG_MADE, ask->cues[i].stem))
            return true;
    return !ask->related;
}

/* The format that a description asks for ("MM-DD-YYYY"), filled with the date. Empty: it asks for none. */
static struct slice figure_format(struct fill *f, struct slice description, const struct date *d)
{
    static const struct {
        const char *name;
        unsigned part;
    } parts[] = {{"YYYY", 0}, {"MM", 1}, {"DD", 2}};
    struct arena_text out = {.arena = f->arena};
    size_t at = description.n;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        size_t here = slice_find(description, slice_of(parts[i].name));
        at = here < at ? here : at;
    }
    unsigned used = 0;
    for (size_t i = at; i < description.n;) {
        size_t k = 0;
        while (k < COUNT_OF(parts) &&
               !slice_starts(slice_sub(description, i, description.n - i), slice_of(parts[k].name)))
            k++;
        if (k < COUNT_OF(parts)) {
            used |= 1u << parts[k].part;
            int part = parts[k].part == 0 ? d->year : parts[k].part == 1 ? d->month : d->day;
            arena_text_printf(&out, parts[k].part == 0 ? "%04d" : "%02d", part);
            i += strlen(parts[k].name);
            continue;
        }
        if (!strchr("-/. ", description.p[i]) || used == 7)
            break;
        arena_text_printf(&out, "%c", description.p[i++]);
    }
    return used == 7 && d->day ? arena_text_slice(&out) : SLICE("");
}

/* The date as the place wants it. False: it has no day, and one is wanted. */
static bool figure_date_value(struct fill *f, const struct ask *ask, const struct date *d, bool year, struct value *out)
{
    enum shape_format format = ask->place->shape->format;
    bool text = ask->place->shape->types & SHAPE_STRING;
    if (!text) {
        *out = (struct value){.kind = VALUE_INT, .integer = d->year};
        return true;
    }
    struct slice iso = date_iso(f->arena, d);
    if (format == FORMAT_DATE || format == FORMAT_DATE_TIME) {
        if (!d->day)
            return false;
        if (format == FORMAT_DATE_TIME)
            iso = arena_printf(f->arena, "%.*sT%02d:%02d:00Z", SLICE_ARGS(iso), d->hour < 0 ? 0 : d->hour,
                               d->minute < 0 ? 0 : d->minute);
    } else {
        struct slice as = figure_format(f, ask->place->shape->description, d);
        iso = year ? arena_printf(f->arena, "%04d", d->year) : as.n ? as : iso;
    }
    *out = value_text(iso);
    return true;
}

static void figure_dates_of(struct fill *f, const struct ask *ask, const struct ground *g, struct figures *out)
{
    struct dates dates = dates_read(f->arena, g->text, g->lang);
    for (size_t n = 0; n < dates.n; n++) {
        const struct date *d = &dates.at[n];
        size_t first, last, next, end;
        struct value value;
        figure_words(g, d->start, d->n, &first, &last);
        struct slice text = slice_sub(g->text, d->start, d->n);
        if (!figure_date_value(f, ask, d, ask->year, &value))
            continue;
        bool starts = false, ends = false;
        if (n + 1 < dates.n) {
            figure_words(g, dates.at[n + 1].start, dates.at[n + 1].n, &next, &end);
            starts = figure_pair(g, last, next);
        }
        if (n > 0) {
            figure_words(g, dates.at[n - 1].start, dates.at[n - 1].n, &next, &end);
            ends = figure_pair(g, end, first);
        }
        starts = starts || (first > 0 && ground_has(g, first - 1, LANG_SINCE));
        ends = ends || (first > 0 && ground_has(g, first - 1, LANG_UNTIL) && !starts);
        bool defines = g->opens && g->lead.year && first == g->lead.year_at;
        struct candidate c = {.ground = g, .first = first, .last = last, .text = text};
        c.bonus = figure_end_bonus(ask, starts, ends) + (defines && figure_is_made(ask) ? LEAD_YEAR : 0) +
                  (d->day ? DAY_STATED : 0);
        c.sure = defines || (ask->range != RANGE_ANY && (starts || ends));
        figure_add(f, out, c, value);
    }
}

bool bound_date(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    struct figures all = {{0}, NULL, 0, 0};
    size_t own = 0, count;
    for (size_t s = 0; s < gs->n; s++) {
        count = all.c.n;
        figure_dates_of(f, ask, &gs->at[s], &all);
        own += gs->at[s].own ? all.c.n - count : 0;
    }
    if (own == 1 && all.c.n)
        all.c.at[0].bonus += ONLY_ONE;
    return figure_take(f, ask, &all, YEAR_FROM, out);
}
