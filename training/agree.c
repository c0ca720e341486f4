/* agree.c - measures agreement (evidence/agree.h) on the answers to questions.
 *
 * usage: agree INDEX_FOLDER < QUESTIONS.jsonl
 *
 * Input: {"question"} on each line. Output: a line for each answer that several sites confirm or that a page
 * contradicts, with the reasoning; then the counts. */
#include "evidence/agree.h"
#include "evidence/confidence.h"
#include "session/tiers.h"
#include "text/language.h"

struct counts {
    size_t questions, values, conflicts, agreed;
};

static bool judge(struct index *index, json_t *row, void *ud, struct err *e)
{
    struct counts *counts = ud;
    struct slice text = slice_of(json_string_value(json_object_get(row, "question")));
    struct arena *a = arena_new();
    const struct lang *lang = language_guess(text, lang_find(SLICE("en")));
    const struct index_query query = {
        .text = text, .lang = slice_of(lang->code), .limit = (size_t)tier_at(0)->passages};
    struct index_hits hits;
    struct need need;
    bool ok =
        index_search(index, &query, a, &hits, e) && need_make(a, text, lang, pool_new(a, index), NEED_ANY, &need, e);
    if (ok) {
        const struct choice_limits limits = {0};
        struct view *v = view_new(a, evidence_new(a), &hits, (size_t)tier_at(0)->passages);
        struct ranking ranking = rank_sentences(a, v, &need, &confidence_shipped);
        const struct sentence **chosen = arena_array(a, const struct sentence *, ranking.n + 1);
        size_t n = rank_choose(&ranking, &limits, chosen);
        struct agreement got = agree_read(a, v, &need, &ranking, chosen, n);
        counts->questions++;
        counts->values += got.n > 0;
        counts->conflicts += got.conflict;
        counts->agreed += got.n > 0 && got.values[0].sites > 1;
        if (got.conflict || (got.n && got.values[0].sites > 1))
            printf("%.*s %.*s\n", SLICE_ARGS(text), SLICE_ARGS(agree_reasoning(a, &got)));
    }
    arena_free(a);
    return ok;
}

int main(int argc, char **argv)
{
    struct counts counts = {0};
    int status = rows_read(argc, argv, "agree INDEX_FOLDER < QUESTIONS.jsonl", judge, &counts);
    if (status == 0)
        printf("%zu questions: a value in %zu, several sites in %zu, a conflict in %zu\n", counts.questions,
               counts.values, counts.agreed, counts.conflicts);
    return status;
}
