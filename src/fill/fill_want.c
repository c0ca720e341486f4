/* fill_want.c - reads a field as a relation and a type: see fill_bound.h. What a name says goes before what its
 * description says. */
#include "fill/fill_bound.h"

#include "text/kin.h"

/* Weights of groups of words: of the name, of the description, and of words that only say the type or the thing. */
static const double NAME_WEIGHT = 1, HINT_WEIGHT = 1, TYPE_WEIGHT = 0.3, SELF_WEIGHT = 0.15, ABOUT_WEIGHT = 2,
                    NOUN_WEIGHT = 0.12, DOER_WEIGHT = 0.5;

static const struct lang *want_lang(void)
{
    return lang_find(SLICE("en"));
}

static enum want want_of(struct slice phrase)
{
    static const char *const names[] = {[WANT_COUNTRY] = "country",     [WANT_NATIONALITY] = "nationality",
                                        [WANT_STATE] = "state",         [WANT_CITY] = "city",
                                        [WANT_CONTINENT] = "continent", [WANT_OCCUPATION] = "occupation",
                                        [WANT_GENRE] = "genre",         [WANT_KIND] = "kind",
                                        [WANT_FULL] = "full",           [WANT_NAME] = "name",
                                        [WANT_OFFICIAL] = "official",   [WANT_ORIGINAL] = "original",
                                        [WANT_OTHER] = "other",         [WANT_SHORT] = "short",
                                        [WANT_COMMON] = "common",       [WANT_GIVEN] = "given",
                                        [WANT_MIDDLE] = "middle",       [WANT_SURNAME] = "surname",
                                        [WANT_PERSON] = "person",       [WANT_MONTH] = "month",
                                        [WANT_COLOUR] = "colour",       [WANT_OFFICE] = "office",
                                        [WANT_SPORT] = "sport",         [WANT_SENTENCE] = "sentence"};
    const struct lang_entry *entry = lang_entry(want_lang(), LANG_FIELD_WANTS, phrase);
    for (size_t i = 1; entry && i < COUNT_OF(names); i++)
        if (slice_is(entry->value, names[i]))
            return (enum want)i;
    return WANT_NONE;
}

static struct slice want_phrase(struct fill *f, struct words words, size_t i, size_t n)
{
    struct slice out = words.at[i].fold;
    for (size_t k = 1; k < n; k++)
        out = ARENA_JOIN(f->arena, out, SLICE(" "), words.at[i + k].fold);
    return out;
}

/* The type by a name: its longest end that is in the list, else two words anywhere. *first: the first of these words.
 */
static enum want want_of_name(struct fill *f, struct words words, size_t *first)
{
    for (size_t n = words.n < 3 ? words.n : 3; n > 0; n--) {
        enum want want = want_of(want_phrase(f, words, words.n - n, n));
        *first = words.n - n;
        if (want != WANT_NONE)
            return want;
    }
    *first = words.n;
    /* "city_formed" */
    if (words.n == 2 && slice_ends(words.at[1].fold, SLICE("ed")) && want_of(words.at[0].fold) != WANT_NAME)
        return want_of(words.at[0].fold);
    /* "city_of_founding" */
    size_t head = 0;
    while (head < words.n && !(words.at[head].flags & WORD_STOP))
        head++;
    for (size_t n = 1; head < words.n && n <= head && n < 3; n++) {
        enum want want = want_of(want_phrase(f, words, head - n, n));
        if (want != WANT_NONE && want != WANT_NAME)
            return want;
    }
    return WANT_NONE;
}

/* The last word before the first small one from word i on: the noun of a description. */
static size_t want_head(struct words words, size_t i)
{
    while (i < words.n && (words.at[i].flags & WORD_STOP))
        i++;
    while (i + 1 < words.n && !(words.at[i + 1].flags & WORD_STOP) && !slice_ends(words.at[i + 1].fold, SLICE("ed")))
        i++;
    return i;
}

/* The type by the words that a description begins with: "Full name with middle names", "City of the studio". */
static enum want want_of_description(struct fill *f, struct words words)
{
    size_t i = 0;
    for (; i < words.n; i++) {
        for (size_t n = 3; n > 0; n--) {
            enum want want = i + n <= words.n ? want_of(want_phrase(f, words, i, n)) : WANT_NONE;
            if (want != WANT_NONE)
                return want;
        }
        if (!(words.at[i].flags & WORD_STOP) && !lang_has(want_lang(), LANG_IDLE_KINDS, words.at[i].fold) &&
            !lang_has(want_lang(), LANG_GENERIC, words.at[i].fold))
            break;
        if (lang_has(want_lang(), LANG_FIELD_PERSONS, words.at[i].fold))
            return WANT_PERSON;
    }
    /* "Army officer who", "Mountain range" */
    size_t head = want_head(words, i);
    enum want want = head < words.n ? want_of(words.at[head].fold) : WANT_NONE;
    if (head < words.n && lang_has(want_lang(), LANG_FIELD_PERSONS, words.at[head].fold))
        return WANT_PERSON;
    return want == WANT_NAME ? WANT_NONE : want;
}

static bool want_is_self(const struct grounds *g, struct slice stem)
{
    for (size_t i = 0; i < g->title_words.n; i++)
        if (slice_eq(g->title_words.at[i].stem, stem))
            return true;
    for (size_t s = 0; s < g->n && g->at[s].own && g->at[s].order < 2; s++)
        for (size_t k = 0; k < g->at[s].lead.kind_count; k++)
            if (slice_eq(g->at[s].words.at[g->at[s].lead.kinds[k].last].stem, stem))
                return true;
    return false;
}

/* Whether the stem is the noun for what the thing is. */
static bool want_is_head(const struct grounds *g, struct slice stem)
{
    const struct ground *first = g->n && g->at[0].own ? &g->at[0] : NULL;
    for (size_t k = 0; first && k < first->lead.kind_count; k++)
        if (slice_eq(first->words.at[first->lead.kinds[k].last].stem, stem))
            return true;
    return false;
}

static void ask_add_cue(struct ask *out, struct slice stem, unsigned group)
{
    if (out->cue_count < CUES_MAX)
        out->cues[out->cue_count++] = (struct cue){stem, group, false};
}

/* Whether the word only says of what type the value is: "country", "year", "name". */
static bool want_is_type(struct slice fold, const struct ask *ask)
{
    if (lang_has(want_lang(), LANG_GENERIC, fold))
        return true;
    enum want want = want_of(fold);
    return want != WANT_NONE && want == ask->want;
}

/* Whether the word of a name only says which value of several is meant: "start", "rank". */
static bool want_is_sign(struct slice fold)
{
    const struct lang_entry *kind = lang_entry(want_lang(), LANG_FIELD_KINDS, fold);
    return lang_has(want_lang(), LANG_RANGE_FIRST, fold) || lang_has(want_lang(), LANG_RANGE_LAST, fold) ||
           (kind && slice_is(kind->value, "ordinal"));
}

static void ask_add_words(struct fill *f, struct ask *out, const struct grounds *g, struct words said, size_t typed)
{
    const struct field *field = &out->place->field;
    struct words name = words_split(f->arena, name_as_words(f->arena, out->place->name), want_lang());
    for (size_t i = 0; i < field->word_count && field->words[i].group < CUE_GROUPS_MAX; i++) {
        if (field->group_count == 0)
            break;
        unsigned group = (unsigned)field->words[i].group;
        ask_add_cue(out, field->words[i].stem, group);
        if (group < out->by_name)
            continue;
        out->by_name = group + 1;
        double weight = NAME_WEIGHT;
        bool sign = !(out->place->shape->types & SHAPE_STRING) || out->year || out->kind == KIND_DATE;
        for (size_t k = 0; k < name.n; k++)
            if (slice_eq(name.at[k].stem, field->words[i].stem) &&
                ((k >= typed && name.n > 1) || want_is_type(name.at[k].fold, out) ||
                 (sign && want_is_sign(name.at[k].fold))))
                weight = TYPE_WEIGHT;
        /* "headquarters_location" */
        for (size_t k = 1; k < name.n; k++)
            if (slice_eq(name.at[k].stem, field->words[i].stem) &&
                lang_has(want_lang(), LANG_SITE_FIELDS, name.at[k].fold) && k + 1 == name.n)
                weight = TYPE_WEIGHT;
        if (want_is_self(g, field->words[i].stem))
            weight = SELF_WEIGHT;
        /* "memoir_author": who wrote is said of many things */
        for (size_t k = 1; k < name.n && out->author && weight == NAME_WEIGHT; k++)
            if (slice_eq(name.at[k].stem, field->words[i].stem) &&
                lang_has(want_lang(), LANG_AUTHOR_FIELDS, name.at[k].fold) &&
                !lang_has(want_lang(), LANG_GENERIC, name.at[k - 1].fold) && !want_is_self(g, name.at[k - 1].stem))
                weight = DOER_WEIGHT;
        out->weights[group] = weight;
        out->related = out->related || weight == NAME_WEIGHT;
    }
    /* What the object around the field describes, unless it has a page of its own. */
    if (out->place->about.n && !grounds_are_of(f, g, out->place->about) && out->by_name < CUE_GROUPS_MAX) {
        struct words about = words_split(f->arena, out->place->about, want_lang());
        for (size_t i = 0; i < about.n; i++)
            if (!(about.at[i].flags & WORD_STOP))
                ask_add_cue(out, about.at[i].stem, out->by_name);
        out->weights[out->by_name++] = ABOUT_WEIGHT;
        out->about = out->by_name;
        out->related = true;
    }
    out->groups = out->by_name;
    /* "construction_years": {"start": ...} */
    const struct place *outer = out->place->parent;
    if (outer && outer->name.n && outer->parent && out->by_name) {
        size_t groups = outer->field.group_count;
        out->outer = out->groups;
        for (size_t i = 0; i < outer->field.word_count && groups && out->groups + groups <= CUE_GROUPS_MAX; i++) {
            unsigned group = out->groups + (unsigned)outer->field.words[i].group;
            ask_add_cue(out, outer->field.words[i].stem, group);
            out->weights[group] = want_is_self(g, outer->field.words[i].stem) ? SELF_WEIGHT : HINT_WEIGHT;
            out->related = out->related || (out->weights[group] >= HINT_WEIGHT && !outer->about.n);
        }
        unsigned added = out->groups + groups <= CUE_GROUPS_MAX ? (unsigned)groups : 0;
        /* "based_on", "founded_by" are relations; "location" may be stated anywhere */
        struct words around = words_split(f->arena, name_as_words(f->arena, outer->name), want_lang());
        for (size_t i = 0; i < around.n; i++)
            out->outers = slice_ends(around.at[i].fold, SLICE("ed")) ? added : out->outers;
        out->groups += added;
    }
    for (size_t i = 0; i < field->hint_count && out->groups < CUE_GROUPS_MAX; i++) {
        double weight = want_is_self(g, field->hints[i].stem) ? SELF_WEIGHT : HINT_WEIGHT;
        if (want_of(field->hints[i].stem) != WANT_NONE)
            weight = weight < TYPE_WEIGHT ? weight : TYPE_WEIGHT;
        ask_add_cue(out, field->hints[i].stem, out->groups);
        out->weights[out->groups++] = weight;
        bool tells = weight >= HINT_WEIGHT;
        for (size_t k = 0; k < said.n; k++)
            if (slice_eq(said.at[k].stem, field->hints[i].stem) && lang_has(want_lang(), LANG_CLASSES, said.at[k].fold))
                tells = false;
        out->related = out->related || tells;
    }
}

static bool want_any(struct words words, enum lang_list list)
{
    for (size_t i = 0; i < words.n; i++)
        if (lang_has(want_lang(), list, words.at[i].fold))
            return true;
    return false;
}

static bool want_word(struct words words, const char *word)
{
    for (size_t i = 0; i < words.n; i++)
        if (slice_is(words.at[i].fold, word))
            return true;
    return false;
}

/* "languages_translated", "strips_published": how many, not when. */
static bool want_counts(struct words name)
{
    enum { LETTERS_MIN = 4 };
    if (name.n < 2)
        return false;
    struct slice last = name.at[name.n - 1].fold, noun = name.at[name.n - 2].fold;
    return slice_ends(last, SLICE("ed")) && noun.n >= LETTERS_MIN && slice_ends(noun, SLICE("s")) &&
           !slice_ends(noun, SLICE("ss")) && !slice_eq(name.at[name.n - 2].stem, noun) &&
           !lang_has(want_lang(), LANG_GENERIC, noun);
}

/* Whether the field asks for a year: its name says so, or its whole number is of a thing that happens. */
static bool want_year(struct fill *f, const struct ask *ask, const struct place *p, struct words name,
                      struct words said)
{
    bool text = p->shape->types & SHAPE_STRING;
    size_t end = name.n;
    while (end > 1 && (lang_has(want_lang(), LANG_IN, name.at[end - 1].fold) ||
                       lang_has(want_lang(), LANG_ON, name.at[end - 1].fold)))
        end--; /* "created_in" */
    struct slice last = end ? name.at[end - 1].fold : SLICE("");
    if (want_any(name, LANG_PER) || (!text && want_counts(name))) /* "games_per_season" */
        return false;
    bool unit = p->field.unit && p->field.unit->dimension == DIM_TIME && !want_word(name, "year");
    if (unit || slice_is(last, "years"))
        return false;
    if (p->parent && p->parent->parent &&
        want_any(words_split(f->arena, name_as_words(f->arena, p->parent->name), want_lang()), LANG_YEAR_WORDS) &&
        !text)
        return true;
    size_t year = 0;
    while (year < said.n && !slice_is(said.at[year].fold, "year"))
        year++;
    enum { AMONG_THE_FIRST = 3 };
    if (want_word(name, "year") || (year < said.n && year < AMONG_THE_FIRST))
        return true;
    if (text || p->field.measured)
        return !text && (ask->kind == KIND_YEAR || ask->kind == KIND_DATE);
    /* "became_museum", "hbo_start" */
    return ask->kind == KIND_YEAR || ask->kind == KIND_DATE || lang_has(want_lang(), LANG_YEAR_FIELDS, last) ||
           (name.n > 1 && (p->shape->types & SHAPE_INTEGER) &&
            (lang_has(want_lang(), LANG_YEAR_VERBS, name.at[0].fold) || lang_has(want_lang(), LANG_SINCE, last) ||
             lang_has(want_lang(), LANG_UNTIL, last)));
}

/* The prepositions that lead to the value: the one that the name ends with ("based_on"), or those of its noun. */
static void read_prepositions(struct ask *out, struct words name, struct words said)
{
    if (name.n > 1 && (name.at[name.n - 1].flags & WORD_STOP))
        out->leads = name.at[name.n - 1].fold;
    for (size_t i = 0; i < name.n && !out->leads.n; i++) {
        const struct lang_entry *entry = lang_entry(want_lang(), LANG_FIELD_PREPOSITIONS, name.at[i].fold);
        out->leads = entry ? entry->value : out->leads;
    }
    for (size_t i = 0; i < said.n && i < 3 && !out->leads.n; i++) {
        const struct lang_entry *entry = lang_entry(want_lang(), LANG_FIELD_PREPOSITIONS, said.at[i].fold);
        out->leads = entry ? entry->value : out->leads;
    }
}

/* The words of a name before "of", where they say what is asked for: "final_novel_of_author" asks for no person, while
 * "date_of_birth" asks for a birth. */
static size_t want_before_of(struct words name)
{
    for (size_t i = 1; i + 1 < name.n; i++)
        if (lang_has(want_lang(), LANG_OF, name.at[i].fold))
            return lang_has(want_lang(), LANG_GENERIC, name.at[i - 1].fold) ? name.n : i;
    return name.n;
}

/* A person, or an agent that may be none. */
static void ask_read_who(struct ask *out, const struct place *p, struct words head, struct words said,
                         enum want by_words)
{
    struct slice noun = head.n ? head.at[head.n - 1].fold : SLICE("");
    out->person = out->want == WANT_PERSON || (out->want == WANT_NONE && out->kind == KIND_PERSON) ||
                  (out->want == WANT_NONE && lang_has(want_lang(), LANG_FIELD_PERSONS, noun));
    for (size_t i = 0; i < head.n && out->person; i++)
        out->agent = out->agent || lang_has(want_lang(), LANG_FIELD_AGENTS, head.at[i].fold) ||
                     lang_has(want_lang(), LANG_AGENTS, head.at[i].fold);
    /* "publisher", which may be no person */
    out->agent = out->agent || (out->want == WANT_NONE && head.n && lang_has(want_lang(), LANG_FIELD_AGENTS, noun) &&
                                (p->shape->types & SHAPE_STRING) && p->shape->format == FORMAT_NONE);
    /* "publisher": "Person who is its publisher" */
    if (by_words == WANT_PERSON && said.n && slice_is(said.at[0].fold, "person"))
        out->agent = false;
    if (out->agent)
        out->person = false;
    out->want = out->agent && out->want == WANT_PERSON ? WANT_NONE : out->want;
}

/* Whether it asks for a year or a rank, and for which end of a range. */
static void ask_read_time(struct fill *f, struct ask *out, const struct place *p, struct words name, struct words said)
{
    out->year = want_year(f, out, p, name, said);
    out->ordinal = p->field.kind == KIND_ORDINAL || out->kind == KIND_ORDINAL;
    for (size_t i = 0; i < name.n && !out->ordinal; i++) {
        const struct lang_entry *kind = lang_entry(want_lang(), LANG_FIELD_KINDS, name.at[i].fold);
        out->ordinal = (kind && slice_is(kind->value, "ordinal")) ||
                       (!(p->shape->types & SHAPE_STRING) && lang_has(want_lang(), LANG_ORDER_WORDS, name.at[i].fold));
    }
    struct words both[] = {name, said};
    bool dated = out->year || out->kind == KIND_DATE || p->shape->format == FORMAT_DATE;
    for (size_t i = 0; i < 2 && out->range == RANGE_ANY; i++) {
        bool start = want_any(both[i], dated ? LANG_TIME_START : LANG_RANGE_FIRST),
             end = want_any(both[i], dated ? LANG_TIME_END : LANG_RANGE_LAST);
        out->range = start == end ? RANGE_ANY : start ? RANGE_START : RANGE_END;
    }
    if (out->year && out->range == RANGE_ANY && said.n > 1 && slice_is(said.at[1].fold, "year"))
        out->range = want_any((struct words){said.at, 1}, LANG_RANGE_FIRST)  ? RANGE_START
                     : want_any((struct words){said.at, 1}, LANG_RANGE_LAST) ? RANGE_END
                                                                             : RANGE_ANY;
}

/* The nouns of the name and of the description. */
static void ask_read_nouns(struct ask *out, struct words name, struct words said, struct slice description)
{
    /* The noun that the value may have itself: "county" of "Cook County". */
    size_t noun_at = 0;
    while (noun_at + 1 < name.n && !(name.at[noun_at + 1].flags & WORD_STOP))
        noun_at++;
    while (noun_at > 0 && (lang_has(want_lang(), LANG_GENERIC, name.at[noun_at].fold) ||
                           slice_ends(name.at[noun_at].fold, SLICE("ed")) ||
                           (slice_ends(name.at[noun_at].fold, SLICE("ing")) &&
                            !lang_has(want_lang(), LANG_ING_NOUNS, name.at[noun_at].fold))))
        noun_at--;
    if (name.n && !lang_has(want_lang(), LANG_GENERIC, name.at[noun_at].fold))
        out->nouns[0] = name.at[noun_at].stem;
    size_t lead = 0;
    while (lead < said.n && ((said.at[lead].flags & WORD_STOP) ||
                             (lead + 1 < said.n &&
                              slice_ends(slice_sub(description, said.at[lead].start, said.at[lead].n), SLICE("'s")))))
        lead++;
    lead = want_head(said, lead);
    /* "Name of the ship" */
    if (lead + 1 < said.n && lang_has(want_lang(), LANG_GENERIC, said.at[lead].fold) &&
        lang_has(want_lang(), LANG_OF, said.at[lead + 1].fold))
        lead = want_head(said, lead + 2);
    for (size_t i = 0; i < out->cue_count && lead < said.n && out->groups > out->by_name + 1; i++)
        if (out->cues[i].group >= out->by_name && slice_eq(out->cues[i].stem, said.at[lead].stem) &&
            out->weights[out->cues[i].group] > NOUN_WEIGHT)
            out->weights[out->cues[i].group] = NOUN_WEIGHT;
    if (lead < said.n && !lang_has(want_lang(), LANG_GENERIC, said.at[lead].fold) &&
        !slice_ends(said.at[lead].fold, SLICE("ed")))
        out->nouns[1] = said.at[lead].stem;
}

struct ask ask_read(struct fill *f, const struct place *p, const struct grounds *g)
{
    struct ask out = {.place = p};
    const struct slice label = p->name.n || !p->parent ? p->name : p->parent->name;
    const struct slice label_words = name_as_words(f->arena, label);
    struct words name = words_split(f->arena, label_words, want_lang());
    const struct words head = {name.at, want_before_of(name)};
    struct slice description = p->shape->description.n ? p->shape->description : p->shape->title;
    if (!description.n && !p->name.n && p->parent)
        description = p->parent->shape->description;
    struct words said =
        words_split(f->arena, slice_sub(description, 0, description.n < 400 ? description.n : 0), want_lang());
    /* By the name alone: a description tells much besides. */
    struct place bare = *p;
    struct shape *undescribed = arena_array(f->arena, struct shape, 1);
    *undescribed = *p->shape;
    undescribed->description = undescribed->title = SLICE("");
    bare.shape = undescribed;
    if (head.n < name.n)
        bare.name = slice_sub(label_words, 0, name.at[head.n].start);
    out.kind = field_read(f->arena, &bare).kind;
    out.name = name;
    if (want_counts(name) && !(p->shape->types & SHAPE_STRING) && out.kind == KIND_DATE)
        out.kind = KIND_NUMBER;
    size_t first;
    out.want = want_of_name(f, head, &first);
    /* "captain_name" is no name of the thing itself. */
    if (out.want == WANT_NAME)
        for (size_t i = 0; i < first; i++)
            if (!lang_has(want_lang(), LANG_GENERIC, name.at[i].fold) &&
                !lang_has(want_lang(), LANG_CLASSES, name.at[i].fold) && !want_is_self(g, name.at[i].stem))
                out.want = WANT_NONE;
    enum want by_words = want_of_description(f, said);
    if (out.want == WANT_NONE || (out.want == WANT_NAME && (by_words == WANT_FULL || by_words == WANT_OFFICIAL ||
                                                            by_words == WANT_OTHER || by_words == WANT_ORIGINAL)))
        out.want = by_words == WANT_NAME ? out.want : by_words;
    ask_read_who(&out, p, head, said, by_words);
    out.pair = want_any(name, LANG_PAIR_FIELDS) || want_any(said, LANG_PAIR_FIELDS);
    out.author = want_any(name, LANG_AUTHOR_FIELDS) && (out.person || out.agent);
    read_prepositions(&out, name, said);
    /* "company" of a page that says "is a company" */
    bool place = out.want == WANT_CITY || out.want == WANT_COUNTRY || out.want == WANT_STATE;
    if ((out.want == WANT_NONE || place) && name.n == 1 && want_is_head(g, name.at[0].stem))
        out.want = WANT_NAME;
    /* "nobel_field": in physics */
    if (out.want == WANT_OCCUPATION && name.n > 1 && lang_has(want_lang(), LANG_FIELD_OF, name.at[name.n - 1].fold))
        out.want = WANT_NONE;
    ask_read_time(f, &out, p, name, said);
    out.work = want_any(name, LANG_WORKS) || (said.n && lang_has(want_lang(), LANG_WORKS, said.at[0].fold));
    /* "us_state": all of it is the type */
    ask_add_words(f, &out, g, said, first + 2 == name.n && out.want == WANT_STATE ? first : name.n);
    for (size_t i = 0; i < out.cue_count; i++) {
        out.cues[i].own = out.cues[i].group >= out.by_name;
        for (size_t k = 0; k < name.n && !out.cues[i].own; k++)
            out.cues[i].own = slice_eq(name.at[k].stem, out.cues[i].stem);
    }
    ask_read_nouns(&out, name, said, description);
    return out;
}
