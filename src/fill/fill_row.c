/* fill_row.c - reads rows of what a page shows as a table or a list: "Founded | 2 March 1994", "- Residence: Bergen".
 *
 * Sheets of facts state a relation by a label and nothing else, so the label has to say what the field asks for and
 * nothing more: "Parent company" is no company. Values of a type are read off a row as off a sentence (fill_ground.c
 * takes the label's match for the relation); where the field asks for any text, the whole value is taken. */
#include "fill/fill_bound.h"

#include "facts/read_date.h"
#include "facts/read_list.h"

/* A label has to say this much of the field. Set by hand. */
static const double MATCH_FROM = 0.6;
/* The score of a row's value. */
static const double ROW_SURE = 0.9;
enum { VALUE_WORDS = 14, ITEMS_MAX = 24 };

/* The row whose label says most of the field; NULL: none says enough. */
static const struct ground *row_best(const struct ask *ask, const struct grounds *gs)
{
    const struct ground *best = NULL;
    double most = MATCH_FROM;
    for (size_t s = 0; s < gs->n; s++) {
        double match = gs->at[s].own && gs->at[s].label.n ? ground_row_match(ask, &gs->at[s]) : 0;
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
    struct slice item;
    size_t start = ground_row_at(g->text);
    if (g->label_line)
        start = list_item(g->text, &item) ? (size_t)(item.p - g->text.p) : 0;
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
    static const char *const joints[] = {", and ", "; ", ", ", " / ", " \xC2\xB7 ", " \xE2\x80\xA2 "};
    for (size_t i = 0; i < COUNT_OF(joints); i++)
        if (slice_starts(text, slice_of(joints[i])))
            return strlen(joints[i]);
    return text.n > 1 && text.p[0] == ' ' ? lang_starts(lang_with(g->lang, LANG_LIST_AND), LANG_LIST_AND, text) : 0;
}

/* The items of the bulleted list that begins with this line, behind its label. */
static void row_bullets(struct fill *f, const struct grounds *gs, const struct ground *first, struct candidates *out)
{
    struct slice item;
    for (const struct ground *g = first; g < gs->at + gs->n && out->n < ITEMS_MAX; g++)
        if (g->sentence->passage_rank != first->sentence->passage_rank || !list_item(g->text, &item))
            break;
        else
            candidate_add(f, out, row_candidate(g, item));
}

void row_list(struct fill *f, const struct ask *ask, const struct grounds *gs, struct candidates *out)
{
    const struct ground *g = row_best(ask, gs);
    struct slice bullet;
    if (!g)
        return;
    if (g->label_line && list_item(g->text, &bullet)) {
        row_bullets(f, gs, g, out);
        return;
    }
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
