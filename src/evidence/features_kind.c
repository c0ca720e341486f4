/* features_kind.c - whether a sentence is of the kind that is asked for.
 *
 * Over documentation people ask for a meaning ("what does X mean", "what does X do"), a value ("X default", "maximum
 * number of X") or a version ("X since which version"). The words that say so are not on the page, or they are there in
 * each section. What answers is the description of the term X, or a sentence with a value in it. So the name above a
 * sentence is compared with the question's other words, and values are looked for: a number, or a literal in code's
 * dress. */
#include "base/ascii.h"
#include "evidence/features_inner.h"

#include <math.h>

enum { SUBJECT_WORDS = 12 }; /* a definition names its subject within so many words */

/* A literal as documentation writes values: "4MB", "utf-8", "'replica'", "NO_COLOR", "--all". */
static bool kind_literal(struct slice text, const struct word *w)
{
    size_t end = w->start + w->n, capitals = 0, digits = 0;
    for (size_t i = w->start; i < end; i++) {
        capitals += ascii_is_upper(text.p[i]);
        digits += ascii_is_digit(text.p[i]);
        if (text.p[i] == '_')
            return true;
    }
    char before = w->start ? text.p[w->start - 1] : ' ', after = end < text.n ? text.p[end] : ' ';
    return (digits && digits < w->n) || (capitals > 1 && capitals == w->n) || before == '-' || before == '\'' ||
           before == '"' || before == '=' || after == '(' || after == '=';
}

void kinds_read(struct pass *p)
{
    const struct need *need = p->need;
    const struct lang *lang = need->lang;
    struct kinds *out = &p->kinds;
    *out = (struct kinds){.meaning = lang_starts(lang, LANG_DEFINES, need->text)};
    for (size_t i = 0; i < need->words.n && i < NEED_MAX_TERMS; i++) {
        struct slice word = need->words.at[i].fold;
        bool meaning = lang_has(lang, LANG_ASKS_MEANING, word), value = lang_has(lang, LANG_ASKS_VALUE, word);
        bool version = lang_has(lang, LANG_ASKS_VERSION, word);
        out->meaning |= meaning;
        out->value |= value;
        out->version |= version;
        int term = p->question[i] ? p->term_of[p->question[i]] : -1;
        for (size_t t = 0; t < need->term_count && term < 0; t++)
            if (slice_eq(need->terms[t].stem, need->words.at[i].stem))
                term = (int)t;
        if ((meaning || value || version) && term >= 0)
            out->words |= (uint64_t)1 << term;
    }
}

/* A number, or a literal, that the question does not have. */
static bool kind_has_value(const struct pass *p, struct slice text, const struct line *l, size_t skip)
{
    for (size_t i = skip; i < l->words.n; i++)
        if (!features_asked(p, l->stems[i]) &&
            (l->words.at[i].flags & WORD_NUMBER || kind_literal(text, &l->words.at[i])))
            return true;
    return false;
}

/* "A partial index is an index over …": of the telling words before the verb, how many the question has, times the
 * share of the question that they are. */
static double kind_defines(const struct pass *p, const struct lang *lang, const struct line *l, double rest)
{
    size_t telling = 0, known = 0;
    uint64_t set = 0;
    for (size_t i = 0; i < l->words.n && i < SUBJECT_WORDS; i++) {
        const struct word *w = &l->words.at[i];
        if (i > 0 && (lang_has(lang, LANG_IS, w->fold) || lang_has(lang, LANG_ASKS_MEANING, w->fold)))
            return telling && rest > 0 ? (double)known / (double)telling * features_weight(p->need, set) / rest : 0;
        if (w->flags & WORD_STOP)
            continue;
        telling++;
        known += features_asked(p, l->stems[i]);
        if (p->term_of[l->stems[i]] >= 0)
            set |= ((uint64_t)1 << p->term_of[l->stems[i]]) & ~p->kinds.words;
    }
    return 0;
}

void features_kind(const struct pass *p, size_t i, struct facts *f)
{
    const struct sentence *s = &p->view->sentences[i];
    const struct reading *r = &p->readings[i];
    const struct lang *lang = p->view->passages[s->passage_rank].lang;
    const struct line line = {.words = {r->line.words.at + r->skip, r->line.words.n - r->skip},
                              .stems = r->line.stems + r->skip};
    uint64_t name = 0,
             every = p->need->term_count == NEED_MAX_TERMS ? ~(uint64_t)0 : ((uint64_t)1 << p->need->term_count) - 1;
    size_t telling = 0, known = 0;
    bool says = false;
    for (size_t k = 0; k < r->named; k++) {
        if (p->term_of[r->name.stems[k]] >= 0)
            name |= (uint64_t)1 << p->term_of[r->name.stems[k]];
        if (r->name.words.at[k].flags & WORD_STOP)
            continue;
        telling++;
        known += features_asked(p, r->name.stems[k]);
    }
    double rest = features_weight(p->need, every & ~p->kinds.words);
    double is = telling && rest > 0
                    ? (double)known / (double)telling * features_weight(p->need, name & ~p->kinds.words) / rest
                    : 0;
    bool first = s->under != SENTENCE_NONE ? s->number == s->under + 1 : s->number == 0;
    for (size_t k = 0; k < line.words.n && !says; k++)
        says = lang_has(lang, p->kinds.version ? LANG_ASKS_VERSION : LANG_ASKS_VALUE, line.words.at[k].fold);
    bool value = (p->kinds.value || p->kinds.version) && kind_has_value(p, s->text, &line, 0);
    f->at[FEATURE_NAME_IS] = is;
    f->at[FEATURE_MEANS] = p->kinds.meaning ? fmax(first ? is : 0, kind_defines(p, lang, &line, rest)) : 0;
    f->at[FEATURE_VALUE_THERE] = value ? (says ? 1 : 0.5) : 0;
    f->at[FEATURE_KIND_ASKED] = p->kinds.version ? 1 : p->kinds.value ? 0.67 : p->kinds.meaning ? 0.33 : 0;
}
