/* fill_pick.c - the sentences for one place, best first.
 *
 * The session's ranker ranks them by the question together with the field's words. A sentence then gains by the field's
 * own words, which count more than the question's. It also has to be about what the question names. All weights and
 * thresholds here were set by hand. */
#include "fill/fill_inner.h"

#include <math.h>
#include <stdlib.h>

#include "text/kin.h"
#include "text/listed.h"

enum { RANKED_MAX = 300, PICKS_MAX = 12, OPEN_MAX = 4 };

/* Weights relative to the ranker's score, which is scaled to 0..1 within one place. */
static const double COVERED_WEIGHT = 1.0, SUBJECT_WEIGHT = 1.0;
/* A sentence needs this share of the field's words, unless the field is open (see is_open). */
static const double COVERED_FROM = 0.34;
/* And it needs this share of what the question is about: of its names, or of all its words where it names nothing. */
static const double NAMED_FROM = 0.6, UNNAMED_FROM = 0.5;
/* The least probability of a sentence with all of the field's words and all that the question names. The ranker may be
 * less sure, since it was fitted on questions, not on names of fields. An estimate. */
static const double AGREEMENT = 0.75;
/* The same for a member of an enum. */
static const double MEMBER_MENTIONED = 0.5;

static bool has_stem(struct words words, struct slice stem)
{
    for (size_t i = 0; i < words.n; i++)
        if (slice_eq(words.at[i].stem, stem))
            return true;
    return false;
}

static bool has_form(struct words words, struct slice stem)
{
    for (size_t i = 0; i < words.n; i++)
        if (stems_share_start(words.at[i].stem, stem))
            return true;
    return false;
}

/* Where the first phrase of the list ends in the text; 0: there is none. */
static size_t find_phrase(struct slice text, const struct lang *lang, enum lang_list list)
{
    size_t n;
    for (size_t at = 0; at < text.n; at++)
        if (listed_at(lang_with(lang, list), list, slice_sub(text, at, text.n - at), &n))
            return at + n;
    return 0;
}

/* The unit that a question asks for: "How many square miles ...". NULL: none. */
static const struct unit *asked_unit(struct slice question, const struct lang *lang)
{
    size_t at = find_phrase(question, lang, LANG_ASKS_UNIT), used;
    if (at)
        return unit_at(slice_sub(question, at, question.n - at), &used);
    return find_phrase(question, lang, LANG_ASKS_PERCENT) ? unit_of_word(SLICE("%")) : NULL;
}

bool fill_prepare(struct fill *f, struct session *s, struct err *e)
{
    const struct shape *shape = s->question->shape;
    f->session = s;
    f->arena = s->arena;
    fill_open_budget(f);
    f->query = s->query;
    struct words words = words_split(s->arena, s->query, s->lang);
    size_t telling = 0;
    for (size_t i = 0; i < words.n; i++)
        telling += !(words.at[i].flags & WORD_STOP);
    f->terse = telling < 2;
    /* "Fill this in" asks nothing: the schema does */
    if (shape && telling < 2)
        f->query = arena_printf(s->arena, "%.*s %.*s %.*s", SLICE_ARGS(s->query), SLICE_ARGS(shape->title),
                                SLICE_ARGS(shape->description));
    if (!need_make(s->arena, f->query, s->lang, s->pool, NEED_ANY, &f->ask, e))
        return false;
    for (size_t t = 0; t < f->ask.term_count; t++)
        f->named = f->named || subject_names(&f->ask.terms[t]);
    f->unit = asked_unit(f->query, s->lang);
    f->ask_ranking = rank_sentences(s->arena, s->view, &f->ask, s->confidence);
    subject_find(f);
    return true;
}

static size_t groups_in(const struct field_word *words, size_t count, size_t groups, struct words said)
{
    size_t got = 0;
    for (size_t g = 0; g < groups; g++)
        for (size_t i = 0; i < count; i++)
            if (words[i].group == g && has_form(said, words[i].stem)) {
                got++;
                break;
            }
    return got;
}

static double pick_covered(struct arena *a, const struct field *f, const struct sentence *s, struct words said)
{
    if ((f->birth || f->death) && has_life_span(a, s))
        return 1;
    double by_name = 0, by_hints = 0;
    if (f->group_count)
        by_name = (double)groups_in(f->words, f->word_count, f->group_count, said) / (double)f->group_count;
    if (f->hint_count)
        by_hints = (double)groups_in(f->hints, f->hint_count, f->hint_count, said) / (double)f->hint_count;
    if (f->group_count == 0)
        return by_hints;
    return by_name > 0.7 * by_hints ? by_name : 0.7 * by_hints;
}

static enum need_type wanted_type(const struct field *f)
{
    switch (f->kind) {
    case KIND_PERSON:
        return NEED_PERSON;
    case KIND_PLACE:
        return NEED_PLACE;
    case KIND_DATE:
    case KIND_YEAR:
        return NEED_DATE;
    case KIND_NUMBER:
        return NEED_NUMBER;
    default:
        return NEED_ANY;
    }
}

/* Whether a sentence needs no word of the field: its name says nothing, it is the only field, it describes a list
 * element, or it is an enum. */
static bool is_open(const struct fill *f, const struct place *p)
{
    bool nameless = p->field.group_count == 0 && p->field.hint_count == 0;
    bool of_element = p->about.n && (p->field.label || p->field.kind == KIND_SENTENCE);
    return f->lone || nameless || of_element || p->shape->value_count > 1;
}

static bool pick_mentions(struct fill *f, struct words said, struct slice about)
{
    struct words words = words_split(f->arena, about, f->session->lang);
    for (size_t i = 0; i < words.n; i++)
        if (!(words.at[i].flags & WORD_STOP) && !has_stem(said, words.at[i].stem))
            return false;
    return true;
}

static int by_score(const void *left, const void *right)
{
    const struct pick *a = left, *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return a->sentence < b->sentence ? -1 : a->sentence > b->sentence;
}

static void pick_take(struct fill *f, const struct place *p, const struct ranking *ranking, struct picks *out)
{
    bool open = is_open(f, p);
    double best = ranking->n ? ranking->at[0].score : 0, worst = ranking->n ? ranking->at[ranking->n - 1].score : 0;
    for (size_t i = 0; i < ranking->n; i++) {
        const struct sentence *s = ranking->at[i].sentence;
        double subject = f->subject[view_line_of(f->session->view, s)];
        const struct words said = fill_words(f, s);
        double has = pick_covered(f->arena, &p->field, s, said);
        bool there = p->about.n ? pick_mentions(f, said, p->about)
                                : subject >= (f->named || f->by_title ? NAMED_FROM : UNNAMED_FROM);
        if (!there || (!open && has < COVERED_FROM))
            continue;
        double scaled = best > worst ? (ranking->at[i].score - worst) / (best - worst) : 1;
        out->at[out->n++] = (struct pick){s, scaled + COVERED_WEIGHT * has + SUBJECT_WEIGHT * subject, has, subject};
    }
    qsort(out->at, out->n, sizeof *out->at, by_score);
    /* Where only the question chooses, only the best few sentences are about the place. */
    size_t most = out->n && out->at[0].covered == 0 && !f->lone && !p->field.label ? OPEN_MAX : PICKS_MAX;
    if (out->n > most)
        out->n = most;
}

bool fill_pick(struct fill *f, const struct place *p, struct picks *out, struct err *e)
{
    *out = (struct picks){0};
    struct session *s = f->session;
    if (s->view->sentence_count == 0 || f->ranked >= RANKED_MAX || !fill_spend(f, STEPS_A_RANKING))
        return true;
    f->ranked++;
    struct slice outer = p->parent && p->parent->parent ? name_as_words(f->arena, p->parent->name) : SLICE("");
    struct slice text = arena_printf(f->arena, "%.*s %.*s %.*s %.*s", SLICE_ARGS(f->query), SLICE_ARGS(p->about),
                                     SLICE_ARGS(outer), SLICE_ARGS(p->field.text));
    struct need need;
    if (!need_make(f->arena, text, s->lang, s->pool, wanted_type(&p->field), &need, e))
        return false;
    struct ranking ranking = rank_sentences(f->arena, s->view, &need, s->confidence);
    out->at = arena_array(f->arena, struct pick, ranking.n);
    pick_take(f, p, &ranking, out);
    if (out->n == 0)
        return true;
    /* The words of a schema's description dilute the question. For a sentence with the field's words, the question's
     * own ranking is enough. */
    double by_question = f->ask_ranking.probability * (is_open(f, p) ? 1 : out->at[0].covered);
    double by_words = f->named || f->by_title ? AGREEMENT * out->at[0].covered * out->at[0].subject : 0;
    /* A member of an enum that the thing's own page mentions is likely what it is. */
    if (f->by_title && p->shape->value_count > 1 && out->at[0].subject >= 1)
        by_words = fmax(by_words, MEMBER_MENTIONED);
    out->probability = fmax(fmax(ranking.probability, by_question), by_words);
    if (out->probability < FILL_FROM)
        out->n = 0;
    return true;
}
