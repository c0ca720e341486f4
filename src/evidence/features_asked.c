/* features_asked.c - what a sentence says about the property that is asked for, in the words that answers use for it.
 *
 * A question names a thing and asks for a property of it: "How many people live in Perth?". The page says the property
 * in other words ("population"), and it may say it of something else ("the population of the state"). So words count
 * that stand for the question's words (LANG_ALSO), and it matters how near they are to the page's title, and whether
 * another name follows them. */
#include <math.h>

#include "evidence/features_inner.h"

enum {
    REACH = 6,       /* words: closeness falls to 1/e over this distance */
    FOCUS_WORDS = 3, /* "what time zone": so many words at most say what is asked for */
    OTHER_REACH = 3, /* "capital of the canton": so many words behind the property may name whose it is */
    NAMES_MAX = 8,   /* more names or commas in a sentence are not told apart */
};
static const double TYPES = 5; /* values of enum need_type beside NEED_ANY */

static uint64_t bit_at(size_t i)
{
    return i < NEED_MAX_TERMS ? (uint64_t)1 << i : 0;
}

/* --- the question --------------------------------------------------------------------------------------------- */

/* The words from `first` to the next stop word; behind "kind of" those that follow it. */
static uint64_t focus_run(const struct need *need, size_t first, size_t *end)
{
    const struct words q = need->words;
    uint64_t set = 0;
    size_t i = first;
    for (; i < q.n && i < first + FOCUS_WORDS && !(q.at[i].flags & WORD_STOP); i++)
        set |= bit_at(i);
    if (set && i < q.n && lang_has(need->lang, LANG_KINDS, q.at[i - 1].fold) &&
        lang_has(need->lang, LANG_LINKS, q.at[i].fold)) {
        while (i < q.n && q.at[i].flags & WORD_STOP)
            i++;
        for (first = i, set = 0; i < q.n && i < first + FOCUS_WORDS && !(q.at[i].flags & WORD_STOP); i++)
            set |= bit_at(i);
    }
    *end = i;
    return set;
}

/* "what currency", "how many moons", "what is the currency of". */
static uint64_t focus_of(const struct need *need)
{
    const struct words q = need->words;
    const struct lang *lang = need->lang;
    size_t end;
    for (size_t i = 0; i + 1 < q.n; i++) {
        if (lang_has(lang, LANG_ASKS_HOW, q.at[i].fold) && lang_has(lang, LANG_HOW_NUMBER, q.at[i + 1].fold))
            return focus_run(need, i + 2, &end);
        if (lang_has(lang, LANG_ASKS_NUMBER, q.at[i].fold))
            return focus_run(need, i + 1, &end);
        if (!lang_has(lang, LANG_ASKS_WHICH, q.at[i].fold))
            continue;
        uint64_t set = focus_run(need, i + 1, &end);
        if (set || !lang_has(lang, LANG_BE, q.at[i + 1].fold))
            return set;
        for (i += 2; i < q.n && q.at[i].flags & WORD_STOP;)
            i++;
        set = focus_run(need, i, &end);
        return end < q.n && lang_has(lang, LANG_LINKS, q.at[end].fold) ? set : 0;
    }
    return 0;
}

struct senses senses_read(struct arena *a, const struct pass *p)
{
    const struct need *need = p->need;
    struct senses out = {.of = arena_array(a, uint64_t, p->view->stem_count + 1)};
    size_t n = need->words.n < NEED_MAX_TERMS ? need->words.n : NEED_MAX_TERMS;
    for (size_t i = 0; i < n; i++) {
        const struct lang_entry *also = lang_entry(need->lang, LANG_ALSO, need->words.at[i].fold);
        uint32_t own = p->question[i];
        out.term_of[i] = own ? p->term_of[own] : -1;
        if (own)
            out.of[own] |= bit_at(i);
        if (!also)
            continue;
        out.all |= bit_at(i);
        const struct words stand = words_split(a, also->value, need->lang);
        for (size_t w = 0; w < stand.n; w++) {
            uint32_t number = view_stem(p->view, stand.at[w].stem);
            if (number)
                out.of[number] |= bit_at(i);
        }
        for (size_t t = 0; t < need->term_count && !own; t++) /* no page has the word itself */
            if (slice_eq(need->terms[t].stem, need->words.at[i].stem))
                out.term_of[i] = (int)t;
    }
    out.focus = focus_of(need);
    return out;
}

/* --- a sentence ----------------------------------------------------------------------------------------------- */

static uint64_t terms_of_words(const struct senses *s, uint64_t words)
{
    uint64_t set = 0;
    for (; words; words &= words - 1) {
        int t = s->term_of[__builtin_ctzll(words)];
        if (t >= 0)
            set |= (uint64_t)1 << t;
    }
    return set;
}

static double share_of_words(uint64_t some, uint64_t all)
{
    return all ? (double)__builtin_popcountll(some & all) / (double)__builtin_popcountll(all) : 0;
}

/* A property that is said of something else: "capital of the canton" where the canton is not asked about. */
static bool said_of_another(const struct pass *p, const struct lang *lang, const struct line *l, size_t i)
{
    size_t end = i + 1 + OTHER_REACH < l->words.n ? i + 1 + OTHER_REACH : l->words.n;
    if (i + 1 >= end || !lang_has(lang, LANG_LINKS, l->words.at[i + 1].fold))
        return false;
    for (size_t k = i + 2; k < end; k++)
        if (!(l->words.at[k].flags & WORD_STOP))
            return !features_asked(p, l->stems[k]);
    return false;
}

struct nearness { /* of two kinds of words while a sentence is walked along */
    size_t last[2];
    bool seen[2];
    double best;
};

static void nearness_add(struct nearness *n, int kind, size_t at)
{
    n->last[kind] = at;
    n->seen[kind] = true;
    if (n->seen[!kind])
        n->best = fmax(n->best, exp(-(double)(at - n->last[!kind]) / REACH));
}

/* What a walk over the words of a sentence finds. */
struct found {
    uint64_t words;                  /* of the question, or what stands for them */
    struct nearness property, focus; /* to the title; to a number or a name */
    size_t names, places;            /* capitalised words; places where the property is said */
    size_t elsewhere;                /* those of places where it is said of something else */
    bool number, year, agent;
};

static void walk_word(const struct pass *p, const struct sentence *s, const struct reading *r, const struct heading *h,
                      size_t i, struct found *out)
{
    const struct lang *lang = p->view->passages[s->passage_rank].lang;
    const struct line *l = &r->line;
    const struct word *w = &l->words.at[i];
    uint64_t here = p->senses.of[l->stems[i]];
    bool titled = i < r->skip, asked = features_asked(p, l->stems[i]);
    for (size_t t = 0; t < h->line.words.n && !titled; t++)
        titled = h->line.stems[t] == l->stems[i] && !(w->flags & WORD_STOP);
    if (titled) {
        nearness_add(&out->property, 0, i);
        return;
    }
    out->words |= here;
    bool property = here & (p->senses.all | p->senses.focus) || p->term_of[l->stems[i]] >= 0;
    if (property && !(terms_of_words(&p->senses, here) & h->own)) {
        nearness_add(&out->property, 1, i);
        out->places++;
        out->elsewhere += said_of_another(p, lang, l, i);
    }
    if (here & p->senses.focus)
        nearness_add(&out->focus, 0, i);
    bool figure = w->flags & WORD_NUMBER && !asked, name = !asked && features_is_name(lang, s->text, l->words, i);
    out->names += name;
    out->year |= figure && features_is_year(w->fold);
    out->number |= figure && !features_is_year(w->fold);
    out->agent |= name && i > 0 && lang_has(lang_with(lang, LANG_AGENTS), LANG_AGENTS, l->words.at[i - 1].fold);
    if (p->need->type == NEED_NUMBER ? figure : name)
        nearness_add(&out->focus, 1, i);
}

static size_t found_commas(struct slice text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == ',';
    return n;
}

static double found_share(size_t n)
{
    return (double)(n < NAMES_MAX ? n : NAMES_MAX) / NAMES_MAX;
}

void features_attribute(const struct pass *p, size_t i, struct facts *f)
{
    const struct sentence *s = &p->view->sentences[i];
    const struct reading *r = &p->readings[i];
    const struct heading *h = &p->headings[s->passage_rank];
    struct found found = {.words = 0};
    uint64_t title = 0, every = 0;
    for (size_t t = 0; t < h->line.words.n; t++)
        title |= p->senses.of[h->line.stems[t]];
    for (size_t w = 0; w < r->line.words.n; w++)
        walk_word(p, s, r, h, w, &found);
    for (size_t t = 0; t < p->need->term_count; t++)
        every |= (uint64_t)1 << t;
    uint64_t covered = f->has | terms_of_words(&p->senses, found.words), asked = p->senses.all & ~title;
    double beside = features_weight(p->need, every & ~h->set);
    f->at[FEATURE_ALSO] = features_share(p, covered);
    f->at[FEATURE_ALSO_BESIDE] = beside > 0 ? features_weight(p->need, covered & ~h->set) / beside : 1;
    f->at[FEATURE_ALSO_ASKED] = share_of_words(found.words, asked);
    f->at[FEATURE_ALSO_MISSING] = asked ? 1 - share_of_words(found.words, asked) : 0;
    f->at[FEATURE_PROPERTY_NEAR] = found.property.best;
    f->at[FEATURE_PROPERTY_OTHER] = found.places ? (double)found.elsewhere / (double)found.places : 0;
    f->at[FEATURE_FOCUS_THERE] = share_of_words(found.words | title, p->senses.focus);
    f->at[FEATURE_FOCUS_MISSING] = p->senses.focus ? 1 - f->at[FEATURE_FOCUS_THERE] : 0;
    f->at[FEATURE_FOCUS_NEAR] = found.focus.best;
    f->at[FEATURE_NAMES] = found_share(found.names);
    f->at[FEATURE_FIGURE] = found.number;
    f->at[FEATURE_YEAR] = found.year;
    f->at[FEATURE_AGENT] = found.agent;
    f->at[FEATURE_COMMAS] = found_share(found_commas(s->text));
    f->at[FEATURE_ASKED_TYPE] = (double)p->need->type / TYPES;
    double best = features_weight(p->need, p->best_set);
    f->at[FEATURE_BEST_TITLE] = best > 0 ? features_weight(p->need, (f->has | h->set) & p->best_set) / best : 1;
}
