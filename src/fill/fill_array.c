/* fill_array.c - arrays.
 *
 * Their elements come from an enumeration in a sentence or from a bulleted list. Without one, facts become sentences,
 * and other types get the one value that is found. */
#include "session/compose.h"
#include "fill/fill_bound.h"
#include "facts/read_list.h"
#include "text/letters.h"

enum { ELEMENTS_MAX = 10, LISTS_MAX = 8, FACTS_MAX = 5 };
/* Elements at most, where they are collected from several pages (tiers that research every field by itself). */
enum { COLLECTED_MAX = 100 };
/* A list that scores so much less than the best one is a list of something else. */
static const double COLLECT_MARGIN = 0.5;

/* Further facts need this share of the first one's score. */
static const double FACTS_FROM = 0.75;
/* A longer enumeration, and one introduced by the right words, wins over a slightly better sentence. */
static const double ELEMENT_WEIGHT = 0.04, LEAD_WEIGHT = 0.15;

struct element {
    struct slice text;
    const struct sentence *sentence;
};

/* The values for an array, each with what it was read off. */
struct row {
    struct value *at;
    struct found_child *children;
    size_t n;
};

struct elements {
    struct element *at;
    size_t n, room;
    double directness;
};

static void array_add(struct fill *f, struct elements *out, struct slice text, const struct sentence *s)
{
    text = compose_flat(f->arena, text);
    for (size_t i = 0; i < out->n; i++)
        if (letters_eq_nocase(out->at[i].text, text))
            return;
    if (text.n == 0)
        return;
    *arena_push(f->arena, &out->at, out->n, &out->room) = (struct element){text, s};
    out->n++;
}

/* The list items that follow a sentence in its passage, or that it is among. */
static void add_bullets(struct fill *f, const struct sentence *s, struct elements *out)
{
    const struct view *view = f->session->view;
    const struct view_passage *in = &view->passages[s->passage_rank];
    size_t i = view_line_of(view, s);
    struct slice item;
    if (!list_item(s->text, &item))
        i++;
    for (; i < in->first + in->count && list_item(view->sentences[i].text, &item); i++)
        array_add(f, out, item, &view->sentences[i]);
}

static bool is_asked(const struct fill *f, struct slice item)
{
    if (starts_small(item))
        return false; /* a carrot cake has carrots */
    struct words words = words_split(f->arena, item, f->session->lang);
    for (size_t i = 0; i < words.n; i++) {
        bool there = false;
        for (size_t w = 0; w < f->ask.words.n && !there; w++)
            there = slice_eq(f->ask.words.at[w].stem, words.at[i].stem);
        if (!there)
            return false;
    }
    return words.n > 0;
}

/* Persons and places are written with capitals, in scripts that have them. */
static bool may_be(const struct field *field, struct slice item)
{
    return !starts_small(item) || (field->kind != KIND_PERSON && field->kind != KIND_PLACE);
}

/* How many words of the field and the question introduce a list: "the giant planets Jupiter, Saturn and Uranus". */
static size_t led_in(const struct fill *f, const struct place *p, const struct sentence *s, struct slice first)
{
    enum { WORDS_BEFORE = 4 };
    const struct words words = fill_words(f, s);
    size_t at = 0, n = 0;
    while (at < words.n && words.at[at].start < (size_t)(first.p - s->text.p))
        at++;
    for (size_t i = at > WORDS_BEFORE ? at - WORDS_BEFORE : 0; i < at; i++) {
        bool known = field_has(&p->field, words.at[i].stem);
        for (size_t t = 0; t < f->ask.term_count && !known; t++)
            known = slice_eq(f->ask.terms[t].stem, words.at[i].stem);
        n += known;
    }
    return n;
}

static double list_score(size_t n, size_t lead)
{
    return ELEMENT_WEIGHT * (double)(n < ELEMENTS_MAX ? n : ELEMENTS_MAX) + LEAD_WEIGHT * (double)lead;
}

/* Whether what is asked about is among the elements; then it is a list of something else. */
static bool has_asked(const struct fill *f, const struct list *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (is_asked(f, list->items[i]))
            return true;
    return false;
}

static bool lists_asked(const struct fill *f, const struct sentence *s)
{
    struct lists lists = lists_read(f->arena, s->text, lang_find(s->passage->passage->lang));
    for (size_t l = 0; l < lists.n; l++)
        if (has_asked(f, &lists.at[l]))
            return true;
    return false;
}

/* Finds the sentence's best enumeration. */
static double best_list(struct fill *f, const struct place *p, const struct sentence *s, struct elements *out)
{
    struct lists lists = lists_read(f->arena, s->text, lang_find(s->passage->passage->lang));
    double most = -1;
    for (size_t l = 0; l < lists.n; l++) {
        struct elements here = {.directness = FILL_LISTED};
        const struct list *list = &lists.at[l];
        for (size_t item = 0; item < list->n && !has_asked(f, list); item++)
            if (may_be(&p->field, list->items[item]))
                array_add(f, &here, list->items[item], s);
        double score = list_score(here.n, led_in(f, p, s, list->items[0]));
        if (here.n >= 2 && score > most) {
            most = score;
            *out = here;
        }
    }
    return most;
}

struct read_list {
    struct elements elements;
    double score; /* negative: none */
    double covered;
};

static bool array_collects(const struct fill *f)
{
    return f->session->question->tier->each != 0;
}

/* Takes the best list. Where elements are collected, also the others that score about as much and have as many of the
 * field's words. */
static void read_lists(struct fill *f, const struct place *p, const struct picks *picks, struct elements *out)
{
    struct read_list lists[LISTS_MAX];
    size_t n = picks->n < LISTS_MAX ? picks->n : LISTS_MAX, best = 0;
    for (size_t i = 0; i < n; i++) {
        const struct sentence *s = picks->at[i].sentence;
        lists[i] = (struct read_list){{.directness = FILL_LISTED}, 0, picks->at[i].covered};
        add_bullets(f, s, &lists[i].elements);
        double score =
            lists[i].elements.n >= 2 ? list_score(lists[i].elements.n, 0) : best_list(f, p, s, &lists[i].elements);
        lists[i].score = score >= 0 ? picks->at[i].score + score : -1;
        if (lists[i].score > lists[best].score)
            best = i;
    }
    if (n == 0 || lists[best].score < 0)
        return;
    *out = lists[best].elements;
    for (size_t i = 0; array_collects(f) && i < n; i++)
        if (i != best && lists[i].score >= lists[best].score - COLLECT_MARGIN &&
            lists[i].covered >= lists[best].covered)
            for (size_t k = 0; k < lists[i].elements.n; k++)
                array_add(f, out, lists[i].elements.at[k].text, lists[i].elements.at[k].sentence);
}

/* Without an enumeration: takes one name from each sentence that has the field's words. */
static void read_names(struct fill *f, const struct place *p, const struct picks *picks, struct elements *out)
{
    for (size_t i = 0; i < picks->n && i < LISTS_MAX; i++) {
        double directness, score;
        struct slice span = string_span(f, &p->field, picks->at[i].sentence, &directness, &score);
        bool sure = directness >= FILL_NAMED || out->n == 0;
        if (!span.n || !sure || lists_asked(f, picks->at[i].sentence))
            continue;
        array_add(f, out, span, picks->at[i].sentence);
        out->directness = directness;
    }
}

static void read_facts(struct fill *f, const struct picks *picks, struct elements *out)
{
    out->directness = FILL_SENTENCE;
    for (size_t i = 0; i < picks->n && i < FACTS_MAX; i++)
        if (picks->at[i].score >= FACTS_FROM * picks->at[0].score && picks->at[i].covered >= picks->at[0].covered)
            array_add(f, out, picks->at[i].sentence->text, picks->at[i].sentence);
}

static bool wants_names(const struct place *p)
{
    return p->field.kind == KIND_PERSON || p->field.kind == KIND_PLACE || p->field.kind == KIND_NAME;
}

static void read_texts(struct fill *f, const struct place *p, const struct picks *picks, struct elements *out)
{
    if (p->field.kind != KIND_FACTS && p->field.kind != KIND_SENTENCE)
        read_lists(f, p, picks, out);
    if (out->n == 0 && wants_names(p))
        read_names(f, p, picks, out);
    if (out->n == 0 && !wants_names(p))
        read_facts(f, picks, out);
}

static struct row row_new(struct fill *f, size_t most)
{
    return (struct row){arena_array(f->arena, struct value, most + 1),
                        arena_array(f->arena, struct found_child, most + 1), 0};
}

static void row_add(struct row *row, const struct found *found)
{
    row->at[row->n] = found->value;
    row->children[row->n++].found = *found;
}

static void row_add_read(struct fill *f, struct row *row, struct value value, const struct sentence *s,
                         double probability)
{
    struct found found = {.value = value, .possible = true, .supported = true, .probability = probability};
    found_support(f, &found, s);
    row_add(row, &found);
}

/* Fills up to minItems with values that say nothing. */
static bool close_array(struct fill *f, const struct place *p, const struct place *item, const struct row *row,
                        struct found *out)
{
    enum { PAD_MAX = 100 };
    size_t n = row->n;
    size_t wanted = p->shape->min_items > n && p->shape->min_items <= PAD_MAX ? p->shape->min_items : n;
    struct value *at = row->at;
    if (wanted > n) {
        struct value *padded = arena_array(f->arena, struct value, wanted);
        struct found nothing;
        found_nothing(f, item->schema, &nothing);
        memcpy(padded, at, n * sizeof *at);
        for (size_t i = n; i < wanted; i++)
            padded[i] = nothing.value;
        at = padded;
    }
    out->value = (struct value){.kind = VALUE_ARRAY, .array = {at, wanted}};
    out->children = row->children;
    out->child_count = n;
    return place_accepts(f, p, &out->value);
}

static bool array_holds(const struct row *row, const struct value *v)
{
    for (size_t i = 0; i < row->n; i++)
        if (value_equal(&row->at[i], v))
            return true;
    return false;
}

/* Whether some page that the request names has a bulleted list. */
static bool array_bulleted(const struct fill *f)
{
    const struct view *view = f->session->view;
    struct slice item;
    for (size_t i = 0; i < view->sentence_count; i++)
        if (f->asked[view->sentences[i].passage_rank] && list_item(view->sentences[i].text, &item))
            return true;
    return false;
}

/* The elements that are bound to the thing. *mine: there are its pages to read, and what they lack is not stated. */
static bool fill_bound_texts(struct fill *f, const struct place *p, const struct place *item, size_t most, bool *mine,
                             struct found *out)
{
    struct candidates found;
    *mine = false;
    const struct grounds *gs = f->by_title ? grounds_of(f, p) : NULL;
    if (!gs || gs->n == 0 || !fill_spend(f, STEPS_A_RANKING))
        return false;
    struct ask ask = ask_read(f, p, gs);
    if (ask.kind == KIND_FACTS || ask.kind == KIND_SENTENCE || (ask.groups == 0 && ask.want != WANT_OTHER))
        return false;
    *mine = true;
    ask.list = true;
    bound_list(f, &ask, gs, &found);
    /* "Other names include": an enumeration as any other. */
    *mine = found.n > 0 || ask.want != WANT_OTHER;
    struct row row = row_new(f, most);
    for (size_t i = 0; i < found.n && row.n < most; i++) {
        const struct candidate *c = &found.at[i];
        struct value v = value_text(compose_flat(f->arena, c->text));
        out->probability = bound_sure(&ask, c->score);
        if (!place_accepts(f, item, &v) || array_holds(&row, &v))
            continue;
        row_add_read(f, &row, v, c->ground->sentence, out->probability);
        found_support(f, out, c->ground->sentence);
    }
    out->supported = row.n > 0 && close_array(f, p, item, &row, out);
    return out->supported;
}

static bool fill_texts(struct fill *f, const struct place *p, const struct place *item, size_t most, struct found *out,
                       struct err *e)
{
    struct picks picks;
    bool mine;
    if (fill_bound_texts(f, p, item, most, &mine, out) || (mine && !f->lone && !array_bulleted(f)))
        return true;
    *out = (struct found){0};
    if (!fill_pick(f, p, &picks, e))
        return false;
    struct elements found = {0};
    read_texts(f, p, &picks, &found);
    out->probability = picks.probability * found.directness;
    struct row row = row_new(f, most);
    for (size_t i = 0; i < found.n && row.n < most; i++) {
        struct value v = value_text(found.at[i].text);
        if (!place_accepts(f, item, &v))
            continue;
        row_add_read(f, &row, v, found.at[i].sentence, out->probability);
        found_support(f, out, found.at[i].sentence);
    }
    out->supported = row.n > 0 && close_array(f, p, item, &row, out);
    return true;
}

static bool fill_choices(struct fill *f, const struct place *p, const struct place *item, size_t most,
                         struct found *out, struct err *e)
{
    struct picks picks;
    if (!fill_pick(f, p, &picks, e))
        return false;
    const struct value *members[ENUM_MENTIONS_MAX];
    out->probability = picks.probability * FILL_TYPED;
    struct row row = row_new(f, most);
    for (size_t i = 0; i < picks.n && i < LISTS_MAX; i++) {
        const struct sentence *s = picks.at[i].sentence;
        size_t count = enum_states(f, item->shape, s, members);
        for (size_t m = 0; m < count && row.n < most; m++)
            if (place_accepts(f, item, members[m]) && !array_holds(&row, members[m])) {
                row_add_read(f, &row, *members[m], s, out->probability);
                found_support(f, out, s);
            }
    }
    out->supported = row.n > 0 && close_array(f, p, item, &row, out);
    return true;
}

/* A row for each thing that the request names, where it names several. */
static void rows_asked(struct fill *f, const struct place *p, struct elements *out)
{
    const struct view *view = f->session->view;
    const struct words name = words_split(f->arena, name_as_words(f->arena, p->name), f->session->lang);
    for (size_t at = 0; f->by_title && at <= f->ask.words.n; at++)
        for (size_t i = 0; i < view->passage_count; i++) {
            const struct view_passage *in = &view->passages[i];
            if (!f->asked[i] || f->asked_at[i] != at || in->count == 0)
                continue;
            /* "the chemical elements zinc and nickel": what the rows are is no row */
            const struct words title = view_line(f->arena, view, view_title_line(view, i)).words;
            bool kind = false;
            for (size_t w = 0; w < title.n && !kind; w++)
                for (size_t k = 0; k < name.n && !kind; k++)
                    kind = slice_eq(name.at[k].stem, title.at[w].stem) && title.n <= 2 &&
                           starts_small(slice_sub(f->query, f->ask.words.at[at].start, 1));
            struct slice text = view->chosen[i].passage->title;
            if (!kind)
                array_add(f, out, slice_sub(text, 0, slice_find(text, SLICE(" ("))), &view->sentences[in->first]);
        }
    if (out->n < 2)
        *out = (struct elements){0};
    out->directness = FILL_LISTED;
}

/* A row for each value of an enumeration that the array's words lead into. */
static void rows_listed(struct fill *f, const struct place *p, struct elements *out)
{
    struct candidates found;
    const struct grounds *gs = f->by_title ? grounds_of(f, p) : NULL;
    if (!gs || gs->n == 0)
        return;
    struct ask ask = ask_read(f, p, gs);
    if (ask.groups == 0)
        return;
    ask.list = true;
    bound_list(f, &ask, gs, &found);
    for (size_t i = 0; i < found.n && found.n > 1; i++)
        array_add(f, out, found.at[i].text, found.at[i].ground->sentence);
    out->directness = FILL_LISTED;
}

/* Makes objects: one for each element that a list names, else the one that can be filled. */
static bool fill_objects(struct fill *f, const struct place *p, const struct place *item, size_t most,
                         place_filler *fill, struct found *out, struct err *e)
{
    struct picks picks;
    if (!fill_pick(f, p, &picks, e))
        return false;
    struct elements named = {0};
    if (!p->about.n)
        rows_asked(f, p, &named);
    if (!p->about.n && named.n == 0)
        rows_listed(f, p, &named);
    if (!p->about.n && named.n == 0)
        read_lists(f, p, &picks, &named);
    struct row row = row_new(f, most);
    double sum = 0;
    /* After the named elements comes one without a name; it is used when none of them could be filled. */
    for (size_t i = 0; i <= named.n && row.n < most && (i < named.n || row.n == 0) && !f->spent; i++) {
        struct place one = *item;
        struct found got;
        if (i < named.n)
            one.about = named.at[i].text;
        if (!fill(f, &one, NULL, &got, e))
            return false;
        if (!got.supported || array_holds(&row, &got.value))
            continue;
        row_add(&row, &got);
        sum += got.probability;
        found_merge(f, out, &got);
    }
    out->supported = row.n > 0 && close_array(f, p, item, &row, out);
    out->probability = row.n ? sum / (double)row.n : 0;
    return true;
}

/* Takes the elements that a language model wrote, each as a place of its own. */
static bool fill_given_elements(struct fill *f, const struct place *p, const struct place *item, size_t most,
                                place_filler *fill, struct found *out, struct err *e)
{
    struct row row = row_new(f, most);
    size_t supported = 0;
    double sum = 0;
    for (size_t i = 0; i < p->given->array.n && row.n < most && !f->spent; i++) {
        struct place one = *item;
        struct found got;
        one.given = &p->given->array.at[i];
        if (!fill(f, &one, NULL, &got, e))
            return false;
        if ((!got.supported && !got.given) || array_holds(&row, &got.value))
            continue;
        row_add(&row, &got);
        sum += got.probability;
        supported += got.supported;
        found_merge(f, out, &got);
    }
    out->given = row.n > 0 && close_array(f, p, item, &row, out);
    out->supported = out->given && supported > 0;
    out->probability = row.n ? sum / (double)row.n : 0;
    if (!out->given)
        *out = (struct found){0};
    return true;
}

static bool is_text(const struct shape *s)
{
    return (s->types & SHAPE_STRING) && !s->any_of_count && !s->value_count && s->format == FORMAT_NONE;
}

bool fill_array(struct fill *f, const struct place *p, place_filler *fill, struct found *out, struct err *e)
{
    static const struct shape text = {.types = SHAPE_STRING, .max_length = SIZE_MAX};
    struct place item =
        place_of(f, p, SLICE(""), p->shape->items && !p->shape->items->always ? p->shape->items : &text);
    size_t usual = array_collects(f) ? COLLECTED_MAX : ELEMENTS_MAX;
    size_t most = p->shape->max_items < usual ? p->shape->max_items : usual;
    if (most < p->shape->min_items && p->shape->min_items <= p->shape->max_items)
        most = p->shape->min_items < 100 ? p->shape->min_items : 100;
    item.field.role = FIELD_CONTENT;
    if (most == 0)
        return true;
    if (p->given && p->given->kind == VALUE_ARRAY) {
        size_t wanted = p->shape->max_items < COLLECTED_MAX ? p->shape->max_items : COLLECTED_MAX;
        if (!fill_given_elements(f, p, &item, wanted, fill, out, e))
            return false;
        if (out->given)
            return true;
    }
    item.given = NULL;
    if (is_text(item.shape))
        return fill_texts(f, p, &item, most, out, e);
    if (item.shape->value_count > 1)
        return fill_choices(f, p, &item, most, out, e);
    return fill_objects(f, p, &item, most, fill, out, e);
}
