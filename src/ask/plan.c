/* plan.c - the plan step: see plan.h. */
#include "ask/plan.h"

#include "ask/converse.h"
#include "ask/model_plan.h"
#include "ask/phrasing.h"
#include "ask/subquestions.h"
#include "ask/wishes.h"
#include "session/spelling.h"
#include "text/language.h"
#include "text/words.h"

static bool plan_has_pronoun(struct session *s, struct slice question)
{
    struct words words = words_split(s->workings, question, s->lang);
    for (size_t i = 0; i < words.n; i++)
        if (lang_has(s->lang, LANG_THINGS, words.at[i].fold) || lang_has(s->lang, LANG_PERSONS, words.at[i].fold) ||
            lang_has(s->lang, LANG_THERE, words.at[i].fold))
            return true;
    return false;
}

/* "when was the eiffel tower built and how tall is it": subquestions_split() finds what "it" is by capitals; where
 * there are none, the titles of pages tell. */
static void plan_lean(struct session *s, const struct converse_pages *pages, struct slice *subs, size_t n)
{
    struct slice about = {"", 0};
    for (size_t i = 1; i < n; i++) {
        if (slice_find(subs[i], SLICE("(")) < subs[i].n || !plan_has_pronoun(s, subs[i]))
            continue;
        about = about.n ? about : converse_about(s->workings, subs[0], pages, s->lang);
        if (about.n)
            subs[i] = arena_printf(s->workings, "%.*s (%.*s)", SLICE_ARGS(subs[i]), SLICE_ARGS(about));
    }
}

/* A text answer gets a part for each sub-question, where the tier has a query for each. A document gets one part for
 * its question; fill_plan and fill_judge may add fields. */
static void plan_parts(struct session *s, const struct converse_pages *pages)
{
    struct slice subs[SUBQUESTIONS_MAX];
    size_t n = 0;
    if (s->question->output == OUTPUT_TEXT)
        n = subquestions_split(s->workings, s->query, s->lang, subs);
    if (n < 2 || (int64_t)n > s->question->tier->queries) {
        subs[0] = s->query;
        n = 1;
    }
    plan_lean(s, pages, subs, n);
    for (size_t i = 0; i < n; i++)
        session_part(s, arena_dup(s->arena, subs[i]), SLICE(""));
}

/* Other wordings are for our own pages only: a search service costs money and time. */
static void plan_others(struct session *s, const struct converse_others *others)
{
    struct other_wording *at = arena_array(s->arena, struct other_wording, CONVERSE_OTHERS + 2);
    size_t n = 0;
    struct slice heard, titled = recall_titles(s, s->query, &heard);
    if (heard.n)
        at[n++] = (struct other_wording){.text = titled, .heard = heard, .use = OTHER_SAME};
    titled = spelling_longer(s, s->query, s->lang, &heard);
    if (heard.n)
        at[n++] = (struct other_wording){.text = titled, .heard = heard, .use = OTHER_SAME};
    for (size_t i = 0; i < others->n; i++)
        at[n++] = (struct other_wording){.text = arena_dup(s->arena, others->at[i].text),
                                         .use = others->at[i].doubtful ? OTHER_DOUBTFUL : OTHER_RIVAL};
    s->parts[0].others = at;
    s->parts[0].other_count = n;
}

static struct slice plan_title(void *ud, struct slice sentence)
{
    return recall_title(ud, sentence);
}

static enum recalled plan_name(void *ud, struct slice name, struct slice *title)
{
    return recall_name(ud, name, title);
}

/* Search services mend words themselves, and know more of them than our own pages. */
static struct slice plan_mend(void *ud, struct slice turn, const struct lang *lang)
{
    struct session *s = ud;
    s->heard = SLICE(""); /* only what the last turn says is told */
    return session_asks_web(s) || !session_asks_index(s) ? turn : spelling_mend(s, turn, lang);
}

/* A request for a document may be a name alone, and the small words of names ("Las Meninas", "MIT") say nothing of the
 * language. Then the schema's descriptions tell it; without them it is English, as names of fields are. */
static void plan_language(struct session *s)
{
    enum { NAME_WORDS = 3 };
    const struct shape *shape = s->question->shape;
    struct words words = words_split(s->workings, s->query, s->lang);
    if (s->question->output != OUTPUT_JSON_SCHEMA || !shape || words.n > NAME_WORDS)
        return;
    for (size_t i = 0; i < words.n; i++)
        if (!(words.at[i].flags & WORD_CAPITAL))
            return;
    struct arena_text said = {.arena = s->workings};
    shape = shape_resolve(shape);
    for (size_t i = 0; i < shape->property_count; i++)
        arena_text_printf(&said, "%.*s ", SLICE_ARGS(shape->properties[i].shape->description));
    s->lang = language_guess(arena_text_slice(&said), lang_find(SLICE("en")));
}

void ask_plan(struct session *s)
{
    const struct converse_pages pages = {s, plan_title, plan_name, plan_mend};
    struct converse_others others;
    struct slice words = converse_question(s->workings, s->question, &pages, &s->lang, &others);
    struct slice plain = phrasing_plain(s->workings, words, s->lang, &s->overview);
    s->query = arena_dup(s->arena, plain);
    plan_language(s);
    s->wishes = wishes_read(s->arena, s->question);
    s->small_talk = s->question->output == OUTPUT_TEXT && converse_is_small_talk(s->workings, s->question, &s->lang);
    struct model_queries by_model;
    bool asked = !s->small_talk && model_plan(s, &by_model);
    plan_parts(s, &pages);
    if (!asked && s->part_count == 1)
        plan_others(s, &others);
    if (asked)
        part_ask_first(s, &s->parts[0], by_model.at, by_model.n);
}
