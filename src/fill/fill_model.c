/* fill_model.c - a JSON document by a language model.
 *
 * The model is asked for the whole document, in the strongest form of structured output that its server has. Its reply
 * is repaired; if it still does not fit, the model is told why and asked once more. Then the document is filled as
 * without a model (fill.c), but with the model's value "given" at each place: the value is compared with the evidence,
 * and gives way to what a page states for the field if no page states the value;
 * places about the answer itself are filled from what was cited, and what the model left out or got wrong is read off
 * the pages. So the reply fits its schema whatever the model did.
 *
 * speed and lite do not wait for the end. Each top-level property is filled as soon as the model has written it, and
 * sent in the schema's order (fill_member). What was sent stays, whatever the model writes later. */
#include "fill/fill.h"
#include "prompts/texts.h"
#include "session/briefing.h"
#include "session/model.h"
#include "session/prompts.h"
#include "shape/repair.h"
#include "shape/json_stream.h"

enum { TRIES = 2, ERRORS_MAX = 12, SCHEMA_BYTES_MAX = 256 * 1024, REPLY_BYTES_MAX = 256 * 1024, BRIEFINGS = 3 };

static struct slice schema_text(struct session *s)
{
    struct buf out;
    struct slice text = SLICE(PROMPT_FILE_document_json);
    if (!s->question->schema)
        return text;
    buf_init(&out, SCHEMA_BYTES_MAX);
    if (value_print(s->question->schema, &out))
        text = arena_dup(s->arena, buf_slice(&out));
    buf_release(&out);
    return text;
}

static struct slice system_prompt(struct session *s, struct slice schema)
{
    const struct prompt_word put_in[] = {
        {"schema", schema}, {"today", model_today(s)}, {"style", model_style(s)}, {NULL, {"", 0}}};
    return prompt_make(s->arena, PROMPT_DOCUMENT, put_in);
}

/* The places that did not fit, as a list for the model. */
static struct slice errors_of(struct session *s, const struct repaired *r)
{
    struct arena_text out = {.arena = s->arena};
    for (size_t i = 0; i < r->place_count && i < ERRORS_MAX; i++)
        arena_text_printf(&out, "- %.*s is missing or does not fit\n",
                          SLICE_ARGS(r->places[i].path.n ? r->places[i].path : SLICE("the document")));
    return r->found ? arena_text_slice(&out) : SLICE("- no JSON document was found in the reply\n");
}

static struct slice schema_to_send(const struct session *s, struct slice schema)
{
    return s->question->schema && s->question->schema->kind == VALUE_OBJECT ? schema : SLICE(PROMPT_FILE_document_json);
}

/* A document while the model writes it. */
struct writing {
    struct session *session;
    struct json_stream *stream; /* NULL: it is sent at the end */
    bool begun;                 /* members were given to fill_member */
    bool failed;
    struct err error;
};

static bool take_member(void *ud, size_t i, const struct value *v)
{
    struct writing *w = ud;
    w->begun = true;
    w->failed = !fill_member(w->session, i, v, &w->error);
    return !w->failed;
}

static bool take_text(void *ud, struct slice delta)
{
    struct writing *w = ud;
    return !w->stream || json_stream_feed(w->stream, delta);
}

static void begin_reply(struct writing *w)
{
    struct session *s = w->session;
    if (!s->question->tier->check && s->question->shape)
        w->stream = json_stream_new(s->arena, s->question->shape, take_member, w);
}

/* Asks up to TRIES times. True when there is a document, valid or not. */
static bool ask_for_document(struct writing *w, const struct llm_message *messages, size_t count, struct slice schema,
                             struct repaired *out, struct llm_reply *reply)
{
    struct session *s = w->session;
    const struct question *q = s->question;
    const struct shape anything = {.always = true, .types = SHAPE_ANY};
    struct llm_message *all = arena_array(s->arena, struct llm_message, count + 2 * TRIES);
    memcpy(all, messages, count * sizeof *all);
    *out = (struct repaired){0};
    for (int attempt = 0; attempt < TRIES && !out->valid; attempt++) {
        /* max_tokens limits the model; the document that is sent is whole all the same. */
        const struct llm_request r = {.messages = all,
                                      .message_count = count,
                                      .max_tokens = (unsigned)q->max_tokens,
                                      .temperature = q->temperature,
                                      .top_p = q->top_p,
                                      .seed = q->seed,
                                      .reasoning_effort = q->reasoning_effort,
                                      .schema = schema_to_send(s, schema),
                                      .first_token_ms = (unsigned)s->question->tier->begin_ms,
                                      .max_text_bytes = REPLY_BYTES_MAX,
                                      .on_text = take_text,
                                      .ud = w};
        begin_reply(w);
        (void)model_chat(s, s->world->model, &r, 0, reply);
        if (reply->text.n == 0 || w->failed)
            break;
        struct repaired now;
        repair_json(s->arena, reply->text, q->shape ? q->shape : &anything, &now);
        if (now.valid || (now.found && (!out->found || now.place_count < out->place_count)))
            *out = now;
        const struct prompt_word words[] = {{"errors", errors_of(s, &now)}, {NULL, {"", 0}}};
        all[count++] = (struct llm_message){SLICE("assistant"), reply->text};
        all[count++] = (struct llm_message){SLICE("user"), prompt_make(s->arena, PROMPT_RETRY, words)};
        if (reply->outcome != LLM_OK || reply->finish == LLM_FINISH_LENGTH)
            break;
    }
    return out->found;
}

bool fill_by_model(struct session *s, bool *written, struct err *e)
{
    struct slice schema = schema_text(s), system = system_prompt(s, schema);
    struct llm_reply reply = {0};
    struct writing w = {.session = s};
    *written = false;
    for (int attempt = 0; attempt < BRIEFINGS; attempt++) {
        struct repaired got;
        struct briefing b;
        size_t count, room = briefing_room(s, s->world->model, system) >> attempt;
        if (!briefing_make(s, 0, s->part_count, room, s->arena, &b))
            return true;
        const struct llm_message *messages = briefing_messages(s, &b, system, s->query, s->arena, &count);
        bool found = ask_for_document(&w, messages, count, schema, &got, &reply);
        if (w.failed)
            return *e = w.error, false;
        if (found) {
            if (reply.finish == LLM_FINISH_LENGTH)
                s->answer->finish = FINISH_LENGTH;
            struct value *given = arena_array(s->arena, struct value, 1);
            *given = got.value;
            s->given = given;
            if (reply.outcome != LLM_OK)
                session_warn(s, arena_printf(s->arena, "The language model's document ends early (%s).", reply.reason));
            return fill_judge(s, e);
        }
        if (reply.outcome != LLM_OVERFLOW)
            break;
    }
    if (reply.reason)
        model_warn(s, &reply);
    if (deadline_cancelled(&s->deadline))
        return err_set(e, ERR_CANCELLED, NULL);
    /* The judge step filled a draft without the model. It is filled again only if members of the model went out. */
    return !w.begun || fill_judge(s, e);
}
