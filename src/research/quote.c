/* quote.c - the quote writer: the sentences that answer best, word for word, each with its mark [n].
 *
 * The default without a language model. It never writes a word of its own, except for the one sentence that says
 * that nothing was found. */
#include "research/compose.h"
#include "research/steps.h"

/* Words of an answer; whole sentences only, so the first one may be longer. */
enum { ANSWER_WORDS = 60 };
/* Under this probability nothing is quoted: what is found is about something else. */
static const double QUOTE_FROM = 0.20;

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

static bool repeats(const struct sentence *s, const struct sentence **taken, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t shared = 0, telling = 0;
        for (size_t w = 0; w < s->words.n; w++) {
            if (s->words.at[w].flags & WORD_STOP)
                continue;
            telling++;
            for (size_t o = 0; o < taken[i]->words.n; o++)
                if (slice_eq(taken[i]->words.at[o].stem, s->words.at[w].stem)) {
                    shared++;
                    break;
                }
        }
        if (shared * 10 >= telling * 8)
            return true;
    }
    return false;
}

static size_t pick(struct session *s, const struct ranking *ranking, const struct sentence **taken)
{
    size_t max_words = s->wishes.max_words ? s->wishes.max_words : ANSWER_WORDS;
    size_t count = 0, words = 0;
    for (size_t i = 0; i < ranking->n && i < 12; i++) {
        const struct sentence *next = ranking->at[i].sentence;
        size_t n = words_count(next->text, s->lang);
        if (s->wishes.max_sentences && count == s->wishes.max_sentences)
            break;
        if ((count > 0 && words + n > max_words) || repeats(next, taken, count))
            continue;
        taken[count++] = next;
        words += n;
    }
    return count;
}

static bool write_nothing(struct session *s, struct compose *c)
{
    compose_text(c, nothing_found(s->lang));
    session_claim(s, (struct claim){.field = SLICE("output"),
                                    .note = SLICE("No sentence of the pages that were searched covers enough of the "
                                                  "question, so nothing is cited.")});
    return true;
}

bool quote_write(struct session *s, struct err *e)
{
    struct need need;
    if (!need_make(s->arena, s->query, s->lang, s->world->index, NEED_ANY, &need, e))
        return false;
    struct ranking ranking = rank_sentences(s->arena, s->view, &need);
    struct compose *c = compose_new(s->arena, s->evidence);
    const struct sentence **taken = arena_array(s->arena, const struct sentence *, ranking.n);
    size_t count = ranking.probability < QUOTE_FROM ? 0 : pick(s, &ranking, taken);
    if (count == 0)
        write_nothing(s, c);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            compose_text(c, s->wishes.list ? SLICE("\n") : SLICE(" "));
        if (s->wishes.list)
            compose_text(c, SLICE("- "));
        compose_quote(c, taken[i]->text);
        compose_mark(c, taken[i]->passage->source);
    }
    if (count)
        session_claim(s, (struct claim){SLICE("output"), taken, count, ranking.probability, {"", 0}});
    if (s->wishes.unmet)
        session_warn(s, SLICE("No language model is set up: the system prompt's wishes beyond length and lists were "
                              "not applied. The answer quotes its sources word for word."));
    compose_limit(c, s->question);
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}
