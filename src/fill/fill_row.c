/* fill_row.c - reads rows of what a page shows as a table or a list: "Founded | 2 March 1994", "- Residence: Bergen".
 *
 * Sheets of facts state a relation by a label and nothing else, so the label has to say what the field asks for and
 * nothing more: "Parent company" is no company. Values of a type are read off a row as off a sentence (fill_ground.c
 * takes the label's match for the relation); where the field asks for any text, the whole value is taken. */
#include "fill/fill_bound.h"

#include "facts/read_date.h"

/* A label has to say this much of the field, and this much of the label has to be the field's. Set by hand. */
static const double MATCH_FROM = 0.6, LABEL_FROM = 0.5;
/* The score of a row's value. */
static const double ROW_SURE = 0.9;
enum { LABEL_WORDS = 6, LABEL_BYTES = 48, VALUE_WORDS = 14, COLON_LINE_BYTES = 160, ITEMS_MAX = 24 };

size_t row_value_at(struct slice text)
{
    const struct slice bar = SLICE(" | "), colon = SLICE(": ");
    size_t at = slice_find(text, bar);
    if (at < text.n) {
        struct slice rest = slice_sub(text, at + bar.n, text.n - at - bar.n);
        return at && at <= LABEL_BYTES && slice_find(rest, bar) == rest.n ? at + bar.n : 0;
    }
    at = slice_find(text, colon);
    bool line =
        at && at < text.n && at <= LABEL_BYTES && text.n <= COLON_LINE_BYTES && !strchr(".!?", text.p[text.n - 1]);
    return line && slice_find(text, SLICE(". ")) == text.n ? at + colon.n : 0;
}

bool row_is_label(struct slice text, struct words words)
{
    enum { WORDS = 4 };
    return words.n && words.n <= WORDS && text.n <= LABEL_BYTES && !strchr(".!?,;|", text.p[text.n - 1]) &&
           !(words.at[0].flags & WORD_NUMBER);
}

double row_match(const struct ask *ask, const struct ground *g)
{
    double said = 0, all = 0;
    size_t telling = 0, ours = 0;
    uint32_t bits = 0;
    const struct lang *en = lang_find(SLICE("en"));
    /* "Type" of a company is "company_type" */
    if (g->label.n == 1 && ask->name.n && slice_eq(g->label.at[0].fold, ask->name.at[ask->name.n - 1].fold))
        return 1;
    for (size_t i = 0; i < g->label.n && i < LABEL_WORDS; i++) {
        const struct word *w = &g->label.at[i];
        if ((w->flags & WORD_STOP) || lang_has(en, LANG_GENERIC, w->fold))
            continue;
        uint32_t mine = cue_bits(ask, w->stem);
        telling++;
        ours += mine != 0;
        bits |= mine;
    }
    for (unsigned group = 0; group < ask->by_name; group++) {
        all += ask->weights[group];
        said += (bits >> group & 1) ? ask->weights[group] : 0;
    }
    bool label = telling && (double)ours >= LABEL_FROM * (double)telling;
    return label && all > 0 ? said / all : 0;
}

/* The row whose label says most of the field; NULL: none says enough. */
static const struct ground *row_best(const struct ask *ask, const struct grounds *gs)
{
    const struct ground *best = NULL;
    double most = MATCH_FROM;
    for (size_t s = 0; s < gs->n; s++) {
        double match = gs->at[s].own && gs->at[s].label.n ? row_match(ask, &gs->at[s]) : 0;
        if (match > most || (!best && match >= most)) {
            most = match;
            best = &gs->at[s];
        }
    }
    return best;
}

bool row_there(const struct ask *ask, const struct grounds *gs)
{
    return row_best(ask, gs) != NULL;
}

/* "4 May 1951, Bergen" and "14 July 1871 by Ida Pell" behind the date, where something is. */
static struct slice row_past_date(struct fill *f, const struct ground *g, struct slice text)
{
    struct dates dates = dates_read(f->arena, text, g->lang);
    if (dates.n == 0 || dates.at[0].start > 0 || dates.at[0].n >= text.n)
        return text;
    struct slice rest = slice_trim(slice_sub(text, dates.at[0].n, text.n - dates.at[0].n));
    while (rest.n && strchr(",; ", rest.p[0]))
        rest = slice_sub(rest, 1, rest.n - 1);
    size_t word = slice_find(rest, SLICE(" "));
    if (word < rest.n && lang_has(g->lang, LANG_STOP, slice_sub(rest, 0, word)))
        rest = slice_trim(slice_sub(rest, word, rest.n - word));
    return rest.n && rest.p[0] != '(' ? rest : text;
}

/* The value without what it has in brackets at its end. */
static struct slice row_value(const struct ground *g)
{
    const size_t start = g->words.at[g->value].start;
    struct slice text = slice_trim(slice_sub(g->text, start, g->text.n - start));
    size_t bracket = slice_find(text, SLICE(" ("));
    return bracket && text.n && text.p[text.n - 1] == ')' ? slice_sub(text, 0, bracket) : text;
}

static struct candidate row_candidate(const struct ground *g, struct slice text)
{
    return (struct candidate){.ground = g,
                              .first = ground_word(g, text.p),
                              .last = ground_word(g, text.p + text.n) - 1,
                              .text = text,
                              .relation = 1,
                              .score = ROW_SURE};
}

bool row_text(struct fill *f, const struct ask *ask, const struct grounds *gs, struct found *out)
{
    const struct ground *g = row_best(ask, gs);
    if (!g || g->words.n - g->value > VALUE_WORDS)
        return false;
    struct slice text = row_past_date(f, g, row_value(g));
    const struct candidate c = row_candidate(g, text);
    return text.n && bound_take(f, ask, &c, value_text(text), out);
}

/* The bytes of the mark between two elements at the beginning of the text. */
static size_t row_joint(const struct ground *g, struct slice text)
{
    static const char *const joints[] = {", and ", "; ", ", ", " / ", " · ", " • "};
    for (size_t i = 0; i < COUNT_OF(joints); i++)
        if (slice_starts(text, slice_of(joints[i])))
            return strlen(joints[i]);
    return text.n > 1 && text.p[0] == ' ' ? lang_starts(lang_with(g->lang, LANG_LIST_AND), LANG_LIST_AND, text) : 0;
}

void row_list(struct fill *f, const struct ask *ask, const struct grounds *gs, struct candidates *out)
{
    const struct ground *g = row_best(ask, gs);
    if (!g)
        return;
    struct slice text = row_value(g);
    size_t depth = 0, from = 0;
    for (size_t i = 0; i <= text.n && out->n < ITEMS_MAX; i++) {
        size_t joint = i < text.n && depth == 0 ? row_joint(g, slice_sub(text, i, text.n - i)) : 0;
        depth += i < text.n && text.p[i] == '(';
        depth -= i < text.n && depth > 0 && text.p[i] == ')';
        if (i < text.n && !joint)
            continue;
        struct slice item = slice_trim(slice_sub(text, from, i - from));
        size_t bracket = slice_find(item, SLICE(" ("));
        item = row_past_date(f, g, slice_sub(item, 0, bracket ? bracket : item.n));
        if (item.n)
            candidate_add(f, out, row_candidate(g, item));
        from = i + joint;
        i += joint ? joint - 1 : 0;
    }
}
