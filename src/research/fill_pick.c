/* The sentences for one place of the output, best first. The session's ranker judges them by the question together with
 * the field's words; on top of that a sentence gains by the field's own words, which outweigh the question's, and has
 * to be about what the question names. */
#include "research/fill.h"

#include <math.h>
#include <stdlib.h>

enum { RANKED_MAX = 300, PICKS_MAX = 12, OPEN_MAX = 4 };

/* Weights beside the ranker's score, which is scaled to 0..1 within one place. */
static const double COVERED_WEIGHT = 1.0, SUBJECT_WEIGHT = 1.0;
/* A sentence needs this share of the field's words, unless the field is open (see is_open). */
static const double COVERED_FROM = 0.34;
/* And this share of what the question is about: of its names, or of all its words where it names nothing. */
static const double NAMED_FROM = 0.6, UNNAMED_FROM = 0.5;
/* A sentence that has all of the field's words and all that the question names is about the place at least this often,
 * however unsure the ranker is: it was made for questions, not for names of fields. An estimate. */
static const double AGREEMENT = 0.75;
/* What is known of a sentence by its passage alone counts less than its own words. */
static const double BY_PASSAGE = 0.6;

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
        if (stem_is_form(words.at[i].stem, stem))
            return true;
    return false;
}

static bool names(const struct need_term *t)
{
    return t->capital || t->number;
}

/* Share of the question's names (or words), by idf, that the sentences first..last of the view and the title have. */
static double share(const struct fill *f, const struct view_passage *in, size_t first, size_t last)
{
    double got = 0, all = 0;
    for (size_t t = 0; t < f->ask.term_count; t++) {
        const struct need_term *term = &f->ask.terms[t];
        if (f->named && !names(term))
            continue;
        bool there = has_stem(in->title, term->stem);
        for (size_t i = first; i <= last && !there; i++)
            there = has_stem(f->session->view->sentences[i].words, term->stem);
        all += term->idf;
        got += there ? term->idf : 0;
    }
    return all > 0 ? got / all : 1;
}

static void find_subject(struct fill *f)
{
    const struct view *view = f->session->view;
    f->subject = arena_array(f->arena, double, view->sentence_count);
    for (size_t p = 0; p < view->passage_count; p++) {
        const struct view_passage *in = &view->passages[p];
        if (in->count == 0)
            continue;
        double whole = BY_PASSAGE * share(f, in, in->first, in->first + in->count - 1);
        for (size_t i = in->first; i < in->first + in->count; i++) {
            double own = share(f, in, i > in->first ? i - 1 : i, i);
            f->subject[i] = own > whole ? own : whole;
        }
    }
}

/* "How many square miles …": English. */
static const struct unit *asked_unit(struct slice question)
{
    static const char *const asks[] = {"how many ", "How many ", "how much ", "what percent", "What percent"};
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        size_t at = slice_find(question, slice_of(asks[i])), used;
        if (at == question.n)
            continue;
        if (slice_ends(slice_of(asks[i]), SLICE("percent")))
            return unit_of_word(SLICE("percent"));
        at += strlen(asks[i]);
        return unit_at(slice_sub(question, at, question.n - at), &used);
    }
    return NULL;
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
    /* "Fill this in": what is asked stands in the schema. */
    if (shape && telling < 2)
        f->query = arena_printf(s->arena, "%.*s %.*s %.*s", SLICE_ARGS(s->query), SLICE_ARGS(shape->title),
                                SLICE_ARGS(shape->description));
    if (!need_make(s->arena, f->query, s->lang, s->pool, NEED_ANY, &f->ask, e))
        return false;
    for (size_t t = 0; t < f->ask.term_count; t++)
        f->named = f->named || names(&f->ask.terms[t]);
    f->unit = asked_unit(f->query);
    f->ask_ranking = rank_sentences(s->arena, s->view, &f->ask, s->confidence);
    find_subject(f);
    return true;
}

static size_t groups_in(const struct field_word *words, size_t count, size_t groups, const struct sentence *s)
{
    size_t got = 0;
    for (size_t g = 0; g < groups; g++)
        for (size_t i = 0; i < count; i++)
            if (words[i].group == g && has_form(s->words, words[i].stem)) {
                got++;
                break;
            }
    return got;
}

static double covered(struct arena *a, const struct field *f, const struct sentence *s)
{
    if ((f->birth || f->death) && has_life_span(a, s))
        return 1;
    double by_name = 0, by_hints = 0;
    if (f->group_count)
        by_name = (double)groups_in(f->words, f->word_count, f->group_count, s) / (double)f->group_count;
    if (f->hint_count)
        by_hints = (double)groups_in(f->hints, f->hint_count, f->hint_count, s) / (double)f->hint_count;
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

/* The question alone asks for it: the field's name says nothing, it is the only field, or its values tell (enum). */
static bool is_open(const struct fill *f, const struct place *p)
{
    bool nameless = p->field.group_count == 0 && p->field.hint_count == 0;
    bool of_element = p->about.n && (p->field.label || p->field.kind == KIND_SENTENCE);
    return f->lone || nameless || of_element || p->shape->value_count > 1;
}

static bool mentions(struct fill *f, const struct sentence *s, struct slice about)
{
    struct words words = words_split(f->arena, about, f->session->lang);
    for (size_t i = 0; i < words.n; i++)
        if (!(words.at[i].flags & WORD_STOP) && !has_stem(s->words, words.at[i].stem))
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

static void take(struct fill *f, const struct place *p, const struct ranking *ranking, struct picks *out)
{
    bool open = is_open(f, p);
    double best = ranking->n ? ranking->at[0].score : 0, worst = ranking->n ? ranking->at[ranking->n - 1].score : 0;
    for (size_t i = 0; i < ranking->n; i++) {
        const struct sentence *s = ranking->at[i].sentence;
        double subject = f->subject[s - f->session->view->sentences];
        double has = covered(f->arena, &p->field, s);
        bool there = p->about.n ? mentions(f, s, p->about) : subject >= (f->named ? NAMED_FROM : UNNAMED_FROM);
        if (!there || (!open && has < COVERED_FROM))
            continue;
        double scaled = best > worst ? (ranking->at[i].score - worst) / (best - worst) : 1;
        out->at[out->n++] = (struct pick){s, scaled + COVERED_WEIGHT * has + SUBJECT_WEIGHT * subject, has, subject};
    }
    qsort(out->at, out->n, sizeof *out->at, by_score);
    /* Where nothing but the question chooses, only the best few are about it. */
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
    take(f, p, &ranking, out);
    if (out->n == 0)
        return true;
    /* A schema's description dilutes the question; where a sentence has the field's words, being on topic is enough. */
    double by_question = f->ask_ranking.probability * (is_open(f, p) ? 1 : out->at[0].covered);
    double by_words = f->named ? AGREEMENT * out->at[0].covered * out->at[0].subject : 0;
    out->probability = fmax(fmax(ranking.probability, by_question), by_words);
    if (out->probability < FILL_FROM)
        out->n = 0;
    return true;
}
