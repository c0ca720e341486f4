#include "session/briefing.h"

#include "base/buf.h"
#include "base/random.h"
#include "base/utf8.h"
#include "session/prompts.h"
#include "text/token_estimate.h"

enum { HEAD_TOKENS = 40 /* for a source's line of number, title, site and date */, TEXT_MAX = 2 * 1024 * 1024 };

/* The parts take turns, each with its next best passage, so that the second question is not starved by the first. */
static struct index_hits briefing_take(struct session *s, size_t first, size_t count, size_t tokens)
{
    size_t most = 0, used = 0;
    for (size_t p = first; p < first + count; p++)
        most = s->parts[p].hits.n > most ? s->parts[p].hits.n : most;
    struct index_hits out = s->parts[first].hits;
    out.at = arena_array(s->arena, struct passage, most * count);
    out.n = 0;
    for (size_t rank = 0; rank < most; rank++)
        for (size_t p = first; p < first + count; p++) {
            if (rank >= s->parts[p].hits.n)
                continue;
            const struct passage *next = &s->parts[p].hits.at[rank];
            size_t cost = token_estimate(next->text, TOKENS_AT_MOST) + HEAD_TOKENS;
            if (hits_have(&out, next) || used + cost > tokens)
                continue;
            used += cost;
            out.at[out.n++] = *next;
        }
    return out;
}

static size_t number_of(struct briefing *b, struct source *source)
{
    for (size_t i = 0; i < b->source_count; i++)
        if (b->sources[i] == source)
            return i + 1;
    b->sources[b->source_count++] = source;
    return b->source_count;
}

/* A title as one line: a page must not be able to begin a line with it. */
static struct slice one_line(struct arena *a, struct slice text)
{
    enum { LINE_BYTES = 200 };
    struct slice cut = utf8_cut(text, LINE_BYTES);
    char *line = arena_alloc(a, cut.n + 1);
    for (size_t i = 0; i < cut.n; i++)
        line[i] = (unsigned char)cut.p[i] < ' ' ? ' ' : cut.p[i];
    return (struct slice){line, cut.n};
}

static void print_source(struct arena *a, const struct briefing *b, size_t number, struct buf *out)
{
    const struct source *source = b->sources[number - 1];
    /* The line begins with the fence, so that no page can pretend to be the start of another one. */
    buf_printf(out, "%.*s source [%zu]: %.*s (%.*s%s%.*s)\n", SLICE_ARGS(b->fence), number,
               SLICE_ARGS(one_line(a, source->title)), SLICE_ARGS(source->site), source->date.n ? ", " : "",
               SLICE_ARGS(source->date));
    for (size_t i = 0; i < b->view->passage_count; i++)
        if (b->view->chosen[i].source == source) {
            buf_add(out, b->view->chosen[i].passage->text);
            buf_add_char(out, '\n');
        }
    buf_add_char(out, '\n');
}

/* One part's passages were cut into sentences already and are picked from its view. Those of several parts are cut
 * again, together. */
static struct view *view_of(struct session *s, size_t first, size_t count, const struct index_hits *hits,
                            struct arena *a)
{
    const struct view *cut = count == 1 ? s->parts[first].view : NULL;
    size_t *ranks = arena_array(a, size_t, hits->n), n = 0;
    for (size_t rank = 0; cut && rank < cut->passage_count && n < hits->n; rank++) {
        const struct passage *p = cut->chosen[rank].passage;
        if (p->page_id == hits->at[n].page_id && p->number == hits->at[n].number)
            ranks[n++] = rank;
    }
    return cut && n == hits->n ? view_pick(a, cut, ranks, n) : view_new(a, s->evidence, hits, hits->n);
}

bool briefing_make(struct session *s, size_t first, size_t count, size_t tokens, struct arena *prompt,
                   struct briefing *out)
{
    char fence[17];
    struct index_hits *hits = arena_array(s->arena, struct index_hits, 1);
    *hits = briefing_take(s, first, count, tokens);
    struct arena *scratch = arena_new();
    struct view *view = view_pack(s->arena, view_of(s, first, count, hits, scratch));
    arena_free(scratch);
    *out = (struct briefing){.view = view ? view : view_new(s->arena, s->evidence, hits, hits->n)};
    if (hits->n == 0)
        return false;
    out->sources = arena_array(s->arena, struct source *, hits->n);
    out->texts = arena_array(s->arena, struct slice, hits->n);
    for (size_t i = 0; i < hits->n; i++) {
        (void)number_of(out, out->view->chosen[i].source);
        out->texts[out->text_count++] = hits->at[i].text;
    }
    random_name(fence, sizeof fence - 1);
    out->fence = arena_printf(prompt, "-----%s-----", fence);
    struct buf text;
    buf_init(&text, TEXT_MAX);
    for (size_t n = 1; n <= out->source_count; n++)
        print_source(prompt, out, n, &text);
    out->text = arena_dup(prompt, slice_trim(buf_slice(&text)));
    buf_release(&text);
    return true;
}

size_t briefing_room(struct session *s, struct llm *model, struct slice prompt)
{
    struct llm_facts facts;
    llm_facts(model, &facts);
    size_t context = facts.context_tokens,
           reply = BRIEFING_REPLY_TOKENS < context / 4 ? BRIEFING_REPLY_TOKENS : context / 4;
    size_t used =
        reply + token_estimate(prompt, TOKENS_AT_MOST) + context / 8; /* an eighth for the question and earlier turns */
    size_t room = used < context ? context - used : 0, wanted = (size_t)s->question->tier->tokens;
    return room < wanted ? room : wanted;
}

/* The turn to begin with, so that as many of the newest ones before `last` come along as `tokens` allow. */
static size_t first_turn(const struct session *s, size_t last, size_t tokens)
{
    size_t first = last, used = 0;
    while (first > 0) {
        used += token_estimate(s->question->turns[first - 1].text, TOKENS_AT_MOST);
        if (used > tokens)
            break;
        first--;
    }
    return first;
}

const struct llm_message *briefing_messages(struct session *s, const struct briefing *b, struct slice system,
                                            struct slice question, struct arena *prompt, size_t *count)
{
    enum { EARLIER_TOKENS = 1000 };
    const struct question *q = s->question;
    size_t last = q->turn_count;
    while (last > 0 && q->turns[last - 1].role != ROLE_USER)
        last--;
    last -= last > 0;
    struct llm_message *out = arena_array(prompt, struct llm_message, q->turn_count + 2);
    size_t n = 0;
    out[n++] = (struct llm_message){SLICE("system"), system};
    for (size_t i = first_turn(s, last, EARLIER_TOKENS); i < last; i++)
        if (q->turns[i].role != ROLE_SYSTEM)
            out[n++] = (struct llm_message){q->turns[i].role == ROLE_USER ? SLICE("user") : SLICE("assistant"),
                                            q->turns[i].text};
    const struct prompt_word words[] = {
        {"fence", b->fence}, {"sources", b->text}, {"question", question}, {NULL, {"", 0}}};
    out[n++] = (struct llm_message){SLICE("user"), prompt_make(prompt, PROMPT_QUESTION, words)};
    *count = n;
    return out;
}
