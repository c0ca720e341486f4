/* Text for a place: a date, a number with its unit, a name or a short phrase where the field asks for one, whole
 * sentences otherwise. Always bytes of a sentence, with its white space made single spaces. */
#include "base/utf8.h"
#include "research/compose.h"
#include "research/fill.h"
#include "text/read_name.h"

enum { SPANS_LOOKED_AT = 6, CLOSE_BY = 5 };

/* Points of a name within its sentence. */
static const double WORD_AWAY = -0.1, PERSON_WORDS = 0.4, AFTER_BY = 0.5, AFTER_IN = 0.4, AFTER_COPULA = 0.4,
                    OPENS = -0.5;
/* Of a phrase that a copula ties to the field's word. */
static const double PHRASE = 0.3;

static struct slice word_before(const struct sentence *s, size_t first)
{
    return first > 0 ? s->words.at[first - 1].fold : SLICE("");
}

static bool in_words(const struct words *words, struct slice stem)
{
    for (size_t i = 0; i < words->n; i++)
        if (slice_eq(words->at[i].stem, stem))
            return true;
    return false;
}

/* A name that the question or the field has already is not its answer. */
static bool is_asked(const struct fill *f, const struct field *field, const struct sentence *s, const struct name *name)
{
    for (size_t i = name->first; i < name->first + name->count; i++) {
        const struct word *w = &s->words.at[i];
        if (!(w->flags & WORD_STOP) && !in_words(&f->ask.words, w->stem) && !field_has(field, w->stem))
            return false;
    }
    return true;
}

static bool is_organisation(struct slice name)
{
    static const char *const ends[] = {"Inc",    "Ltd",     "University", "Company", "Corporation", "Institute",
                                       "Museum", "Group",   "Prize",      "War",     "Union",       "Empire",
                                       "States", "Kingdom", "Party",      "College", "Award"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (slice_ends(name, slice_of(ends[i])))
            return true;
    return false;
}

/* The page is about it, and so its capital is a name's. */
static bool titled(const struct sentence *s, const struct name *name)
{
    struct slice title = s->passage->source->title;
    return slice_find(title, name->text) < title.n;
}

static double name_score(const struct field *field, const struct sentence *s, const struct name *name)
{
    static const char *const ins[] = {"in", "at", "near", "from", "to", "à", "en", "bei", "nel", "em", "te", NULL};
    static const char *const agents[] = {"by", "von", "par", "por", "da", "door", NULL};
    static const char *const copulas[] = {"is",  "was", "are", "were", "named", "called",
                                          "ist", "war", "est", "es",   "è",     NULL};
    size_t apart = field_distance(field, s, (size_t)(name->text.p - s->text.p), name->text.n);
    struct slice before = word_before(s, name->first);
    double score = WORD_AWAY * (double)apart + (name->opens && !titled(s, name) ? OPENS : 0);
    size_t next = name->first + name->count;
    if (next < s->words.n && apart <= CLOSE_BY && word_listed(s->words.at[next].fold, copulas))
        score += AFTER_COPULA;
    if (word_listed(before, copulas))
        score += AFTER_COPULA;
    if (field->kind == KIND_PERSON) {
        score += name->count >= 2 && name->count <= 4 ? PERSON_WORDS : 0;
        score += word_listed(before, agents) ? AFTER_BY : 0;
        score += is_organisation(name->text) ? -1 : 0;
    }
    if (field->kind == KIND_PLACE)
        score += word_listed(before, ins) ? AFTER_IN : 0;
    return score;
}

static size_t field_word_at(const struct field *field, const struct sentence *s)
{
    for (size_t i = 0; i < s->words.n; i++)
        if (field_has(field, s->words.at[i].stem))
            return i;
    return s->words.n;
}

/* "name" of what the question is about, beside other fields: the question's own name as the page writes it. */
static bool wants_subject(const struct fill *f, const struct field *field)
{
    return field->kind == KIND_NAME && field->group_count == 0 && !f->lone && f->ask.type != NEED_PERSON &&
           f->ask.type != NEED_PLACE;
}

static const struct name *best_name(struct fill *f, const struct field *field, const struct sentence *s, double *score)
{
    struct names names = names_read(f->arena, s->text, s->words);
    const struct name *best = NULL;
    bool subject = wants_subject(f, field);
    for (size_t i = 0; i < names.n; i++) {
        if (is_asked(f, field, s, &names.at[i]) != subject)
            continue;
        /* The subject comes first, as a rule, and with as many of its words as possible. */
        double points = subject ? (double)names.at[i].count - 0.1 * (double)i : name_score(field, s, &names.at[i]);
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
    size_t at = field_word_at(field, s);
    bool may_be_phrase = at < s->words.n && field->kind != KIND_PERSON && field->kind != KIND_PLACE;
    const struct name *name = best_name(f, field, s, score);
    *directness = at < s->words.n && field->group_count ? FILL_NAMED : FILL_NEARBY;
    struct slice phrase = {"", 0};
    if (may_be_phrase) {
        phrase = phrase_before_copula(s->text, s->words, at);
        if (!phrase.n || asked_text(f, field, phrase))
            phrase = phrase_after_copula(s->text, s->words, at + 1);
    }
    if (phrase.n && !asked_text(f, field, phrase) && (!name || *score < PHRASE)) {
        *score = PHRASE;
        return phrase;
    }
    return name ? name->text : SLICE("");
}

/* Fills with text of one sentence when it fits the place's limits. */
static bool take(struct fill *f, const struct place *p, const struct picks *picks, const struct sentence *s,
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
    return best && take(f, p, picks, best->sentence, text, sure, out);
}

/* A number as text keeps its unit: the bytes as the page has them. */
static bool fill_figure(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    struct shape number = {.types = SHAPE_NUMBER, .max_length = SIZE_MAX};
    struct place as_number = *p;
    struct found found = {0};
    as_number.schema = as_number.shape = &number;
    if (!fill_number(f, &as_number, picks, false, &found))
        return false;
    return take(f, p, picks, found.support[0], found.read, found.probability / picks->probability, out);
}

static bool fill_sentence(struct fill *f, const struct place *p, const struct picks *picks, struct found *out)
{
    for (size_t i = 0; i < picks->n && i < 4; i++)
        if (take(f, p, picks, picks->at[i].sentence, picks->at[i].sentence->text, FILL_SENTENCE, out))
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
    /* A date or a name that no sentence states is not a sentence about it. */
    bool whole = as.field.kind == KIND_ANY || as.field.kind == KIND_SENTENCE || as.field.kind == KIND_FACTS;
    return found || (whole && fill_sentence(f, &as, picks, out));
}

bool fill_answer(struct fill *f, const struct place *p, struct found *out)
{
    const struct sentence **taken = arena_array(f->arena, const struct sentence *, f->ask_ranking.n);
    size_t count = quote_pick(f->session, &f->ask_ranking, taken);
    struct slice text = {"", 0};
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
