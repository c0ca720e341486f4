/* fill_choice.c - reads true or false, and members of enums: what a sentence mentions and does not deny. */
#include "facts/stated.h"
#include "fill/fill_inner.h"
#include "text/kin.h"
#include "text/listed.h"

/* Of a thing whose own page is at hand, flags and members of enums were right 45 times of 45, most of them true. */
static const double OF_THE_THING = 0.9;
/* A boolean is read off a sentence only when the sentence has this share of the words. */
static const double STATED_FROM = 0.75;

static double choice_sure(const struct fill *f, double probability)
{
    return f->by_title && probability < OF_THE_THING ? OF_THE_THING : probability;
}

static bool sentence_denies(const struct fill *f, const struct sentence *s)
{
    return stated_denies(s->text, fill_words(f, s), lang_find(s->passage->passage->lang));
}

static bool has_stem(struct words words, struct slice stem)
{
    for (size_t i = 0; i < words.n; i++)
        if (slice_eq(words.at[i].stem, stem))
            return true;
    return false;
}

/* The share of the question's telling words that are in the sentence or its page's title. */
static double question_in(const struct fill *f, const struct sentence *s)
{
    const struct view *view = f->session->view;
    const struct words said = fill_words(f, s);
    const struct words title = view_line(f->arena, view, view_title_line(view, s->passage_rank)).words;
    double got = 0, all = 0;
    for (size_t t = 0; t < f->ask.term_count; t++) {
        const struct need_term *term = &f->ask.terms[t];
        all += term->idf;
        got += has_stem(said, term->stem) || has_stem(title, term->stem) ? term->idf : 0;
    }
    return all > 0 ? got / all : 0;
}

static bool choice_says(struct words words, struct slice stem)
{
    for (size_t i = 0; i < words.n; i++)
        if (stems_share_start(words.at[i].stem, stem))
            return true;
    return false;
}

/* The share of the words of the field's name, or of its description where that has a few, that the sentence and the
 * title of its page have. */
static double choice_field_in(const struct fill *f, const struct place *p, const struct sentence *s)
{
    enum { HINTS_FROM = 3 };
    const struct view *view = f->session->view;
    const struct words said = fill_words(f, s);
    const struct words title = view_line(f->arena, view, view_title_line(view, s->passage_rank)).words;
    double names = 0, hints = 0;
    bool own = false;
    for (size_t g = 0; g < p->field.group_count; g++) {
        bool in_text = false, in_title = false;
        for (size_t i = 0; i < p->field.word_count; i++)
            if (p->field.words[i].group == g) {
                in_text = in_text || choice_says(said, p->field.words[i].stem);
                in_title = in_title || choice_says(title, p->field.words[i].stem);
            }
        names += in_text || in_title;
        own = own || in_text;
    }
    for (size_t i = 0; i < p->field.hint_count; i++)
        hints += choice_says(said, p->field.hints[i].stem);
    names = own && p->field.group_count ? names / (double)p->field.group_count : 0;
    hints = p->field.hint_count >= HINTS_FROM ? hints / (double)p->field.hint_count : 0;
    return names > hints ? names : hints;
}

/* The best sentence with nearly all words of what is asked, which it states or denies; NULL: none. */
static const struct sentence *choice_statement(const struct fill *f, const struct place *p, const struct picks *picks)
{
    for (size_t i = 0; i < picks->n; i++) {
        const struct sentence *s = picks->at[i].sentence;
        bool by_name = p->field.group_count > 0 && picks->at[i].covered >= STATED_FROM;
        bool by_question = (f->lone || p->field.group_count == 0) && question_in(f, s) >= STATED_FROM;
        if (by_name || by_question)
            return s;
    }
    for (size_t i = 0; i < picks->n && f->by_title; i++)
        if (picks->at[i].subject >= 1 && choice_field_in(f, p, picks->at[i].sentence) >= STATED_FROM)
            return picks->at[i].sentence;
    return NULL;
}

/* Whether the sentence denies a word of the field. "A landlocked country that borders no sea" denies another one; but
 * where it has no word of the field at all, any denial counts. */
static bool choice_denied(struct fill *f, const struct place *p, const struct sentence *s)
{
    if (!sentence_denies(f, s))
        return false;
    const struct words said = fill_words(f, s);
    const struct stated *stated = stated_read(f->arena, s->text, said, lang_find(s->passage->passage->lang));
    size_t words = 0;
    for (size_t w = 0; w < said.n; w++) {
        bool asked = false;
        for (size_t i = 0; i < p->field.word_count && p->field.group_count && !asked; i++)
            asked = stems_share_start(said.at[w].stem, p->field.words[i].stem);
        for (size_t i = 0; i < p->field.hint_count && !asked; i++)
            asked = stems_share_start(said.at[w].stem, p->field.hints[i].stem);
        words += asked;
        if (asked && stated->negated[w])
            return true;
    }
    return words == 0;
}

bool fill_boolean(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    const struct sentence *s = choice_statement(f, p, picks);
    if (!s)
        return false;
    out->value = (struct value){.kind = VALUE_BOOL, .boolean = !choice_denied(f, p, s)};
    out->supported = true;
    out->probability = choice_sure(f, picks->probability * FILL_JUDGED);
    out->note = out->value.boolean ? SLICE("A sentence that states this, without a denial, counts as true.")
                                   : SLICE("A sentence about this has a denial, which counts as false.");
    found_support(f, out, s);
    return true;
}

/* The words of each member of an enum, split once for all sentences in one language. */
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
        if (v->kind == VALUE_STRING && !listed(lang_any(), LANG_UNKNOWN, v->string))
            words[i] = words_split(f->arena, name_as_words(f->arena, v->string), lang);
    }
    *kept = (struct enum_words){shape->one_of_values, lang, words};
    return words;
}

/* The stem, or that of a Latin plural: "bacteria" for "bacterium". */
static bool choice_has(struct words said, struct slice stem)
{
    enum { LETTERS_MIN = 6 };
    const struct lang_entries plurals = lang_entries(lang_find(SLICE("en")), LANG_LATIN_PLURALS);
    if (has_stem(said, stem))
        return true;
    for (size_t i = 0; i < plurals.n && stem.n >= LETTERS_MIN; i++)
        for (size_t w = 0; w < said.n && slice_ends(stem, plurals.at[i].word); w++) {
            struct slice root = slice_sub(stem, 0, stem.n - plurals.at[i].word.n);
            struct slice word = said.at[w].fold;
            if (slice_starts(word, root) && slice_eq(slice_sub(word, root.n, word.n - root.n), plurals.at[i].value))
                return true;
        }
    return false;
}

static bool choice_mentions(struct words said, const struct numbers *numbers, const struct value *member,
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
        if (!choice_has(said, words->at[i].stem))
            return false;
    return words->n > 0;
}

/* Whether one member is inside another that is mentioned: "planet" in "dwarf planet" does not count. */
static bool choice_within(const struct value *inner, const struct value *whole)
{
    return inner->kind == VALUE_STRING && whole->kind == VALUE_STRING && inner->string.n < whole->string.n &&
           slice_find(whole->string, inner->string) < whole->string.n;
}

/* In the enum's order; out has room for ENUM_MENTIONS_MAX. */
static size_t enum_mentions(struct fill *f, const struct shape *shape, const struct sentence *s,
                            const struct value **out)
{
    size_t n = 0, kept = 0;
    const struct lang *lang = lang_find(s->passage->passage->lang);
    const struct words *words = member_words(f, shape, lang);
    if (!words || !fill_spend(f, shape->value_count / 100 * STEPS_A_HUNDRED_MEMBERS))
        return 0;
    struct numbers numbers = numbers_read(f->arena, s->text, lang);
    const struct words said = fill_words(f, s);
    const struct value *all[ENUM_MENTIONS_MAX];
    for (size_t i = 0; i < shape->value_count && n < ENUM_MENTIONS_MAX; i++)
        if (choice_mentions(said, &numbers, &shape->one_of_values[i], &words[i]))
            all[n++] = &shape->one_of_values[i];
    for (size_t i = 0; i < n; i++) {
        bool inner = false;
        for (size_t o = 0; o < n && !inner; o++)
            inner = choice_within(all[i], all[o]);
        if (!inner)
            out[kept++] = all[i];
    }
    return kept;
}

/* Whether the sentence has all words of the member, and denies one of them. */
static bool is_negated(struct words said, const struct stated *stated, struct words member)
{
    for (size_t i = 0; i < member.n; i++)
        for (size_t w = 0; w < said.n; w++)
            if (stated->negated[w] && slice_eq(said.at[w].stem, member.at[i].stem))
                return true;
    return false;
}

size_t enum_states(struct fill *f, const struct shape *shape, const struct sentence *s, const struct value **out)
{
    const struct lang *lang = lang_find(s->passage->passage->lang);
    const struct words said = fill_words(f, s);
    size_t n = enum_mentions(f, shape, s, out), kept = 0;
    if (n == 0 || !sentence_denies(f, s))
        return n;
    const struct stated *stated = stated_read(f->arena, s->text, said, lang);
    for (size_t i = 0; i < n; i++) {
        struct slice text = out[i]->kind == VALUE_STRING ? out[i]->string : SLICE("");
        if (!is_negated(said, stated, words_split(f->arena, name_as_words(f->arena, text), lang)))
            out[kept++] = out[i];
    }
    return kept;
}

static const struct value *member_of(const struct shape *shape, enum lang_list words)
{
    for (size_t i = 0; i < shape->value_count; i++)
        if (shape->one_of_values[i].kind == VALUE_STRING && listed(lang_any(), words, shape->one_of_values[i].string))
            return &shape->one_of_values[i];
    return NULL;
}

/* An enum of yes and no is a boolean in words. */
static bool fill_yes_no(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    const struct value *yes = member_of(p->shape, LANG_YES), *no = member_of(p->shape, LANG_NO);
    if (!yes || !no || !fill_boolean(f, p, picks, out))
        return false;
    out->value = out->value.boolean ? *yes : *no;
    return true;
}

/* Of several members in one sentence, takes the one nearest to the field's words. */
static const struct value *choice_nearest(struct fill *f, const struct place *p, const struct sentence *s,
                                          const struct value **members, size_t count)
{
    const struct value *best = members[0];
    const struct words said = fill_words(f, s);
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (members[i]->kind != VALUE_STRING)
            continue;
        struct words words = words_split(f->arena, name_as_words(f->arena, members[i]->string), f->session->lang);
        for (size_t w = 0; w < said.n && words.n; w++)
            if (slice_eq(said.at[w].stem, words.at[0].stem)) {
                size_t apart = field_distance(&p->field, said, said.at[w].start, said.at[w].n);
                if (apart < least) {
                    least = apart;
                    best = members[i];
                }
            }
    }
    return best;
}

/* A member that the question names already says less: the answer to "Is Pluto a planet?" is "dwarf planet". */
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
        size_t n = sentence_denies(f, s) ? 0 : enum_mentions(f, p->shape, s, members);
        n = asked_too ? n : without_asked(f, members, n);
        if (n == 0)
            continue;
        const struct value *member = n == 1 ? members[0] : choice_nearest(f, p, s, members, n);
        if (!place_accepts(f, p, member))
            continue;
        out->value = *member;
        out->supported = true;
        out->probability =
            choice_sure(f, picks->probability * (n == 1 && picks->at[i].covered > 0 ? FILL_TYPED : FILL_JUDGED));
        found_support(f, out, s);
        return true;
    }
    return false;
}

bool fill_enum(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    return fill_yes_no(f, p, picks, out) || take_member(f, p, picks, false, out) || take_member(f, p, picks, true, out);
}
