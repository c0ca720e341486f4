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

struct choice_limits quote_limits(const struct session *s, size_t usual)
{
    return (struct choice_limits){.max_words = s->wishes.max_words ? s->wishes.max_words : usual,
                                  .max_sentences = s->wishes.max_sentences,
                                  .mass_per_word = (double)s->question->tier->word_ppm / 1e6};
}

size_t quote_pick(struct session *s, const struct ranking *ranking, const struct sentence **taken)
{
    const struct choice_limits limits = quote_limits(s, (size_t)s->question->tier->words);
    return ranking->probability < s->confidence->answer_from ? 0 : rank_choose(ranking, &limits, taken);
}

static void write_nothing(struct session *s, struct compose *c, const struct claim *all)
{
    compose_text(c, nothing_found(s->lang));
    session_claim(s, (struct claim){.field = SLICE("output"),
                                    .probability = all->probability,
                                    .inputs = all->inputs,
                                    .note = SLICE("No sentence of the pages that were searched covers enough of the "
                                                  "question, so nothing is cited.")});
}

static bool is_in(const struct sentence *const *list, size_t n, const struct sentence *one)
{
    for (size_t i = 0; i < n; i++)
        if (slice_eq(list[i]->text, one->text))
            return true;
    return false;
}

/* The answer's sentences, and where pages disagree the best one of each other value. */
static size_t sentences_of(struct session *s, const struct part *p, const struct sentence ***out)
{
    size_t n = 0;
    *out = arena_array(s->arena, const struct sentence *, p->taken_count + AGREE_VALUES_MAX);
    for (size_t i = 0; i < p->taken_count; i++) {
        (*out)[n++] = p->taken[i];
        for (size_t v = 1; i == 0 && p->agreement.conflict && v < p->agreement.n; v++)
            if (!is_in(p->taken, p->taken_count, p->agreement.values[v].sentences[0]))
                (*out)[n++] = p->agreement.values[v].sentences[0];
    }
    return n;
}

struct picked { /* what the answer says to one part */
    const struct sentence **at;
    size_t n;
};

static void pick_parts(struct session *s, struct picked *parts, struct claim *all)
{
    struct slice missing = SLICE("");
    size_t room = 0;
    for (size_t p = 0; p < s->part_count; p++)
        room += s->parts[p].taken_count + AGREE_VALUES_MAX;
    all->support = arena_array(s->arena, const struct sentence *, room);
    all->probability = 1;
    for (size_t p = 0; p < s->part_count; p++) {
        const struct part *part = &s->parts[p];
        const struct sentence **said;
        size_t n = sentences_of(s, part, &said);
        parts[p] = (struct picked){said, 0};
        for (size_t i = 0; i < n; i++)
            if (!is_in(all->support, all->support_count, said[i]))
                all->support[all->support_count++] = said[parts[p].n++] = said[i];
        if (part->taken_count == 0)
            missing = arena_printf(s->arena, "%.*s%s\"%.*s\"", SLICE_ARGS(missing), missing.n ? ", " : "",
                                   SLICE_ARGS(part->text));
        all->probability *= part->taken_count ? part->probability : s->confidence->answer_from;
    }
    if (missing.n && all->support_count)
        all->note = arena_printf(s->arena, "Nothing was found for %.*s.", SLICE_ARGS(missing));
    for (size_t p = 0; p < s->part_count; p++)
        claim_agreement(s, all, &s->parts[p]);
}

static void write_sentences(struct session *s, struct compose *c, const struct picked *parts)
{
    bool first = true;
    for (size_t p = 0; p < s->part_count; p++)
        for (size_t i = 0; i < parts[p].n; i++, first = false) {
            if (!first)
                compose_text(c, s->wishes.list ? SLICE("\n") : i == 0 ? SLICE("\n\n") : SLICE(" "));
            if (s->wishes.list)
                compose_text(c, SLICE("- "));
            compose_quote(c, parts[p].at[i]->text);
            compose_mark(c, parts[p].at[i]->passage->source);
        }
}

bool quote_write(struct session *s, struct err *e)
{
    struct compose *c = compose_new(s->arena, s->evidence);
    struct picked *parts = arena_array(s->arena, struct picked, s->part_count);
    struct claim all = {.field = SLICE("output"), .note = SLICE("")};
    pick_parts(s, parts, &all);
    if (s->part_count == 1)
        all.inputs = s->parts[0].ranking.inputs; /* several probabilities were multiplied otherwise */
    if (all.support_count == 0)
        write_nothing(s, c, &all);
    else
        session_claim(s, all);
    write_sentences(s, c, parts);
    if (s->wishes.unmet)
        session_warn(s, SLICE("No language model is set up: the system prompt's wishes beyond length and lists were "
                              "not applied. The answer quotes its sources word for word."));
    compose_limit(c, s->question);
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}
