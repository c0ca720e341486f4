/* align_check.c - compares one span with a claim in detail: names, coverage, values, negation.
 *
 * Names come first, since a name in another form ("Curie" for "Marie Curie") counts as covered.
 *
 * The thresholds were set by hand and then measured together (training/align.c and align_eval.py) on 443 questions in
 * five languages, with their answers taken as values. 78 % of the accepted answers are supported (English 81 %), and
 * 15 % of other answers from the same page. No threshold was measured by itself. ASKED_FROM was raised from 0.30 on
 * those questions. */
#include "evidence/align_check_inner.h"

#include <math.h>

#include "base/utf8.h"
#include "text/kin.h"
#include "text/letters.h"

/* Shares of the claim's weight. */
static const double SUPPORTED_FROM = 0.70;
static const double AGAINST_FROM = 0.80; /* a contradiction needs more than support does */
/* Lower for scripts without spaces: pairs of characters across two words change with the order of the words.
 * missing_run() in align_check_names.c looks for missing words instead. */
static const double CJK_SUPPORTED_FROM = 0.55, CJK_AGAINST_FROM = 0.65, CJK_BESIDE_FROM = 0.30, CJK_ASKED_FROM = 0.30;
/* Shares of the claim's weight beside the title: the span's own sentences must have them. */
static const double BESIDE_TITLE_FROM = 0.50, AGAINST_BESIDE_FROM = 0.65;
/* For a value, shares of its question: names and numbers (subject), and other words or the field's name (asked). */
static const double SUBJECT_FROM = 0.60, ASKED_FROM = 0.40, AGAINST_ASKED_FROM = 0.45;
/* A span in other words: the cosine of claim and span, and the cosine with the covered share of the claim's words,
 * which counts MEANT_WORDS times as much. A claim with a number or date, which the span must have too, needs
 * MEANT_VALUE less. Tuned on one half of training/paraphrases.jsonl; docs/decisions/27-alignment-by-meaning.md says
 * how, and what the other half says. */
static const double MEANT_FROM = 0.65, MEANT_WORDS = 0.5, MEANT_ALL_FROM = 0.97, MEANT_VALUE = 0.12;
/* Ranks a single sentence before a pair of equal coverage. Set by hand. */
static const double PAIR_WORTH = 0.97;

static int16_t term_of_word(const struct look *l, uint32_t number, const struct word *w)
{
    if (l->al->term_of[number] >= 0)
        return l->al->term_of[number];
    if (w->flags & (WORD_CJK | WORD_STOP | WORD_NUMBER))
        return -1;
    for (size_t t = 0; t < l->c->term_count; t++) {
        const struct term *term = &l->c->terms[t];
        if (!term->cjk && !term->digits && stems_alike(term->stem, w->stem))
            return (int16_t)t;
    }
    return -1;
}

static struct span_sentence open_sentence(struct look *l, size_t sentence, struct term_set *into)
{
    const struct sentence *s = &l->al->view->sentences[sentence];
    const struct line *line = align_line(l->al, sentence);
    struct span_sentence out = {s, sentence, line->words, NULL, arena_array(l->al->scratch, int16_t, line->words.n)};
    for (size_t i = 0; i < line->words.n; i++) {
        out.terms[i] = term_of_word(l, line->stems[i], &line->words.at[i]);
        if (out.terms[i] >= 0)
            add_term(into, (size_t)out.terms[i]);
    }
    return out;
}

static struct look look_at(struct aligner *al, const struct claimed *c, struct span *span)
{
    struct look l = {.al = al, .c = c, .span = span};
    size_t rank = al->view->sentences[span->first].passage_rank;
    l.in = &al->view->passages[rank];
    const struct line *title = align_line(al, view_title_line(al->view, rank));
    l.title_words = title->words;
    l.sentences[l.sentence_count++] = open_sentence(&l, span->first, &span->own);
    if (span->second != NOWHERE)
        l.sentences[l.sentence_count++] = open_sentence(&l, span->second, &span->own);
    span->whole = join_terms(&span->whole, &span->own);
    if (al->before[span->first] != NOWHERE)
        l.before = open_sentence(&l, al->before[span->first], &span->whole);
    for (size_t i = 0; i < l.title_words.n; i++) {
        int16_t t = term_of_word(&l, title->stems[i], &title->words.at[i]);
        if (t >= 0)
            add_term(&span->title, (size_t)t);
    }
    span->whole = join_terms(&span->whole, &span->title);
    return l;
}

/* Values are read late: comparing words rules most spans out and is much faster. */
static void read_stated(struct look *l)
{
    for (size_t k = 0; k < l->sentence_count; k++)
        l->sentences[k].stated = align_stated(l->al, l->sentences[k].number);
    if (l->before.s)
        l->before.stated = align_stated(l->al, l->before.number);
    l->title = align_stated(l->al, view_title_line(l->al->view, l->sentences[0].s->passage_rank));
}

static double look_share(const struct look *l, enum term_role role, double missing_weight)
{
    double all = l->c->weight[role] - missing_weight;
    double own = terms_weight(l->c, &l->span->own, role), whole = terms_weight(l->c, &l->span->whole, role);
    return all > 0 ? (own + ALIGN_AROUND_WORTH * (whole - own)) / all : 1;
}

/* The share, covered by the span's own sentences, of the claim's weight that the title does not cover. */
static double share_beside_title(const struct look *l, double missing_weight)
{
    struct term_set beside = l->span->own;
    for (size_t i = 0; i < TERM_SET_WORDS; i++)
        beside.bits[i] &= ~l->span->title.bits[i];
    double all = l->c->weight[TERM_SAID] - missing_weight - terms_weight(l->c, &l->span->title, TERM_SAID);
    return all > 1e-9 ? terms_weight(l->c, &beside, TERM_SAID) / all : 1;
}

/* The better covered one of the question's other words and the field's name, since both say the same thing. */
static double share_asked(const struct look *l)
{
    const double *weight = l->c->weight;
    double asked = weight[TERM_ASKED] > 0 ? look_share(l, TERM_ASKED, 0) : -1,
           named = weight[TERM_NAMED] > 0 ? look_share(l, TERM_NAMED, 0) : -1;
    double best = fmax(asked, named);
    return best < 0 ? 1 : best;
}

enum finding span_check(struct aligner *al, const struct claimed *c, struct span *s, double *score,
                        struct slice *reason)
{
    struct look l = look_at(al, c, s);
    struct failures f = {0};
    double names, all = 0, covered = 0;
    look_names(&l, &f, &names);
    names = f.with_another ? names : 0;
    double said = look_share(&l, TERM_SAID, names), beside = share_beside_title(&l, names);
    double subject = look_share(&l, TERM_SUBJECT, 0), asked = share_asked(&l);
    for (int role = 0; role < TERM_ROLES; role++) {
        all += c->weight[role];
        covered += look_share(&l, role, 0) * c->weight[role];
    }
    *score = (all > 0 ? covered / all : 0) * (s->second == NOWHERE ? 1 : PAIR_WORTH);
    *reason = f.plain ? f.missing : SLICE("no sentence says enough of it");
    if (said < (c->cjk ? CJK_SUPPORTED_FROM : SUPPORTED_FROM) ||
        beside < (c->cjk ? CJK_BESIDE_FROM : BESIDE_TITLE_FROM) || subject < SUBJECT_FROM ||
        asked < (c->cjk ? CJK_ASKED_FROM : ASKED_FROM))
        return FOUND_NOTHING;
    read_stated(&l);
    look_values(&l, &f);
    struct slice negated = {"", 0};
    enum failure negation = look_negation(&l, &negated);
    look_failed(&f, negation, negated);
    if (f.with_another + f.plain == 0 && c->lang->encoded && !c->leaf && look_said_changed(&l)) {
        *reason = SLICE("the page says something else of the same things");
        return FOUND_NOTHING;
    }
    if (f.with_another + f.plain == 0) {
        *reason = SLICE("");
        return FOUND_SUPPORT;
    }
    bool sure = said >= (c->cjk ? CJK_AGAINST_FROM : AGAINST_FROM) &&
                beside >= (c->cjk ? CJK_BESIDE_FROM : AGAINST_BESIDE_FROM) &&
                asked >= (c->cjk ? CJK_ASKED_FROM : AGAINST_ASKED_FROM) && (!c->leaf || subject >= AGAINST_FROM);
    *reason = f.with_another ? f.against : f.missing;
    return sure && f.with_another == 1 && f.plain == 0 ? FOUND_AGAINST : FOUND_NOTHING;
}

bool span_meant(struct aligner *al, const struct claimed *c, struct span *s, double near, double *score)
{
    if (!(near >= MEANT_FROM)) /* or NAN */
        return false;
    struct look l = look_at(al, c, s);
    struct failures f = {0};
    double missing_weight;
    look_names(&l, &f, &missing_weight);
    double value = c->stated->number_count + c->stated->date_count > 0 ? MEANT_VALUE : 0;
    if (f.with_another + f.plain > 0 || near + MEANT_WORDS * look_share(&l, TERM_SAID, 0) + value < MEANT_ALL_FROM)
        return false;
    read_stated(&l);
    look_values(&l, &f);
    struct slice reason = {"", 0};
    if (!look_denies_alike(&l))
        look_failed(&f, look_negation(&l, &reason), reason);
    *score = near;
    return f.with_another + f.plain == 0 && !look_said_otherwise(&l);
}
