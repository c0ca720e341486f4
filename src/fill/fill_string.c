/* fill_string.c - reads text for a place.
 *
 * A field may ask for a date, a number with its unit, a name or a short phrase; others get whole sentences. The text is
 * always copied from a sentence, with single spaces for white space. */
#include "base/utf8.h"
#include "session/compose.h"
#include "fill/fill_inner.h"
#include "facts/read_name.h"

enum { BESIDE = 4 }; /* words between a name and the word of a field that no list knows */
enum { SPANS_LOOKED_AT = 6, CLOSE_BY = 5 };

/* What a name gains or loses by its place in the sentence. Set by hand. */
static const double WORD_AWAY = -0.1, PERSON_WORDS = 0.4, AFTER_BY = 0.5, AFTER_IN = 0.4, AFTER_COPULA = 0.4,
                    OPENS = -0.5;
/* What a phrase gains that a copula ties to the field's word. */
static const double PHRASE = 0.3;

static bool in_words(const struct words *words, struct slice stem)
{
    for (size_t i = 0; i < words->n; i++)
        if (slice_eq(words->at[i].stem, stem))
            return true;
    return false;
}

/* Whether the question or the field has the name already; then it is not the answer. */
static bool is_asked(const struct fill *f, const struct field *field, struct words words, const struct name *name)
{
    for (size_t i = name->first; i < name->first + name->count; i++) {
        const struct word *w = &words.at[i];
        if (!(w->flags & WORD_STOP) && !in_words(&f->ask.words, w->stem) && !field_has(field, w->stem))
            return false;
    }
    return true;
}

static bool is_organisation(struct words words, const struct name *name)
{
    return lang_has(lang_any(), LANG_ORGANISATIONS, words.at[name->first + name->count - 1].fold);
}

/* Whether word i of the sentence is in a list of the sentence's language. */
static bool word_in(const struct sentence *s, struct words words, size_t word, enum lang_list list)
{
    const struct lang *lang = lang_find(s->passage->passage->lang);
    return word < words.n && lang_has(lang_with(lang, list), list, words.at[word].fold);
}

/* Whether the page's title has it, so that its capital is a name's, not the sentence's. */
static bool string_titled(const struct sentence *s, const struct name *name)
{
    struct slice title = s->passage->source->title;
    return slice_find(title, name->text) < title.n;
}

/* "American novelist", "English author": a capitalised word right before a small one that tells something says of what
 * kind the next thing is. Of "the English language" it is what a field of that name asks for. */
static bool name_is_adjective(const struct field *field, const struct sentence *s, struct words words,
                              const struct name *name)
{
    size_t next = name->first + name->count;
    if (name->count != 1 || next >= words.n || lang_find(s->passage->passage->lang)->nouns_capital)
        return false;
    const struct word *own = &words.at[name->first], *w = &words.at[next];
    bool beside = w->start == own->start + own->n + 1 && s->text.p[own->start + own->n] == ' ';
    bool asked = field->kind != KIND_PERSON && field_has(field, w->stem);
    return beside && !asked && !(w->flags & (WORD_STOP | WORD_CAPITAL | WORD_NUMBER));
}

static double name_score(const struct field *field, const struct sentence *s, struct words words,
                         const struct name *name)
{
    size_t apart = field_distance(field, words, (size_t)(name->text.p - s->text.p), name->text.n);
    size_t before = name->first > 0 ? name->first - 1 : words.n;
    double score = WORD_AWAY * (double)apart + (name->opens && !string_titled(s, name) ? OPENS : 0);
    size_t next = name->first + name->count;
    if (apart <= CLOSE_BY && word_in(s, words, next, LANG_COPULAS))
        score += AFTER_COPULA;
    if (word_in(s, words, before, LANG_COPULAS))
        score += AFTER_COPULA;
    if (field->kind == KIND_PERSON) {
        score += name->count >= 2 && name->count <= 4 ? PERSON_WORDS : 0;
        score += word_in(s, words, before, LANG_AGENTS) ? AFTER_BY : 0;
        score += is_organisation(words, name) ? -1 : 0;
    }
    if (field->kind == KIND_PLACE)
        score += word_in(s, words, before, LANG_BEFORE_PLACE) ? AFTER_IN : 0;
    return score;
}

static size_t field_word_at(const struct field *field, struct words words)
{
    for (size_t i = 0; i < words.n; i++)
        if (field_has(field, words.at[i].stem))
            return i;
    return words.n;
}

/* For a field "name" beside other fields: the name that the question has, as the page writes it. */
static bool wants_subject(const struct fill *f, const struct field *field)
{
    return field->kind == KIND_NAME && field->group_count == 0 && !f->lone && f->ask.type != NEED_PERSON &&
           f->ask.type != NEED_PLACE;
}

static const struct name *best_name(struct fill *f, const struct field *field, const struct sentence *s, double *score)
{
    const struct words words = fill_words(f, s);
    struct names names = names_read(f->arena, s->text, words);
    const struct name *best = NULL;
    bool subject = wants_subject(f, field);
    for (size_t i = 0; i < names.n; i++) {
        if (is_asked(f, field, words, &names.at[i]) != subject ||
            (!subject && name_is_adjective(field, s, words, &names.at[i])))
            continue;
        /* As a rule, the subject comes first. More of its words are better. */
        double points =
            subject ? (double)names.at[i].count - 0.1 * (double)i : name_score(field, s, words, &names.at[i]);
        if (!best || points > *score) {
            *score = points;
            best = &names.at[i];
        }
    }
    return best;
}

static bool asked_text(struct fill *f, const struct field *field, struct slice text)
{
    struct words words = words_split(f->arena, text, f->session->lang);
    for (size_t i = 0; i < words.n; i++)
        if (!in_words(&f->ask.words, words.at[i].stem) && !field_has(field, words.at[i].stem))
            return false;
    return true;
}

struct slice string_span(struct fill *f, const struct field *field, const struct sentence *s, double *directness,
                         double *score)
{
    const struct words words = fill_words(f, s);
    size_t at = field_word_at(field, words);
    bool may_be_phrase = at < words.n && field->kind != KIND_PERSON && field->kind != KIND_PLACE;
    const struct name *name = best_name(f, field, s, score);
    const struct lang *lang = lang_find(s->passage->passage->lang);
    *directness = at < words.n && field->group_count ? FILL_NAMED : FILL_NEARBY;
    struct slice phrase = {"", 0};
    if (may_be_phrase) {
        phrase = phrase_before_copula(s->text, words, at, lang);
        if (!phrase.n || asked_text(f, field, phrase))
            phrase = phrase_after_copula(s->text, words, at + 1, lang);
    }
    if (phrase.n && !asked_text(f, field, phrase) && (!name || *score < PHRASE)) {
        *score = PHRASE;
        return phrase;
    }
    return name ? name->text : SLICE("");
}

/* Fills the place with text of one sentence, if it fits the schema. */
static bool string_take(struct fill *f, const struct place *p, const struct picks *picks, const struct sentence *s,
                        struct slice text, double directness, struct found *out)
{
    struct value value = value_text(compose_flat(f->arena, text));
    if (value.string.n == 0 || !place_accepts(f, p, &value))
        return false;
    out->value = value;
    out->supported = true;
    out->probability = picks->probability * directness;
    found_support(f, out, s);
    return true;
}

static bool fill_span(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    const struct pick *best = NULL;
    struct slice text = {"", 0};
    double most = 0, sure = 0;
    for (size_t i = 0; i < picks->n && i < SPANS_LOOKED_AT; i++) {
        double directness, score = 0;
        struct slice span = string_span(f, &p->field, picks->at[i].sentence, &directness, &score);
        struct value value = value_text(span);
        if (!span.n || !place_accepts(f, p, &value) || (best && picks->at[i].score + score <= most))
            continue;
        most = picks->at[i].score + score;
        best = &picks->at[i];
        text = span;
        sure = directness;
    }
    return best && string_take(f, p, picks, best->sentence, text, sure, out);
}

/* A number as text keeps its unit, byte for byte as the page has it. */
static bool fill_figure(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    struct shape number = {.types = SHAPE_NUMBER, .max_length = SIZE_MAX};
    struct place as_number = *p;
    struct found found = {0};
    as_number.schema = as_number.shape = &number;
    if (!fill_number(f, &as_number, picks, false, &found))
        return false;
    return string_take(f, p, picks, found.support[0], found.read, found.probability / picks->probability, out);
}

/* A noun that no list knows ("county", "label") may still ask for a name: one that has the field's word inside or right
 * beside it, in a sentence with all of the field's words. */
static bool fill_name_beside(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    for (size_t i = 0; i < picks->n && i < SPANS_LOOKED_AT; i++) {
        const struct sentence *s = picks->at[i].sentence;
        double score = 0;
        if (picks->at[i].covered < 1 || p->field.group_count == 0)
            continue;
        const struct name *name = best_name(f, &p->field, s, &score);
        struct value value = value_text(name ? name->text : SLICE(""));
        if (!name || !place_accepts(f, p, &value) || asked_text(f, &p->field, name->text))
            continue;
        size_t apart = field_distance(&p->field, fill_words(f, s), (size_t)(name->text.p - s->text.p), name->text.n);
        if (apart <= BESIDE)
            return string_take(f, p, picks, s, name->text, FILL_NAMED, out);
    }
    return false;
}

static bool fill_sentence(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    for (size_t i = 0; i < picks->n && i < 4; i++)
        if (string_take(f, p, picks, picks->at[i].sentence, picks->at[i].sentence->text, FILL_SENTENCE, out))
            return true;
    return false;
}

static enum field_kind kind_of(const struct fill *f, const struct place *p)
{
    if (p->field.kind != KIND_ANY || !f->lone)
        return p->field.kind;
    switch (f->ask.type) {
    case NEED_PERSON:
        return KIND_PERSON;
    case NEED_PLACE:
        return KIND_PLACE;
    case NEED_DATE:
        return KIND_DATE;
    case NEED_NUMBER:
        return KIND_NUMBER;
    default:
        return KIND_ANY;
    }
}

bool fill_string(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    enum { SHORT_CODE_POINTS = 60 };
    struct place as = *p;
    as.field.kind = kind_of(f, p);
    enum shape_format format = p->shape->format;
    if (format == FORMAT_DATE || format == FORMAT_DATE_TIME)
        return fill_date(f, &as, picks, out);
    if (format != FORMAT_NONE)
        return false;
    bool found = false;
    switch (as.field.kind) {
    case KIND_DATE:
    case KIND_YEAR:
        found = fill_date(f, &as, picks, out);
        break;
    case KIND_NUMBER:
    case KIND_ORDINAL:
        found = fill_figure(f, &as, picks, out);
        break;
    case KIND_PERSON:
    case KIND_PLACE:
    case KIND_NAME:
        found = fill_span(f, &as, picks, out);
        break;
    default:
        break;
    }
    if (!found && p->shape->max_length < SHORT_CODE_POINTS)
        found = fill_span(f, &as, picks, out);
    if (!found && as.field.kind == KIND_ANY && !f->lone)
        found = fill_name_beside(f, &as, picks, out);
    /* A field for a date or a name takes no whole sentence instead. */
    bool whole = as.field.kind == KIND_ANY || as.field.kind == KIND_SENTENCE || as.field.kind == KIND_FACTS;
    return found || (whole && fill_sentence(f, &as, picks, out));
}

bool fill_answer(struct fill *f, const struct place *p, struct found *out)
{
    const struct sentence **taken = arena_array(f->arena, const struct sentence *, f->ask_ranking.n);
    size_t count = part_pick(f->session, &f->ask_ranking, taken);
    struct slice text = {"", 0};
    /* A field is one value, so its answer is one sentence: the likeliest. */
    for (size_t i = 0; i < f->ask_ranking.n && count > 1; i++)
        for (size_t k = 0; k < count && count > 1; k++)
            if (f->ask_ranking.at[i].sentence == taken[k]) {
                taken[0] = taken[k];
                count = 1;
            }
    for (size_t i = 0; i < count; i++) {
        struct slice next = compose_flat(f->arena, taken[i]->text);
        struct slice longer = text.n ? arena_printf(f->arena, "%.*s %.*s", SLICE_ARGS(text), SLICE_ARGS(next)) : next;
        if (utf8_count(longer) > p->shape->max_length)
            continue;
        text = longer;
        found_support(f, out, taken[i]);
    }
    struct value value = value_text(text);
    if (text.n == 0 || !place_accepts(f, p, &value))
        return false;
    out->value = value;
    out->supported = true;
    out->probability = f->ask_ranking.probability * FILL_SENTENCE;
    return true;
}
