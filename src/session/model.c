#include "session/model.h"

#include "session/prompts.h"
#include "shape/repair.h"

enum { STYLE_BYTES_MAX = 8000, ASK_TOKENS = 800, ASK_BYTES_MAX = 64 * 1024 };

struct llm *model_small(const struct session *s)
{
    return s->world->small ? s->world->small : s->world->model;
}

bool model_chat(struct session *s, struct llm *model, const struct llm_request *r, int64_t at_ms, struct llm_reply *out)
{
    struct deadline d = s->deadline;
    if (at_ms && at_ms < d.at_ms)
        d.at_ms = at_ms;
    bool ok = llm_chat(model, s->arena, r, &d, out);
    s->answer->spent.model_calls += out->calls;
    s->answer->spent.prompt_tokens += out->prompt_tokens;
    s->answer->spent.completion_tokens += out->completion_tokens;
    return ok;
}

const struct value *model_ask(struct session *s, struct llm *model, struct slice system, struct slice user,
                              struct slice schema, int64_t at_ms)
{
    const double cold = 0;
    const struct llm_message messages[] = {{SLICE("system"), system}, {SLICE("user"), user}};
    const struct llm_request r = {.messages = messages,
                                  .message_count = 2,
                                  .max_tokens = ASK_TOKENS,
                                  .temperature = &cold,
                                  .schema = schema,
                                  .max_text_bytes = ASK_BYTES_MAX};
    struct llm_reply reply;
    const struct shape anything = {.always = true, .types = SHAPE_ANY};
    struct repaired *out = arena_array(s->arena, struct repaired, 1);
    if (!model_chat(s, model, &r, at_ms, &reply))
        return NULL;
    repair_json(s->arena, reply.text, &anything, out);
    return out->found ? &out->value : NULL;
}

void model_warn(struct session *s, const struct llm_reply *reply)
{
    s->unwritten = reply->outcome == LLM_OK ? "it wrote nothing that can be used" : reply->reason;
    session_warn(s, arena_printf(s->arena, "The language model gave no answer (%s): %s", s->unwritten,
                                 s->question->output == OUTPUT_TEXT
                                     ? "this one quotes its sources word for word."
                                     : "the fields are read off the sources word for word."));
}

struct slice model_style(struct session *s)
{
    const struct question *q = s->question;
    struct buf all;
    buf_init(&all, STYLE_BYTES_MAX);
    for (size_t i = 0; i < q->turn_count; i++) {
        struct slice text = q->turns[i].text;
        if (q->turns[i].role == ROLE_SYSTEM && text.n && all.n + text.n < STYLE_BYTES_MAX)
            buf_printf(&all, "%s%.*s", all.n ? "\n" : "", SLICE_ARGS(text));
    }
    struct slice system = arena_dup(s->arena, buf_slice(&all));
    buf_release(&all);
    if (system.n == 0)
        return system;
    const struct prompt_word words[] = {{"system", system}, {NULL, {"", 0}}};
    return prompt_make(s->arena, PROMPT_STYLE, words);
}

struct slice model_today(struct session *s)
{
    char date[11];
    clock_date(clock_unix_s(), date);
    return arena_dup(s->arena, slice_of(date));
}
