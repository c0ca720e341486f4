/* plan: question → query, the last user turn as a question that stands alone (converse.h). */
#include "research/converse.h"
#include "research/steps.h"
#include "research/subquestions.h"

/* A text answer goes through its sub-questions one by one, where the tier has a query for each; a document is about one question, and fields may join it. */
static void plan_parts(struct session *s)
{
    struct slice subs[SUBQUESTIONS_MAX];
    size_t n = 0;
    if (s->question->output == OUTPUT_TEXT)
        n = subquestions_split(s->workings, s->query, s->lang, subs);
    if (n < 2 || (int64_t)n > s->question->tier->queries) {
        subs[0] = s->query;
        n = 1;
    }
    for (size_t i = 0; i < n; i++)
        session_part(s, arena_dup(s->arena, subs[i]), SLICE(""));
    if (s->question->output != OUTPUT_TEXT && s->question->tier->each)
        fill_plan(s);
}

bool step_plan(struct session *s, struct err *e)
{
    (void)e;
    s->query = arena_dup(s->arena, converse_question(s->workings, s->question, &s->lang));
    s->wishes = wishes_read(s->arena, s->question);
    struct model_queries by_model;
    bool asked = model_plan(s, &by_model);
    plan_parts(s);
    if (asked)
        part_ask_first(s, &s->parts[0], by_model.at, by_model.n);
    return true;
}
