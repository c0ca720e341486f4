/* relation.c - the words of a question as a thing and a relation, and what of them the answer's page says. */
#include "evidence/relation.h"

#include <math.h>

#include "evidence/agree_inner.h"
#include "text/kin.h"

static const double relation_weights[RELATION_COUNT] = {
#define RELATION(name, weight) weight,
#include "evidence/relation.def"
#undef RELATION
};

struct relation {
    struct arena *arena;
    const struct view *view;
    const struct need *need;
    struct asker asker;
    struct words stand[NEED_MAX_TERMS];  /* by term: other words that say it */
    struct slice strict[NEED_MAX_TERMS]; /* by term: its group, so that "lowest" is said by "smallest" */
    uint64_t thing;                      /* terms of the title that is wholly in the question; 0: none is */
    uint64_t asked;                      /* terms that ask for something which a page may lack */
    uint64_t named;                      /* of these, names: a page about something else has the answer */
};

static uint64_t relation_bit(size_t t)
{
    return (uint64_t)1 << t;
}

/* --- the question --------------------------------------------------------------------------------------------- */

/* The terms of a title, before what is in brackets. *whole: the question has all of its telling words. */
static uint64_t relation_title(const struct relation *r, size_t rank, bool *whole)
{
    const struct line l = view_line(r->arena, r->view, view_title_line(r->view, rank));
    size_t end = slice_find(r->view->chosen[rank].passage->title, SLICE(" (")), telling = 0, known = 0;
    uint64_t set = 0;
    for (size_t i = 0; i < l.words.n && l.words.at[i].start < end; i++) {
        int t = r->asker.term_of[l.stems[i]];
        bool tells = !(l.words.at[i].flags & WORD_STOP);
        set |= t >= 0 ? relation_bit((size_t)t) : 0;
        telling += tells;
        known += tells && t >= 0;
    }
    *whole = telling > 0 && known == telling;
    return set;
}

static void relation_stand_in(struct relation *r, size_t t, struct slice said)
{
    const struct words more = words_split(r->arena, said, r->need->lang), all = r->stand[t];
    r->stand[t] = (struct words){arena_array(r->arena, struct word, all.n + more.n + 1), all.n + more.n};
    for (size_t i = 0; i < all.n + more.n; i++)
        r->stand[t].at[i] = i < all.n ? all.at[i] : more.at[i - all.n];
}

static struct slice strict_group(const struct lang *lang, struct slice word)
{
    const struct lang_entry *entry = lang_entry(lang, LANG_STRICT, word);
    return entry ? slice_sub(entry->value, 0, slice_find(entry->value, SLICE("|"))) : (struct slice){"", 0};
}

/* Reads what the lists of words say of each term. Returns the terms that ask for nothing of their own. */
static uint64_t relation_lists(struct relation *r)
{
    static const enum lang_list lists[] = {LANG_ALSO, LANG_STATED_BY, LANG_SYNONYMS};
    const struct need *need = r->need;
    uint64_t defined = 0;
    for (size_t i = 0; i < need->words.n; i++) {
        size_t t = 0;
        while (t < need->term_count && !slice_eq(need->words.at[i].stem, need->terms[t].stem))
            t++;
        if (t == need->term_count)
            continue;
        r->strict[t] = strict_group(need->lang, need->words.at[i].fold);
        defined |= lang_has(need->lang, LANG_DEFINED, need->words.at[i].fold) ? relation_bit(t) : 0;
        for (size_t k = 0; k < COUNT_OF(lists); k++) {
            const struct lang_entry *entry = lang_entry(need->lang, lists[k], need->words.at[i].fold);
            if (entry)
                relation_stand_in(r, t, entry->value);
        }
    }
    return defined;
}

static struct relation relation_make(struct arena *a, const struct view *view, const struct need *need,
                                     const struct sentence *best)
{
    struct relation r = {.arena = a, .view = view, .need = need, .asker = asker_make(a, view, need)};
    bool whole;
    for (size_t rank = 0; rank < view->passage_count; rank++) {
        uint64_t set = relation_title(&r, rank, &whole);
        if (whole && features_weight(need, set) > features_weight(need, r.thing))
            r.thing = set;
    }
    uint64_t own = relation_title(&r, best->passage_rank, &whole);

    for (size_t t = 0; t < need->term_count; t++)
        r.asked |= need->terms[t].number ? 0 : relation_bit(t);
    r.asked &= ~(relation_lists(&r) | r.thing | own);
    for (size_t i = 0; i < need->words.n; i++)
        for (size_t t = 0; t < need->term_count; t++)
            if (slice_eq(need->words.at[i].stem, need->terms[t].stem) &&
                (need->terms[t].capital || lang_has(need->lang, LANG_PEOPLES, need->words.at[i].fold)))
                r.named |= r.asked & relation_bit(t);
    return r;
}

/* --- the sentences -------------------------------------------------------------------------------------------- */

static bool relation_says(const struct relation *r, const struct line *l, size_t t)
{
    for (size_t i = 0; i < l->words.n; i++) {
        if (stems_alike(l->words.at[i].stem, r->need->terms[t].stem))
            return true;
        for (size_t k = 0; k < r->stand[t].n; k++)
            if (slice_eq(l->words.at[i].stem, r->stand[t].at[k].stem))
                return true;
        if (r->strict[t].n && slice_eq(r->strict[t], strict_group(r->need->lang, l->words.at[i].fold)))
            return true;
    }
    return false;
}

static bool relation_says_any(const struct relation *r, const struct line *l)
{
    for (size_t t = 0; t < r->need->term_count; t++)
        if (r->asked & relation_bit(t) && relation_says(r, l, t))
            return true;
    return false;
}

/* Whether no sentence of the best one's page, nor a name above them, nor another sentence of the answer has a word of
 * what is asked. Pages say much of their thing by pronouns and in the sentence before, so the page is the unit. */
static bool relation_unstated(const struct relation *r, const struct sentence *const *said, size_t n)
{
    const struct source *page = said[0]->passage->source;
    struct line l;
    for (size_t i = 0; i < n; i++) {
        l = view_line(r->arena, r->view, view_line_of(r->view, said[i]));
        if (relation_says_any(r, &l))
            return false;
    }
    for (size_t rank = 0; rank < r->view->passage_count; rank++) {
        const struct view_passage *cut = &r->view->passages[rank];
        if (r->view->chosen[rank].source != page)
            continue;
        l = view_line(r->arena, r->view, view_above_line(r->view, rank));
        if (relation_says_any(r, &l))
            return false;
        for (size_t i = cut->first; i < cut->first + cut->count; i++) {
            l = view_line(r->arena, r->view, i);
            if (relation_says_any(r, &l))
                return false;
        }
    }
    return true;
}

/* Whether word i ends a name that begins behind a link, and what is asked for is said right before that: "capital of
 * Western Australia". */
static bool relation_of_longer(const struct relation *r, const struct line *l, size_t i)
{
    enum { BEFORE_LINK = 3 };
    size_t link = i;
    while (link > 0 && l->words.at[link].flags & WORD_CAPITAL &&
           l->words.at[link - 1].start + l->words.at[link - 1].n + 1 == l->words.at[link].start) /* no comma */
        link--;
    if (link + 1 >= i || !lang_has(r->need->lang, LANG_LINKS, l->words.at[link].fold) ||
        r->asker.term_of[l->stems[i - 1]] >= 0)
        return false;
    for (size_t k = link; k-- > 0 && k + BEFORE_LINK >= link;)
        if (r->asker.term_of[l->stems[k]] >= 0)
            return true;
    return false;
}

/* Whether the sentence says it of a region whose name has that of a country of the question in it. Names of persons are
 * not asked about, since Mozart is Amadeus Mozart. */
static bool relation_narrowed(const struct relation *r, const struct sentence *s)
{
    const struct line l = view_line(r->arena, r->view, view_line_of(r->view, s));
    for (size_t i = 1; i < l.words.n; i++)
        if (r->asker.term_of[l.stems[i]] >= 0 && lang_has(r->need->lang, LANG_PEOPLES, l.words.at[i].fold) &&
            relation_of_longer(r, &l, i))
            return true;
    return false;
}

/* A year of the question that no sentence of the answer and no title of theirs has. */
static bool relation_lacks_year(const struct relation *r, const struct sentence *const *said, size_t n)
{
    enum { YEAR_DIGITS = 4 };
    uint64_t years = 0;
    for (size_t t = 0; t < r->need->term_count; t++)
        if (r->need->terms[t].number && r->need->terms[t].stem.n == YEAR_DIGITS)
            years |= relation_bit(t);
    for (size_t i = 0; i < n && years; i++) {
        size_t lines[] = {view_line_of(r->view, said[i]), view_title_line(r->view, said[i]->passage_rank),
                          view_above_line(r->view, said[i]->passage_rank)};
        for (size_t k = 0; k < COUNT_OF(lines); k++) {
            const struct line l = view_line(r->arena, r->view, lines[k]);
            for (size_t w = 0; w < l.words.n; w++)
                if (r->asker.term_of[l.stems[w]] >= 0)
                    years &= ~relation_bit((size_t)r->asker.term_of[l.stems[w]]);
        }
    }
    return years != 0;
}

static bool relation_has_group(const struct relation *r, struct slice group, const struct sentence *const *said,
                               size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct line l = view_line(r->arena, r->view, view_line_of(r->view, said[i]));
        for (size_t w = 0; w < l.words.n; w++)
            if (slice_eq(group, strict_group(r->need->lang, l.words.at[w].fold)))
                return true;
    }
    return false;
}

static bool relation_lacks_superlative(const struct relation *r, const struct sentence *const *said, size_t n)
{
    for (size_t i = 0; i < r->need->words.n; i++) {
        struct slice group = strict_group(r->need->lang, r->need->words.at[i].fold);
        if (group.n && !relation_has_group(r, group, said, n))
            return true;
    }
    return false;
}

/* "A population of 2 million" answers "how many people": a number, and a word for what is counted. */
static bool relation_counts(const struct relation *r, const struct sentence *s)
{
    const struct line l = view_line(r->arena, r->view, view_line_of(r->view, s));
    bool figure = false;
    for (size_t i = 0; i < l.words.n && !figure; i++)
        figure = l.words.at[i].flags & WORD_NUMBER || lang_has(r->need->lang, LANG_NUMBER_WORDS, l.words.at[i].fold);
    for (size_t t = 0; t < r->need->term_count && figure; t++)
        if (slice_eq(r->need->terms[t].stem, r->asker.counted))
            return relation_says(r, &l, t);
    return false;
}

/* "How deep", "how many moons": no sentence has a number of that dimension, or one that counts that noun. */
static bool relation_lacks_unit(const struct relation *r, const struct sentence *const *said, size_t n)
{
    struct valued ignored;
    if (r->need->type != NEED_NUMBER || (r->asker.dimension == DIM_NONE && !r->asker.counted.n))
        return false;
    for (size_t i = 0; i < r->need->words.n; i++)
        if (lang_has(r->need->lang, LANG_SQUARE, r->need->words.at[i].fold)) /* its unit is read as one of length */
            return false;
    for (size_t i = 0; i < n; i++)
        if (value_read(&r->asker, said[i], &ignored) || relation_counts(r, said[i]))
            return false;
    return true;
}

/* The terms of what is asked that the sentences of the answer and the names above them say. */
static uint64_t relation_stated(const struct relation *r, const struct sentence *const *said, size_t n)
{
    uint64_t set = 0;
    for (size_t i = 0; i < n; i++) {
        size_t lines[] = {view_line_of(r->view, said[i]), view_above_line(r->view, said[i]->passage_rank)};
        for (size_t k = 0; k < COUNT_OF(lines); k++) {
            const struct line l = view_line(r->arena, r->view, lines[k]);
            for (size_t t = 0; t < r->need->term_count; t++)
                set |= r->asked & relation_bit(t) && relation_says(r, &l, t) ? relation_bit(t) : 0;
        }
    }
    return set;
}

static enum relation_input relation_kind(const struct relation *r)
{
    if (r->named)
        return RELATION_UNSTATED_ELSEWHERE;
    switch (r->need->type) {
    case NEED_PERSON:
    case NEED_NUMBER:
    case NEED_DATE:
        return RELATION_UNSTATED_VALUE;
    case NEED_PLACE:
        return RELATION_UNSTATED_PLACE;
    default:
        return RELATION_UNSTATED;
    }
}

void relation_read(struct arena *a, const struct view *view, const struct need *need,
                   const struct sentence *const *said, size_t n, double out[RELATION_COUNT])
{
    memset(out, 0, RELATION_COUNT * sizeof *out);
    if (n == 0 || need->term_count == 0)
        return;
    const struct relation r = relation_make(a, view, need, said[0]);
    const enum need_type type = need->type;
    bool known = lang_entries(need->lang, LANG_STATED_BY).n > 0;
    if (known && r.asked && relation_unstated(&r, said, n))
        out[relation_kind(&r)] = 1;
    else if (known && r.asked)
        out[RELATION_STATED] = relation_stated(&r, said, n) == r.asked;
    out[RELATION_NO_UNIT] = relation_lacks_unit(&r, said, n);
    out[RELATION_YEAR] =
        (type == NEED_PERSON || type == NEED_NUMBER || type == NEED_DATE) && relation_lacks_year(&r, said, n);
    out[RELATION_SUPERLATIVE] = relation_lacks_superlative(&r, said, n);
    out[RELATION_NARROWED] = relation_narrowed(&r, said[0]);
}

double relation_adjust(struct arena *a, const struct view *view, const struct need *need,
                       const struct sentence *const *said, size_t n, double probability)
{
    double input[RELATION_COUNT];
    if (probability <= 0 || probability >= 1 || n == 0)
        return probability;
    relation_read(a, view, need, said, n, input);
    double logit = log(probability / (1 - probability));
    for (int i = 0; i < RELATION_COUNT; i++)
        logit += relation_weights[i] * input[i] * (relation_weights[i] > 0 ? 1 - probability : 1);
    return 1 / (1 + exp(-logit));
}
