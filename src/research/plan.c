/* plan: question → query. Rules only: the last user turn; when that turn leans on what was said before (a pronoun,
 * a fragment), the words of the user turn before it are added. */
#include "research/steps.h"
#include "research/subquestions.h"

/* A turn of fewer telling words than this is a fragment ("and its population?"). */
enum { FRAGMENT_WORDS = 3 };

static const char *const leaning[] = {"it", "its", "he",   "him",  "his",   "she",   "her",  "they", "them",
                                      "their", "this", "that", "these", "those", "there", "one", NULL};

static bool leans(struct words words)
{
    size_t telling = 0;
    for (size_t i = 0; i < words.n; i++) {
        telling += !(words.at[i].flags & WORD_STOP);
        for (const char *const *word = leaning; *word; word++)
            if (slice_is(words.at[i].fold, *word))
                return true;
    }
    return telling < FRAGMENT_WORDS;
}

static struct slice turn_before(const struct question *q, struct slice ask)
{
    for (size_t i = q->turn_count; i-- > 0;)
        if (q->turns[i].role == ROLE_USER && q->turns[i].text.p != ask.p)
            return q->turns[i].text;
    return (struct slice){"", 0};
}

/* A text answer goes through its sub-questions one by one, where the tier has a query for each; a document is about one question, and fields may join it. */
static void plan_parts(struct session *s)
{
    struct slice subs[SUBQUESTIONS_MAX];
    size_t n = 0;
    if (s->question->output == OUTPUT_TEXT)
        n = subquestions_split(s->arena, s->query, s->lang, subs);
    if (n < 2 || (int64_t)n > s->question->tier->queries) {
        subs[0] = s->query;
        n = 1;
    }
    for (size_t i = 0; i < n; i++)
        session_part(s, subs[i], SLICE(""));
    if (s->question->output != OUTPUT_TEXT && s->question->tier->each)
        fill_plan(s);
}

bool step_plan(struct session *s, struct err *e)
{
    (void)e;
    struct slice ask = slice_trim(question_ask(s->question));
    struct slice before = turn_before(s->question, question_ask(s->question));
    s->lang = lang_guess(ask, lang_find(SLICE("en")));
    s->query = ask;
    if (before.n && leans(words_split(s->arena, ask, s->lang)))
        s->query = arena_printf(s->arena, "%.*s %.*s", SLICE_ARGS(before), SLICE_ARGS(ask));
    s->wishes = wishes_read(s->arena, s->question);
    struct model_queries by_model;
    bool asked = model_plan(s, &by_model);
    plan_parts(s);
    if (asked)
        part_ask_first(s, &s->parts[0], by_model.at, by_model.n);
    return true;
}
