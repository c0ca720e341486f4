/* agree.c - what agreement says of the answers to questions, for measuring: a line for each conflict, then the counts.
 *
 * usage: agree INDEX_FOLDER < QUESTIONS.jsonl   ({"question"} a line) */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "evidence/agree.h"
#include "evidence/confidence.h"
#include "research/tiers.h"

struct counts {
    size_t questions, values, conflicts, agreed;
};

static bool judge(struct index *index, struct slice text, struct counts *counts, struct err *e)
{
    struct arena *a = arena_new();
    const struct lang *lang = lang_guess(text, lang_find(SLICE("en")));
    const struct index_query query = {.text = text, .lang = slice_of(lang->code), .limit = (size_t)tier_at(0)->passages};
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
    struct index *index = NULL;
    struct counts counts = {0};
    struct err e;
    char *line = NULL;
    size_t room = 0;
    if (argc != 2 || !index_open(argv[1], &index, &e)) {
        fputs("usage: agree INDEX_FOLDER < QUESTIONS.jsonl\n", stderr);
        return 2;
    }
    while (getline(&line, &room, stdin) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        if (!row || !judge(index, slice_of(json_string_value(json_object_get(row, "question"))), &counts, &e)) {
            fprintf(stderr, "%s\n", row ? e.message : "a line is not JSON");
            return 1;
        }
        json_decref(row);
    }
    printf("%zu questions: a value in %zu, several sites in %zu, a conflict in %zu\n", counts.questions, counts.values,
           counts.agreed, counts.conflicts);
    free(line);
    index_close(index);
    return 0;
}
