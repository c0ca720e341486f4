/* dump.c - what the ranker sees, for training: one JSON line a question.
 *
 * usage: dump INDEX_FOLDER < QUESTIONS.jsonl   ({"question", "answers", "url"} a line)
 * Each line of the output holds question, answers, url and candidates: url, text, length, stems, features (in the order
 * of features.def) and the inputs of confidence.def as if this candidate were the best. */
#include "api/json_out.h"
#include "evidence/confidence.h"
#include "evidence/rank.h"
#include "research/tiers.h"

static json_t *numbers(const double *at, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_real(at[i]));
    return list;
}

static json_t *candidate(const struct view *v, const struct need *need, const struct facts *facts, size_t i)
{
    const struct sentence *s = &v->sentences[i];
    double inputs[INPUT_COUNT];
    double *scores = calloc(v->sentence_count, sizeof *scores), *masses = calloc(v->sentence_count, sizeof *masses);
    json_t *stems = json_array();
    scores[i] = 1;
    confidence_inputs(v, need, facts, scores, masses, inputs);
    free(scores);
    free(masses);
    for (size_t w = 0; w < s->words.n; w++)
        json_array_append_new(stems, json_integer(s->stems[w]));
    return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o}", "url", json_text(s->passage->source->url), "text",
                     json_text(s->text), "length", (int)s->length, "stems", stems, "features",
                     numbers(facts[i].at, FEATURE_COUNT), "inputs", numbers(inputs, INPUT_COUNT));
}

static bool dump(struct index *index, json_t *row, struct err *e)
{
    struct arena *a = arena_new();
    struct slice text = slice_of(json_string_value(json_object_get(row, "question")));
    const struct lang *lang = lang_guess(text, lang_find(SLICE("en")));
    const struct index_query query = {.text = text, .lang = slice_of(lang->code), .limit = (size_t)tier_at(0)->passages};
    struct index_hits hits;
    struct need need;
    bool ok = index_search(index, &query, a, &hits, e) && need_make(a, text, lang, pool_new(a, index), NEED_ANY, &need, e);
    if (ok) {
        struct view *v = view_new(a, evidence_new(a), &hits, (size_t)tier_at(0)->passages);
        struct facts *facts = features_make(a, v, &need);
        json_t *list = json_array();
        for (size_t i = 0; i < v->sentence_count; i++)
            json_array_append_new(list, candidate(v, &need, facts, i));
        json_object_set_new(row, "candidates", list);
        json_dumpf(row, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
        putchar('\n');
    }
    arena_free(a);
    return ok;
}

int main(int argc, char **argv)
{
    struct index *index = NULL;
    struct err e;
    char *line = NULL;
    size_t room = 0;
    if (argc != 2 || !index_open(argv[1], &index, &e)) {
        fputs("usage: dump INDEX_FOLDER < QUESTIONS.jsonl\n", stderr);
        return 2;
    }
    while (getline(&line, &room, stdin) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        if (!row || !dump(index, row, &e)) {
            fprintf(stderr, "%s\n", row ? e.message : "a line is not JSON");
            return 1;
        }
        json_decref(row);
    }
    free(line);
    index_close(index);
    return 0;
}
