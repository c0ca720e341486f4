/* fill_span.c - reads text that is bound to a thing: names, places by their level, what the thing is. See fill_bound.h.
 */
#include "fill/fill_bound.h"

#include "text/letters.h"
#include "text/marks.h"

/* What a span gains or loses by itself. Set by hand. */
static const double BY_AGENT = 0.25, PERSON_LIKE = 0.1, ONE_WORD = -0.15, OPENER = -0.4, PART = -0.05, HEAD = 0.35,
                    QUOTED = 0.1, PHRASE = -0.22, STEP_OF_TITLE = 0.04, AFTER_IN = 0.17, CHAINED = 0.1, UNPLACED = -0.3,
                    ADJECTIVE = -0.1, LED = 0.42, UNLED = -0.12, DESCRIBES = -0.6, SELF = -0.1, MODIFIES = 0.05,
                    IN_PLACE = -0.15, WHOLE_PAIR = -0.08, WITHIN = -0.07, MIXED = 0.12, AUTHOR = 0.5;
/* Below this score nothing is stated; a place in the first sentences needs no word of a relation. */
static const double SPAN_FROM = 0.44, TEXT_FROM = 0.6, LED_RELATION = 0.2, OTHERS_LED = -0.3, LEAD_PLACE = 0.62,
                    LEAD_FROM = 0.38, LEAD_LATER = 0.04;
enum { TITLE_WORDS = 12, LEAD_SENTENCES = 3 };

bool span_capital(const struct ground *g, size_t i)
{
    return i < g->words.n && (g->words.at[i].flags & WORD_CAPITAL);
}

bool span_small_noun(const struct ground *g, size_t i)
{
    return i < g->words.n && !(g->words.at[i].flags & (WORD_STOP | WORD_CAPITAL | WORD_NUMBER));
}

/* Whether words first..last are an adjective of a nation and nothing else. */
bool span_is_demonym(const struct ground *g, size_t first, size_t last)
{
    size_t count;
    if (!span_capital(g, first))
        return false;
    if (ground_entry(g, LANG_DEMONYMS, first, &count) && first + count == last + 1)
        return true;
    const struct lang_entry *continent = ground_entry(g, LANG_CONTINENTS, first, &count);
    return continent && first + count == last + 1 && !letters_eq_nocase(continent->word, continent->value);
}

bool span_gap_is(const struct ground *g, size_t i, const char *what)
{
    return slice_is(ground_gap(g, i), what);
}

/* Whether the name is of the page's own names in its first sentence. */
static bool span_in_lead_name(const struct ground *g, size_t first)
{
    return g->opens && g->lead.name_count && first < g->lead.copula &&
           g->words.at[first].start + (size_t)(g->text.p - g->lead.names[0].text.p) < g->lead.names[0].text.n;
}

static bool span_cued(const struct ask *ask, const struct ground *g, size_t i)
{
    uint32_t bits = cue_bits(ask, g->words.at[i].stem);
    for (unsigned group = 0; group < ask->groups; group++)
        if ((bits >> group & 1) && ask->weights[group] >= 0.3)
            return true;
    return false;
}

static bool span_not_person(const struct ground *g, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++)
        if ((ground_has(g, i, LANG_NOT_PERSONS) && !slice_is(ground_gap(g, i), "-")) ||
            ground_has(g, i, LANG_ORGANISATIONS) || (g->words.at[i].flags & WORD_NUMBER))
            return true;
    size_t count;
    return country_of(g, first, &count).n > 0 && first + count == last + 1;
}

static void span_add(struct fill *f, struct candidates *out, const struct ground *g, size_t first, size_t last,
                     struct slice text, double bonus)
{
    candidate_add(f, out, (struct candidate){.ground = g, .first = first, .last = last, .text = text, .bonus = bonus});
}

/* The end of a title that begins with the name: capitalised words with a few small ones between. */
size_t span_title_end(const struct ground *g, size_t last)
{
    size_t end = last;
    for (size_t i = last; i + 1 < g->words.n && i < last + TITLE_WORDS; i++) {
        struct slice gap = ground_gap(g, i);
        if (!slice_is(gap, " ") && !slice_is(gap, "'") && !slice_is(gap, "-"))
            break;
        if (span_capital(g, i + 1) && !span_is_demonym(g, i + 1, i + 1))
            end = i + 1;
        else if (!(g->words.at[i + 1].flags & WORD_STOP) || i + 1 > end + 2 || ground_has(g, i + 1, LANG_AGENTS))
            break;
    }
    return end;
}

static bool span_noun_at(const struct ask *ask, const struct ground *g, size_t i)
{
    return i < g->words.n && ask_is_noun(ask, g, i);
}

/* Whether a word of the span is the noun that the field has for it: "county" in "Cook County". */
static bool span_has_noun(const struct ask *ask, const struct ground *g, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++)
        if (ask_is_noun(ask, g, i))
            return true;
    return false;
}

/* Whether "by" is before the words that say who somebody is: "by the American singer and songwriter Michael Jackson".
 */
static bool span_by(const struct ground *g, size_t first, size_t *by)
{
    enum { WORDS_BEFORE = 8 };
    size_t i = first;
    while (i > 0 && i + WORDS_BEFORE > first && !ground_has(g, i - 1, LANG_AGENTS) &&
           (span_small_noun(g, i - 1) || ground_has(g, i - 1, LANG_DETERMINERS) || ground_has(g, i - 1, LANG_AND_OR) ||
            (i < first && span_capital(g, i - 1))))
        i--;
    *by = i > 0 ? i - 1 : 0;
    return i > 0 && ground_has(g, i - 1, LANG_AGENTS);
}

/* "Kansai region", "Hachette publishing house" */
static bool span_noun_behind(const struct ask *ask, const struct ground *g, size_t last)
{
    if (!slice_is(ground_gap(g, last), " ") || !span_small_noun(g, last + 1))
        return false;
    return ask_is_noun(ask, g, last + 1) || (span_cued(ask, g, last + 1) && slice_is(ground_gap(g, last + 1), " ") &&
                                             span_small_noun(g, last + 2) && ask_is_noun(ask, g, last + 2));
}

/* "the magazine Shōnen Jump", "a doll named Woody", "a ship called the Argo" */
static bool span_noun_before(const struct ask *ask, const struct ground *g, size_t first)
{
    size_t i = first;
    while (i > 0 && ground_has(g, i - 1, LANG_DETERMINERS) && slice_is(ground_gap(g, i - 1), " "))
        i--;
    bool tied = i > 0 && ground_has(g, i - 1, LANG_TIES) && !ground_has(g, i - 1, LANG_BE);
    i = tied ? i - 1 : first;
    return i > 0 && slice_is(ground_gap(g, i - 1), " ") && span_small_noun(g, i - 1) && ask_is_noun(ask, g, i - 1) &&
           !slice_ends(g->words.at[i - 1].fold, SLICE("s"));
}

static double span_bonus(const struct ask *ask, const struct ground *g, size_t first, size_t last, bool opens,
                         bool *sure)
{
    double bonus = opens ? OPENER : 0;
    size_t by;
    if (ask->person) {
        size_t n = last - first + 1;
        bonus += n >= 2 && n <= 4 ? PERSON_LIKE : n == 1 ? ONE_WORD : 0;
    } else if (span_has_noun(ask, g, first, last)) {
        /* "Yangtze River Dam" is no river */
        bool ends = ask_is_noun(ask, g, first) || ask_is_noun(ask, g, last);
        bonus += ask->list || !ends ? 0 : HEAD;
    } else if (span_noun_behind(ask, g, last)) {
        bonus += HEAD; /* "Kansai region" */
    } else if (slice_is(ground_gap(g, last), " ") && span_small_noun(g, last + 1)) {
        bonus += WITHIN;
    }
    if (!ask->list && span_noun_before(ask, g, first))
        bonus += HEAD;
    if ((ask->person || ask->agent) && span_by(g, first, &by)) {
        bonus += BY_AGENT;
        /* "an album by the singer": nothing but what it is stands before */
        bool defines = g->opens && g->lead.kind_count && by == g->lead.kinds[g->lead.kind_count - 1].last + 1;
        *sure = defines && ask->author;
        bonus += *sure ? AUTHOR : 0;
    }
    if (ask->person || ask->agent) {
        struct slice next = ground_gap(g, last);
        /* "the Mughal emperor, Shah Jahan", but not "the SOM firm" */
        size_t end = last;
        while (end < last + 4 && slice_is(ground_gap(g, end), " ") && span_small_noun(g, end + 1))
            end++;
        next = ground_gap(g, end);
        bool adjective = end > last && (slice_is(next, " ") || slice_is(next, ", ")) && span_capital(g, end + 1);
        bonus += adjective ? DESCRIBES : 0;
        bonus += first > 0 && ground_has(g, first - 1, LANG_IN) ? DESCRIBES : 0;
    }
    if (ask->leads.n)
        bonus += bound_led(ask, g, first) || ((ask->person || ask->agent) && span_by(g, first, &by)) ? LED : UNLED;
    else if (ask->want == WANT_NONE && ask->place->field.kind != KIND_PLACE && first > 0 &&
             ground_has(g, first - 1, LANG_IN))
        bonus += IN_PLACE;
    return bonus;
}

/* "the First Barons' War" */
static bool span_owners(const struct ground *g, size_t last)
{
    struct slice gap = ground_gap(g, last);
    return slice_ends(g->words.at[last].fold, SLICE("s")) &&
           (slice_is(gap, "' ") || slice_is(gap, MARK_APOSTROPHE " "));
}

/* How many names from number n on are one firm: "Shreve, Lamb & Harmon". 0: none. */
static size_t span_firm(const struct ground *g, size_t n)
{
    enum { PARTNERS_MAX = 4 };
    for (size_t k = n; k + 1 < g->names.n && k < n + PARTNERS_MAX; k++) {
        const struct name *left = &g->names.at[k], *right = &g->names.at[k + 1];
        if (left->count != 1 || right->first != left->first + 1)
            return 0;
        if (right->count == 2 && span_gap_is(g, left->first, ", ") && span_gap_is(g, right->first, " & "))
            return k + 2 - n;
        if (right->count != 1)
            return 0;
        if (span_gap_is(g, left->first, " & ") || span_gap_is(g, left->first, ", & "))
            return k > n ? k + 2 - n : 0;
        if (!span_gap_is(g, left->first, ", "))
            return 0;
    }
    return 0;
}

/* Whether two names are one: "Vincent van Gogh", "Atlantic–Congo". */
static bool span_merges(const struct ground *g, const struct name *left, const struct name *right)
{
    size_t end = left->first + left->count;
    if (end == right->first && span_gap_is(g, end - 1, ", ") && slice_starts(right->text, SLICE("D.C")))
        return true;         /* "Washington, D.C." */
    if (end == right->first) /* also: James "Bud" Walton */
        return span_gap_is(g, end - 1, MARK_EN_DASH) || span_gap_is(g, end - 1, " \"") ||
               span_gap_is(g, end - 1, "\" ") || span_gap_is(g, end - 1, " & ") ||
               span_owners(g, left->first + left->count - 1);
    if (right->first > end + 2)
        return false;
    for (size_t i = end; i < right->first; i++)
        if (!ground_has(g, i, LANG_NAME_JOINTS) || !span_gap_is(g, i - 1, " "))
            return false;
    return span_gap_is(g, right->first - 1, " ");
}

/* "Founded", "Located": a participle that begins the sentence. */
static bool span_is_verb(const struct ground *g, size_t i)
{
    struct slice word = g->words.at[i].fold;
    return ground_has(g, i, LANG_DEFINITION_ENDS) || slice_ends(word, SLICE("ed")) || slice_ends(word, SLICE("ing"));
}

/* Whether a part of a name is only the field's noun: "Museum" of "Museum of Modern Art". */
static bool span_only_noun(const struct ask *ask, const struct ground *g, size_t first, size_t last)
{
    return first == last && ask_is_noun(ask, g, first);
}

/* The first word of a person's name behind what the person is: "Pilot" in "Lunar Module Pilot Edwin Aldrin". A
 * monarch's title is a part of the name. */
static size_t span_past_role(const struct ground *g, size_t first, size_t last)
{
    size_t from = first;
    for (size_t i = first; i < last; i++)
        if (ground_has(g, i, LANG_FIELD_PERSONS) && !ground_has(g, i, LANG_MONARCHS) && slice_is(ground_gap(g, i), " "))
            from = i + 1;
    return from;
}

/* "President of Chile" is an office, and no person. */
static bool span_is_office(const struct ground *g, size_t first, size_t last)
{
    for (size_t i = first; i + 1 <= last; i++)
        if (ground_has(g, i, LANG_FIELD_PERSONS) && ground_has(g, i + 1, LANG_OF))
            return true;
    return first == last && ground_has(g, first, LANG_FIELD_PERSONS);
}

/* The whole title with one word before it: "Sir Isaac Newton". */
static bool span_titled_self(const struct grounds *gs, const struct ground *g, size_t first, size_t last)
{
    return last > first && last - first == gs->title_words.n && gs->title_words.n > 1 &&
           grounds_names_self(gs, g, first + 1, last);
}

/* Whether the name goes on with a small Latin word: "Vibrio cholerae". */
static bool span_latin(const struct ask *ask, const struct ground *g, size_t last)
{
    enum { LETTERS_MIN = 5 };
    const struct lang *en = lang_find(SLICE("en"));
    bool asked = false;
    for (size_t i = 0; i < ask->name.n; i++)
        asked = asked || lang_has(en, LANG_LATIN_FIELDS, ask->name.at[i].fold);
    return asked && span_small_noun(g, last + 1) && slice_is(ground_gap(g, last), " ") &&
           g->words.at[last + 1].n >= LETTERS_MIN && lang_ends(en, LANG_LATIN_ENDINGS, g->words.at[last + 1].fold) &&
           !ask_is_noun(ask, g, last + 1) && !ground_has(g, last + 1, LANG_LATIN_FIELDS);
}

/* The longer name that the page has for a person whom it then calls by the last word of it. */
static struct slice span_whole_person(const struct grounds *gs, struct slice surname)
{
    enum { WORDS_MAX = 4 };
    for (size_t s = 0; s < gs->n && gs->at[s].own; s++)
        for (size_t n = 0; n < gs->at[s].names.n; n++) {
            const struct name *name = &gs->at[s].names.at[n];
            const struct ground *g = &gs->at[s];
            size_t last = name->first + name->count - 1;
            size_t first = span_past_role(g, name->first, last);
            if (last > first && last - first < WORDS_MAX && slice_ends(name->text, surname) &&
                g->words.at[last].n == surname.n && !span_not_person(g, first, last))
                return ground_span(g, first, last);
        }
    return surname;
}

/* Both sides of a particle: "Player of the Century". */
static void span_parts(struct fill *f, const struct ask *ask, const struct ground *g, size_t first, size_t last,
                       struct candidates *out)
{
    bool part = false;
    for (size_t i = first + 1; i < last && !ask->work && !ask->person; i++)
        if (ground_has(g, i, LANG_NAME_PARTICLES)) {
            /* "Player of the Century award" */
            if (ground_has(g, i + 1, LANG_DETERMINERS) && span_noun_at(ask, g, last + 1))
                break;
            if (span_only_noun(ask, g, first, i - 1))
                break;
            span_add(f, out, g, first, i - 1, ground_span(g, first, i - 1),
                     PART + span_bonus(ask, g, first, i - 1, false, &part));
            size_t from = i + 1;
            while (from < last && ground_has(g, from, LANG_DETERMINERS))
                from++;
            span_add(f, out, g, from, last, ground_span(g, from, last),
                     PART + span_bonus(ask, g, from, last, false, &part));
        }
}

static void span_names(struct fill *f, const struct ask *ask, const struct grounds *gs, const struct ground *g,
                       struct candidates *out)
{
    for (size_t n = 0; n < g->names.n; n++) {
        const struct name *name = &g->names.at[n];
        size_t first = name->first, last = name->first + name->count - 1, count;
        if (n > 0 && span_merges(g, &g->names.at[n - 1], name))
            continue;
        size_t firm = ask->list ? 0 : span_firm(g, n);
        if (firm) {
            last = g->names.at[n + firm - 1].first + g->names.at[n + firm - 1].count - 1;
            span_add(f, out, g, first, last, ground_span(g, first, last),
                     span_bonus(ask, g, first, last, false, &(bool){false}));
            n += firm - 1;
            continue;
        }
        for (size_t k = n; k + 1 < g->names.n && span_merges(g, &g->names.at[k], &g->names.at[k + 1]); k++)
            last = g->names.at[k + 1].first + g->names.at[k + 1].count - 1;
        while (last + 1 < g->words.n && span_gap_is(g, last, "-") && span_small_noun(g, last + 1))
            last++; /* "Auyán-tepui" */
        if (first == last && span_latin(ask, g, last))
            last++;
        if ((name->opens && n == 0 && (span_is_verb(g, first) || ground_has(g, first, LANG_ORDINALS))) ||
            span_only_noun(ask, g, first, last))
            continue;
        bool plural = false;
        for (size_t k = first; k <= last && ask->list; k++)
            plural = plural || (ask_is_noun(ask, g, k) && slice_ends(g->words.at[k].fold, SLICE("s")));
        if (plural)
            continue;
        if (last > first && ground_entry(g, LANG_DEMONYMS, first, &count) && first + count <= last && ask->person)
            first += count;
        if (ask->person || ask->agent)
            first = span_past_role(g, first, last);
        if (ground_has(g, first, LANG_OF)) /* "Archbishop of Canterbury" is an office */
            continue;
        bool adjective = span_is_demonym(g, first, last) &&
                         (ask->person || (span_gap_is(g, last, " ") && span_small_noun(g, last + 1) &&
                                          (ask->list || ask->work || !span_noun_exact(ask, g, last + 1))));
        bool self = grounds_names_self(gs, g, first, last) || span_titled_self(gs, g, first, last);
        bool by = first > 0 && ground_has(g, first - 1, LANG_AGENTS);
        bool owner = (ask->person || ask->agent) && !by && slice_ends(ground_span(g, last, last), SLICE("'s"));
        /* "Brooklyn" may be an end of the "Brooklyn Bridge" */
        bool partly =
            (ask->list || ((ask->person || ask->agent) && by)) && self && last - first + 1 < gs->title_words.n;
        if (adjective || owner || (self && !partly) || (!partly && span_in_lead_name(g, first)) ||
            ground_has(g, first, LANG_CALENDAR) ||
            (ask->person && (span_not_person(g, first, last) || span_is_office(g, first, last))))
            continue;
        struct slice text = ground_span(g, first, last);
        if (last + 1 == name->first + name->count)
            text = slice_sub(text, 0, (size_t)(name->text.p + name->text.n - text.p)); /* without a possessive 's */
        if (ask->person && first == last)
            text = span_whole_person(gs, text);
        /* "Kuiper belt" */
        if (span_gap_is(g, last, " ") && span_noun_at(ask, g, last + 1) && ground_has(g, last + 1, LANG_NAME_NOUNS) &&
            !span_capital(g, last + 1))
            text = slice_sub(g->text, (size_t)(text.p - g->text.p),
                             g->words.at[last + 1].start + g->words.at[last + 1].n - (size_t)(text.p - g->text.p));
        if (ask->work) {
            size_t end = span_title_end(g, last);
            if (end > last) {
                text = ground_span(g, first, end);
                last = end;
            }
        }
        bool pair = false;
        for (size_t i = first + 1; i < last; i++)
            pair = pair || (ground_has(g, i, LANG_NAME_PARTICLES) && !span_only_noun(ask, g, first, i - 1));
        bool sure = false;
        size_t by_at = 0;
        double bonus =
            (pair && !ask->work && (span_has_noun(ask, g, first, last) || span_noun_at(ask, g, last + 1)) ? WHOLE_PAIR
                                                                                                          : 0) +
            span_bonus(ask, g, first, last, name->opens && first == 0, &sure) +
            (ask->work ? STEP_OF_TITLE * (double)(last - first) : 0) + (self ? SELF : 0);
        candidate_add(f, out,
                      (struct candidate){.ground = g,
                                         .first = first,
                                         .last = last,
                                         .text = text,
                                         .bonus = bonus,
                                         .sure = sure,
                                         .by = (ask->person || ask->agent) && span_by(g, first, &by_at) ? by_at : 0,
                                         .led = ask->leads.n && (bound_led(ask, g, first) ||
                                                                 (!ask->list && (ask_is_noun(ask, g, first) ||
                                                                                 ask_is_noun(ask, g, last))))});
        span_parts(f, ask, g, first, last, out);
    }
}

static void span_quotes(struct fill *f, const struct ground *g, struct candidates *out)
{
    for (size_t i = 0; i < g->words.n; i++) {
        struct slice before = i ? ground_gap(g, i - 1) : slice_sub(g->text, 0, g->words.at[0].start);
        if (!slice_ends(before, SLICE("\"")) && !slice_ends(before, SLICE(MARK_QUOTE_OPEN)))
            continue;
        for (size_t last = i; last < g->words.n && last < i + TITLE_WORDS; last++) {
            struct slice gap = ground_gap(g, last);
            if (slice_find(gap, SLICE("\"")) < gap.n || slice_find(gap, SLICE(MARK_QUOTE_CLOSE)) < gap.n) {
                span_add(f, out, g, i, last, ground_span(g, i, last), QUOTED);
                i = last;
                break;
            }
        }
    }
}

/* Whether a small word is before word i, and a word of the relation before that: "caused by influenza viruses". */
static bool span_cued_by(const struct ask *ask, const struct ground *g, size_t i)
{
    return i > 1 && (g->words.at[i - 1].flags & WORD_STOP) && span_cued(ask, g, i - 2);
}

/* Runs of words without small ones, as "an iceberg" and "carbon dioxide". */
static void span_phrases(struct fill *f, const struct ask *ask, const struct ground *g, struct candidates *out)
{
    for (size_t i = 0; i < g->words.n; i++) {
        if ((g->words.at[i].flags & (WORD_STOP | WORD_NUMBER)) || ground_has(g, i, LANG_NUMERALS))
            continue;
        size_t last = i;
        while (last + 1 < g->words.n && !(g->words.at[last + 1].flags & (WORD_STOP | WORD_NUMBER)) &&
               !ground_has(g, last + 1, LANG_NUMERALS) && !slice_ends(g->words.at[last].fold, SLICE("ing")) &&
               (span_gap_is(g, last, " ") || span_gap_is(g, last, "-") || span_gap_is(g, last, "\xE2\x80\x93")) &&
               !ground_has(g, last + 1, LANG_DEFINITION_ENDS) && !ground_has(g, last, LANG_PHRASE_BREAKS))
            last++;
        if (ground_has(g, last, LANG_PHRASE_BREAKS)) {
            i = last;
            continue;
        }
        size_t first = i, end = last;
        i = last;
        while (first < end &&
               (span_cued(ask, g, first) || ground_has(g, first, LANG_IDLE_KINDS) ||
                ground_has(g, first, LANG_DEFINITION_ENDS) || slice_ends(g->words.at[first].fold, SLICE("ly"))))
            first++;
        size_t whole = end;
        while (end > first && span_cued(ask, g, end) && (first == 0 || !span_capital(g, first)))
            end--;
        if (last + 1 < g->words.n && span_gap_is(g, last, " ") && span_cued(ask, g, last + 1) && ask->want != WANT_KIND)
            continue; /* "closest living" of "closest living relatives" */
        bool small = false;
        for (size_t k = first; k <= end; k++)
            small = small || k == 0 || !span_capital(g, k);
        /* Alone it would be any words: something has to lead to it. */
        bool led = first == 0 || ask->list || ground_has(g, first - 1, LANG_PHRASE_BREAKS) ||
                   ground_has(g, first - 1, LANG_DETERMINERS) || ground_has(g, first - 1, LANG_BE) ||
                   span_cued(ask, g, first - 1) || span_cued_by(ask, g, first) || bound_led(ask, g, first) ||
                   slice_ends(g->words.at[first - 1].fold, SLICE("ly")) ||
                   (g->words.at[first - 1].flags & WORD_NUMBER) || ground_has(g, first - 1, LANG_NUMERALS);
        if (!led || first == 0)
            continue;
        bool idle =
            first == end && (ground_has(g, first, LANG_CLASSES) || ground_has(g, first, LANG_GENERIC) ||
                             ground_has(g, first, LANG_IRREGULAR) || slice_ends(g->words.at[first].fold, SLICE("ed")));
        bool inside = slice_ends(g->words.at[end].fold, SLICE("ly"));
        /* "has a temperate climate" */
        if (end < last && whole == last && last == end + 1 && ask_is_noun(ask, g, last) && !span_capital(g, first) &&
            ground_has(g, first - 1, LANG_INDEFINITE)) {
            span_add(f, out, g, first, end, ground_span(g, first, end), MODIFIES);
            continue;
        }
        for (size_t k = first; k <= end && ask->want != WANT_KIND; k++)
            inside = inside || span_cued(ask, g, k);
        if (idle || inside)
            continue;
        bool own = first > 0 && slice_ends(ground_span(g, first - 1, first - 1), SLICE("'s"));
        bool hyphen = first > 0 && span_gap_is(g, first - 1, "-");
        size_t count;
        if (own || hyphen || (whole > end && ask->want != WANT_KIND) || ground_entry(g, LANG_DEMONYMS, first, &count))
            continue;
        if (!small || span_cued(ask, g, first) || ground_has(g, first, LANG_DEFINITION_ENDS))
            continue;
        if (end + 2 < g->words.n && ground_has(g, end + 1, LANG_OF) && span_gap_is(g, end, " ") && end == whole &&
            !(g->words.at[end + 2].flags & (WORD_STOP | WORD_NUMBER)) && !ask->list) {
            end += 2;
            while (end + 1 < g->words.n && span_gap_is(g, end, " ") &&
                   !(g->words.at[end + 1].flags & (WORD_STOP | WORD_NUMBER)))
                end++;
        }
        span_add(f, out, g, first, end, ground_span(g, first, end),
                 PHRASE + (whole > end ? HEAD / 2 : 0) + (span_capital(g, first) ? MIXED : 0) +
                     (ask->leads.n && bound_led(ask, g, first) ? LED / 2 : 0));
    }
}

void span_candidates(struct fill *f, const struct ask *ask, const struct grounds *gs, const struct ground *g,
                     struct candidates *out)
{
    span_names(f, ask, gs, g, out);
    if (ask->person)
        return;
    if (!ask->agent)
        span_quotes(f, g, out);
    bool by = ask->name.n && lang_has(lang_find(SLICE("en")), LANG_AGENTS, ask->name.at[ask->name.n - 1].fold);
    if (!ask->work && (!ask->agent || by))
        span_phrases(f, ask, g, out);
}

/* "silver-zinc" for a battery type: what is before the field's noun. */
bool span_modifiers(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    for (size_t s = 0; s < gs->n && gs->at[s].own; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t i = 1; i < g->words.n; i++) {
            size_t first = i;
            if (!ask_is_noun(ask, g, i) || span_capital(g, i))
                continue;
            while (first > 0 && span_small_noun(g, first - 1) && !ground_has(g, first - 1, LANG_DEFINITION_ENDS) &&
                   !ground_has(g, first - 1, LANG_NUMERALS) && !ground_has(g, first - 1, LANG_IDLE_KINDS) &&
                   (span_gap_is(g, first - 1, " ") || span_gap_is(g, first - 1, "-")))
                first--;
            const struct candidate c = {.ground = g, .first = first, .last = i - 1, .score = 0.5};
            bool counted =
                first > 0 && (ground_has(g, first - 1, LANG_NUMERALS) || ground_has(g, first - 1, LANG_INDEFINITE) ||
                              (g->words.at[first - 1].flags & WORD_NUMBER));
            if (first == i || !counted)
                continue;
            struct candidate one = c;
            one.text = ground_span(g, first, i - 1);
            return bound_take(f, ask, &one, value_text(one.text), out);
        }
    }
    return false;
}

bool span_take_best(struct fill *f, const struct ask *ask, struct candidates *c, double from, struct found *out)
{
    bound_weigh(f, ask, c);
    /* Another page is asked only where the thing's own says nothing. */
    bool own = false, led = false;
    for (size_t i = 0; i < c->n; i++)
        led = led || (c->at[i].led && c->at[i].ground->own && c->at[i].relation >= LED_RELATION);
    for (size_t i = 0; i < c->n && led; i++)
        c->at[i].score += c->at[i].led ? 0 : OTHERS_LED;
    for (size_t i = 0; i < c->n; i++)
        own = own || (c->at[i].ground->own && c->at[i].score >= from);
    for (size_t i = 0; i < c->n && own; i++)
        c->at[i].score -= c->at[i].ground->own ? 0 : 10;
    for (size_t tries = 0; tries < 3; tries++) {
        const struct candidate *best = bound_best(c);
        if (!best || best->score < from)
            return false;
        if (bound_take(f, ask, best, value_text(best->text), out))
            return true;
        c->at[best - c->at].bonus -= 10;
        c->at[best - c->at].score -= 10;
    }
    return false;
}

/* Whether it is a row that says where the thing is: "Location | Tarnland, Ruritania". */
static bool span_site_row(const struct ground *g)
{
    const struct lang *en = lang_find(SLICE("en"));
    for (size_t i = 0; i < g->label.n; i++)
        if (lang_has(en, LANG_SITE_FIELDS, g->label.at[i].fold))
            return true;
    return false;
}

/* Countries, nationalities, continents: closed lists. */
bool span_listed(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    struct candidates c = {0}, lead = {0};
    for (size_t s = 0; s < gs->n; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t i = 0, count = 1; i < g->words.n; i += count) {
            count = 1;
            struct slice text = SLICE("");
            double bonus = 0;
            if (!span_capital(g, i))
                continue;
            if (ask->want == WANT_CONTINENT) {
                const struct lang_entry *entry = ground_entry(g, LANG_CONTINENTS, i, &count);
                text = entry ? entry->value : text;
            } else if (ask->want == WANT_NATIONALITY) {
                text = ground_entry(g, LANG_DEMONYMS, i, &count) ? ground_span(g, i, i + count - 1) : text;
            } else {
                text = country_of(g, i, &count);
                bonus = text.n && span_is_demonym(g, i, i + count - 1) ? ADJECTIVE : 0;
                if (text.n && bonus >= 0 && country_within(g, i, count))
                    continue;
            }
            count = count ? count : 1;
            if (!text.n || (count >= gs->title_words.n && grounds_names_self(gs, g, i, i + count - 1)))
                continue;
            struct candidate one = {.ground = g, .first = i, .last = i + count - 1, .text = text, .bonus = bonus};
            candidate_add(f, &c, one);
            bool site = span_site_row(g);
            if (!g->own || (g->order >= LEAD_SENTENCES && !site))
                continue;
            one.tag = site ? 0 : g->order;
            one.bonus = bonus + LEAD_PLACE - LEAD_LATER * (double)lead.n;
            candidate_add(f, &lead, one);
        }
    }
    if (ask->related && span_take_best(f, ask, &c, SPAN_FROM, out))
        return true;
    for (size_t i = 0; i < lead.n; i++)
        lead.at[i].score = lead.at[i].bonus - 0.1 * (double)lead.at[i].tag - (ask->related ? 0.1 : 0);
    const struct candidate *best = bound_best(&lead);
    return best && best->score >= LEAD_FROM && bound_take(f, ask, best, value_text(best->text), out);
}

/* How many names before this one it is joined to by commas: 1 for "Arkansas" in "Bentonville, Arkansas". *more: one
 * follows. */
static size_t span_chain(const struct ground *g, size_t n, bool *more)
{
    size_t place = 0;
    for (size_t i = n; i > 0; i--) {
        const struct name *left = &g->names.at[i - 1], *right = &g->names.at[i];
        if (left->first + left->count != right->first || !span_gap_is(g, right->first - 1, ", "))
            break;
        place++;
    }
    const struct name *own = &g->names.at[n];
    size_t next = own->first + own->count;
    *more = n + 1 < g->names.n && g->names.at[n + 1].first == next && span_gap_is(g, next - 1, ", ");
    return place;
}

/* Whether the word is the field's noun in the same form: "states" is no state. */
bool span_noun_exact(const struct ask *ask, const struct ground *g, size_t i)
{
    return ask_is_noun(ask, g, i) && !slice_ends(g->words.at[i].fold, SLICE("s"));
}

/* Cities and states, by their place in "in Bentonville, Arkansas" and by the words before them. */
bool span_places(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    struct candidates c = {0};
    bool state = ask->want == WANT_STATE;
    for (size_t s = 0; s < gs->n; s++) {
        const struct ground *g = &gs->at[s];
        for (size_t n = 0; n < g->names.n; n++) {
            const struct name *name = &g->names.at[n];
            size_t first = name->first, last = first + name->count - 1, count = 0;
            bool more, behind = span_noun_exact(ask, g, last + 1) && span_gap_is(g, last, " ");
            bool head = (behind || span_noun_exact(ask, g, last)) && !country_of(g, first, &count).n;
            if (!state && ground_has(g, last, LANG_VENUES))
                continue;
            size_t chain = span_chain(g, n, &more);
            /* "in Carnegie Hall, New York City" */
            if (!state && chain == 1 &&
                ground_has(g, g->names.at[n - 1].first + g->names.at[n - 1].count - 1, LANG_VENUES))
                chain = 0;
            bool town =
                state && first > 1 && ground_has(g, first - 1, LANG_OF) && ground_has(g, first - 2, LANG_CLASSES);
            bool of = first > 1 && ground_has(g, first - 1, LANG_OF) && span_cued(ask, g, first - 2);
            of = of || (!state && first > 0 && span_cued(ask, g, first - 1)); /* "its capital, Abuja" */
            of = of || town;                                                  /* "largest city of South Australia" */
            bool in = first > 0 && (ground_has(g, first - 1, LANG_BEFORE_PLACE) || ground_has(g, first - 1, LANG_BE) ||
                                    (more && ground_has(g, first - 1, LANG_OF)));
            size_t words;
            if ((name->opens && span_is_verb(g, first)) ||
                (ground_entry(g, LANG_CONTINENTS, first, &words) && first + words == last + 1))
                continue;
            bool country = country_of(g, first, &count).n > 0 && first + count == last + 1;
            if (span_is_demonym(g, first, last) || span_in_lead_name(g, first) || ground_has(g, first, LANG_CALENDAR) ||
                (country && !of) || (name->opens && !head))
                continue;
            double bonus;
            bool sure = false;
            if (state)
                bonus = of || head ? HEAD : chain > 0 ? CHAINED : UNPLACED * 2;
            else
                bonus = chain > 0 && !of ? UNPLACED * 2 : of || head ? HEAD : in ? AFTER_IN : UNPLACED;
            if (!state && first > 0 && ground_has(g, first - 1, LANG_AT))
                bonus += UNPLACED;
            bonus += !state && more ? CHAINED : 0;
            if (!ask->related && g->own && g->order < LEAD_SENTENCES)
                bonus += LEAD_PLACE - 0.1 - LEAD_LATER * (double)c.n - 0.06 * (double)g->order, sure = true;
            else if ((!ask->related && !of && !head) || (grounds_names_self(gs, g, first, last) && !(in && more)))
                continue;
            /* The chain is as near as its first name. */
            size_t from = first;
            for (size_t k = n; k > n - chain; k--)
                from = g->names.at[k - 1].first;
            candidate_add(f, &c,
                          (struct candidate){.ground = g,
                                             .first = state ? from : first,
                                             .last = last,
                                             .text = name->text,
                                             .bonus = bonus,
                                             .sure = sure});
        }
    }
    bound_weigh(f, ask, &c);
    /* Without a relation only the place in the first sentences counts. */
    for (size_t i = 0; i < c.n && !ask->related; i++)
        c.at[i].bonus -= c.at[i].relation;
    return span_take_best(f, ask, &c, SPAN_FROM, out);
}

bool span_any(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    struct candidates c = {0};
    for (size_t s = 0; s < gs->n; s++)
        span_candidates(f, ask, gs, &gs->at[s], &c);
    return span_take_best(f, ask, &c, ask->want == WANT_NONE && !ask->person && !ask->agent ? TEXT_FROM : SPAN_FROM,
                          out);
}
