/* true or false, and members of enums: what a sentence mentions, and whether it denies it. */
#include "research/fill.h"

/* A statement is judged only when the sentence has nearly all of its words. */
static const double STATED_FROM = 0.75;
/* Enum members that say that nothing is known. */
static const char *const unknowns[] = {
    "unknown",   "n/a",       "none",         "other",          "unclear",   "unspecified",
    "not_found", "not found", "undetermined", "not_applicable", "uncertain", "insufficient_evidence",
    NULL};

static bool denies(const struct sentence *s)
{
    /* English, German, French, Spanish, Italian, Portuguese, Dutch, Russian; CJK by characters below. */
    static const char *const words[] = {"not",   "no",   "never", "neither", "nor", "cannot", "without",
                                        "nicht", "kein", "keine", "nie",     "pas", "jamais", "nunca",
                                        "não",   "non",  "niet",  "geen",    "не",  "нет",    NULL};
    for (size_t i = 0; i < s->words.n; i++) {
        struct slice word = s->words.at[i].fold;
        if (word_listed(word, words) || slice_ends(word, SLICE("n't")))
            return true;
    }
    static const char *const characters[] = {"不", "没", "沒", "ない", "ません"};
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++)
        if (slice_find(s->text, slice_of(characters[i])) < s->text.n)
            return true;
    return false;
}

static bool has_stem(struct words words, struct slice stem)
{
    for (size_t i = 0; i < words.n; i++)
        if (slice_eq(words.at[i].stem, stem))
            return true;
    return false;
}

/* Share of the question's telling words that the sentence or its page's title has. */
static double question_in(const struct fill *f, const struct sentence *s)
{
    const struct view_passage *in = &f->session->view->passages[s->passage_rank];
    double got = 0, all = 0;
    for (size_t t = 0; t < f->ask.term_count; t++) {
        const struct need_term *term = &f->ask.terms[t];
        all += term->idf;
        got += has_stem(s->words, term->stem) || has_stem(in->title, term->stem) ? term->idf : 0;
    }
    return all > 0 ? got / all : 0;
}

/* The sentence that states what is asked, or its contrary; NULL when none does. */
static const struct sentence *statement(const struct fill *f, const struct place *p, const struct picks *picks)
{
    for (size_t i = 0; i < picks->n; i++) {
        const struct sentence *s = picks->at[i].sentence;
        bool by_name = p->field.group_count > 0 && picks->at[i].covered >= STATED_FROM;
        bool by_question = (f->lone || p->field.group_count == 0) && question_in(f, s) >= STATED_FROM;
        if (by_name || by_question)
            return s;
    }
    return NULL;
}

bool fill_boolean(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    const struct sentence *s = statement(f, p, picks);
    if (!s)
        return false;
    out->value = (struct value){.kind = VALUE_BOOL, .boolean = !denies(s)};
    out->supported = true;
    out->probability = picks->probability * FILL_JUDGED;
    out->note = out->value.boolean ? SLICE("A sentence that states this, without a denial, counts as true.")
                                   : SLICE("A sentence about this has a denial, which counts as false.");
    found_support(f, out, s);
    return true;
}

/* The words of each member of an enum, split once for all sentences of one language. */
static const struct words *member_words(struct fill *f, const struct shape *shape, const struct lang *lang)
{
    struct enum_words *kept = &f->enum_words;
    if (kept->of == shape->one_of_values && kept->lang == lang)
        return kept->words;
    enum { STEPS_A_TEXT = 4 };
    if (!fill_spend(f, STEPS_A_TEXT * shape->value_count))
        return NULL;
    struct words *words = arena_array(f->arena, struct words, shape->value_count);
    for (size_t i = 0; i < shape->value_count; i++) {
        const struct value *v = &shape->one_of_values[i];
        if (v->kind == VALUE_STRING && !word_listed(v->string, unknowns))
            words[i] = words_split(f->arena, name_as_words(f->arena, v->string), lang);
    }
    *kept = (struct enum_words){shape->one_of_values, lang, words};
    return words;
}

static bool mentions(const struct sentence *s, const struct numbers *numbers, const struct value *member,
                     const struct words *words)
{
    if (member->kind == VALUE_INT || member->kind == VALUE_REAL) {
        double wanted = member->kind == VALUE_INT ? (double)member->integer : member->real;
        for (size_t i = 0; i < numbers->n; i++)
            if (numbers->at[i].value == wanted)
                return true;
        return false;
    }
    for (size_t i = 0; i < words->n; i++)
        if (!has_stem(s->words, words->at[i].stem))
            return false;
    return words->n > 0;
}

/* "planet" within "dwarf planet" is not another member. */
static bool within(const struct value *part, const struct value *whole)
{
    return part->kind == VALUE_STRING && whole->kind == VALUE_STRING && part->string.n < whole->string.n &&
           slice_find(whole->string, part->string) < whole->string.n;
}

size_t enum_mentions(struct fill *f, const struct shape *shape, const struct sentence *s, const struct value **out)
{
    size_t n = 0, kept = 0;
    const struct lang *lang = lang_find(s->passage->passage->lang);
    const struct words *words = member_words(f, shape, lang);
    if (!words || !fill_spend(f, shape->value_count / 100 * STEPS_A_HUNDRED_MEMBERS))
        return 0;
    struct numbers numbers = numbers_read(f->arena, s->text, lang);
    const struct value *all[ENUM_MENTIONS_MAX];
    for (size_t i = 0; i < shape->value_count && n < ENUM_MENTIONS_MAX; i++)
        if (mentions(s, &numbers, &shape->one_of_values[i], &words[i]))
            all[n++] = &shape->one_of_values[i];
    for (size_t i = 0; i < n; i++) {
        bool part = false;
        for (size_t o = 0; o < n && !part; o++)
            part = within(all[i], all[o]);
        if (!part)
            out[kept++] = all[i];
    }
    return kept;
}

static const struct value *member_of(const struct shape *shape, const char *const *words)
{
    for (size_t i = 0; i < shape->value_count; i++)
        if (shape->one_of_values[i].kind == VALUE_STRING && word_listed(shape->one_of_values[i].string, words))
            return &shape->one_of_values[i];
    return NULL;
}

/* Enums of yes and no are booleans in words. */
static bool fill_yes_no(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    static const char *const yeses[] = {"yes", "true", NULL}, *const noes[] = {"no", "false", NULL};
    const struct value *yes = member_of(p->shape, yeses), *no = member_of(p->shape, noes);
    if (!yes || !no || !fill_boolean(f, p, picks, out))
        return false;
    out->value = out->value.boolean ? *yes : *no;
    return true;
}

/* Of several members in one sentence, the one nearest to the field's words. */
static const struct value *nearest(struct fill *f, const struct place *p, const struct sentence *s,
                                   const struct value **members, size_t count)
{
    const struct value *best = members[0];
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (members[i]->kind != VALUE_STRING)
            continue;
        struct words words = words_split(f->arena, name_as_words(f->arena, members[i]->string), f->session->lang);
        for (size_t w = 0; w < s->words.n && words.n; w++)
            if (slice_eq(s->words.at[w].stem, words.at[0].stem)) {
                size_t apart = field_distance(&p->field, s, s->words.at[w].start, s->words.at[w].n);
                if (apart < least) {
                    least = apart;
                    best = members[i];
                }
            }
    }
    return best;
}

/* What the question names already says less: "Is Pluto a planet?" is answered by "dwarf planet". */
static size_t without_asked(struct fill *f, const struct value **members, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool asked = members[i]->kind == VALUE_STRING;
        struct words words = asked
                                 ? words_split(f->arena, name_as_words(f->arena, members[i]->string), f->session->lang)
                                 : (struct words){NULL, 0};
        for (size_t w = 0; w < words.n && asked; w++)
            asked = has_stem(f->ask.words, words.at[w].stem);
        if (!asked)
            members[kept++] = members[i];
    }
    return kept;
}

static bool take_member(struct fill *f, const struct place *p, const struct picks *picks, bool asked_too,
                        struct found *out)
{
    const struct value *members[ENUM_MENTIONS_MAX];
    for (size_t i = 0; i < picks->n; i++) {
        const struct sentence *s = picks->at[i].sentence;
        size_t n = denies(s) ? 0 : enum_mentions(f, p->shape, s, members);
        n = asked_too ? n : without_asked(f, members, n);
        if (n == 0)
            continue;
        const struct value *member = n == 1 ? members[0] : nearest(f, p, s, members, n);
        if (!place_accepts(f, p, member))
            continue;
        out->value = *member;
        out->supported = true;
        out->probability = picks->probability * (n == 1 && picks->at[i].covered > 0 ? FILL_TYPED : FILL_JUDGED);
        found_support(f, out, s);
        return true;
    }
    return false;
}

bool fill_enum(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    return fill_yes_no(f, p, picks, out) || take_member(f, p, picks, false, out) || take_member(f, p, picks, true, out);
}
