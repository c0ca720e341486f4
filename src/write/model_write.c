/* model_write.c - a text answer by a language model.
 *
 * speed and lite send what the model writes as it comes, through the citation guard and the scribe.
 *
 * base and core make a draft first. model_check looks for support of its unsupported sentences in other words. Then the
 * model revises the draft once, and what is still unsupported is dropped. core drafts a section for each sub-question.
 * The model then composes one text from the sections; where that text adds something or loses a section, the sections
 * are sent as they are.
 *
 * When the model fails before its first word, the quote writer answers instead. When it fails later, the text so far is
 * closed and kept. */
#include "write/model_write.h"

#include "base/meter.h"
#include "cite/cite_guard.h"
#include "session/model.h"
#include "write/model_check.h"
#include "session/prompts.h"
#include "write/scribe.h"

enum { WORDS_USUAL = 150, WORDS_CORE = 400, REPLY_BYTES_MAX = 64 * 1024, BRIEFINGS = 3 };

/* A text that is sent while it is written. Thousands of these may run at once, each as long as its model takes. So
 * after the first word, when quoting is no longer possible, the prompt and the session's workings are freed. */
struct stream {
    struct compose *compose;
    struct arena *prompt;
    struct claim agreed; /* what the agreements of the parts add to the claim */
    bool begun;          /* text was sent */
};

struct writing {
    struct session *session;
    struct cite_guard *guard;
    struct stream *stream; /* NULL: a draft */
    bool begun;            /* the model has sent text */
};

static void release_prompt(void *thing)
{
    struct stream *st = thing;
    arena_free(st->prompt);
    st->prompt = NULL;
}

/* Copies the claim's sentences to the session's arena, since the workings are freed before the claim is used. */
static void keep_sentences(struct session *s, struct claim *claim)
{
    for (size_t i = 0; i < claim->support_count; i++) {
        struct sentence *kept = arena_array(s->arena, struct sentence, 1);
        struct evidence_passage *passage = arena_array(s->arena, struct evidence_passage, 1);
        *kept = *claim->support[i];
        *passage = *kept->passage;
        kept->passage = passage;
        claim->support[i] = kept;
    }
}

static void begin_stream(struct session *s, struct stream *st)
{
    st->begun = true;
    st->agreed = (struct claim){.note = SLICE("")};
    for (size_t i = 0; i < s->part_count; i++)
        claim_agreement(s, &st->agreed, &s->parts[i]);
    keep_sentences(s, &st->agreed);
    session_forget_workings(s);
    release_prompt(st);
}

static bool take_text(void *ud, struct slice delta)
{
    struct writing *w = ud;
    w->begun = true;
    bool heard = cite_guard_feed(w->guard, delta);
    if (w->stream && !w->stream->begun && compose_bytes(w->stream->compose))
        begin_stream(w->session, w->stream);
    return heard;
}

static bool take_reasoning(void *ud, struct slice delta)
{
    const struct writing *w = ud;
    const struct sink *sink = w->session->sink;
    return !sink->reasoning || sink->reasoning(sink->ud, delta);
}

static struct slice system_prompt(struct session *s)
{
    size_t words = s->wishes.max_words ? s->wishes.max_words : s->question->tier->each ? WORDS_CORE : WORDS_USUAL;
    const struct prompt_word put_in[] = {{"words", arena_printf(s->arena, "%zu", words)},
                                         {"today", model_today(s)},
                                         {"style", model_style(s)},
                                         {NULL, {"", 0}}};
    return prompt_make(s->arena, PROMPT_ANSWER, put_in);
}

static struct llm_request request_of(struct session *s, const struct llm_message *messages, size_t count,
                                     struct writing *w)
{
    const struct question *q = s->question;
    return (struct llm_request){.messages = messages,
                                .message_count = count,
                                .max_tokens = (unsigned)q->max_tokens,
                                .temperature = q->temperature,
                                .top_p = q->top_p,
                                .seed = q->seed,
                                .stops = q->stops,
                                .stop_count = q->stop_count,
                                .reasoning_effort = q->reasoning_effort,
                                .first_token_ms = (unsigned)s->question->tier->begin_ms,
                                .max_text_bytes = REPLY_BYTES_MAX,
                                .on_text = take_text,
                                .on_reasoning = take_reasoning,
                                .ud = w};
}

/* One call of the model; its text goes through a citation guard into the scribe. */
static bool write_once(struct session *s, const struct briefing *b, struct scribe *scribe,
                       const struct llm_message *messages, size_t count, struct stream *stream, struct llm_reply *reply)
{
    const struct cite_evidence evidence = {b->sources, b->source_count, b->texts, b->text_count};
    const struct cite_output output = {scribe_text, scribe_mark, scribe};
    struct writing w = {.session = s, .stream = stream, .guard = cite_guard_new(s->arena, &evidence, &output)};
    const struct llm_request r = request_of(s, messages, count, &w);
    bool ok = model_chat(s, s->world->model, &r, 0, reply);
    bool heard = cite_guard_finish(w.guard) && scribe_finish(scribe);
    if (reply->finish == LLM_FINISH_LENGTH)
        s->answer->finish = FINISH_LENGTH;
    return (ok || w.begun) && heard;
}

/* The text before a failure is kept as the answer, so the reader is told. */
static void warn_of_end(struct session *s, const struct llm_reply *reply)
{
    if (reply->outcome != LLM_OK)
        session_warn(s, arena_printf(s->arena, "The language model's answer ends early (%s).", reply->reason));
}

static double write_answerable(const struct session *s, size_t first, size_t count)
{
    double p = 1;
    for (size_t i = first; i < first + count; i++)
        p *= s->parts[i].probability;
    return p;
}

static void add_agreement(struct session *s, struct claim *claim)
{
    for (size_t i = 0; i < s->part_count && claim->support_count; i++)
        claim_agreement(s, claim, &s->parts[i]);
}

/* The evidence and the messages. Each attempt halves the room, after the model said that the last one did not fit. */
static bool write_brief(struct session *s, size_t first, size_t count, int attempt, struct arena *prompt,
                        struct briefing *b, const struct llm_message **messages, size_t *message_count)
{
    struct slice system = system_prompt(s), question = count == 1 ? s->parts[first].text : s->query;
    size_t room = briefing_room(s, s->world->model, system) >> attempt;
    if (!briefing_make(s, first, count, room, prompt, b)) {
        s->unwritten =
            s->parts[first].hits.n ? "its context has no room for sources" : "it had no source to write from";
        if (first == 0 && attempt == 0 && s->parts[first].hits.n)
            session_warn(
                s, SLICE("The system prompt leaves no room for sources in the language model's context: this answer "
                         "quotes them word for word."));
        return false;
    }
    *messages = briefing_messages(s, b, system, question, prompt, message_count);
    return true;
}

static void warn_of_unsupported(struct session *s, size_t sent, size_t dropped)
{
    const char *const what =
        s->world->unsupported == UNSUPPORTED_KEEP ? "carries no number" : "ends in " UNSUPPORTED_SIGN;
    meter_add(METER_UNSUPPORTED, "sent", NULL, sent);
    meter_add(METER_UNSUPPORTED, "dropped", NULL, dropped);
    if (dropped)
        session_warn(s, arena_printf(s->arena, "%zu %s that the language model wrote %s left out: no page states %s.",
                                     dropped, dropped == 1 ? "sentence" : "sentences", dropped == 1 ? "was" : "were",
                                     dropped == 1 ? "it" : "them"));
    if (sent)
        session_warn(s, arena_printf(s->arena, "No page states %zu %s that the language model wrote: each %s.", sent,
                                     sent == 1 ? "sentence" : "sentences", what));
}

static void warn_of_quotes(struct session *s)
{
    s->unwritten = "no page states what it wrote";
    session_warn(s,
                 SLICE("No page states what the language model wrote: this answer quotes its sources word for word."));
}

static bool stream_answer(struct session *s, bool *written, struct err *e)
{
    struct llm_reply reply = {0};
    for (int attempt = 0; attempt < BRIEFINGS; attempt++) {
        struct compose *c = compose_new(s->arena, s->evidence);
        struct stream *st = arena_array(s->arena, struct stream, 1);
        *st = (struct stream){.compose = c, .prompt = arena_new()};
        arena_defer(s->arena, release_prompt, st);
        const struct llm_message *messages;
        struct briefing b;
        size_t count;
        if (!write_brief(s, 0, s->part_count, attempt, st->prompt, &b, &messages, &count))
            return true; /* no evidence fits: the quote writer answers */
        struct scribe *scribe = scribe_new(s, &b, s->query, c);
        compose_harmless(c);
        compose_stream(c, s->sink);
        bool some = write_once(s, &b, scribe, messages, count, st, &reply);
        if (!st->begun && compose_bytes(c)) /* the guard held all text back until the end */
            begin_stream(s, st);
        if (scribe->failed)
            return *e = scribe->error, false;
        if (some && scribe->said_count && compose_heard(c) && compose_bytes(c) == 0) {
            warn_of_quotes(s); /* all was held back and dropped */
            return true;
        }
        if (some && scribe->said_count) {
            bool drops = s->world->unsupported == UNSUPPORTED_DROP;
            size_t unsupported = scribe_unsupported(scribe);
            *written = true;
            warn_of_end(s, &reply);
            warn_of_unsupported(s, drops ? 0 : unsupported, drops ? unsupported : 0);
            struct claim claim = scribe_claim(scribe, write_answerable(s, 0, s->part_count));
            if (claim.support_count)
                claim_join(s, &claim, &st->agreed);
            session_claim(s, claim);
            return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
        }
        if (!compose_heard(c) || deadline_cancelled(&s->deadline))
            return err_set(e, ERR_CANCELLED, NULL);
        if (reply.outcome != LLM_OVERFLOW)
            break;
    }
    model_warn(s, &reply);
    return true;
}

/* One more call, with `text` as the model's reply so far and an instruction after it. NULL: no complete reply came. */
static struct scribe *write_again(struct session *s, const struct briefing *b, struct slice question,
                                  const struct llm_message *messages, size_t count, struct slice text,
                                  struct slice instruction, struct llm_reply *reply)
{
    struct llm_message *more = arena_array(s->arena, struct llm_message, count + 2);
    memcpy(more, messages, count * sizeof *more);
    more[count] = (struct llm_message){SLICE("assistant"), text};
    more[count + 1] = (struct llm_message){SLICE("user"), instruction};
    struct scribe *again = scribe_new(s, b, question, NULL);
    bool some = write_once(s, b, again, more, count + 2, NULL, reply);
    return some && reply->outcome == LLM_OK && !again->failed && again->said_count ? again : NULL;
}

/* The text of the sections without marks, with a blank line between two. */
static struct slice text_of(struct session *s, struct scribe *const *sections, size_t n)
{
    struct buf out;
    buf_init(&out, 2 * REPLY_BYTES_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_add(&out, i ? SLICE("\n\n") : SLICE(""));
        for (size_t k = 0; k < sections[i]->said_count; k++)
            buf_add(&out, k ? sections[i]->said[k].text : slice_trim(sections[i]->said[k].text));
    }
    struct slice text = arena_dup(s->arena, buf_slice(&out));
    buf_release(&out);
    return text;
}

/* Has the model write the draft again, given the list of its unsupported sentences. NULL: it wrote none. */
static struct scribe *write_revise(struct session *s, const struct briefing *b, struct scribe *draft,
                                   const struct llm_message *messages, size_t count)
{
    struct buf bad;
    buf_init(&bad, 2 * REPLY_BYTES_MAX);
    for (size_t i = 0; i < draft->said_count; i++) {
        const struct said *said = &draft->said[i];
        if (said->claims && said->mark_count == 0)
            buf_printf(&bad, "- %.*s\n", SLICE_ARGS(slice_trim(said->text)));
    }
    const struct prompt_word words[] = {{"statements", arena_dup(s->arena, buf_slice(&bad))}, {NULL, {"", 0}}};
    buf_release(&bad);
    struct llm_reply reply;
    return write_again(s, b, draft->question, messages, count, text_of(s, &draft, 1),
                       prompt_make(s->arena, PROMPT_REVISE, words), &reply);
}

static bool cites_any(const struct scribe *text)
{
    for (size_t i = 0; i < text->said_count; i++)
        if (text->said[i].mark_count)
            return true;
    return false;
}

static bool refuses_any(const struct scribe *text)
{
    for (size_t i = 0; i < text->said_count; i++)
        if (text->said[i].refuses)
            return true;
    return false;
}

/* Drops unsupported sentences. Where no sentence with a mark is left, and none that says that there is no answer,
 * nothing of the draft is left: it would be an introduction to what was dropped. */
static void drop_unsupported(struct session *s, struct scribe *scribe)
{
    if (scribe_unsupported(scribe) == 0 || s->world->unsupported == UNSUPPORTED_KEEP)
        return;
    s->unsaid += scribe_drop(scribe);
    if (!cites_any(scribe) && !refuses_any(scribe))
        scribe->said_count = 0;
}

/* A checked draft of the answer to `count` parts from `first` on. *out NULL: the model wrote none. */
static bool draft_answer(struct session *s, size_t first, size_t count, struct llm_reply *reply, struct scribe **out,
                         struct err *e)
{
    *out = NULL;
    for (int attempt = 0; attempt < BRIEFINGS; attempt++) {
        struct briefing *b = arena_array(s->arena, struct briefing, 1);
        const struct llm_message *messages;
        size_t message_count;
        if (!write_brief(s, first, count, attempt, s->arena, b, &messages, &message_count))
            return true;
        struct scribe *draft = scribe_new(s, b, count == 1 ? s->parts[first].text : s->query, NULL);
        bool some = write_once(s, b, draft, messages, message_count, NULL, reply) && draft->said_count;
        if (draft->failed)
            return *e = draft->error, false;
        if (some) {
            model_check(s, draft);
            struct scribe *again =
                scribe_unsupported(draft) ? write_revise(s, b, draft, messages, message_count) : NULL;
            if (again) {
                model_check(s, again);
                draft = scribe_unsupported(again) < scribe_unsupported(draft) ? again : draft;
            }
            drop_unsupported(s, draft);
            *out = draft;
            return true;
        }
        if (reply->outcome != LLM_OVERFLOW)
            return true;
    }
    return true;
}

static bool cites_one_of(const struct scribe *text, const struct scribe *section)
{
    for (size_t i = 0; i < section->said_count; i++)
        for (size_t m = 0; m < section->said[i].mark_count; m++)
            for (size_t k = 0; k < text->said_count; k++)
                for (size_t n = 0; n < text->said[k].mark_count; n++)
                    if (text->said[k].marks[n] == section->said[i].marks[m])
                        return true;
    return false;
}

/* Whether a text may replace the checked sections that it was composed from: each claim is supported, and it cites a
 * page of every section. */
static bool stands_for(struct session *s, struct scribe *text, struct scribe *const *sections, size_t n)
{
    if (scribe_unsupported(text))
        model_check(s, text);
    bool good = scribe_unsupported(text) == 0;
    for (size_t i = 0; i < n; i++)
        good = good && cites_one_of(text, sections[i]);
    return good;
}

/* Has the model compose one text from the sections. NULL: there is none that may replace them. With a section that
 * cites nothing this is not tried: such a section says that nothing was found, which no page can confirm. */
static struct scribe *compose_sections(struct session *s, struct scribe *const *sections, size_t n)
{
    enum finish finish = s->answer->finish;
    struct llm_reply reply = {.outcome = LLM_OVERFLOW};
    for (size_t i = 0; i < n; i++)
        if (!cites_any(sections[i]))
            return NULL;
    struct slice text = text_of(s, sections, n), instruction = prompt_make(s->arena, PROMPT_COMPOSE, NULL);
    for (int attempt = 0; attempt < BRIEFINGS && reply.outcome == LLM_OVERFLOW; attempt++) {
        struct briefing *b = arena_array(s->arena, struct briefing, 1);
        const struct llm_message *messages;
        size_t count;
        if (!write_brief(s, 0, s->part_count, attempt, s->arena, b, &messages, &count))
            return NULL;
        struct scribe *whole = write_again(s, b, s->query, messages, count, text, instruction, &reply);
        if (whole && reply.finish != LLM_FINISH_LENGTH && stands_for(s, whole, sections, n))
            return whole;
        s->answer->finish = finish;
    }
    return NULL;
}

static void add_claim(struct session *s, struct claim *all, size_t *room, const struct claim *section)
{
    for (size_t i = 0; i < section->support_count; i++) {
        *arena_push(s->arena, &all->support, all->support_count, room) = section->support[i];
        all->support_count++;
    }
    all->probability *= section->probability;
    all->note = section->note.n ? section->note : all->note;
}

static struct claim send_sections(struct session *s, struct compose *c, struct scribe *const *sections, size_t n,
                                  const double *answerable_by)
{
    struct claim all = {.field = SLICE("output"), .probability = 1, .note = SLICE(""), .written = true};
    size_t room = 0;
    for (size_t i = 0; i < n; i++) {
        if (i)
            compose_text(c, SLICE("\n\n"));
        scribe_send(sections[i], c);
        struct claim section = scribe_claim(sections[i], answerable_by[i]);
        add_claim(s, &all, &room, &section);
    }
    return all;
}

/* Whether quotes are the better answer: the pages seem to answer, but no page states anything of the drafts. Where the
 * pages do not answer, the model may be right that there is no answer. */
static bool pages_know_better(const struct session *s, struct scribe *const *sections, size_t n)
{
    bool answered = false;
    for (size_t i = 0; i < s->part_count; i++)
        answered = answered || (s->parts[i].taken_count && s->parts[i].probability >= s->confidence->medium_from);
    for (size_t i = 0; i < n; i++)
        answered = answered && !cites_any(sections[i]);
    return answered;
}

/* core drafts one section per part, base one for all parts. */
static bool draft_and_send(struct session *s, bool *written, struct err *e)
{
    size_t step = s->question->tier->each ? 1 : s->part_count, n = 0, empty = 0;
    struct scribe **sections = arena_array(s->arena, struct scribe *, s->part_count);
    double *answerable_by = arena_array(s->arena, double, s->part_count);
    struct llm_reply reply = {0};
    for (size_t first = 0; first < s->part_count; first += step) {
        if (!draft_answer(s, first, step, &reply, &sections[n], e))
            return false;
        if (deadline_cancelled(&s->deadline))
            return err_set(e, ERR_CANCELLED, NULL);
        if (!sections[n])
            continue;
        empty += sections[n]->said_count == 0;
        if (sections[n]->said_count == 0)
            continue;
        warn_of_end(s, &reply);
        answerable_by[n++] = write_answerable(s, first, step);
    }
    if (n == 0 && !empty) {
        if (reply.reason)
            model_warn(s, &reply);
        return true;
    }
    if (n == 0 || pages_know_better(s, sections, n)) {
        warn_of_quotes(s);
        return true;
    }
    *written = true;
    struct scribe *whole = n > 1 ? compose_sections(s, sections, n) : NULL;
    if (deadline_cancelled(&s->deadline))
        return err_set(e, ERR_CANCELLED, NULL);
    struct compose *c = compose_new(s->arena, s->evidence);
    compose_harmless(c);
    struct claim claim;
    size_t sent = whole ? scribe_unsupported(whole) : 0;
    for (size_t i = 0; !whole && i < n; i++)
        sent += scribe_unsupported(sections[i]);
    warn_of_unsupported(s, sent, s->unsaid);
    if (whole) {
        scribe_send(whole, c);
        claim = scribe_claim(whole, write_answerable(s, 0, s->part_count));
    } else {
        claim = send_sections(s, c, sections, n, answerable_by);
    }
    add_agreement(s, &claim);
    session_claim(s, claim);
    return compose_send(c, s->sink, s->answer) || err_set(e, ERR_CANCELLED, NULL);
}

bool model_write(struct session *s, bool *written, struct err *e)
{
    *written = false;
    return s->question->tier->check ? draft_and_send(s, written, e) : stream_answer(s, written, e);
}
