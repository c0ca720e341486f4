/* dump.c - prints the sentences that the ranker chooses from, with their features. train.py trains on them.
 *
 * usage: dump INDEX_FOLDER < QUESTIONS.jsonl
 *
 * Input: {"question", "answers", "url"} on each line. Output: the same with "candidates", one for each sentence: url,
 * title, text, length, stems, features (in the order of features.def), and the inputs of confidence.def as they would
 * be if this sentence were the best. Where more is quoted with a sentence (evidence/unit.h), "unit" has all of it. */
#include "api/json_out.h"
#include "evidence/confidence.h"
#include "evidence/rank.h"
#include "evidence/unit.h"
#include "session/tiers.h"
#include "text/language.h"

#include "rows.h"

static json_t *numbers(const double *at, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_real(at[i]));
    return list;
}

enum { UNIT_WORDS = 220 }; /* as in write/quote.c */

/* NULL: the sentence is quoted alone. */
static json_t *unit_text(struct arena *a, const struct view *v, const struct sentence *s)
{
    const struct unit unit = unit_of(a, v, s, UNIT_WORDS);
    struct arena_text text = {.arena = a};
    if (!unit.name && !unit.lead && unit.count == 1)
        return NULL;
    if (unit.name)
        arena_text_printf(&text, "%.*s: ", SLICE_ARGS(unit.name->text));
    if (unit.lead)
        arena_text_printf(&text, "%.*s\n", SLICE_ARGS(unit.lead->text));
    for (size_t i = 0; i < unit.count; i++)
        arena_text_printf(&text, "%.*s\n", SLICE_ARGS(unit.said[i]->text));
    return json_text(arena_text_slice(&text));
}

static json_t *candidate(struct arena *a, const struct view *v, const struct need *need, const struct facts *facts,
                         size_t i)
{
    const struct sentence *s = &v->sentences[i];
    const double *none = arena_array(a, double, v->sentence_count + 1);
    double inputs[INPUT_COUNT];
    json_t *stems = json_array();
    confidence_describe(v, need, &(struct scored){facts, none, none, false}, i, inputs);
    const struct line line = view_line(a, v, i);
    for (size_t w = 0; w < line.words.n; w++)
        json_array_append_new(stems, json_integer(line.stems[w]));
    return json_pack("{s:o, s:o, s:o, s:o*, s:i, s:o, s:o, s:o}", "url", json_text(s->passage->source->url), "title",
                     json_text(s->passage->passage->title), "text", json_text(s->text), "unit", unit_text(a, v, s),
                     "length", (int)s->length, "stems", stems, "features", numbers(facts[i].at, FEATURE_COUNT),
                     "inputs", numbers(inputs, INPUT_COUNT));
}

static bool dump(struct index *index, json_t *row, void *ud, struct err *e)
{
    (void)ud;
    struct arena *a = arena_new();
    struct slice text = slice_of(json_string_value(json_object_get(row, "question")));
    const struct lang *lang = language_guess(text, lang_find(SLICE("en")));
    const struct index_query query = {
        .text = text, .lang = slice_of(lang->code), .limit = (size_t)tier_at(0)->passages};
    struct index_hits hits;
    struct need need;
    bool ok =
        index_search(index, &query, a, &hits, e) && need_make(a, text, lang, pool_new(a, index), NEED_ANY, &need, e);
    if (ok) {
        struct view *v = view_new(a, evidence_new(a), &hits, (size_t)tier_at(0)->passages);
        struct facts *facts = features_make(a, v, &need);
        json_t *list = json_array();
        for (size_t i = 0; i < v->sentence_count; i++)
            json_array_append_new(list, candidate(a, v, &need, facts, i));
        json_object_set_new(row, "candidates", list);
        json_dumpf(row, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
        putchar('\n');
    }
    arena_free(a);
    return ok;
}

int main(int argc, char **argv)
{
    return rows_read(argc, argv, "dump INDEX_FOLDER < QUESTIONS.jsonl", dump, NULL);
}
