/* quote.c - the quote writer: the sentences that answer best, word for word, each with its mark [n].
 *
 * The default without a language model. It never writes a word of its own, except for the one sentence that says
 * that nothing was found. */
#include "research/compose.h"
#include "research/steps.h"

static struct slice nothing_found(const struct lang *lang)
{
    static const struct {
        const char *code, *sentence;
    } said[] = {
        {"en", "Nothing in the pages that were searched answers this question."},
        {"de", "Nichts in den durchsuchten Seiten beantwortet diese Frage."},
        {"es", "Nada en las páginas consultadas responde a esta pregunta."},
        {"fr", "Rien dans les pages consultées ne répond à cette question."},
        {"it", "Nulla nelle pagine consultate risponde a questa domanda."},
        {"pt", "Nada nas páginas consultadas responde a esta pergunta."},
        {"nl", "Niets in de doorzochte pagina's beantwoordt deze vraag."},
        {"ru", "На просмотренных страницах нет ответа на этот вопрос."},
        {"zh", "在所搜索的页面中没有找到这个问题的答案。"},
        {"ja", "検索したページにはこの質問への答えがありません。"},
    };
    for (size_t i = 1; i < sizeof said / sizeof said[0]; i++)
        if (slice_is(slice_of(lang->code), said[i].code))
            return slice_of(said[i].sentence);
    return slice_of(said[0].sentence);
}

size_t quote_pick(struct session *s, const struct ranking *ranking, const struct sentence **taken)
{
    const struct choice_limits limits = {s->wishes.max_words, s->wishes.max_sentences};
    return ranking->probability < s->confidence->answer_from ? 0 : rank_choose(ranking, &limits, taken);
}

static bool write_nothing(struct session *s, struct compose *c, const struct ranking *ranking)
{
    compose_text(c, nothing_found(s->lang));
    session_claim(s, (struct claim){.field = SLICE("output"),
                                    .probability = ranking->probability,
                                    .inputs = ranking->inputs,
                                    .note = SLICE("No sentence of the pages that were searched covers enough of the "
                                                  "question, so nothing is cited.")});
    return true;
}

bool quote_write(struct session *s, struct err *e)
{
    struct need need;
    if (!need_make(s->arena, s->query, s->lang, s->pool, NEED_ANY, &need, e))
        return false;
    struct ranking ranking = rank_sentences(s->arena, s->view, &need, s->confidence);
    struct compose *c = compose_new(s->arena, s->evidence);
    const struct sentence **taken = arena_array(s->arena, const struct sentence *, ranking.n);
    size_t count = quote_pick(s, &ranking, taken);
    if (count == 0)
        write_nothing(s, c, &ranking);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            compose_text(c, s->wishes.list ? SLICE("\n") : SLICE(" "));
        if (s->wishes.list)
            compose_text(c, SLICE("- "));
        compose_quote(c, taken[i]->text);
        compose_mark(c, taken[i]->passage->source);
    }
    if (count)
        session_claim(s, (struct claim){.field = SLICE("output"),
                                        .support = taken,
                                        .support_count = count,
                                        .probability = ranking.probability,
                                        .inputs = ranking.inputs});
    if (s->wishes.unmet)
        session_warn(s, SLICE("No language model is set up: the system prompt's wishes beyond length and lists were "
                              "not applied. The answer quotes its sources word for word."));
    compose_limit(c, s->question);
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}
